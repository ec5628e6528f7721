"""What every test may ask for: `wine` and `wine_python`, a Windows with a Python."""

from __future__ import annotations

pytest_plugins = ["tests.wine"]
