"""The reference data of the checks: every entry has its source and date, and says nothing that the tables beside it do not know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from xpudoctor.facts import gpus
from xpudoctor_checks._bad_drivers import bad_drivers
from xpudoctor_checks._drivers import line_build, loader_released, table
from xpudoctor_checks._families import families

LISTS = ("bad_drivers", "windows_drivers", "torch_drivers", "variables")
WHOLE = ("neo", "level_zero_loader", "released")
FAMILIES = {model.family for model in gpus.models().values()}


def entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each entry that has to name its source, with the place to look for it."""
    yield from ((f"families {name}", row) for name, row in table("families").items())
    yield from ((name, dict(table(name))) for name in WHOLE)
    for name in LISTS:
        yield from ((f"{name} {kind} {index + 1}", row) for kind, rows in table(name).items() for index, row in enumerate(rows))


@pytest.mark.parametrize("entry", [pytest.param(row, id=place) for place, row in entries()])
def test_entry_has_source_and_date(entry):
    assert entry["source"]
    assert all(source.startswith("https://") and "//pypi" not in source for source in entry["source"])
    assert date.fromisoformat(entry["checked"]) > date(2026, 1, 1)


@pytest.mark.parametrize("entry", [pytest.param(row, id=place) for place, row in entries()])
def test_entry_speaks_of_known_gpus(entry):
    assert set(entry.get("families", ())) <= FAMILIES
    assert set(entry.get("ids", ())) | set(entry.get("kernel_by_id", ())) <= set(gpus.models())


def test_every_family_has_a_row():
    assert set(families()) == FAMILIES


@pytest.mark.parametrize("name", families())
def test_family_names_known_versions(name):
    family = families()[name]
    assert not family.neo or line_build(family.neo)
    assert not family.kernel or Version(family.kernel) > Version("5")
    assert family.torch in ("", "none") or Version(family.torch) >= Version("2.4")
    assert bool(family.neo) is bool(family.neo_confidence)
    assert bool(family.kernel) is bool(family.kernel_confidence)


def test_first_lines_of_single_gpus_are_known():
    assert all(line_build(model.neo) for model in gpus.models().values() if model.neo)


def test_lines_and_builds_rise_together():
    rows = [(Version(line), row["build"], date.fromisoformat(row["date"])) for line, row in table("neo")["line"].items()]
    assert rows == sorted(rows)
    assert [build for _, build, _ in rows] == sorted({build for _, build, _ in rows})


def test_an_unknown_line_is_an_error():
    with pytest.raises(ValueError, match=r"no line 99\.99"):
        line_build("99.99")


def test_loaders_have_dates():
    assert all(loader_released(f"{release}.0") for release in table("level_zero_loader")["release"])


def test_rows_of_bad_drivers_are_narrow():
    rows = bad_drivers()
    assert all(row.driver or row.neo or row.kernel for row in rows)
    assert all(row.os in ("windows", "linux") and row.confidence in ("certain", "likely") for row in rows)


def test_windows_branches_and_floors_are_versions():
    data = table("windows_drivers")
    assert all(Version(row["first"]) < Version(row["last"]) for row in data["branch"])
    assert all(Version(row["version"]) for row in data["floor"])


def test_torch_drivers_name_packages_and_lines():
    data = table("torch_drivers")
    assert all(Requirement(row["package"]).specifier for rows in data.values() for row in rows)
    assert all(line_build(row["neo"]) for row in data["linux"])
    assert all(Version(row["driver"]) for row in data["windows"])
