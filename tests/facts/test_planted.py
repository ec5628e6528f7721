# ruff: noqa: E501 (tables of words)
"""Over 200 planted secrets, none of which may leak, and over 100 strings that diagnose, all of which must survive."""

from __future__ import annotations

import random
import string

import pytest

from xpudoctor.facts.redaction import Identity, names_in, redactor

_RANDOM = random.Random(2611)
_MIXED, _LOWER, _UPPER, _HEX = string.ascii_letters + string.digits, string.ascii_lowercase, string.ascii_uppercase, "0123456789abcdef"


def _of(alphabet: str, length: int) -> str:
    # At least one of each kind, as real ones have.
    return (
        "a1" + "".join(_RANDOM.choice(alphabet) for _ in range(length - 2))
        if alphabet != _UPPER + string.digits
        else "".join(_RANDOM.choice(alphabet) for _ in range(length))
    )


# One token of each service, put together here so that none stands in the source.
TOKENS = {
    "Hugging Face": "hf" + "_" + _of(_MIXED, 34),
    "GitHub, personal": "ghp" + "_" + _of(_MIXED, 36),
    "GitHub, app": "ghs" + "_" + _of(_MIXED, 36),
    "GitHub, fine-grained": "github" + "_pat_" + _of(_MIXED, 22) + "_" + _of(_MIXED, 59),
    "GitLab": "glpat" + "-" + _of(_MIXED, 20),
    "OpenAI": "sk" + "-proj-" + _of(_MIXED, 48),
    "Anthropic": "sk" + "-ant-api03-" + _of(_MIXED, 80),
    "OpenRouter": "sk" + "-or-v1-" + _of(_HEX, 64),
    "Groq": "gsk" + "_" + _of(_MIXED, 52),
    "xAI": "xai" + "-" + _of(_MIXED, 80),
    "Perplexity": "pplx" + "-" + _of(_MIXED, 48),
    "Replicate": "r8" + "_" + _of(_MIXED, 37),
    "NVIDIA": "nvapi" + "-" + _of(_MIXED, 60),
    "AWS": "AKIA" + _of(_UPPER + string.digits, 16),
    "Google, API": "AIza" + _of(_MIXED, 35),
    "Google, OAuth": "ya29" + "." + _of(_MIXED, 60),
    "DigitalOcean": "dop" + "_v1_" + _of(_HEX, 64),
    "Databricks": "dapi" + _of(_HEX, 32),
    "Vault": "hvs" + "." + _of(_MIXED, 24),
    "Docker": "dckr" + "_pat_" + _of(_MIXED, 27),
    "PyPI": "pypi" + "-" + _of(_MIXED, 120),
    "npm": "npm" + "_" + _of(_MIXED, 36),
    "a JSON web token": "eyJ" + _of(_MIXED, 30) + "." + _of(_MIXED, 60) + "." + _of(_MIXED, 40),
    "Slack": "xoxb" + "-" + _of(string.digits, 12) + "-" + _of(_MIXED, 24),
    "Discord": "M" + _of(_MIXED, 25) + "." + _of(_MIXED, 6) + "." + _of(_MIXED, 38),
    "Telegram": "1234567890" + ":A" + _of(_MIXED, 34),
    "SendGrid": "SG" + "." + _of(_MIXED, 22) + "." + _of(_MIXED, 43),
    "Stripe": "sk" + "_live_" + _of(_MIXED, 24),
    "Atlassian": "ATATT" + _of(_MIXED, 60),
    "Grafana": "glsa" + "_" + _of(_MIXED, 32) + "_" + _of(_HEX, 8),
}
WHERE_TOKENS_STAND = {
    "alone in a line": "{}",
    "in the middle of a message": "401 Client Error: the key {} is not valid for https://huggingface.co/api/whoami-v2",
    "in a traceback": '    login("{}")',
    "in a path": "/data/cache/{}/snapshots",
    "in a query": "GET https://example.org/v1/models?q={}&limit=1",
}
# What has no shape of its own, told by what stands before it.
SECRET = "Zq7" + _of(_MIXED, 14)
NAMED_SECRETS = [
    "HF_TOKEN={}", "export HUGGING_FACE_HUB_TOKEN={}", "set HF_TOKEN={}", '$env:HF_TOKEN="{}"', "ENV HF_TOKEN={}", "-e HF_TOKEN={}",
    "WANDB_API_KEY: {}", "COMET_API_KEY={}", "CIVITAI_API_TOKEN={}", "MODELSCOPE_API_TOKEN={}", "AWS_SECRET_ACCESS_KEY={}",
    "aws_secret_access_key = {}", "AZURE_CLIENT_SECRET={}", "AccountKey={}", "client_secret: '{}'", "private_key={}", "DB_PASSWORD={}",
    "password: {}", "passwd={}", "passphrase = {}", '"api_key": "{}"', '"access_token": "{}"', "'apikey': '{}'", "x-api-key: {}",
    "X-Auth-Token: {}", "Authorization: Bearer {}", "authorization: Basic {}", "Authorization: token {}", "Cookie: session={}; theme=dark",
    "Set-Cookie: sid={}", "huggingface-cli login --token {}", "vllm serve m --api-key {}", "docker login --password {}", "--hf-token={}",
    'use_auth_token="{}"', 'hf_hub_download(repo, token="{}")', "https://example.org/a?sig={}", "https://example.org/a?x=1&key={}",
    "https://s3.example.org/a?X-Amz-Signature={}", "https://joe:{}@mirror.example.org/simple", "git+https://{}@github.com/a/b.git",
    "--extra-index-url https://user:{}@packages.example.org/simple", "http_proxy=http://joe:{}@proxy:3128", "machine api.wandb.ai login user password {}",
    "https://hooks.slack.com/services/T000/B000/{}", "https://discord.com/api/webhooks/123456789/{}", "MY_CREDENTIALS={}", "GF_SECRET={}",
]  # fmt: skip
# (the planted word, the text around it)
PRIVATE = [
    *((word, text.format(word)) for word in ("jdoe", "jürgen", "anna.b") for text in (
        "/home/{}/venv/bin/python", 'File "/home/{}/x/run.py", line 3, in <module>', "/Users/{}/Library/Caches", r"C:\Users\{}\AppData\Local",
        r"C:\\Users\\{}\\miniconda3", "C:/Users/{}/x", "/mnt/c/Users/{}/Desktop", "/media/{}/disk/models", "/run/media/{}/disk", r"d:\users\{}\x",
    )),
    *((word, text) for word, text in (
        ("Doe", r"C:\Users\Jane Doe\AppData\Local\Programs\Python"), ("Jane", r"C:\Users\Jane Doe\AppData"),
        ("jdoe", "jdoe@tower:~/llm$ python run.py"), ("tower", "(base) jdoe@tower:~/llm$ python run.py"), ("DESKTOP-4F7K2QX", "Machine name: DESKTOP-4F7K2QX"),
        ("LAPTOP-0Q1W2E3R", "seen on LAPTOP-0Q1W2E3R today"), ("ws-berlin", "Host Name:                 ws-berlin"), ("janed", "Registered Owner:          janed"),
        ("ws-berlin", "Linux ws-berlin 6.8.0-45-generic #45-Ubuntu SMP x86_64"), ("ws-berlin", "Nov 20 10:11:12 ws-berlin kernel: i915 0000:03:00.0: GPU HANG"),
        ("janed", "USER=janed"), ("janed", "set USERNAME=janed"), ("janed", "jane user: janed\nLOGNAME=janed"), ("ws-berlin", "COMPUTERNAME=ws-berlin"),
        ("janed", "/home/janed/x\nuser janed is not in the group render"), ("jane.doe@example.org", "mail jane.doe@example.org if it fails"),
        ("j+llm@mail.example.co.uk", "<j+llm@mail.example.co.uk>"),
    )),
    *((ip, text.format(ip)) for ip, text in (
        ("192.168.1.17", "connected to {}"), ("192.168.178.2", "{}"), ("172.17.0.2", "worker at {}."), ("172.31.255.1", "({})"), ("169.254.12.9", "dns {}"),
        ("10.3.5.14", "tcp://{}:29500"), ("10.0.0.5", "inet {}/24 brd"), ("10.1.2.3", "MASTER_ADDR={}"), ("10.1.2.4", "host {}"), ("8.8.4.4", "gateway: {}"),
        ("203.0.113.9", "http://{}/v1"), ("203.0.113.10", "ssh joe@{}"), ("198.51.100.7", "{}:8080"), ("198.51.100.8", "ip: {}"), ("198.51.100.9", "IP address: {}"),
        ("fe80::1c2b:3aff:fe4d:5e6f", "inet6 {} prefixlen 64"), ("2001:db8:85a3::8a2e:370:7334", "[{}]:443"), ("fd12:3456:789a:1::1", "via {}"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "{}"),
    )),
    *((mac, f"ether {mac}") for mac in ("3c:7c:3f:1a:2b:4d", "3C-7C-3F-1A-2B-4D", "00:1a:7d:da:71:13")),
    *((serial, text.format(serial)) for serial, text in (
        ("PF2ABC9D", "Serial Number: {}"), ("LXC8A-0017", "serial_number: {}"), ("5CG1234XYZ", "Service Tag: {}"), ("AS-77-2201", "Asset Tag: {}"), ("MJ0ABC12", "S/N: {}"),
        ("BQWF1234", '"SerialNumber": "{}"'), ("S4EVNX0M", "ID_SERIAL_SHORT={}"), ("00330-80000-00000-AA123", "Product ID:                {}"), ("PHAB8123", "serial: {}"),
    )),
    *((uuid, text.format(uuid)) for uuid in ("4c4c4544-0042-3510-8052-b4c04f4d4e32", "4C4C4544-0042-3510-8052-B4C04F4D4E33") for text in (
        "System UUID: {}", "{}", "root=UUID={} ro quiet", "{{{}}}", "GPU-{}", "/dev/disk/by-uuid/{}", '"device_uuid": "{}"',
    )),
    ("b08dfa6083e7567a1921a715000001fb", "machine-id: b08dfa6083e7567a1921a715000001fb"), ("b08dfa6083e7567a1921a715000001fc", "Boot ID: b08dfa6083e7567a1921a715000001fc"),
    ("1004336348-1177238915-682003330", "S-1-5-21-1004336348-1177238915-682003330-512"),
]  # fmt: skip
PLANTED = [
    *((token, text.format(token)) for token in TOKENS.values() for text in WHERE_TOKENS_STAND.values()),
    *((SECRET, text.format(SECRET)) for text in NAMED_SECRETS),
    *PRIVATE,
]

