"""The report as Markdown: for an issue, a job summary, a chat."""

from __future__ import annotations

from collections.abc import Iterator

from xpudoctor.diagnosis.findings import Finding, Report, Status
from xpudoctor.renderers import words
from xpudoctor.renderers.view import View


def render(report: Report, view: View) -> str:
    """Return the report as Markdown; with `verbose`, also what each check said."""
    return "\n".join(_lines(report, view)) + "\n"


def _lines(report: Report, view: View) -> Iterator[str]:
    yield "## xpudoctor"
    yield ""
    yield from (f"- {escaped(word)}" for word in words.machine(report.snapshot))
    yield ""
    yield f"**{words.counts(report) or words.nothing(report)}**; {words.passes(report)}."
    yield from (f"\n> {escaped(line)}" for line in words.not_seen(report))
    for finding in report.causes:
        yield from finding_lines(finding, report)
    if report.known:
        yield "\nKnown, and not counted:\n"
        yield from (f"- `{k.finding.rule.id}`: {escaped(k.finding.message)} ({escaped(k.reason)})" for k in report.known)
    if report.asks:
        system = report.snapshot.system.os if report.snapshot.system else None
        yield "\nTo be sure, please add:\n"
        yield from (f"- {q.fact} ({q.why}): `{q.windows if system == 'windows' else q.linux}`" for q in report.asks)
    if view.verbose:
        yield from check_lines(report)


def finding_lines(finding: Finding, report: Report) -> Iterator[str]:
    """Yield one finding with its why, evidence, fixes, consequences and links."""
    yield f"\n### {finding.severity.value}: `{finding.rule.id}`\n"
    yield f"{escaped(finding.message)} ({finding.confidence.value})\n"
    yield f"**Why.** {escaped(finding.rule.why)}\n"
    for fact in finding.evidence:
        yield f"- seen: {escaped(fact.name)}: {_code(fact.value)}" + (f" ({escaped(fact.source)})" if fact.source else "")
    for number, fix in enumerate(finding.fixes):
        needs = f" (needs: {', '.join(fix.needs)})" if fix.needs else ""
        yield f"\n**{'Or' if number else 'Fix'}.** {escaped(fix.text)}{needs}" + (f" Risk: {escaped(fix.risk)}" if fix.risk else "")
        if fix.commands:
            yield "\n```sh\n" + words.printable("\n".join(fix.commands)) + "\n```"
    yield ""
    consequences = report.consequences(finding)
    yield from (f"- follows from it: `{other.rule.id}`: {escaped(other.message)}" for other in consequences)
    if finding.alike:
        yield ("\n" if consequences else "") + "Reads like: " + ", ".join(f"<{link}>" for link in finding.alike)
    yield ("\n" if consequences else "") + "Links: " + ", ".join(f"<{link}>" for link in finding.rule.links)


def check_lines(report: Report) -> Iterator[str]:
    """Yield what each check said that found nothing, folded."""
    yield "\n<details><summary>All checks</summary>\n\n| check | result | note |\n|---|---|---|"
    for result in report.results:
        if result.status is not Status.FOUND:
            yield f"| `{result.rule.id}` | {result.status.value} | {escaped(result.note)} |"
    yield "\n</details>"


def escaped(text: str) -> str:
    """Keep foreign text from being read as Markdown or HTML."""
    return words.printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("\r", " ").replace("\n", " ")


def _code(text: str) -> str:
    text = words.printable(text)
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}".replace("\n", " ") if fence == "``" else f"`{text}`".replace("\n", " ")
