"""What is read in Python code and notebooks: what stands unguarded counts, what the program decides by itself does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.projects.folder import project


def uses(folder: Path, text: str, file: str = "app.py") -> list[tuple[str, str, str]]:
    """Return what is read of a file of code."""
    found = project(folder, {file: text})
    assert not found.unread
    return [(use.kind, use.value, use.fact.source.partition(":")[2]) for source in found.code for use in source.uses]


@pytest.mark.parametrize(
    ("line", "kind", "value", "place"),
    [
        ("x.cuda()", "device", ".cuda()", "2:3"),
        ("model = (\n  load()\n  .half().cuda())", "device", ".cuda()", "4:11"),
        ("x.to('cuda:0')", "device", "cuda:0", "2:6"),
        ("x = torch.zeros(3, device='cuda')", "device", "cuda", "2:27"),
        ("x = torch.load(f, map_location=f'cuda:{n}')", "device", "cuda:", "2:32"),
        ("DEVICE = 'cuda'", "device", "cuda", "2:1"),
        ("é = x.cuda()", "device", ".cuda()", "2:7"),
        ("def f(x):\n    return x.cuda()", "device", ".cuda()", "3:14"),
        ("torch.cuda.synchronize()", "cuda call", "torch.cuda.synchronize", "2:1"),
        ("d = 'cuda' if torch.cuda.is_available() else 'cpu'", "choice", "cuda or cpu", "2:5"),
        ("d = torch.device('cuda:0') if torch.cuda.is_available() else torch.device('cpu')", "choice", "cuda or cpu", "2:5"),
        ("torch.cuda.empty_cache = f", "patch", "torch.cuda.empty_cache", "2:1"),
        ("import intel_extension_for_pytorch as ipex", "import", "intel_extension_for_pytorch", "2:1"),
        ("from google import protobuf", "import", "google.protobuf", "2:1"),
        ("m = A.from_pretrained(p, load_in_8bit=True)", "quantization", "load_in_8bit", "2:39"),
        ("c = transformers.EetqConfig('int8')", "quantization", "EetqConfig", "2:5"),
        ("x = torch.zeros(3, dtype=torch.float64, device='xpu')", "float64", "float64", "2:5"),
        ("x = y.double().to('xpu')", "float64", "float64", "2:5"),
        ("model.generate(x, assistant_model=model)  # cuda", "own draft", "model", "2:35"),
        ("t = LlamaTokenizer.from_pretrained(p)", "tokenizer", "LlamaTokenizer", "2:5"),
        ("i = 'https://download.pytorch.org/whl/xpu'", "index", "https://download.pytorch.org/whl/xpu", "2:1"),
    ],
)  # fmt: skip
def test_what_is_seen(tmp_path: Path, line: str, kind: str, value: str, place: str) -> None:
    assert (kind, value, place) in uses(tmp_path, f"import torch, transformers\n{line}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("if torch.cuda.is_available():\n    x.cuda()", id="a branch that asks"),
        pytest.param("if args.use_gpu:\n    x.cuda()\nelse:\n    x.to('cuda')", id="a branch on a setting of the device"),
        pytest.param("if not torch.cuda.is_available():\n    raise SystemExit\nx.cuda()", id="an exit where there is none"),
        pytest.param("assert torch.cuda.is_available()\nx.cuda()", id="an assertion"),
        pytest.param("d = 'cuda' if torch.cuda.is_available() else 'xpu'", id="a choice of several"),
        pytest.param("d = 'cuda' if has_cuda() else 'cpu'", id="a choice that a function makes"),
        pytest.param("d = 'xpu' if torch.xpu.is_available() else 'cuda'", id="a choice that asks for xpu first"),
        pytest.param("device = 'cuda'\nif x:\n    device = 'cpu'", id="a variable that is set twice"),
        pytest.param("device = 'cuda'\nexec(open('settings.py').read())", id="settings that replace it"),
        pytest.param("if x.device == 'cuda' and y:\n    x.cuda()", id="a comparison of strings"),
        pytest.param("b = x.device == 'cuda'", id="a comparison alone"),
        pytest.param("def f(x, device='cuda'):\n    pass", id="a default of a function"),
        pytest.param("class C:\n    device: str = 'cuda'", id="a default of a class"),
        pytest.param("p.add_argument('--device', default='cuda')", id="a default of the command line"),
        pytest.param("p.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')", id="a choice as a default"),
        pytest.param("d = os.environ.get('DEVICE', 'cuda')", id="a default of a variable"),
        pytest.param("try:\n    x.cuda()\nexcept RuntimeError:\n    pass", id="a failure that is caught"),
        pytest.param("def move_to_cuda(x):\n    return x.cuda()", id="a function that is named for it"),
        pytest.param("@require_cuda\ndef f(x):\n    return x.cuda()", id="a decorator"),
        pytest.param("torch.cuda.is_available()\ntorch.cuda.empty_cache()\ntorch.cuda.manual_seed(1)", id="calls that do no harm"),
        pytest.param("n = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]", id="a loop over what is there"),
        pytest.param("for i in range(torch.cuda.device_count()):\n    torch.cuda.set_device(i)", id="a longer loop"),
        pytest.param("ok = torch.cuda.is_available() and torch.cuda.get_device_name()", id="a question with an and"),
        pytest.param("match device:\n    case 'cuda':\n        x.cuda()", id="a match"),
        pytest.param("if dist.is_initialized(): d = f'cuda:{r}'", id="several cards"),
        pytest.param("try:\n    import intel_extension_for_pytorch\nexcept ImportError:\n    pass", id="an import that may fail"),
        pytest.param("if is_ipex_available():\n    import intel_extension_for_pytorch", id="an import that is asked for"),
        pytest.param("m = A.from_pretrained(p, load_in_8bit=False)", id="a quantization that is off"),
        pytest.param("x = y.double()", id="double precision anywhere"),
        pytest.param("big.generate(x, assistant_model=small)  # cuda", id="a draft of its own"),
        pytest.param("s = 'use .cuda() or torch.cuda.synchronize()'", id="a text"),
    ],
)
def test_what_is_not_told_off(tmp_path: Path, text: str) -> None:
    assert uses(tmp_path, f"import torch\n{text}\n") == []


def test_other_libraries_have_devices_of_the_same_name(tmp_path: Path) -> None:
    assert uses(tmp_path, "from faster_whisper import WhisperModel\nm = WhisperModel('tiny', device='cuda')\n") == []


@pytest.mark.parametrize(
    ("moved", "left"),
    [
        pytest.param("model.eval()", True, id="never moved"),
        pytest.param("model = model.half()", True, id="another format"),
        pytest.param("model = model.half().to('xpu')", False, id="moved in a chain"),
        pytest.param("model.xpu()", False, id="moved by its method"),
        pytest.param("model = optimize(model)", False, id="handed on"),
    ],
)
def test_a_model_that_stays_on_the_cpu(tmp_path: Path, moved: str, left: bool) -> None:
    text = f"import torch\nmodel = AutoModelForCausalLM.from_pretrained(p)\n{moved}\nx = t(q).to('xpu')\nmodel.generate(x)\n"
    assert (("left on cpu", "model", "2:1") in uses(tmp_path, text)) is left


@pytest.mark.parametrize("settings", ["device_map='xpu'", "**kwargs", "pipeline_parallel_stages=2"])
def test_a_model_that_is_loaded_onto_a_device(tmp_path: Path, settings: str) -> None:
    text = f"model = AutoModel.from_pretrained(p, {settings})\nx = t(q).to('xpu')\nmodel.generate(x)\n"
    assert uses(tmp_path, text) == []


def cell(*lines: str, kind: str = "code") -> dict[str, object]:
    return {"cell_type": kind, "source": [f"{line}\n" for line in lines]}


def test_a_notebook_has_its_places_in_its_own_file(tmp_path: Path) -> None:
    cells = [
        cell("# .cuda()", kind="markdown"),
        cell("%pip install torch", "import torch"),
        cell("this is no code"),
        cell('x = "é".cuda()', "x.cuda()"),
    ]
    text = json.dumps({"cells": cells}, indent=1)
    found = project(tmp_path, {"a.ipynb": text})
    (source,) = found.code
    assert [(use.kind, use.fact.value) for use in source.uses] == [("device", 'x = "é".cuda()'), ("device", "x.cuda()")]
    place = source.uses[1].fact.place
    assert place
    line = text.splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith("cuda()")
    assert [d.name for i in found.installations for d in i.dependencies] == ["torch"]


def test_a_file_knows_which_devices_it_names(tmp_path: Path) -> None:
    found = project(tmp_path, {"a.py": "d = 'xpu' or 'cuda'\n", "b.py": "torch.accelerator.current_accelerator()  # cuda\n"})
    assert found.devices == {"xpu", "cuda", "any"}
