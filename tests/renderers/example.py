"""A report with something of everything: two causes, a consequence, an unknown, a crash, a gap, foreign text."""

from __future__ import annotations

from xpudoctor import Fact, System
from xpudoctor.diagnosis.findings import Finding, Report, Result, Status
from xpudoctor.diagnosis.fixes import Remedy
from xpudoctor.diagnosis.rules import Confidence, Rule, Severity
from xpudoctor.diagnosis.triage import arrange
from xpudoctor.facts.snapshot import Snapshot
from xpudoctor.facts.torch import Torch
from xpudoctor.testing import gpus, installed


def rule(name: str, severity: Severity, confidence: Confidence = Confidence.CERTAIN, explains: tuple[str, ...] = ()) -> Rule:
    """Return a rule with everything in it."""
    why = "Because of a reason that takes more than one line to tell, as reasons do, on a terminal of sixty columns."
    return Rule(
        name,
        f"the {name}",
        "said",
        why,
        severity,
        confidence,
        name,
        ("https://example.org/a-long-address/that/must/not/break",),
        (),
        explains,
    )


WRONG = rule("torch-not-xpu-build", Severity.ERROR, explains=("torch-xpu-unavailable",))
UNAVAILABLE = rule("torch-xpu-unavailable", Severity.ERROR)
PATHS = rule("windows-long-paths", Severity.WARNING, Confidence.LIKELY)
HINT = rule("torch-hint", Severity.INFO, Confidence.POSSIBLE)
FIX = Remedy(
    "Install the XPU build.", ("pip install torch --index-url https://download.pytorch.org/whl/xpu",), "it takes long.", ("admin",)
)
FINDINGS = (
    Finding(UNAVAILABLE, "torch.xpu.is_available() is False."),
    Finding(WRONG, "torch 2.13.0+cpu is the CPU build.", (Fact("torch", "2.13.0+cpu", "torch/version.py"),), (FIX, FIX)),
    Finding(PATHS, "Long paths are off in <C:\\我的文档> | `x`.", (Fact("long paths", "no`", "registry"),), (FIX,)),
    Finding(HINT, "A hint."),
)
OTHERS = (
    Result(rule("fan-stopped", Severity.ERROR), Status.CLEAR),
    Result(rule("log-lines", Severity.ERROR), Status.UNKNOWN, note="log: not looked at"),
    Result(rule("bad-check", Severity.ERROR), Status.CRASHED, note="KeyError: 'x'"),
    Result(rule("quiet", Severity.ERROR), Status.IGNORED, note="we know"),
)
SNAPSHOT = Snapshot(
    system=System(os="linux", name="Ubuntu 24.04.3 LTS"),
    packages=installed("torch==2.13.0", python="3.11.7", environment="venv"),
    devices=gpus("56a0"),
    torch=Torch(installed=True, version="2.13.0+cpu"),
    gaps={"runtime": "not seen within 60 s"},
)
REPORT = Report(
    SNAPSHOT,
    (*(Result(f.rule, Status.FOUND, (f,)) for f in FINDINGS), *OTHERS),
    arrange(FINDINGS),
    ("checks of /x not loaded: no such folder",),
)
GOOD = Report(SNAPSHOT, (OTHERS[0],))
EMPTY = Report(Snapshot(), (OTHERS[1],))
