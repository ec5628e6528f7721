"""What a project's code does that an Intel GPU cannot follow: hard-wired devices, formats without kernels, models left on the CPU."""

from __future__ import annotations

from collections.abc import Iterator

from xpudoctor import Devices, Environment, Match
from xpudoctor.facts.project import Project, Source, Use
from xpudoctor_checks import _families, _project, _stack

_SEVERAL = frozenset(("xpu", "any"))
_FP64_EMULATED = "OverrideDefaultFP64Settings"
_BITSANDBYTES_WITH_XPU = ("0.48.0", "0.48.2", "0.49.0", "0.49.2", "0.50.0", "0.99")
_CUDA_ONLY = ("EetqConfig", "HiggsConfig", "SpQRConfig", "VptqConfig")


def project_device_hard_wired(project: Project) -> Iterator[Match]:
    for source, uses in _of_cuda_only_files(project, "device"):
        yield Match(*uses, file=source.file, what=uses[0].value, count=_more(uses))


def project_cuda_call(project: Project) -> Iterator[Match]:
    for source, uses in _of_cuda_only_files(project, "cuda call"):
        yield Match(
            *uses, file=source.file, what=uses[0].value, count=_more(uses), instead=uses[0].value.replace("torch.cuda.", "torch.xpu.")
        )


def _of_cuda_only_files(project: Project, kind: str) -> Iterator[tuple[Source, tuple[Use, ...]]]:
    """Yield the files that know no other device; none where the project puts torch.cuda on another one."""
    patched = any(source.of("patch") for source in project.code)
    for source in () if patched else project.code:
        if not _SEVERAL.intersection(source.devices) and (uses := source.of(kind)):
            yield source, uses


def _more(uses: tuple[Use, ...]) -> str:
    return f" and in {len(uses) - 1} more place{'s' if len(uses) > 2 else ''}" if len(uses) > 1 else ""


def project_cuda_or_cpu(project: Project) -> Match | None:
    # A project that knows xpu anywhere, or asks a library, has its own way to choose.
    choices = [use for source in project.code for use in source.of("choice")]
    if not choices or _SEVERAL & project.devices or any(source.of("patch") for source in project.code):
        return None
    return Match(*choices, count=f"{len(choices)} lines choose" if len(choices) > 1 else "One line chooses")


def project_quantization_without_xpu(project: Project) -> Iterator[Match]:
    for source in project.code:
        for use in source.of("quantization"):
            if use.value in _CUDA_ONLY:
                yield Match(use, what=use.value)


def project_8bit_of_ipex_llm(project: Project) -> Iterator[Match]:
    for source in project.code:
        for use in source.of("quantization"):
            if use.value == "ipex-llm load_in_8bit":
                yield Match(use, file=source.file)


def project_bitsandbytes_without_xpu(project: Project) -> Iterator[Match]:
    uses = [use for source in project.code for use in source.of("quantization") if use.value in ("load_in_8bit", "load_in_4bit")]
    for installation in (i for i in _project.ours(project) if uses and not _project.is_extra(i)):
        wanted = installation.get("bitsandbytes")
        if wanted and not wanted.marker and not wanted.url and not any(map(wanted.admits, _BITSANDBYTES_WITH_XPU)):
            yield Match(wanted, *uses, file=installation.name, wanted=f"bitsandbytes{wanted.specifier}", what=uses[0].value)


def project_fp64_without_hardware(project: Project, devices: Devices, environment: Environment | None) -> Iterator[Match]:
    gpus = _stack.usable_gpus(devices)
    lacking = [gpu for gpu in gpus if (family := _families.family_of(gpu)) and not family.fp64]
    if not gpus or len(lacking) < len(gpus) or (environment and environment.get(_FP64_EMULATED) == "1"):
        return
    for source in project.code:
        if uses := source.of("float64"):
            yield Match(*uses, lacking[0], file=source.file, gpu=lacking[0].label)


def project_model_left_on_cpu(project: Project) -> Iterator[Match]:
    for source in project.code:
        for use in source.of("left on cpu"):
            yield Match(use, file=source.file, name=use.value)


def project_model_is_own_draft(project: Project) -> Iterator[Match]:
    for source in project.code:
        for use in source.of("own draft"):
            yield Match(use, model=use.value)
