"""Whether torch and the wheels that belong to one torch release fit each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from packaging.version import Version

from xpudoctor import Devices, Fact, Match, Package, Packages, System, Torch, fact, minor, pep440
from xpudoctor_checks import _families, _releases, _stack
from xpudoctor_checks._requirements import unmet

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_XPU_TRITONS = ("triton-xpu", "pytorch-triton-xpu")
_SOURCE = re.compile(r"a0\+(?:git)?[0-9a-f]{7,40}$")
_OTHER_TRITONS = ("triton", "triton-windows", "pytorch-triton")
# The first of each that is built on torch's stable interface, with the first torch that has it: it fits every later one.
_STABLE_SINCE = {"torchvision": ("0.29.1", "2.14.0.dev0"), "torchaudio": ("2.11", "2.11.0.dev0")}
_ONEMKL = tuple(f"onemkl-sycl-{part}" for part in ("blas", "dft", "lapack", "rng", "sparse"))
# What is linked by the number of its release; the others are looked for, but keep their names from one to the next.
_BY_RELEASE = ("intel-sycl-rt", "intel-cmplr-lib-rt", "intel-cmplr-lib-ur", *_ONEMKL)
_RUNTIME = (*_BY_RELEASE, "mkl", "umf")


def torch_installed_twice(packages: Packages, torch: Torch) -> Match | None:
    copies = packages.all("torch")
    # A copy that lies elsewhere (system, user site) is hidden by the first one, and does no harm.
    recorded = [package for package in copies if package.location == copies[0].location]
    if not recorded or not torch.version or "+git" in torch.version:
        return None
    # The public wheels record 2.13.0 and say 2.13.0+cu130 in their files: only the part before the + has to agree.
    releases = {package.version.partition("+")[0] for package in recorded} | {torch.version.partition("+")[0]}
    locals_ = {package.local for package in recorded if package.local}
    if len(releases) == 1 and locals_ <= {torch.version.partition("+")[2].lower()}:
        return None
    return Match(*recorded, torch.fact, said=" and ".join(f"torch {package.version}" for package in recorded), real=torch.version)


def runtime_wheel_missing(packages: Packages) -> Match | None:
    torch = packages.get("torch")
    for requirement, found in unmet(packages, torch, _RUNTIME):
        if torch and found is None:
            return Match(torch, torch=torch.version, requirement=_written(requirement), release=_release(torch))
    return None


def runtime_wheel_other_release(packages: Packages) -> Match | None:
    torch = packages.get("torch")
    for requirement, found in unmet(packages, torch, _BY_RELEASE):
        # IPEX 2.6 and 2.7 move the runtime within one minor release, which Intel's notes call harmless.
        if torch and found and found.parsed and minor(found.parsed) not in _releases_of(requirement):
            seen = f"{found.name} {found.version}"
            return Match(torch, found, torch=torch.version, requirement=_written(requirement), found=seen, release=_release(torch))
    return None


def torch_too_old(torch: Torch, devices: Devices, packages: Packages | None) -> Match | None:
    version = _stack.torch_version(packages, torch)
    # Intel's post-releases of 2.6 were made for Arrow Lake, before PyTorch named it.
    if version is None or version.is_postrelease or torch.available or _stack.build_of(torch, packages) != "xpu":
        return None
    gpus = _stack.usable_gpus(devices)
    firsts = [family.torch if (family := _families.family_of(gpu)) else "" for gpu in gpus]
    if not gpus or not all(first and Version(minor(version)) < Version(first) for first in firsts):
        return None
    return Match(torch, gpus[0], torch=version, gpu=gpus[0].label, first=firsts[0])


def _releases_of(requirement: Requirement) -> set[str]:
    return {minor(version) for part in requirement.specifier if (version := pep440(part.version.removesuffix(".*")))}


def torchvision_torchaudio_mismatch(packages: Packages, torch: Torch | None) -> Iterator[Match]:
    version = _stack.torch_version(packages, torch)
    for name, (first, since) in _STABLE_SINCE.items():
        package = packages.get(name)
        # The nightly builds of the three do not count up on the same day, and who builds them from source sees to their fit.
        if version is None or package is None or package.parsed is None or package.parsed.is_devrelease or _SOURCE.search(package.version):
            continue
        home = _home(name, package.parsed)
        if home in (None, minor(version)) or (Version(package.parsed.base_version) >= Version(first) and version >= Version(since)):
            continue
        yield Match(package, package=name, version=package.version, wanted=home, torch=version, release=version.public)


def _home(name: str, version: Version) -> str | None:
    """Return the torch minor release that a torchvision or torchaudio was built for; None where it is not known."""
    if name == "torchaudio":
        return minor(version) if version >= Version("2.0") else None
    return next((torch for torch, row in _releases.torch().items() if row["torchvision"] == minor(version)), None)


def triton_over_xpu_triton(packages: Packages) -> Match | None:
    xpu = next((package for name in _XPU_TRITONS if (package := packages.get(name))), None)
    # Intel also publishes an empty `triton` with the local version +xpu, for packages that insist on that name.
    others = [package for name in _OTHER_TRITONS for package in packages.all(name) if not package.local.startswith("xpu")]
    if xpu is None or not others:
        return None
    other = others[0]
    return Match(other, xpu, other=other.name, version=other.version, xpu=xpu.name, pinned=f"{xpu.name}=={xpu.version.partition('+')[0]}")


def xpu_tritons_overlap(packages: Packages, torch: Torch | None) -> Match | None:
    old, new = packages.get("pytorch-triton-xpu"), packages.get("triton-xpu")
    if old is None or new is None:
        return None
    pinned = _own_triton(_stack.torch_version(packages, torch)) or f"triton-xpu=={new.version.partition('+')[0]}"
    return Match(old, new, old=old.version, new=new.version, pinned=pinned)


def _own_triton(torch: Version | None) -> str | None:
    """Return the XPU build of Triton that a torch release pins, as a requirement."""
    row = _releases.torch().get(minor(torch), {}).get("triton") if torch else None
    pinned = row["versions"].get(torch.public) if row and torch else None
    return f"{row['package']}=={pinned}" if row and pinned else None


def xpu_triton_missing(packages: Packages, torch: Torch, system: System | None) -> Match | None:
    version = _stack.torch_version(packages, torch)
    pinned = _own_triton(version)
    if version is None or pinned is None or _stack.build_of(torch, packages) != "xpu" or not packages.lacks(*_XPU_TRITONS):
        return None
    # Before 2.7 there is none for Windows, and the one of 2.5 leaves Python 3.13 out.
    if version < Version("2.7") and (system is None or system.os != "linux" or packages.python.startswith("3.13")):
        return None
    return Match(torch, Fact(pinned.partition("==")[0], "not installed"), torch=version, pinned=pinned)


def bitsandbytes_without_xpu(packages: Packages, torch: Torch | None, system: System | None) -> Match | None:
    bitsandbytes, version = packages.get("bitsandbytes"), _stack.torch_version(packages, torch)
    if bitsandbytes is None or bitsandbytes.parsed is None or version is None or _stack.build_of(torch, packages) != "xpu":
        return None
    wanted = "0.50.0" if version >= Version("2.13.0.dev0") else "0.48.2" if system and system.os == "windows" else "0.48.0"
    if bitsandbytes.parsed >= Version(wanted):
        return None
    return Match(bitsandbytes, bitsandbytes=bitsandbytes.version, torch=version, wanted=wanted)


def python_without_xpu_wheels(packages: Packages, devices: Devices) -> Match | None:
    python = pep440(packages.python)
    if python is None or not packages.lacks("torch") or not _stack.usable_gpus(devices):
        return None
    if Version("3.9") <= python < Version("3.16"):
        return None
    return Match(fact(packages, "python"), python=minor(python))


def torch_missing(torch: Torch, packages: Packages) -> Match | None:
    if torch.installed is not False or packages.get("bigdl-core-cpp"):
        return None
    where = f"Python {packages.python}, {packages.environment}" if packages.python else "of the Python that was looked at"
    return Match(Fact("torch", "no package of this name on the search path", packages.executable), environment=where)


def _written(requirement: Requirement) -> str:
    return f"{requirement.name}{requirement.specifier}"


def _release(torch: Package) -> str:
    return torch.version.partition("+")[0]
