"""What a project asks for beside torch: stacks at their end, ranges that take too much, Pythons without wheels, missing libraries."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Fact, Match, Packages, minor, pep440
from xpudoctor.facts.project import Dependency, Project, Source, Use
from xpudoctor_checks import _project, _releases

_IPEX, _IPEX_LLM = "intel-extension-for-pytorch", ("ipex-llm", "bigdl-llm")
_ARCHIVED = {_IPEX: "intel_extension_for_pytorch", "ipex-llm": "ipex_llm", "bigdl-llm": "bigdl.llm"}
# The IPEX that an extra of ipex-llm brings itself; the others bring none.
_OWN_IPEX = {"xpu": "2.1", "xpu-2-1": "2.1", "xpu-arc": "2.3", "xpu-arl": "2.3", "xpu-lnl": "2.3"}
# transformers 5 switches PyTorch off below this; it is what a range without an upper bound takes today.
_TORCH_OF_TRANSFORMERS_5, _TRANSFORMERS_5 = Version("2.4"), "5.99"
_NEWEST = "99.0"
# The releases of Python for which there has been an XPU wheel of torch.
_PYTHONS = tuple(f"3.{number}.{patch}" for number in range(9, 16) for patch in range(30))
# Which packages bring protobuf along.
_BRING_PROTOBUF = frozenset(
    "protobuf tensorboard tensorflow onnx onnxruntime streamlit wandb grpcio-tools grpcio-status googleapis-common-protos google-api-core "
    "google-generativeai google-cloud-storage mlflow ray vllm opentelemetry-exporter-otlp ipex-llm bigdl-llm chromadb mediapipe".split()
)


def project_stack_archived(project: Project) -> Iterator[Match]:
    for name, module in _ARCHIVED.items():
        wanted = [d.fact for i in _project.ours(project) for d in i.dependencies if d.name == name]
        imported = [use.fact for s in project.code for use in s.of("import") if f"{use.value}.".startswith(f"{module}.")]
        places = {fact.place: fact for fact in (*wanted, *imported)}
        if places:
            files = len({place.file for place in places if place})
            yield Match(*places.values(), name=name, files=f"{files} files" if files > 1 else "one file", s="s" if files == 1 else "")


def project_ipex_beside_ipex_llm(project: Project) -> Iterator[Match]:
    for installation in _project.ours(project):
        ipex, llm = installation.get(_IPEX), next((d for name in _IPEX_LLM if (d := installation.get(name))), None)
        if ipex and llm:
            own = next((_OWN_IPEX[extra] for extra in llm.extras if extra in _OWN_IPEX), "")
            if not (own and ipex.pinned and minor(ipex.pinned) == own):
                yield Match(llm, ipex, file=installation.name, llm=_written(llm), ipex=_written(ipex), own=f"IPEX {own}" if own else "none")


def project_ipex_torch_open(project: Project) -> Iterator[Match]:
    for installation in _project.ours(project):
        ipex, torch = installation.get(_IPEX), _project.torch(installation)
        if ipex and ipex.pinned and torch and not torch.url and torch.pinned is None and torch.admits(_NEWEST):
            yield Match(torch, ipex, file=installation.name, ipex=ipex.pinned, torch=_written(torch), wanted=minor(ipex.pinned))


def project_transformers_too_new(project: Project) -> Iterator[Match]:
    for installation in _project.ours(project):
        torch, transformers = _project.torch(installation), installation.get("transformers")
        old = torch.pinned if torch else None
        if torch and old and old < _TORCH_OF_TRANSFORMERS_5 and transformers and _takes(transformers, _TRANSFORMERS_5):
            yield Match(transformers, torch, file=installation.name, transformers=_written(transformers), torch=old)


def project_numpy_2_with_old_torch(project: Project) -> Iterator[Match]:
    first = Version(_releases.numpy_2()["torch"]["linux"])
    for installation in _project.ours(project):
        torch, numpy = _project.torch(installation), installation.get("numpy")
        old = torch.pinned if torch else None
        if torch and old and Version(old.base_version) < first and numpy and numpy.pinned is None and _takes(numpy, "2.99"):
            yield Match(numpy, torch, file=installation.name, numpy=_written(numpy), torch=old, ready=first)


def _takes(dependency: Dependency, version: str) -> bool:
    """Say whether an install takes a version as new as this; what comes from an address or only on some systems is not known."""
    return not dependency.url and not dependency.marker and dependency.admits(version)


def project_python_without_xpu_wheels(project: Project) -> Iterator[Match]:
    for python in project.python:
        if python.specifier and not any(map(python.admits, _PYTHONS)):
            yield Match(python, python=python.specifier)


def project_python_not_admitted(project: Project, packages: Packages) -> Iterator[Match]:
    there = pep440(packages.python)
    for python in project.python if there else ():
        # An image brings a Python of its own.
        if python.fact.name == "requires" and not python.admits(packages.python) and not _is_of_conda(python):
            yield Match(python, Fact("Python", packages.python, packages.executable), wanted=python.specifier, python=packages.python)


def _is_of_conda(python: Dependency) -> bool:
    return python.fact.place is not None and python.fact.place.file.endswith((".yml", ".yaml"))


def project_protobuf_missing(project: Project, packages: Packages | None) -> Match | None:
    needed = [use for source in project.code for use in source.of("import") if use.value.startswith("google.protobuf")]
    if not needed or _has_protobuf(project, packages):
        return None
    return Match(*needed, what=needed[0].value)


def project_tokenizer_without_protobuf(project: Project, packages: Packages | None) -> Match | None:
    slow = [use for source in project.code for use in source.of("tokenizer")]
    # Before 4.31 such a tokenizer did without.
    lists = [(i, found) for i in _project.ours(project) if (found := i.get("transformers")) and found.admits(_NEWEST)]
    if not slow or not lists or _has_protobuf(project, packages):
        return None
    return Match(lists[0][1], *slow, file=lists[0][0].name, tokenizer=slow[0].value)


def _has_protobuf(project: Project, packages: Packages | None) -> bool:
    """Say whether protobuf is there, or something that the project asks for may bring it; a project that asks for nothing is not known."""
    wanted = {dependency.name for installation in project.installations for dependency in installation.dependencies}
    return not wanted or bool(wanted & _BRING_PROTOBUF) or bool(packages and packages.get("protobuf"))


def _written(dependency: Dependency) -> str:
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    return f"{dependency.name}{extras}{dependency.specifier}"


def project_ipex_imported_twice(project: Project) -> Iterator[Match]:
    extras = {extra for i in _project.ours(project) for d in i.dependencies if d.name in _IPEX_LLM for extra in d.extras}
    # The extras on torch 2.6 stand on no IPEX, and import none.
    for source in project.code if not extras or extras & set(_OWN_IPEX) else ():
        uses = _at_the_top(source)
        names = [use.value.partition(".")[0] for use in uses]
        if "ipex_llm" in names and "intel_extension_for_pytorch" in names:
            ipex, llm = names.index("intel_extension_for_pytorch"), names.index("ipex_llm")
            # Afterwards `from … import` is let through.
            if ipex < llm or uses[ipex].fact.value.startswith("import "):
                yield Match(uses[ipex], uses[llm], file=source.file)


def _at_the_top(source: Source) -> list[Use]:
    """Return the imports that are made when the file is: what is indented is imported when a function is called, in whichever order."""
    return [use for use in source.of("import") if use.fact.place and use.fact.place.column == 1]


def project_import_order(project: Project) -> Iterator[Match]:
    for source in project.code:
        first: dict[str, int] = {}
        uses = _at_the_top(source)
        for number, use in enumerate(uses):
            first.setdefault(use.value.split(".")[0], number)
        for earlier, later, why in _ORDER:
            if earlier in first and later in first and first[later] < first[earlier]:
                yield Match(uses[first[later]], uses[first[earlier]], file=source.file, first=earlier, second=later, why=why)


# What has to come before what, and what happens otherwise.
_ORDER = (
    ("llm_patch", "peft", "llm_patch() replaces names in peft, and stops where peft is imported already"),
    ("llm_patch", "transformers", "llm_patch() replaces classes in transformers; names that were taken out of it before stay unpatched"),
    ("intel_extension_for_pytorch", "oneccl_bindings_for_pytorch", "the bindings register no collectives for XPU before IPEX is there"),
)
