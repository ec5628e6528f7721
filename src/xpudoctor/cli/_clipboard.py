"""The clipboard, where the desktop has a command for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def command() -> list[str] | None:
    """Return the command that takes a text from its input to the clipboard; None where there is none."""
    found = [
        words
        for wanted, words in (
            (sys.platform == "win32" or "WSL_DISTRO_NAME" in os.environ, ["clip.exe"]),
            ("WAYLAND_DISPLAY" in os.environ, ["wl-copy"]),
            ("DISPLAY" in os.environ, ["xclip", "-selection", "clipboard"]),
            ("DISPLAY" in os.environ, ["xsel", "--clipboard", "--input"]),
        )
        if wanted and shutil.which(words[0])
    ]
    return found[0] if found else None


def copy(text: str, words: list[str]) -> str:
    """Put a text on the clipboard; return why it could not be, empty where it could."""
    # clip.exe takes another encoding for the console's own unless it is told by the mark in front.
    data = text.encode("utf-16" if words[0] == "clip.exe" else "utf-8", "replace")
    try:
        # Not through probes: xclip and wl-copy stay behind on purpose, to hand the text out; a pipe that they held would never end.
        ended = subprocess.run(words, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{words[0]}: {error}"
    return f"{words[0]} ended with exit status {ended.returncode}" if ended.returncode else ""