SURVIVE = (
    """
32.0.101.5737|31.0.101.5333|30.0.100.9684|27.20.100.8681|driver 32.0.101.6734|version 10.3.5.147|nvidia-curand-cu12      10.3.5.147
nvidia-cudnn-cu12==9.1.0.70|nvidia-cublas-cu12 12.4.5.8|10.0.22631.4169|Version 10.0.26100|22.43.24595.41-1|24.52.32224.5|1.3.24595|25.18.33578.6-1~24.04
intel-opencl-icd 23.17.26241.33-647~22.04|libze_intel_gpu.so.1.3.24595|2025.0.4.20|l_BaseKit_p_2024.2.1.100|level-zero 1.17.6.0|2.8.10+xpu|2.13.0+xpu
torch==2.6.0+cu124|intel-extension-for-pytorch==2.1.10+xpu|ipex-llm[xpu]==2.2.0b20250105|bigdl-core-xe-21==2.6.0b20241118|numpy<2|transformers 4.45.2
8086:56a0|8086:7d55|[8086:e20b]|0000:03:00.0|03:00.0 VGA compatible controller|vendor_id=0x8086|PCI\\VEN_8086&DEV_56A0&SUBSYS_00000000|0x56a0|rev 08
UR_RESULT_ERROR_DEVICE_LOST|0x78000001|ZE_RESULT_ERROR_UNINITIALIZED|-999 (Unknown PI error)|PI_ERROR_OUT_OF_RESOURCES|-5 (PI_ERROR_OUT_OF_RESOURCES)
[WinError 126]|OSError: [WinError 193] %1 is not a valid Win32 application|0xC0000005|exit code -1073741819|CL_OUT_OF_HOST_MEMORY|error code: 0x887a0006
libsycl.so.8: cannot open shared object file|libmkl_sycl_blas.so.4|sycl8.dll|c10_xpu.dll|libur_adapter_level_zero.so.0|libstdc++.so.6: version `GLIBCXX_3.4.30'
c10::Error|at::native::xpu|std::runtime_error|sycl::_V1::exception|torch_ipex::mul_add|oneapi::mkl::oneapi::mkl|de::beef|c10::detail
6.8.0-45-generic|5.15.167.4-microsoft-standard-WSL2|Linux 6.14.0-15-generic|i915.force_probe=56a0|/dev/dri/renderD128|/usr/lib/wsl/lib/libze_loader.so.1
LlamaTokenizer|tokenizer.model|max_new_tokens=128|bos_token_id: 32000|eos_token=</s>|pad_token: <pad>|tokens per second: 12.5|num_tokens = 4096|prompt eval: 512 tokens
use_auth_token=True|token=None|password: ****|api_key=None|HF_TOKEN=<secret>|key error: 'weight'|model.layers.0.self_attn.k_proj.weight|PermissionError: /x/token
ONEAPI_DEVICE_SELECTOR=level_zero:0|ZE_AFFINITY_MASK=0.0|SYCL_CACHE_PERSISTENT=1|UR_L0_ENABLE_RELAXED_ALLOCATION_LIMITS=1|http://127.0.0.1:11434|0.0.0.0:8000|localhost:8080
git@github.com:intel/ipex-llm.git|https://github.com/intel/ipex-llm/issues/12158|https://download.pytorch.org/whl/xpu|python@3.11|name @ file:///tmp/x.whl
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855|commit 5f50f76d03e47e4666fd307a1afab66d92633139
2026-11-20 10:11:12,123|10:11:12.345678|16:9:4:1|tensor([1, 2, 3])|disk-based-cache-of-models|task-sk-learn|hf_quantizer_base.py|npm_config_cache|SKU 12|gl_texture
Intel(R) Data Center GPU Max 1550|Intel(R) Arc(TM) A770 Graphics|Core(TM) Ultra 7 155H|DG2 [Arc A770]|xe 0000:03:00.0: [drm] GT0: GuC firmware 70.20.0|bcs0, ccs0, rcs0
/etc/passwd: Permission denied|basic information|Basic authentication is off|C:\\Users\\Public\\Documents|serial execution: 4 steps|Serial: unknown|tag: latest|host: x86_64
RuntimeError: Native API failed. Native API returns: -997|VIDEO_SCHEDULER_INTERNAL_ERROR|TDR 0x116|GGML_ASSERT: ggml-sycl.cpp:3873|Detected 2 SYCL devices|secret sauce
""".strip()
    .replace("\n", "|")
    .split("|")
)


