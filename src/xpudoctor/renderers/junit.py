"""The report as JUnit XML: a test case for each rule, failed where its finding counts for the exit status."""

from __future__ import annotations

from xml.etree import ElementTree

from xpudoctor.diagnosis.findings import Report, Result, Status
from xpudoctor.renderers import words
from xpudoctor.renderers.spots import told
from xpudoctor.renderers.view import View

# What XML 1.0 cannot hold, beyond the control characters that nobody is shown.
_NOT_XML = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")


def render(report: Report, view: View) -> str:
    """Return one suite. A finding below --fail-on is told in a case that passes, as the exit status says so, too."""
    suite = ElementTree.Element("testsuite", name="xpudoctor")
    for result in report.results:
        _case(suite, result, report, view)
    if unseen := words.not_seen(report):
        ElementTree.SubElement(suite, "system-err").text = _text("\n".join(unseen))
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(list(suite.iter(tag)))))
    suite.set("time", f"{sum(result.seconds for result in report.results):.3f}")
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, "unicode") + "\n"


def _case(suite: ElementTree.Element, result: Result, report: Report, view: View) -> None:
    rule = result.rule
    case = ElementTree.SubElement(suite, "testcase", name=rule.id, classname=f"xpudoctor.{rule.cause}", time=f"{result.seconds:.3f}")
    findings = [finding for finding in report.findings if finding.rule.id == rule.id]
    if result.status is Status.CRASHED:
        ElementTree.SubElement(case, "error", type="crashed", message=_text(result.note))
    elif result.status in (Status.UNKNOWN, Status.IGNORED):
        ElementTree.SubElement(case, "skipped", type=result.status.value, message=_text(result.note))
    elif findings:
        text = _text("\n\n".join(told(finding, view) for finding in findings) + f"\n\nWhy: {rule.why}\n" + "\n".join(rule.links))
        if view.counts(rule.severity):
            ElementTree.SubElement(case, "failure", type=rule.severity.value, message=_text(findings[0].message)).text = text
        else:
            ElementTree.SubElement(case, "system-out").text = f"{rule.severity.value}: {text}"
    elif known := [known.reason for known in report.known if known.finding.rule.id == rule.id]:
        ElementTree.SubElement(case, "skipped", type="known", message=_text("; ".join(dict.fromkeys(known))))


def _text(text: str) -> str:
    return words.printable(text).translate(_NOT_XML)
