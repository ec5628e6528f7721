"""What `xpudoctor triage` costs as logs grow: `python tests/bench/triage.py [MEGABYTES...]`, seconds and peak memory of the whole process.

Three kinds of log of each size: lines of words that may all tell something (the worst case), the progress of a training, and one
error said again and again. Each is run three times, and the quickest counts.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 3
_WORDS = "loading model layer step token forward kernel device xpu:0 error warning tensor cache memory driver version 0.123".split()
_CHANCE = random.Random(1)


def telling(number: int) -> str:
    words = " ".join(_CHANCE.choices(_WORDS, k=10))
    return f"2026-03-01 12:00:{number % 60:02} INFO worker {number % 4}: {words}\n"


def training(number: int) -> str:
    return f"epoch {number // 900} step {number} loss {1 / (number + 1):.4f} lr 3.0e-05 grad_norm {number % 7 / 7:.3f} 1.87 s\n"


def again(_: int) -> str:
    return "RuntimeError: Native API failed. Native API returns: 20 (UR_RESULT_ERROR_DEVICE_LOST)\n"


def write(file: Path, size: int, line: Callable[[int], str]) -> None:
    """Write a log of this size: a block of 1 MB at most, as often as needed, for making up words is slower than reading them."""
    block, number = "", 0
    while len(block) < min(size, 1 << 20):
        block += "".join(line(number + more) for more in range(1_000))
        number += 1_000
    with file.open("w", encoding="ascii") as stream:
        for start in range(0, size, len(block)):
            stream.write(block[: size - start])


def measure(file: Path) -> tuple[float, int]:
    """Return the seconds that one run takes, and the most memory (KB) that it holds."""
    began = time.perf_counter()
    command = [str(Path(sys.executable).with_name("xpudoctor")), "triage", str(file)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0  # It was waited for here.
    return time.perf_counter() - began, used.ru_maxrss


def main() -> None:
    """Measure and print a table."""
    sizes = [int(word) for word in sys.argv[1:]] or [1, 10, 100]
    print(f"{'log':10} {'MB':>5} {'seconds':>8} {'s per MB':>9} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log"
        for kind in (telling, training, again):
            for size in sizes:
                write(file, size << 20, kind)
                seconds, memory = min(measure(file) for _ in range(RUNS))
                print(f"{kind.__name__:10} {size:5} {seconds:8.2f} {seconds / size:9.3f} {memory / 1024:8.0f}")


if __name__ == "__main__":
    main()
