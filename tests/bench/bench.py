"""How fast the doctor is, as ratios measured side by side: `python tests/bench/bench.py [--python PATIENT] [--runs N]`.

Each round runs every command once, in turn, so that a slow moment of the machine falls on all of them; shown are medians.
`--python` is an interpreter whose environment holds torch; without it, the rows that need torch are left out.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

BARE = "import typer, rich"
TORCH = "import torch; torch.xpu.is_available()"


def commands(patient: str | None) -> dict[str, tuple[list[str], str, float | None]]:
    """Return, by name: the command, the name of the row it is held against, and the ratio to reach."""
    me, doctor = sys.executable, [str(Path(sys.executable).with_name("xpudoctor"))]
    rows: dict[str, tuple[list[str], str, float | None]] = {
        "python -c pass": ([me, "-c", "pass"], "", None),
        BARE: ([me, "-c", BARE], "", None),
        "xpudoctor --version": ([*doctor, "--version"], BARE, 1.3),
        "xpudoctor explain": ([*doctor, "explain", "torch-not-xpu-build"], BARE, 1.3),
        "xpudoctor --help": ([*doctor, "--help"], BARE, None),
        "xpudoctor check --static": ([*doctor, "check", "--static"], BARE, 2.0),
    }
    if patient:
        rows[TORCH] = ([patient, "-c", TORCH], "", None)
        rows["import torch"] = ([patient, "-c", "import torch"], "", None)
        rows["python -m torch.utils.collect_env"] = ([patient, "-m", "torch.utils.collect_env"], TORCH, None)
        rows["xpudoctor check"] = ([*doctor, "check", "--python", patient], TORCH, 1.15)
    return rows


def measure(rows: dict[str, tuple[list[str], str, float | None]], runs: int) -> dict[str, float]:
    """Return the median seconds of each command."""
    seconds: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(runs):
        for name, (command, _, _) in rows.items():
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in seconds.items()}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", help="an interpreter whose environment holds torch")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    rows = commands(options.python)
    medians = measure(rows, options.runs)
    print(f"{'command':40} {'ms':>7} {'ratio':>6} {'to reach':>9}   against")
    for name, (_, against, goal) in rows.items():
        ratio = f"{medians[name] / medians[against]:.2f}" if against else ""
        print(f"{name:40} {medians[name] * 1000:7.0f} {ratio:>6} {goal or '':>9}   {against}".rstrip())


if __name__ == "__main__":
    main()
