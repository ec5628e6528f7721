"""Which other packages do not go together: transformers and what it checks, protobuf, NumPy, conda beside pip."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version

from xpudoctor import Fact, Match, Packages, System, fact
from xpudoctor.facts.versions import Range
from xpudoctor_checks import _releases, _stack
from xpudoctor_checks._requirements import unmet

# What transformers compares at import, of all that it requires.
_CHECKED_AT_IMPORT = ("tokenizers", "huggingface-hub", "safetensors", "numpy")


def transformers_requirement_unmet(packages: Packages) -> Iterator[Match]:
    transformers = packages.get("transformers")
    for requirement, found in unmet(packages, transformers, _CHECKED_AT_IMPORT):
        if transformers and found:
            yield Match(
                transformers,
                found,
                transformers=transformers.version,
                requirement=f"{requirement.name}{requirement.specifier}",
                found=f"{found.name} {found.version}",
            )


def protobuf_missing(packages: Packages) -> Match | None:
    needed_by = packages.get("sentencepiece") or _stack.ipex_llm(packages)
    transformers = packages.get("transformers")
    if needed_by is None or transformers is None or packages.get("bigdl-core-cpp") or not packages.lacks("protobuf"):
        return None
    return Match(
        transformers, needed_by, Fact("protobuf", "not installed", transformers.source), needed_by=f"transformers with {needed_by.name}"
    )


def protobuf_too_new_for_sentencepiece(packages: Packages) -> Match | None:
    protobuf, transformers = packages.get("protobuf"), packages.get("transformers")
    if protobuf is None or protobuf.parsed is None or protobuf.parsed < Version("4") or transformers is None or transformers.parsed is None:
        return None
    # Which file it loads, and from which release on that one is new: seen in the wheels of 4.30 to 4.57 and 5.23.
    name, ready = ("transformers", "4.31") if transformers.parsed < Version("4.45") else ("sentencepiece", "0.2")
    carrier = packages.get(name)
    if carrier is None or carrier.parsed is None or carrier.parsed >= Version(ready):
        return None
    return Match(carrier, protobuf, carrier=name, version=carrier.version, protobuf=protobuf.version, ready=ready)


def numpy_2_with_old_wheels(packages: Packages, system: System | None) -> Iterator[Match]:
    numpy = packages.get("numpy")
    if numpy is None or numpy.parsed is None or numpy.parsed < Version("2"):
        return
    for name, row in _releases.numpy_2().items():
        package = packages.get(name)
        ready = row.get(system.os or "linux" if system else "linux", row["linux"])
        if package and package.parsed and package.parsed < Version(ready):
            yield Match(package, numpy, package=package.name, version=package.version, numpy=numpy.version, ready=ready)


def dpctl_other_runtime(packages: Packages) -> Match | None:
    dpctl = packages.get("dpctl")
    runtime = packages.get("intel-sycl-rt") or packages.get("dpcpp-cpp-rt")
    if dpctl is None or dpctl.parsed is None or runtime is None or runtime.parsed is None:
        return None
    wanted = next((row["oneapi"] for row in _releases.dpctl() if dpctl.parsed in Range(row["versions"])), None)
    if wanted is None or runtime.parsed.major == wanted:
        return None
    return Match(dpctl, runtime, dpctl=dpctl.version, wanted=wanted, found=f"{runtime.name} {runtime.version}")


def package_leftovers(packages: Packages) -> Match | None:
    return Match(fact(packages, "leftovers"), names=", ".join(packages.leftovers)) if packages.leftovers else None


def package_metadata_damaged(packages: Packages) -> Match | None:
    return Match(fact(packages, "damaged"), names=", ".join(packages.damaged)) if packages.damaged else None


def conda_and_pip_torch(packages: Packages) -> Match | None:
    # conda's own record calls it pytorch; what it installed is called torch, with conda as its installer.
    by_conda = next((p for p in (*packages.all("pytorch"), *packages.all("torch")) if p.installer == "conda"), None)
    by_pip = next((package for package in packages.all("torch") if package.installer not in ("", "conda")), None)
    if by_conda is None or by_pip is None or by_conda.version == by_pip.version:
        return None
    return Match(by_conda, by_pip, conda=by_conda.version, pip=by_pip.version, release=by_pip.version.partition("+")[0])


def user_site_shadows_environment(packages: Packages) -> Match | None:
    names = ("torch", "torchvision", "transformers", "tokenizers", "numpy", "intel-extension-for-pytorch", "ipex-llm")
    strays = [package for name in names if (package := packages.get(name)) and package.origin == "user"]
    if packages.environment != "conda" or not strays:
        return None
    return Match(*strays, names=", ".join(package.name for package in strays))
