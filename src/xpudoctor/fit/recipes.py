"""How a wish is loaded: the code or the command of each backend, ready to copy, and what to do when memory runs out after all."""

from __future__ import annotations

import json
from collections.abc import Callable
from shlex import quote

from xpudoctor.facts.sizes import GIB
from xpudoctor.fit import formats
from xpudoctor.fit.fit import Fit
from xpudoctor.fit.formats import Format
from xpudoctor.fit.wish import Wish

_BREAK, _COMMA = "\n        ", ",\n        "
_TORCH = {"fp32": "torch.float32", "fp16": "torch.float16"}
# https://huggingface.co/docs/transformers/quantization/overview: how each is asked for. The packing of torchao for XPU:
# https://github.com/pytorch/ao/blob/main/torchao/quantization/quantize_/workflows/int4/int4_plain_int32_tensor.py.
_CONFIGS = {
    "nf4": 'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)',
    "nf4-double": 'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True)',
    "int8": "BitsAndBytesConfig(load_in_8bit=True)",
    "fp8": "TorchAoConfig(Float8WeightOnlyConfig())",
    "int4": 'TorchAoConfig(Int4WeightOnlyConfig(group_size=128, int4_packing_format="plain_int32"))',
    "int4-g64": 'TorchAoConfig(Int4WeightOnlyConfig(group_size=64, int4_packing_format="plain_int32"))',
    "int4-g32": 'TorchAoConfig(Int4WeightOnlyConfig(group_size=32, int4_packing_format="plain_int32"))',
}


def recipe(fit: Fit) -> str:
    """Return the lines that load this wish."""
    wish = fit.wish
    return _RECIPES[wish.backend.name](wish, fit)


def _native(wish: Wish, fit: Fit) -> str:
    where = f'"auto", max_memory={_gib(fit)}' if len(fit.shares) > 1 or wish.on_cpu else '"xpu"'

    def call(form: Format | None) -> str:
        config = _CONFIGS.get(form.name) if form else None
        kind = _TORCH.get(form.name if form else wish.model.precision, "torch.bfloat16")
        options = [_name(wish), f"dtype={kind}", f"device_map={where}", *([f"quantization_config={config}"] if config else [])]
        return f"AutoModelForCausalLM.from_pretrained({_BREAK}{_COMMA.join(options)})"

    lines = _guarded(wish, call)
    used = [name for name in ("BitsAndBytesConfig", "TorchAoConfig") if name in lines]
    ao = [name for name in ("Float8WeightOnlyConfig", "Int4WeightOnlyConfig") if name in lines]
    imports = [f"from transformers import {', '.join(['AutoModelForCausalLM', *used])}"]
    return "\n".join(["import torch", *imports, *([f"from torchao.quantization import {', '.join(ao)}"] if ao else []), "", lines])


def _guarded(wish: Wish, call: Callable[[Format | None], str]) -> str:
    """Return the lines that load, and when memory runs out after all, free what there is and load with fewer bits."""
    known = [] if wish.model.fixed else formats.of_backend(wish.backend.name)
    bits = wish.form.bits if wish.form else 16
    fewer = next((form for form in known if form.bits < 0.7 * bits), None)
    after = f"model = {call(fewer)}" if fewer else "raise  # a shorter prompt, or a smaller model"
    lines = ["try:", f"    model = {call(wish.form)}", "except torch.OutOfMemoryError:", "    torch.xpu.empty_cache()", f"    {after}"]
    return "\n".join(lines)


def _gib(fit: Fit) -> str:
    own = {index: f'"{share.parts.get("weights", 0) / GIB + 0.1:.1f}GiB"' for index, share in enumerate(fit.shares)}
    return "{" + ", ".join(f"{index}: {size}" for index, size in own.items()) + (', "cpu": "64GiB"' if fit.wish.on_cpu else "") + "}"


def _ipex(wish: Wish, fit: Fit) -> str:
    del fit

    def call(form: Format | None) -> str:
        if form and form.bits < 16:
            # 4 bits, and no others: docs/tutorials/llm/int4_weight_only_quantization.md of IPEX 2.8.10 (the source of its formats).
            return f'Int4Model.from_pretrained({_name(wish)}, load_in_4bit=True, device_map="xpu")'
        kind = _TORCH.get(form.name if form else wish.model.precision, "torch.bfloat16")
        return f'AutoModelForCausalLM.from_pretrained({_name(wish)}, torch_dtype={kind}).eval().to("xpu")'

    lines = _guarded(wish, call)
    small = "int4" in lines.lower()
    imports = ["import torch", "import intel_extension_for_pytorch as ipex"]
    imports += ["from transformers import AutoModelForCausalLM"] * ("AutoModelForCausalLM" in lines)
    imports += ["from neural_compressor.transformers import AutoModelForCausalLM as Int4Model"] * small
    woq = ", woq=True" if wish.form and wish.form.bits < 16 else ""
    return "\n".join([*imports, "", lines, f'model = ipex.llm.optimize(model, inplace=True, dtype=torch.float16{woq}, device="xpu")'])


