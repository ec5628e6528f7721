"""The rules of project_*.toml: where each fires, and where it stays clear; each row is a project as it lies on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.projects.folder import project
from xpudoctor.diagnosis.findings import Finding
from xpudoctor.testing import gpus, installed, run, variables

XPU = "https://download.pytorch.org/whl/xpu"
IPEX = "https://pytorch-extension.intel.com/release-whl/stable/xpu/us/"
CUDA = "https://download.pytorch.org/whl/cu128"
HERE = installed("torch==2.9.0+xpu", python="3.11.7")


def found(folder: Path, rule: str, files: dict[str, str], **sections: Any) -> tuple[Finding, ...]:
    """Return what a rule says of a project with these files."""
    return run(rule, project=project(folder, files), **sections).findings


def requirements(*lines: str) -> dict[str, str]:
    return {"requirements.txt": "\n".join(lines)}


def code(*lines: str) -> dict[str, str]:
    return {"app.py": "\n".join(("import torch", *lines))}


def uv(*lines: str) -> dict[str, str]:
    index = f'[[tool.uv.index]]\nname = "xpu"\nurl = "{XPU}"\nexplicit = true\n'
    return {"pyproject.toml": "\n".join(('[project]\nname = "x"\ndependencies = ["torch>=2.6"]', index, *lines))}


def poetry(torch: str, priority: str) -> dict[str, str]:
    source = f'[[tool.poetry.source]]\nname = "xpu"\nurl = "{XPU}"\npriority = "{priority}"\n'
    return {"pyproject.toml": f"[tool.poetry.dependencies]\ntorch = {torch}\n{source}"}


def compose(*lines: str, image: str = "intel/llm-scaler-vllm:1.0") -> dict[str, str]:
    return {"compose.yaml": "\n".join(("services:", "  llm:", f"    image: {image}", *(f"    {line}" for line in lines)))}


def left(**settings: str) -> dict[str, str]:
    given = "".join(f", {name}={value}" for name, value in settings.items())
    return code(f"model = AutoModelForCausalLM.from_pretrained(p{given})", "x = t(q).to('xpu')", "model.generate(x)")


FIRES: list[tuple[str, str, dict[str, str], str, dict[str, Any]]] = [
    ("project-torch-not-xpu", "pinned on the public index", requirements("torch==2.7.0"), "requirements.txt:1:1", {}),
    ("project-torch-not-xpu", "from CUDA's index", requirements(f"--index-url {CUDA}", "torch"), "requirements.txt:2:1", {}),
    ("project-torch-not-xpu", "conda's", {"environment.yml": "dependencies:\n- pytorch=2.5\n"}, "environment.yml:2:3", {}),
    ("project-torch-index-missing", "any torch", requirements("numpy", "torch>=2"), "requirements.txt:2:1", {}),
    ("project-torch-index-missing", "an extra", {"setup.cfg": "[options.extras_require]\nllm = torch\n"}, "setup.cfg:2:7", {}),
    ("project-xpu-index-unused", "uv's explicit index", uv(), "pyproject.toml:6:8", {}),
    ("project-xpu-index-unused", "Poetry's supplemental source", poetry('"^2.6"', "supplemental"), "pyproject.toml:5:8", {}),
    (
        "project-torch-before-xpu",
        "older than the index",
        requirements(f"--extra-index-url {XPU}", "torch==2.4.1"),
        "requirements.txt:2:1",
        {},
    ),
    ("project-torch-build-open", "any torch beside", requirements(f"--extra-index-url {XPU}", "torch>=2.6"), "requirements.txt:2:1", {}),
    ("project-torch-replaced", "another one is pinned", requirements("torch==2.6.0"), "requirements.txt:1:1", {"packages": HERE}),
    ("project-dependency-replaces-torch", "vllm", requirements("vllm==0.11"), "requirements.txt:1:1", {}),
    (
        "project-dependency-replaces-torch",
        "beside an XPU torch",
        requirements(f"-i {XPU}", "torch", "xformers"),
        "requirements.txt:3:1",
        {},
    ),
    ("project-stack-archived", "asked for", requirements("ipex-llm[xpu]"), "requirements.txt:1:1", {}),
    ("project-stack-archived", "imported", code("from ipex_llm.transformers import AutoModel"), "app.py:2:1", {}),
    (
        "project-ipex-beside-ipex-llm",
        "both",
        requirements("ipex-llm[xpu-2-6]", "intel-extension-for-pytorch==2.6.10"),
        "requirements.txt:1:1",
        {},
    ),
    (
        "project-ipex-torch-open",
        "IPEX pinned",
        requirements("torch>=2", "intel-extension-for-pytorch==2.8.10+xpu"),
        "requirements.txt:1:1",
        {},
    ),
    ("project-transformers-too-new", "no upper bound", requirements("torch==2.1.0a0", "transformers>=4.37"), "requirements.txt:2:1", {}),
    ("project-numpy-2-with-old-torch", "no upper bound", requirements("torch==2.1.0a0", "numpy"), "requirements.txt:2:1", {}),
    ("project-python-without-xpu-wheels", "an image", {"Dockerfile": "FROM python:3.8-slim\n"}, "Dockerfile:1:6", {}),
    (
        "project-python-not-admitted",
        "newer",
        {"pyproject.toml": '[project]\nrequires-python = ">=3.12"\n'},
        "pyproject.toml:2:1",
        {"packages": HERE},
    ),
    ("project-protobuf-missing", "imported", {**requirements("torch"), **code("from google.protobuf import message")}, "app.py:2:1", {}),
    (
        "project-tokenizer-without-protobuf",
        "a slow tokenizer",
        {**requirements("transformers", "sentencepiece"), **code("t = LlamaTokenizer.from_pretrained(p)")},
        "requirements.txt:1:1",
        {},
    ),
    ("project-ipex-imported-twice", "before", code("import intel_extension_for_pytorch", "import ipex_llm"), "app.py:2:1", {}),
    ("project-ipex-imported-twice", "after", code("import ipex_llm", "import intel_extension_for_pytorch"), "app.py:3:1", {}),
    (
        "project-import-order",
        "oneCCL before",
        code("import oneccl_bindings_for_pytorch", "import intel_extension_for_pytorch"),
        "app.py:2:1",
        {},
    ),
    (
        "project-import-order",
        "transformers before the patch",
        code("from transformers import AutoModel", "llm_patch(train=True)  # ipex"),
        "app.py:2:1",
        {},
    ),
    ("project-device-hard-wired", "a model", code("model.to('cuda')"), "app.py:2:10", {}),
    ("project-cuda-call", "a synchronisation", code("torch.cuda.synchronize()"), "app.py:2:1", {}),
    ("project-cuda-or-cpu", "two devices", code("d = 'cuda' if torch.cuda.is_available() else 'cpu'"), "app.py:2:5", {}),
    ("project-quantization-without-xpu", "EETQ", code("c = EetqConfig('int8')"), "app.py:2:5", {}),
    (
        "project-8bit-of-ipex-llm",
        "a word of transformers",
        code("from ipex_llm.transformers import AutoModel", "m = AutoModel.from_pretrained(p, load_in_8bit=True)"),
        "app.py:3:47",
        {},
    ),
    (
        "project-bitsandbytes-without-xpu",
        "an old one",
        {**requirements("bitsandbytes<0.45"), **code("c = BitsAndBytesConfig(load_in_8bit=True)")},
        "requirements.txt:1:1",
        {},
    ),
    (
        "project-fp64-without-hardware",
        "on an Arc A770",
        code("x = torch.zeros(3, dtype=torch.float64, device='xpu')"),
        "app.py:2:5",
        {"devices": gpus("56a0")},
    ),
    ("project-model-left-on-cpu", "never moved", left(), "app.py:2:1", {}),
    ("project-model-is-own-draft", "in code", code("m.generate(x, assistant_model=m)"), "app.py:2:31", {}),
    ("project-container-without-gpu", "a service", compose(), "compose.yaml:2:3", {}),
    ("project-container-without-gpu", "a command", {"run.sh": "docker run -it intel/ipex-llm-xpu bash\n"}, "run.sh:1:8", {}),
    (
        "project-container-without-render-group",
        "a user of its own",
        compose("devices: [/dev/dri]", "user: '1000'"),
        "compose.yaml:2:3",
        {},
    ),
    ("project-container-without-shared-memory", "a server", compose("devices: [/dev/dri]"), "compose.yaml:2:3", {}),
]


@pytest.mark.parametrize(("rule", "files", "place", "sections"), [pytest.param(r, f, p, s, id=f"{r}: {i}") for r, i, f, p, s in FIRES])
def test_fires(tmp_path: Path, rule: str, files: dict[str, str], place: str, sections: dict[str, Any]) -> None:
    (finding,) = found(tmp_path, rule, files, **sections)
    assert str(finding.places[0]) == place
    assert "{" not in finding.message + "".join(fix.text for fix in finding.fixes)


SILENT: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
    ("project-torch-not-xpu", "the XPU index", requirements(f"--index-url {XPU}", "torch==2.9.0"), {}),
    ("project-torch-not-xpu", "the XPU build by name", requirements("torch==2.9.0+xpu"), {}),
    ("project-torch-not-xpu", "another way for XPU", {**requirements("torch==2.9.0"), "install.sh": f"pip install torch -i {XPU}\n"}, {}),
    ("project-torch-not-xpu", "a file for CUDA", {"requirements-cuda.txt": "torch==2.9.0\n"}, {}),
    ("project-torch-not-xpu", "an XPU build that will do", requirements("torch==2.9.0"), {"packages": HERE}),
    ("project-torch-not-xpu", "a wheel by its address", requirements("torch @ https://x.org/torch-2.9.0-cp311-cp311-linux_x86_64.whl"), {}),
    ("project-torch-not-xpu", "an address in the code", {**requirements("torch==2.9.0"), **code(f"u = f'pip install torch -i {XPU}'")}, {}),
    ("project-torch-index-missing", "a README that tells", {**requirements("torch"), "README.md": f"pip install torch -i {XPU}\n"}, {}),
    ("project-torch-index-missing", "uv's name for the index", {"run.sh": "uv pip install torch --torch-backend=xpu\n"}, {}),
    ("project-torch-index-missing", "Intel's index", requirements(f"--extra-index-url {IPEX}", "torch"), {}),
    ("project-torch-index-missing", "an XPU build that will do", requirements("torch>=2"), {"packages": HERE}),
    ("project-torch-index-missing", "development only", {"pyproject.toml": '[dependency-groups]\ndev = ["torch"]\n'}, {}),
    ("project-xpu-index-unused", "torch is sent there", uv('[tool.uv.sources]\ntorch = { index = "xpu" }'), {}),
    ("project-xpu-index-unused", "a source that is asked first", poetry('"^2.6"', "primary"), {}),
    ("project-xpu-index-unused", "torch names it", poetry('{ version = "^2.6", source = "xpu" }', "supplemental"), {}),
    ("project-torch-before-xpu", "one that the index has", requirements(f"--extra-index-url {XPU}", "torch==2.6.0"), {}),
    (
        "project-torch-before-xpu",
        "Intel's own build",
        requirements(f"--extra-index-url {IPEX}", f"--extra-index-url {XPU}", "torch==2.1.0a0"),
        {},
    ),
    ("project-torch-build-open", "the build is named", requirements(f"--extra-index-url {XPU}", "torch==2.9.0+xpu"), {}),
    ("project-torch-build-open", "the only index", requirements(f"--index-url {XPU}", "torch"), {}),
    ("project-torch-build-open", "uv asks it first", {"run.sh": f"uv pip install torch --extra-index-url {XPU}\n"}, {}),
    ("project-torch-replaced", "the range takes it", requirements("torch>=2.6,<3"), {"packages": HERE}),
    ("project-torch-replaced", "another XPU build", requirements(f"-i {XPU}", "torch==2.6.0"), {"packages": HERE}),
    ("project-torch-replaced", "no XPU build is there", requirements("torch==2.6.0"), {"packages": installed("torch==2.9.0")}),
    ("project-dependency-replaces-torch", "an extra", {"setup.cfg": "[options.extras_require]\nfast = vllm\n"}, {}),
    ("project-dependency-replaces-torch", "a system that is named", requirements("flash-attn; sys_platform == 'linux'"), {}),
    (
        "project-dependency-replaces-torch",
        "a way for XPU beside",
        {**requirements("vllm"), "requirements-xpu.txt": f"-i {XPU}\ntorch\n"},
        {},
    ),
    (
        "project-stack-archived",
        "an import that may fail",
        code("try:", "    import intel_extension_for_pytorch", "except ImportError:", "    pass"),
        {},
    ),
    ("project-stack-archived", "the CPU's part", {"requirements-cpu.txt": "intel-extension-for-pytorch\n"}, {}),
    ("project-ipex-beside-ipex-llm", "its own", requirements("ipex-llm[xpu]", "intel-extension-for-pytorch==2.1.10+xpu"), {}),
    ("project-ipex-torch-open", "torch is pinned", requirements("torch==2.8.*", "intel-extension-for-pytorch==2.8.10"), {}),
    ("project-transformers-too-new", "an upper bound", requirements("torch==2.1.0", "transformers<5"), {}),
    ("project-transformers-too-new", "a current torch", requirements("torch==2.9.0", "transformers"), {}),
    ("project-numpy-2-with-old-torch", "an upper bound", requirements("torch==2.1.0", "numpy<2"), {}),
    ("project-numpy-2-with-old-torch", "a torch that takes both", requirements("torch==2.3.0", "numpy"), {}),
    ("project-python-without-xpu-wheels", "3.11", {"Dockerfile": "FROM python:3.11\n"}, {}),
    ("project-python-without-xpu-wheels", "a wide range", {"pyproject.toml": '[project]\nrequires-python = ">=3.8"\n'}, {}),
    ("project-python-not-admitted", "in the range", {"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}, {"packages": HERE}),
    ("project-python-not-admitted", "conda makes its own", {"environment.yml": "dependencies:\n- python=3.12\n"}, {"packages": HERE}),
    ("project-protobuf-missing", "asked for", {**requirements("protobuf"), **code("from google.protobuf import message")}, {}),
    (
        "project-protobuf-missing",
        "installed",
        {**requirements("torch"), **code("import google.protobuf")},
        {"packages": installed("protobuf==5.0")},
    ),
    ("project-protobuf-missing", "no list at all", code("import google.protobuf"), {}),
    (
        "project-tokenizer-without-protobuf",
        "the fast one",
        {**requirements("transformers"), **code("t = AutoTokenizer.from_pretrained(p)")},
        {},
    ),
    (
        "project-tokenizer-without-protobuf",
        "an old transformers",
        {**requirements("transformers==4.25.1"), **code("t = T5Tokenizer.from_pretrained(p)")},
        {},
    ),
    ("project-import-order", "in order", code("import ipex_llm", "from transformers import AutoModel"), {}),
    (
        "project-ipex-imported-twice",
        "an ipex-llm without IPEX",
        {**requirements("ipex-llm[xpu-2-6]"), **code("import ipex_llm", "import intel_extension_for_pytorch")},
        {},
    ),
    ("project-ipex-imported-twice", "a name out of it", code("import ipex_llm", "from intel_extension_for_pytorch import optimize"), {}),
    ("project-ipex-imported-twice", "inside functions", code("import ipex_llm", "def f():", "    import intel_extension_for_pytorch"), {}),
    ("project-import-order", "the module as a whole", code("import transformers", "llm_patch(train=True)  # ipex"), {}),
    ("project-device-hard-wired", "a file that knows xpu", code("d = 'xpu' if torch.xpu.is_available() else 'cpu'", "x.cuda()"), {}),
    ("project-device-hard-wired", "torch.cuda is put on xpu", {**code("x.cuda()"), "b.py": "import torch\ntorch.cuda = torch.xpu\n"}, {}),
    ("project-cuda-call", "any accelerator", code("torch.accelerator.synchronize()", "torch.cuda.synchronize()"), {}),
    ("project-cuda-or-cpu", "xpu elsewhere", {**code("d = 'cuda' if torch.cuda.is_available() else 'cpu'"), "b.py": "d = 'xpu'\n"}, {}),
    ("project-quantization-without-xpu", "bitsandbytes", code("c = BitsAndBytesConfig(load_in_4bit=True)"), {}),
    ("project-8bit-of-ipex-llm", "transformers", code("m = AutoModel.from_pretrained(p, load_in_8bit=True)"), {}),
    ("project-bitsandbytes-without-xpu", "a new one", {**requirements("bitsandbytes>=0.45"), **code("c = B(load_in_8bit=True)")}, {}),
    ("project-bitsandbytes-without-xpu", "not used", requirements("bitsandbytes==0.40.0"), {}),
    ("project-fp64-without-hardware", "a GPU that has it", code("x = y.double().to('xpu')"), {"devices": gpus("e20b")}),
    (
        "project-fp64-without-hardware",
        "emulated",
        code("x = y.double().to('xpu')"),
        {"devices": gpus("56a0"), "environment": variables(OverrideDefaultFP64Settings="1")},
    ),
    ("project-model-left-on-cpu", "placed while it is loaded", left(device_map="'xpu'"), {}),
    ("project-model-is-own-draft", "a small one", code("m.generate(x, assistant_model=small)"), {}),
    ("project-container-without-gpu", "the device", compose("devices: ['/dev/dri:/dev/dri']"), {}),
    ("project-container-without-gpu", "privileged", compose("privileged: true"), {}),
    ("project-container-without-gpu", "another image", compose(image="postgres"), {}),
    ("project-container-without-render-group", "root", compose("devices: [/dev/dri]"), {}),
    ("project-container-without-render-group", "the group", compose("devices: [/dev/dri]", "user: '1000'", "group_add: ['992']"), {}),
    ("project-container-without-shared-memory", "of the host", compose("devices: [/dev/dri]", "ipc: host"), {}),
    ("project-container-without-shared-memory", "no server", compose("devices: [/dev/dri]", image="intel/oneapi-basekit"), {}),
]


@pytest.mark.parametrize(("rule", "files", "sections"), [pytest.param(r, f, s, id=f"{r}: {i}") for r, i, f, s in SILENT])
def test_stays_silent(tmp_path: Path, rule: str, files: dict[str, str], sections: dict[str, Any]) -> None:
    assert found(tmp_path, rule, files, **sections) == ()


def test_every_rule_of_a_project_has_a_row_where_it_fires_and_one_where_it_does_not() -> None:
    from xpudoctor.diagnosis.plugins import load

    rules = {check.rule.id for check in load()[0] if "project" in check.reads}
    assert rules == {row[0] for row in FIRES} == {row[0] for row in SILENT}