def _redacted(text: str) -> str:
    return redactor(Identity(), named=names_in(text))(text)


@pytest.mark.parametrize(("planted", "text"), PLANTED)
def test_it_does_not_leak(planted: str, text: str) -> None:
    assert planted in text
    clean = _redacted(text)
    # Nor does a part of it that could be guessed from.
    assert not any(part in clean for part in {planted, planted[: max(6, len(planted) // 2)], planted[-max(6, len(planted) // 2) :]})


@pytest.mark.parametrize("text", SURVIVE)
def test_it_survives(text: str) -> None:
    assert _redacted(text) == text


def test_a_private_key_goes_line_by_line() -> None:
    body = "\n".join(_of(_MIXED, 64) for _ in range(4))
    clean = _redacted(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n{_of(_MIXED, 30)}==\n-----END OPENSSH PRIVATE KEY-----")
    assert clean.count("<secret>") == 5
    assert len(clean.splitlines()) == 7


@pytest.mark.parametrize("text", ["User: not in the render group", "user: is it my driver, or not?", "User error: not found, not seen"])
def test_what_stands_after_a_label_is_a_name_only_where_it_stands_alone(text: str) -> None:
    assert _redacted(text) == text


def test_there_are_as_many_as_promised() -> None:
    assert len(TOKENS) >= 20
    assert len(set(PLANTED)) >= 200
    assert len(set(SURVIVE)) >= 100


@pytest.mark.parametrize("text", [text for _, text in PLANTED])
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    # A report is redacted where it is written, and once more where it is read.
    assert _redacted(_redacted(text)) == _redacted(text)