def _ipex_llm(wish: Wish, fit: Fit) -> str:
    del fit

    def call(form: Format | None) -> str:
        bits = form.name if form else "bf16"
        return f'AutoModel.from_pretrained({_BREAK}{_name(wish)}, load_in_low_bit="{bits}", optimize_model=True, use_cache=True).to("xpu")'

    imports = ["import torch", "from ipex_llm.transformers import AutoModelForCausalLM as AutoModel", ""]
    small = ["import os", 'os.environ["IPEX_LLM_QUANTIZE_KV_CACHE"] = "1"'] if wish.use.cache_bits < 16 else []
    return "\n".join([*small, *imports, _guarded(wish, call)])


def _vllm(wish: Wish, fit: Fit) -> str:
    words = [f"vllm serve {quote(wish.model.name)}", f"--max-model-len {wish.use.context}", f"--max-num-seqs {wish.use.batch}"]
    words.append("--gpu-memory-utilization 0.9")
    if wish.form and wish.form.name == "fp8":
        words.append("--quantization fp8")
    elif wish.form and wish.form.bits >= 16:
        words.append(f"--dtype {'float16' if wish.form.name == 'fp16' else 'bfloat16'}")
    words += [f"--tensor-parallel-size {len(fit.shares)}"] * (len(fit.shares) > 1) + ["--kv-cache-dtype fp8"] * (wish.use.cache_bits < 16)
    words += [f"--speculative-config {quote(json.dumps({'model': wish.draft.name, 'num_speculative_tokens': 4}))}"] if wish.draft else []
    made = f"# a checkpoint of it in {wish.precision} (AutoRound, GPTQ or AWQ) in place of the name\n" if _needs_files(wish) else ""
    return made + " ".join(words) + "\n# out of memory after all: halve --max-model-len, or --enforce-eager"


def _llama_cpp(wish: Wish, fit: Fit) -> str:
    file = wish.model.name if wish.model.fixed else f"{wish.model.name.rpartition('/')[2]}-{wish.precision}.gguf"
    layers = 99 if not wish.on_cpu else len(wish.model.shape.layers) - wish.on_cpu
    words = [f"llama-server -m {quote(file)} -ngl {layers} -c {wish.use.context}"]
    kept = {8.5: "q8_0", 6: "q5_1", 4.5: "q4_0"}.get(wish.use.cache_bits)
    words += [f"-fa on -ctk {kept} -ctv {kept}"] if kept else []
    words += [f"-sm layer -ts {','.join(str(share.layers) for share in fit.shares)}"] if len(fit.shares) > 1 else []
    words += [f"-md {quote(wish.draft.name)} -ngld 99"] if wish.draft else []
    return " ".join(words) + "\n# out of memory after all: a smaller -c, -ub 256, or fewer layers with -ngl"


def _exllamav2(wish: Wish, fit: Fit) -> str:
    kind = {8.5: "_Q8", 6.5: "_Q6", 4.5: "_Q4"}.get(wish.use.cache_bits, "")
    split = [f"{(share.parts.get('weights', 0) + share.parts.get('cache', 0)) / GIB + 0.3:.1f}" for share in fit.shares]
    lines = [f"from exllamav2 import ExLlamaV2, ExLlamaV2Cache{kind}, ExLlamaV2Config", ""]
    for name, model in (("draft", wish.draft), ("model", wish.model)):
        if model:
            lines += [
                f"{name} = ExLlamaV2(ExLlamaV2Config({json.dumps(model.name)}))",
                f"{name}.load({'[' + ', '.join(split) + ']' if name == 'model' else ''})",
            ]
            lines.append(f"{name}_cache = ExLlamaV2Cache{kind}({name}, max_seq_len={wish.use.context})")
    return "\n".join(lines) + "\n# out of memory after all: a smaller max_seq_len, or fewer bits a weight"


def _needs_files(wish: Wish) -> bool:
    return bool(wish.form and wish.form.bits < 16 and wish.form.name != "fp8")


def _name(wish: Wish) -> str:
    return json.dumps(wish.model.name)


_RECIPES: dict[str, Callable[[Wish, Fit], str]] = {
    "native": _native,
    "ipex": _ipex,
    "ipex-llm": _ipex_llm,
    "vllm": _vllm,
    "llama.cpp": _llama_cpp,
    "exllamav2": _exllamav2,
}
