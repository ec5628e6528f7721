"""What every test may ask for: `wine` and `wine_python`, a Windows with a Python."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
pytest_plugins = ["wine"]
