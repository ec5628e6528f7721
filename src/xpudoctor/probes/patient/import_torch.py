"""What the files of torch say, and how far `import torch` and torch.xpu come: a mark before each step that may be the last.

The argument says what to do: `files` only, `import` torch, import it `bare` (without the autoload), or import `ipex`.
"""

# pathlib would cost every child 5 ms.
# ruff: noqa: PTH118, PTH123, PTH208
from __future__ import annotations

import faulthandler
import importlib
import os
import sys
import time
import warnings
from typing import Any

from xpudoctor.probes.patient.start import mark, told
from xpudoctor.probes.patient.torch_files import files

_IPEX = "intel_extension_for_pytorch"


def main(what: str, patience: float) -> None:
    """Do it, and leave at once: taking torch apart again may take long, and may crash."""
    faulthandler.dump_traceback_later(patience, file=2)  # So that a hang tells where.
    module = _IPEX if what == "ipex" else "torch"
    seen = {"absent": True} if what == "bare" and not _has_backends() else files(module)
    mark(**seen)
    if what != "files" and "absent" not in seen:
        warnings.showwarning = _warned
        if _imported(module) and module == "torch":
            _xpu(sys.modules["torch"])
    mark(end=True)
    sys.stdout.flush()
    os._exit(0)


def _has_backends() -> bool:
    """Say whether a distribution registers a backend that `import torch` loads by itself."""
    for folder in filter(os.path.isdir, sys.path):
        for name in os.listdir(folder):
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), "rb") as stream:
                    if b"[torch.backends]" in stream.read():
                        return True
            except OSError:
                pass  # Not a metadata folder, or one without entry points.
    return False


def _imported(module: str) -> bool:
    mark(stage="importing")
    start = time.perf_counter()
    try:
        importlib.import_module(module)
    except Exception as error:
        sys.excepthook(*sys.exc_info())
        mark(error=told(error))
        return False
    mark(stage="imported", seconds=round(time.perf_counter() - start, 3))
    return True


def _xpu(torch: Any) -> None:
    try:
        mark(version=str(torch.__version__), xpu=getattr(torch.version, "xpu", None))
        xpu = getattr(torch, "xpu", None)
        mark(stage="compiled", compiled=bool(xpu and getattr(xpu, "_is_compiled", lambda: hasattr(torch._C, "_xpu_init"))()))
        if xpu is None:
            return
        mark(stage="available")
        mark(available=bool(xpu.is_available()))
        mark(stage="count")
        count = int(xpu.device_count())
        mark(count=count)
        for index in range(count):
            mark(stage=f"device {index}")
            _device(xpu, index)
        mark(stage="done")
    except Exception as error:
        sys.excepthook(*sys.exc_info())
        mark(error=told(error))


def _device(xpu: Any, index: int) -> None:
    seen = xpu.get_device_properties(index)
    names = [name for name in dir(seen) if not name.startswith("_")]
    values = {name: getattr(seen, name, None) for name in names}
    known = {name: str(value) for name, value in values.items() if isinstance(value, (str, int, float, bool, list, tuple))}
    mark(device=index, properties=known, memory=values.get("total_memory"))
    try:
        mark(device=index, free=int(xpu.mem_get_info(index)[0]))
    except Exception as error:  # Older torch has no such function, and some drivers do not tell.
        mark(device=index, free_error=told(error))


def _warned(message: Any, category: Any, *_: Any, **__: Any) -> None:
    mark(warning=f"{category.__name__}: {message}")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
