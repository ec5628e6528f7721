"""Values of the Windows registry (HKEY_LOCAL_MACHINE); there are none on another system."""

from __future__ import annotations

import sys


def value(key: str, name: str) -> str | int | bytes | None:
    """Return one value (a list of texts as its first one); None where the key or the value is not there."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        # A 32-bit Python would be shown another registry.
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as handle:
            found = winreg.QueryValueEx(handle, name)[0]
    except OSError:
        return None
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, (str, int, bytes)) else None


def text(key: str, name: str) -> str | None:
    """Return a value that is a text."""
    found = value(key, name)
    return found.strip("\0 ") if isinstance(found, str) else None


def number(key: str, name: str) -> int | None:
    """Return a value that is a number; drivers write some of them as bytes."""
    found = value(key, name)
    if isinstance(found, bytes):
        return int.from_bytes(found, "little")
    return found if isinstance(found, int) else None


def names(key: str) -> tuple[str, ...] | None:
    """Return the names of the values of a key; None where the key is not there."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as handle:
            return tuple(winreg.EnumValue(handle, index)[0] for index in range(winreg.QueryInfoKey(handle)[1]))
    except OSError:
        return None


def subkeys(key: str) -> tuple[str, ...] | None:
    """Return the full names of the keys under a key; None where it is not there or may not be listed."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as handle:
            return tuple(rf"{key}\{winreg.EnumKey(handle, index)}" for index in range(winreg.QueryInfoKey(handle)[0]))
    except OSError:
        return None
