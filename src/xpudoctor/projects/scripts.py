"""What scripts do when they are run: what they install, which containers and servers they start, which variables they set."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import PurePosixPath

from xpudoctor.facts.environment import Environment
from xpudoctor.facts.fact import Fact, Place
from xpudoctor.facts.log import Line
from xpudoctor.facts.project import Container, Installation, Project, Source, Use
from xpudoctor.projects import _pip
from xpudoctor.projects._text import Logical, in_line, logical_lines, mark_of
from xpudoctor.readers import variables

_PIP = re.compile(r"(?:^|[\s;&|(!%\"'])(?P<uv>uv )?pip[\d.]*(?:\.exe)?\s+install\s+(?P<rest>.*)")
_DOCKER = re.compile(r"(?:^|[\s;&|(])(?:docker|podman|nerdctl) (?:container )?run\s+(?P<rest>.*)")
_END = re.compile(r"\s(?:&&|\|\||\||;|>|2>|#)|;\s|&&")
_COMMENT = re.compile(r"\s*(?:#|::|@?rem\b)", re.IGNORECASE)
# Options of `docker run` that stand alone; any other one takes the next word as its value.
_ALONE = re.compile(
    r"-[ditPq]+|--(?:rm|init|detach|interactive|tty|privileged|read-only|publish-all|no-healthcheck|quiet|oom-kill-disable)"
)
_MOST_COMMANDS = 20  # in one line
_MODELS = ("-m", "--model")
_DRAFTS = ("-md", "--model-draft", "--draft-model", "--speculative-model", "--speculative_model")


def read(file: str, text: str) -> Project:
    """Return what a shell or batch script does."""
    installations: list[Installation] = []
    containers: list[Container] = []
    uses: list[Use] = []
    for line in logical_lines(text, mark_of(file)):
        if not _COMMENT.match(line.text):
            # What is indented may stand in a branch that is not taken.
            installations += installs(file, line, "branch" if line.text[:1].isspace() else "")
            containers += _runs(file, line)
            uses += drafts(file, line)
    code = (Source(file, uses=tuple(uses)),) if uses else ()
    environments = environment(file, [line if line[:1].strip() else "" for line in text.splitlines()])
    return Project(installations=tuple(installations), containers=tuple(containers), code=code, environments=environments)


def installs(file: str, line: Logical, purpose: str = "") -> Iterator[Installation]:
    """Yield what each `pip install` of a line brings; the purpose is that of the whole file, where its name says none."""
    rest = line.text
    for _ in range(_MOST_COMMANDS):
        if (match := _PIP.search(rest)) is None:
            return
        words, rest = _words(match["rest"]), match["rest"]
        blank = Installation(file, "uv" if match["uv"] else "pip", _pip.meant_for(file) or purpose)
        found = _pip.command(words, blank, lambda word: in_line(file, "command", line, word))
        if found.dependencies or found.indexes or found.includes:
            yield found


def _words(text: str) -> list[str]:
    """Return the words of a command up to its end."""
    end = _END.search(text)
    text = text[: end.start()] if end else text
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _runs(file: str, line: Logical) -> Iterator[Container]:
    match = _DOCKER.search(line.text)
    words = _words(match["rest"]) if match else []
    options: list[tuple[str, str]] = []
    position = 0
    while position < len(words) and words[position].startswith("-"):
        name, equals, value = words[position].partition("=")
        alone = bool(equals) or _ALONE.fullmatch(name) is not None
        options.append((name, value if alone else words[position + 1] if position + 1 < len(words) else ""))
        position += 1 if alone else 2
    # Words that a variable holds are not known: then nothing can be said of what is missing.
    if position < len(words) and not any(word.startswith(("$", "%")) for word in words[: position + 1]):
        yield _container(options, words[position:], in_line(file, "container", line, "run"))


def _container(options: list[tuple[str, str]], words: list[str], fact: Fact) -> Container:
    def values(*names: str) -> tuple[str, ...]:
        return tuple(value for name, value in options if name in names)

    return Container(
        words[0],
        fact,
        " ".join(words[1:]),
        values("--device"),
        values("--group-add"),
        next(iter(values("-u", "--user")), ""),
        any(name == "--privileged" for name, _ in options),
        next(iter((*values("--shm-size"), *(value for value in values("--ipc") if value == "host"))), ""),
    )


def drafts(file: str, line: Logical) -> Iterator[Use]:
    """Yield the model that a line gives to a server both as the main and as the draft model."""
    words = line.text.replace("=", " ").split()
    given = {words[i]: words[i + 1].strip("\"'") for i in range(len(words) - 1) if words[i] in (*_MODELS, *_DRAFTS)}
    mains, others = ({given[name] for name in names if name in given} for names in (_MODELS, _DRAFTS))
    for model in sorted(mains & others):
        yield Use("own draft", model, in_line(file, "command", line, model))


def environment(file: str, lines: list[str]) -> tuple[Environment, ...]:
    """Return the environment that the lines of a file make: the variables that matter to this stack."""
    found = variables.read([Line(number, text) for number, text in enumerate(lines, 1)]).environment
    if found is None:
        return ()
    places = {}
    for name in found.variables:
        number = int(found.sources[name].removeprefix("line "))
        places[name] = Place(file, number, lines[number - 1].find(name) + 1)
    sources = {name: str(place) for name, place in places.items()}
    return (Environment(found.variables, source=file, sources=sources, places=places),)


def is_script(file: str) -> bool:
    """Say whether a file is a shell or batch script by its name."""
    return PurePosixPath(file).suffix.lower() in (".sh", ".bash", ".bat", ".cmd", ".ps1")
