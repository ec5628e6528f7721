"""What is installed, in the order in which Python finds it: read from the names of metadata folders."""

# pathlib would cost every child 5 ms.
# ruff: noqa: PTH112, PTH113, PTH116, PTH118, PTH119, PTH123, PTH208
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

from xpudoctor.probes.patient.start import mark

_CONDA = os.path.join(sys.prefix, "conda-meta")
# The stack whose requirements are worth opening files for.
_STACK = tuple(
    (
        "torch torchvision torchaudio pytorch-triton triton transformers tokenizers accelerate safetensors huggingface-hub peft trl "
        "bitsandbytes sentencepiece protobuf numpy vllm sglang optimum diffusers auto-round llama-cpp-python onnxruntime openvino "
        "ipex-llm bigdl intel- intel_ oneccl dpctl dpnp dpcpp onemkl mkl tbb tcmlib umf xpu"
    ).split()
)


def main() -> None:
    """Report it."""
    for said in listed():
        mark(**said)


def listed() -> Iterator[dict[str, Any]]:
    """Yield every distribution, then the environment that holds them."""
    conda = _conda_packages()
    user = getattr(sys.modules.get("site"), "USER_SITE", None) or "\0"
    for folder in dict.fromkeys(map(os.path.abspath, sys.path)):
        origin = _origin(folder, user)
        try:
            for name, path in _metadata_in(folder):
                yield _distribution(name, path, folder, origin, conda)
        except OSError as error:
            yield {"unread": folder, "why": str(error)}
    for name, version, path in conda.values():
        package = {"name": name, "version": version, "location": sys.prefix, "source": path}
        yield {"origin": "conda", "installer": "conda", **package}
    kind = "conda" if os.path.isdir(_CONDA) else "venv" if sys.prefix != sys.base_prefix else "system"
    python = ".".join(map(str, sys.version_info[:3]))
    about = {"python": python, "executable": sys.executable, "environment": kind, "prefix": sys.prefix, "uv": _made_by_uv()}
    yield {"done": True, **about}


def _metadata_in(folder: str) -> Iterator[tuple[str, str]]:
    """Yield the folders and files that describe a distribution, and what an interrupted pip left."""
    if folder.endswith(".egg") and os.path.isdir(os.path.join(folder, "EGG-INFO")):
        yield os.path.basename(folder), os.path.join(folder, "EGG-INFO")
    if not os.path.isdir(folder):
        return  # A zip of the standard library, or a folder that is not there: Python passes it by, too.
    # Not sorted: of two copies in one folder, importlib.metadata takes the one that the file system lists first.
    for name in os.listdir(folder):
        if name.endswith((".dist-info", ".egg-info")) or name.startswith("~"):
            yield name, os.path.join(folder, name)


def _distribution(entry: str, path: str, folder: str, origin: str, conda: dict[str, Any]) -> dict[str, Any]:
    if entry.startswith("~"):
        return {"leftover": path}
    stem = entry.rpartition(".")[0]
    if not entry.endswith(".dist-info"):
        stem = stem.partition("-py")[0]
    name, _, version = stem.rpartition("-") if "-" in stem else (stem, "", "")
    found = {"name": name.replace("_", "-"), "version": version, "location": folder, "origin": origin, "source": path}
    try:
        found.update(_opened(path, found["name"].lower(), bool(version), conda))
    except (OSError, ValueError) as error:
        found["damaged"] = str(error)
    return found


def _opened(path: str, name: str, versioned: bool, conda: dict[str, Any]) -> dict[str, Any]:
    file = path
    if not os.path.isfile(path):
        file = os.path.join(path, "METADATA" if path.endswith(".dist-info") else "PKG-INFO")
    if os.stat(file).st_size == 0:
        raise ValueError(f"{file} is empty")
    more = _headers(file) if name.startswith(_STACK) or not versioned else {}
    installer = _text(path, "INSTALLER").strip()
    if installer == "conda":
        conda.pop(name, None)
    return {**more, "installer": installer, "url": _url(_text(path, "direct_url.json"))}


def _url(direct: str) -> str:
    """Return the address that a distribution was installed from, where its record tells one; ValueError where the record is damaged."""
    if not direct:
        return ""
    import json  # Only here: it costs a child 6 ms.

    told = json.loads(direct)
    if not isinstance(told, dict):
        raise ValueError("direct_url.json holds no table")
    return str(told.get("url", ""))


def _headers(file: str) -> dict[str, Any]:
    with open(file, "rb") as stream:
        head = stream.read().replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8")
    fields: dict[str, list[str]] = {}
    for line in head.splitlines():
        key, _, value = line.partition(":")
        fields.setdefault(key.lower(), []).append(value.strip())
    if not fields.get("name") or not fields.get("version"):
        raise ValueError(f"{file} has no name or no version")
    requires = [text for text in fields.get("requires-dist", []) if "extra==" not in text.partition(";")[2].replace(" ", "")]
    return {"name": fields["name"][0], "version": fields["version"][0], "requires": requires}


def _text(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), "rb", 0) as stream:  # Half the price of a text file, and there are hundreds.
            return stream.read().decode("utf-8")
    except OSError:
        return ""


def _origin(folder: str, user: str) -> str:
    if folder.startswith(user):
        return "user"
    if not folder.startswith(os.path.join(sys.prefix, "")):
        return "system"
    return "conda" if os.path.isdir(_CONDA) else "venv" if sys.prefix != sys.base_prefix else "system"


def _conda_packages() -> dict[str, tuple[str, str, str]]:
    """Return what conda's own records list: its names, which are not always Python's."""
    found: dict[str, tuple[str, str, str]] = {}
    for file in sorted(os.listdir(_CONDA)) if os.path.isdir(_CONDA) else ():
        parts = file[: -len(".json")].rsplit("-", 2)
        if file.endswith(".json") and len(parts) == 3:
            found[parts[0].lower().replace("_", "-")] = (parts[0], parts[1], os.path.join(_CONDA, file))
    return found


def _made_by_uv() -> bool:
    return any(line.partition("=")[0].strip() == "uv" for line in _text(sys.prefix, "pyvenv.cfg").splitlines())


if __name__ == "__main__":
    main()
