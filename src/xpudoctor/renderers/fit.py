"""The answer of `xpudoctor fit`: as text with a bar for each device, as Markdown, as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import typer

from xpudoctor.facts.sizes import GIB, MIB
from xpudoctor.fit.answer import Answer
from xpudoctor.fit.fit import Fit, Verdict
from xpudoctor.fit.place import PARTS, Share
from xpudoctor.renderers.view import View
from xpudoctor.renderers.words import printable

_MARKS = {Verdict.FITS: ("✓", "OK", "green"), Verdict.TIGHT: ("!", "!", "yellow"), Verdict.NOT: ("✗", "X", "red")}
_UNICODE = dict(zip(PARTS, "█▓▒▒░░▚", strict=True))
_ASCII = dict(zip(PARTS, "#=++--%", strict=True))
_BAR = 56


def render(answer: Answer, form: str, view: View) -> str:
    """Return the answer in this format."""
    if form == "json":
        return json.dumps(answer.to_json(), indent=2, ensure_ascii=not view.unicode) + "\n"
    return "\n".join(_markdown(answer) if form == "markdown" else _text(answer, view)) + "\n"


def size(number: int) -> str:
    """Return bytes as people read them."""
    return f"{number / GIB:.2f} GiB" if abs(number) >= GIB / 8 else f"{number / MIB:.0f} MiB"


def verdict(found: Fit) -> str:
    """Return the verdict in a few words."""
    worst = min(found.shares, key=lambda share: share.left)
    if found.too_large:
        return f"does not fit: {found.buffer_name} is one buffer of {size(found.buffer)}, and one may have {size(found.limit or 0)} here"
    if worst.left < 0:
        return f"does not fit: {size(-worst.left)} too much" + (f" for {worst.device.name}" if len(found.shares) > 1 else "")
    return f"{found.verdict.value}: {size(worst.left)} left" + (" on the fullest device" if len(found.shares) > 1 else "")


def head(answer: Answer) -> str:
    """Return what was asked."""
    wish = answer.fit.wish
    draft = f" | draft {wish.draft.name}" if wish.draft else ""
    words = f"{wish.model.name} | {wish.precision} | {wish.backend.label} | context {wish.use.context}, batch {wish.use.batch}{draft}"
    return f"{words} (sizes from {wish.model.origin})"


def _text(answer: Answer, view: View) -> Iterator[str]:
    found = answer.fit
    mark, plain, color = _MARKS[found.verdict]
    yield from _wrapped(head(answer), view)
    yield ""
    if answer.draft_too_large:
        yield from _wrapped(answer.notes[0], view, fg="red")
    yield from _wrapped(f"{mark if view.unicode else plain} {verdict(found)}.", view, fg=color, bold=True)
    yield ""
    for share in found.shares:
        yield from _share(share, found, view)
    yield from (line for text in _facts(answer) for line in _wrapped(text, view))
    if answer.options:
        yield ""
        yield from _wrapped("What would fit, the least loss first:", view, bold=True)
        for number, option in enumerate(answer.options, 1):
            yield from _wrapped(f"{number}. {option.text}: {verdict(option.fit)}", view, indent=2)
    if answer.recipe:
        yield ""
        yield from _wrapped("Load it so:" if answer.best is found else "Load the first so:", view, bold=True)
        # What is to be copied is never broken.
        yield from ("  " + _styled(printable(line), view, fg="green") for line in answer.recipe.splitlines())


def _share(share: Share, found: Fit, view: View) -> Iterator[str]:
    device, fills = share.device, _UNICODE if view.unicode else _ASCII
    layers = f", {share.layers} layers" if len(found.shares) > 1 else ""
    yield from _wrapped(
        f"{device.name}: {size(share.need)} of {size(device.free)} free{' (shared)' if device.shared else ''}{layers}", view
    )
    yield "  " + _bar(share, fills, min(_BAR, view.width - 6), view)
    for name, number in share.parts.items():
        if number == 0:  # Of the logits only what is larger than the activations counts.
            continue
        yield f"  {fills[name]} {name:12} {size(number):>10}"
    yield ""


def _bar(share: Share, fills: dict[str, str], width: int, view: View) -> str:
    """Draw the parts to scale; a mark stands where the device ends, and what is beyond it does not fit."""
    whole = max(share.need, share.device.free, 1)
    drawn, done = "", 0
    for name, number in share.parts.items():
        done += number
        drawn = drawn.ljust(round(done / whole * width), fills[name])
    drawn = drawn[:width].ljust(width, "·" if view.unicode else ".")
    end = round(share.device.free / whole * width)
    return f"[{drawn[:end]}|{_styled(drawn[end:], view, fg='red')}]" if share.left < 0 else f"[{drawn}]"


def _facts(answer: Answer) -> Iterator[str]:
    found = answer.fit
    limit = f"; one may have {size(found.limit)}" if found.limit else ""
    yield f"Largest single buffer: {size(found.buffer)} ({found.buffer_name}){limit}."
    most = " (all that the model was made for)" if answer.context == found.wish.model.shape.max_position else ""
    yield f"Longest context that fits: {f'{answer.context} tokens{most}' if answer.context else 'none'}."
    free = f"; {size(answer.host_free)} are free" if answer.host_free is not None else ""
    short = ", too little: enlarge the page file or swap" if answer.host_too_small else ""
    yield f"Computer's memory while loading: about {size(answer.host)} ({answer.host_why}){free}{short}."
    yield from answer.notes[1:] if answer.draft_too_large else answer.notes


def _markdown(answer: Answer) -> Iterator[str]:
    found = answer.fit
    yield f"## xpudoctor fit: {_MARKS[found.verdict][0]} {verdict(found)}\n"
    yield f"{_escaped(head(answer))}\n"
    names = [name for name in PARTS if any(name in share.parts for share in found.shares)]
    yield "| device | free | " + " | ".join(names) + " | left |\n|---" * 1 + "|---" * (len(names) + 2) + "|"
    for share in found.shares:
        sizes = " | ".join(size(share.parts.get(name, 0)) for name in names)
        yield f"| {_escaped(share.device.name)} | {size(share.device.free)} | {sizes} | {size(share.left)} |"
    yield ""
    yield from (f"- {_escaped(text)}" for text in _facts(answer))
    if answer.options:
        yield "\nWhat would fit, the least loss first:\n"
        yield from (f"{number}. {_escaped(option.text)}: {verdict(option.fit)}" for number, option in enumerate(answer.options, 1))
    if answer.recipe:
        yield f"\n```\n{printable(answer.recipe)}\n```"


def _escaped(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def _wrapped(text: str, view: View, indent: int = 0, **style: bool | str) -> Iterator[str]:
    lines = textwrap.wrap(
        printable(text), view.width, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return (_styled(line, view, **style) for line in lines)


def _styled(text: str, view: View, **style: bool | str) -> str:
    return typer.style(text, **style) if view.color and text and style else text  # type: ignore[arg-type]
