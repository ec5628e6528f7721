"""Which torch a project brings: another build than XPU's, one that is left to chance, one over that which is there."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from xpudoctor import Fact, Match, Package, Packages
from xpudoctor.facts.packages import canonical
from xpudoctor.facts.project import Dependency, Installation, Project
from xpudoctor_checks import _project, _releases

# The first torch that PyTorch's index has for XPU, and a version that is newer than any.
_FIRST_XPU, _NEWEST = Version("2.5"), "99.0"


def project_torch_not_xpu(project: Project, packages: Packages | None) -> Match | None:
    found = [(i, d) for i, d in _elsewhere(project, packages) if d.pinned or _other_index(i, d)]
    if not found:
        return None
    installation, dependency = found[0]
    origin = _other_index(installation, dependency) or "the public index, whose wheel is for CUDA (on Windows for the CPU)"
    return Match(*_once(found), file=installation.name, wanted=_written(dependency), origin=origin)


def project_torch_index_missing(project: Project, packages: Packages | None) -> Match | None:
    found = [(i, d) for i, d in _elsewhere(project, packages) if not d.pinned and not _other_index(i, d)]
    return Match(*_once(found), file=found[0][0].name, wanted=_written(found[0][1])) if found else None


def _elsewhere(project: Project, packages: Packages | None) -> list[tuple[Installation, Dependency]]:
    """Return the torch of each installation, where nothing in the project leads to an XPU wheel and none is there that will do."""
    if _project.knows_xpu(project):
        return []
    found = ((installation, _project.torch(installation)) for installation in _project.ours(project))
    return [(installation, d) for installation, d in found if d and not d.url and not _is_met(d, packages)]


def _once(found: list[tuple[Installation, Dependency]]) -> list[Fact]:
    return list({dependency.fact.place: dependency.fact for _, dependency in found}.values())


def _written(dependency: Dependency) -> str:
    return f"{dependency.name}{dependency.specifier}"


def _is_met(dependency: Dependency, packages: Packages | None) -> bool:
    """Say whether the XPU build that is installed already will do: then pip leaves it alone."""
    there = _xpu_torch(packages)
    return there is not None and dependency.admits(there.version)


def _xpu_torch(packages: Packages | None) -> Package | None:
    there = packages.get("torch") if packages else None
    return there if there and there.local.startswith("xpu") else None


def _other_index(installation: Installation, dependency: Dependency) -> str:
    """Return where torch is taken from where that is said, and is not the public index."""
    if installation.installer == "conda":
        return "a conda channel"
    urls = [dependency.index, *(index.url for index in installation.indexes if index.role != "named" and "/whl" in index.url)]
    return next((url for url in urls if url), "")


def project_xpu_index_unused(project: Project) -> Iterator[Match]:
    for installation in _project.ours(project):
        dependency = _project.torch(installation)
        for index in installation.indexes:
            if (
                dependency
                and not dependency.index
                and not dependency.url
                and _is_passed_over(index.role)
                and _project.has_torch_xpu(index.url)
            ):
                rule = "only packages that name it" if index.role == "named" else "only what the public index does not have"
                yield Match(index, dependency, file=installation.name, index=index.name or index.url, rule=rule)


def _is_passed_over(role: str) -> bool:
    return role in ("named", "supplemental")


def project_torch_before_xpu(project: Project) -> Iterator[Match]:
    for installation, dependency in _beside_public(project):
        version = dependency.pinned
        if (
            version
            and version < _FIRST_XPU
            and not version.local
            and not any(_project.has_ipex(index.url) for index in installation.indexes)
        ):
            yield Match(dependency, file=installation.name, version=version)


def project_torch_build_open(project: Project) -> Iterator[Match]:
    for installation, dependency in _beside_public(project):
        if dependency.pinned is None and dependency.admits(_NEWEST):
            index = next(index for index in installation.indexes if index.role == "extra" and _project.has_torch_xpu(index.url))
            yield Match(dependency, index, file=installation.name, wanted=f"torch{dependency.specifier}")


def _beside_public(project: Project) -> Iterator[tuple[Installation, Dependency]]:
    """Yield the torch that pip takes from the best of several indexes; uv stays with the first that has it."""
    for installation in _project.ours(project):
        dependency = installation.get("torch")
        only = [index for index in installation.indexes if index.role == "only"]
        extra = any(index.role == "extra" and _project.has_torch_xpu(index.url) for index in installation.indexes)
        if dependency and not dependency.url and extra and not only and installation.installer == "pip":
            yield installation, dependency


def project_torch_replaced(project: Project, packages: Packages) -> Iterator[Match]:
    there = _xpu_torch(packages)
    for installation in _project.ours(project) if there else ():
        wanted = installation.get("torch")
        if there and wanted and not wanted.url and not _project.takes_xpu(installation) and not wanted.admits(there.version):
            yield Match(wanted, there, file=installation.name, wanted=f"torch{wanted.specifier}", torch=there.version)


def project_dependency_replaces_torch(project: Project, packages: Packages | None) -> Iterator[Match]:
    # Where a project knows XPU wheels, only what it brings together with them.
    known = _project.knows_xpu(project)
    for installation in _project.ours(project):
        judged = not _project.is_extra(installation) and (not known or _project.takes_xpu(installation))
        for dependency in installation.dependencies if judged else ():
            if not dependency.url and not dependency.marker:
                told = _declared(dependency, packages) or _listed(dependency, packages)
                if told:
                    yield Match(dependency, file=installation.name, name=dependency.name, does=told[0], instead=told[1])


def _declared(dependency: Dependency, packages: Packages | None) -> tuple[str, str] | None:
    """Return what the requirements of the package that is installed say of torch, where the XPU build does not meet them."""
    package, there = packages.get(dependency.name) if packages else None, _xpu_torch(packages)
    for text in package.requires if package and there and dependency.admits(package.version) else ():
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        if there and package and canonical(requirement.name) == "torch" and not requirement.marker and not _admits(requirement, there):
            return f"requires {text}, and torch {there.version} is installed", "take a release of it that goes with this torch"
    return None


def _admits(requirement: Requirement, package: Package) -> bool:
    return package.parsed is None or requirement.specifier.contains(package.parsed, prereleases=True)


def _listed(dependency: Dependency, packages: Packages | None) -> tuple[str, str] | None:
    row = _releases.cuda_only().get(dependency.name)
    installed = packages.get(dependency.name) if packages else None
    return (row["does"], row["instead"]) if row and not (installed and dependency.admits(installed.version)) else None
