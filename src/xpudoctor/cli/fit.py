"""`xpudoctor fit`: will this model run on this device, and if not, what would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from xpudoctor.cli.triage import Format

if TYPE_CHECKING:
    from xpudoctor.fit.devices import Device


def fit(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A folder, a GGUF file, a built-in model, or a hub id (xpudoctor[hub]).")],
    quant: Annotated[str | None, typer.Option(help="The format of the weights: fp16, int4, q4_k_m … (an unknown one lists them).")] = None,
    context: Annotated[int | None, typer.Option(help="Tokens of prompt and answer together (default: 4096).")] = None,
    batch: Annotated[int, typer.Option(help="Sequences at once.")] = 1,
    kv_dtype: Annotated[str | None, typer.Option(help="The type of the cache (default: as the activations).")] = None,
    draft: Annotated[
        str | None, typer.Option(metavar="MODEL", help="A draft model for speculation; a format of its own stands behind a colon.")
    ] = None,
    gpu: Annotated[
        list[str] | None, typer.Option(help="A GPU by name, with its memory where that is not known: 'A770 16GB'. May be repeated.")
    ] = None,
    memory: Annotated[str | None, typer.Option(help="Sizes of devices in place of names: 16GB or 24GB,24GB.")] = None,
    split: Annotated[str | None, typer.Option(help="GB of weights and cache that each device takes at most: 20,24.")] = None,
    backend: Annotated[
        str | None, typer.Option(help="native, ipex, ipex-llm, vllm, llama.cpp or exllamav2 (default: by the model).")
    ] = None,
    prompt: Annotated[int | None, typer.Option(help="Tokens of the longest prompt (default: the context).")] = None,
    form: Annotated[Format, typer.Option("--format", help="The form of the answer.")] = Format.TEXT,
) -> int:
    """Say whether a model runs on this machine's GPU (or another), what it takes, and what would fit in its place."""
    from xpudoctor.cli import _report
    from xpudoctor.fit import answer, ask
    from xpudoctor.fit.fit import Verdict
    from xpudoctor.fit.model import ModelError
    from xpudoctor.renderers.fit import render

    try:
        wish = ask.wish(ask.Asked(model, quant, context, batch, kv_dtype, draft, split, backend, prompt))
        devices, host_free = _devices(gpu or [], memory)
        found = answer.answer(wish, devices, host_free)
    except ModelError as error:
        typer.echo(f"xpudoctor: {error}", err=True)
        return 2
    typer.echo(render(found, form.value, _report.terminal()), nl=False)
    return 1 if found.fit.verdict is Verdict.NOT else 0


def _devices(names: list[str], memory: str | None) -> tuple[tuple[Device, ...], int | None]:
    """Return the devices that were named, or this machine's with what the computer has free."""
    from xpudoctor.fit import devices
    from xpudoctor.fit.model import ModelError

    if names and memory:
        raise ModelError("--gpu and --memory: one of the two; a GPU's size stands behind its name: --gpu 'A770 16GB'")
    if memory:
        return devices.plain(memory), None
    if names:
        return tuple(named(name) for name in names), None
    from xpudoctor.cli import _machine

    # Only torch knows what is free.
    with _machine.live(None, static=False, timeout=60) as probes:
        pass
    return devices.of_machine(probes.snapshot), devices.host_free(probes.snapshot)


def named(name: str) -> Device:
    """Return the device of a GPU (or of a processor that has one) by its name, which may end with its memory."""
    from xpudoctor.facts.devices import Gpu
    from xpudoctor.fit import devices
    from xpudoctor.fit.model import ModelError
    from xpudoctor.readers import gpu_names

    match = re.fullmatch(r"(.*?)[ ,(]+(\d+(?:\.\d+)? ?[GMT]i?B)\)?", name.strip(), re.IGNORECASE)
    label, amount = (match[1], devices.size(match[2], "--gpu")) if match else (name, None)
    gpu = gpu_names.one(label)
    if gpu is None and re.search(r"\bigpu\b|\bcore\b", label, re.IGNORECASE):
        gpu = Gpu("", name=label, kind="integrated")
    if gpu is None:
        raise ModelError(f"--gpu {name[:60]}: no Intel GPU is called so; write it like 'Arc A770 16GB' or use --memory 16GB")
    return devices.of_gpu(gpu, amount)
