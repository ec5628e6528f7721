"""Where rules come from: packages and folders of tables, each table with the module beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from xpudoctor.diagnosis.rules import Rule, RuleError, read_rules
from xpudoctor.diagnosis.skim import skim_rules
from xpudoctor.facts import gpus, toml
from xpudoctor.facts.record import Record

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class Source(Record):
    """A folder of tables and modules: a package by its name, or a plain folder."""

    name: str
    folder: Traversable
    module: Callable[[str], ModuleType | None]


def package_source(name: str) -> Source:
    """Return the source that an importable package is, such as the built-in `xpudoctor_checks`."""
    folder = _folder(name)
    return Source(name, folder, lambda topic: import_module(f"{name}.{topic}") if _has(folder, topic) else None)


def _folder(package: str) -> Traversable:
    path = Path(import_module(package).__path__[0])
    if path.is_dir():
        return path
    # In a zip. Imported only then: it costs as much as reading all the tables.
    from importlib.resources import files

    return files(package)


def folder_source(path: Path) -> Source:
    """Return the source that a plain folder is; raise RuleError where it is none."""
    if not path.is_dir():
        raise RuleError(f"{path}: no such folder of checks")

    from importlib.util import module_from_spec, spec_from_file_location

    def module(topic: str) -> ModuleType | None:
        spec = spec_from_file_location(f"xpudoctor_folder_{topic}", path / f"{topic}.py") if _has(path, topic) else None
        if spec is None or spec.loader is None:
            return None
        loaded = module_from_spec(spec)
        spec.loader.exec_module(loaded)
        return loaded

    return Source(str(path), path, module)


# Topics of these names judge logs and projects. They are most of what is known, and a live machine is neither: then they are not even read.
LOG, PROJECT = "log_", "project_"


def tables(source: Source, *, logs: bool = True, projects: bool = True, skim: bool = False) -> Iterator[tuple[str, str, tuple[Rule, ...]]]:
    """Yield the topic, the place and the rules of each table of a source, by name; no module is imported."""
    left_out = tuple(start for start, wanted in ((LOG, logs), (PROJECT, projects)) if not wanted)
    for topic, place, text in _texts(source, left_out):
        yield topic, place, (skim_rules if skim else read_rules)(text, place)


def find(source: Source, rule: str) -> Rule | None:
    """Return one rule of a source; only the table that holds it is parsed."""
    found = (read_rules(text, place) for _, place, text in _texts(source) if f'id = "{rule}"' in text)
    return next((candidate for table in found for candidate in table if candidate.id == rule), None)


def known(source: Source, rule: Rule) -> list[str]:
    """Return a line for each row of reference data that a rule of this source goes by."""
    if rule.rows is None:
        return []
    name, _, key = rule.rows["of"].partition(".")
    rows = toml.loads(source.folder.joinpath("tables", f"{name}.toml").read_text(encoding="utf-8"))[key]
    picked = (row for row in rows if all(row.get(name) == value for name, value in rule.rows.get("where", {}).items()))
    return [rule.rows["line"].format_map({name: _listed(name, value) for name, value in row.items()}) for row in picked]


def _listed(name: str, value: Any) -> Any:
    if name == "families":
        known = {model.family: model.codename for model in gpus.models().values()}
        value = [known.get(family, family) for family in value]
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _texts(source: Source, left_out: tuple[str, ...] = ()) -> Iterator[tuple[str, str, str]]:
    wanted = (item for item in source.folder.iterdir() if item.name.endswith(".toml") and not item.name.startswith(left_out))
    for table in sorted(wanted, key=lambda item: item.name):
        place = f"{source.name}/{table.name}"
        try:
            text = table.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise RuleError(f"{place}: cannot be read: {error}") from None
        yield table.name.removesuffix(".toml"), place, text


def _has(folder: Traversable, topic: str) -> bool:
    return folder.joinpath(f"{topic}.py").is_file()
