"""Build the doctor as one file: `python .ci/pyz.py [xpudoctor.pyz]`; any Python 3.10 or later runs it, nothing is unpacked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipapp
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Parts with compiled code have no place in one file for all systems; the doctor does without them.
COMPILED = ("psutil",)
# Needed on another Python (3.10) or another system (Windows) than the one that builds.
ELSEWHERE = ("tomli", "colorama")


def build(target: Path) -> None:
    """Gather the project and its pure-Python requirements, and write the archive."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder]
        subprocess.run([*pip, str(ROOT)], check=True)
        subprocess.run([*pip, "--no-deps", "--platform", "any", "--only-binary", ":all:", "--upgrade", *ELSEWHERE], check=True)
        for path in Path(folder).iterdir():
            if path.name.startswith(COMPILED) or path.name in ("bin", "__pycache__") or path.name.endswith(".dist-info"):
                shutil.rmtree(path)
        for cache in list(Path(folder).rglob("__pycache__")):
            shutil.rmtree(cache)
        compiled = [path for path in Path(folder).rglob("*") if path.suffix in (".so", ".pyd")]
        if compiled:
            sys.exit(f"compiled code would be in the archive: {compiled[0].name}")
        zipapp.create_archive(folder, target, "/usr/bin/env python3", "xpudoctor.__main__:main", compressed=True)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "xpudoctor.pyz")
    build(target)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
