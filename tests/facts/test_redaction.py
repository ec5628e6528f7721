"""What identifies a person is taken out, and what diagnoses survives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from xpudoctor.facts.devices import Gpu
from xpudoctor.facts.packages import Package, Packages
from xpudoctor.facts.redaction import Identity, redacted, redactor
from xpudoctor.facts.system import System

ALICE = redactor(Identity("alice", "/home/alice", "alices-box"))
INTEL = redactor(Identity("intel", "/home/intel", "intel"), frozenset({"torch"}))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("/home/alice/.venv/bin/python", "~/.venv/bin/python", id="the home folder"),
        pytest.param("/home/alice", "~", id="the home folder itself"),
        pytest.param("/home/alice2/x", "/home/<user>/x", id="the home of another user"),
        pytest.param(r"C:\Users\Bob\AppData", r"C:\Users\<user>\AppData", id="a home on Windows"),
        pytest.param("C:\\\\Users\\\\Bob\\\\x", "C:\\\\Users\\\\<user>\\\\x", id="a home on Windows, escaped"),
        pytest.param("/mnt/c/Users/Bob/x", "/mnt/c/Users/<user>/x", id="a home on Windows, seen from WSL"),
        pytest.param("no entry for alice", "no entry for <user>", id="the user's name as a word"),
        pytest.param("on alices-box:", "on <host>:", id="the host's name as a word"),
        pytest.param("https://joe:pw@mirror/simple", "https://<credentials>@mirror/simple", id="credentials in an address"),
        pytest.param("https://joe:p@w@mirror/simple", "https://<credentials>@mirror/simple", id="a password with an @"),
        pytest.param("/data/home/alice/venv", "/data/home/<user>/venv", id="a folder that ends as the home folder"),
        pytest.param("/a\udcff:/b", "/a?:/b", id="a byte that is no text"),
        pytest.param("https://ghp_abcdefghijklmnop@h/x", "https://<credentials>@h/x", id="a token in an address"),
        pytest.param("HF_TOKEN=hf_abcdefghijklmnopqrst", "HF_TOKEN=<secret>", id="a token after its name"),
        pytest.param("api-key: 'abcd1234efgh'", "api-key: '<secret>'", id="a key in quotes"),
        pytest.param("Authorization: Bearer abc.def.ghi", "Authorization: <secret>", id="a bearer token"),
        pytest.param("got hf_abcdefghijklmnopqrst there", "got <secret> there", id="a token by its shape"),
        pytest.param("123e4567-e89b-12d3-a456-426614174000", "<uuid>", id="a UUID"),
        pytest.param("Serial Number: PF2ABCDE", "Serial Number: <serial>", id="a serial number"),
        pytest.param("aa:bb:cc:dd:ee:ff", "<mac>", id="a network card"),
    ],
)
def test_it_is_taken_out(text: str, clean: str) -> None:
    assert ALICE(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "32.0.101.5737",
        "zeInit: 0x78000001",
        "intel-extension-for-pytorch==2.8.10+xpu",
        "tokenizers==0.15.2",
        "LlamaTokenizer: tokenizer.model",
        "max_new_tokens=128",
        "bos_token_id: 32000",
        "8086:56a0",
        "libsycl.so.8: cannot open shared object file",
        "0000:03:00.0",
        "/usr/lib/x86_64-linux-gnu/libze_intel_gpu.so.1.3.24595",
        "UR_RESULT_ERROR_DEVICE_LOST",
        "6.8.0-45-generic",
        "/etc/passwd: Permission denied",
        "PermissionError: /x/token: Permission denied",
    ],
)
def test_it_survives(text: str) -> None:
    assert ALICE(text) == text


@pytest.mark.parametrize(
    ("identity", "text"),
    [
        pytest.param(Identity("dev", "/home/dev", "dev"), "/dev/dri/renderD128", id="dev"),
        pytest.param(Identity("lib", "/home/lib", ""), "/usr/lib/x86_64-linux-gnu/libze_loader.so.1", id="lib"),
        pytest.param(Identity("cu124", "/home/cu124", ""), "2.6.0+cu124", id="a local version"),
        pytest.param(Identity("root", "/srv", ""), "/mnt/srv/venv", id="a folder elsewhere that is called like the home"),
        pytest.param(Identity("alice", "/home/alice", "nixos"), "nixos", id="a host named by its distribution"),
    ],
)
def test_a_name_that_is_a_fact_elsewhere_survives(identity: Identity, text: str) -> None:
    assert redactor(identity)(text) == text


def test_words_of_a_closed_vocabulary_survive() -> None:
    redact = redactor(Identity("discrete", "/home/discrete", "bluefin"))
    assert redacted(Gpu("56a0", kind="discrete"), redact) == Gpu("56a0", kind="discrete")
    seen = redacted(System(distribution="bluefin", groups=("discrete",)), redact)
    assert seen == System(distribution="bluefin", groups=("<user>",))


def test_a_folder_that_names_a_fact_is_redacted() -> None:
    seen = Packages(sources={"/home/alice/x": "not read", "environment": "~/x"})
    assert redacted(seen, ALICE).sources == {"~/x": "not read", "environment": "~/x"}


def test_a_user_who_is_called_intel_blanks_no_package() -> None:
    text = "intel-extension-for-pytorch of Intel in /home/intel/intel/x"
    assert INTEL(text) == "intel-extension-for-pytorch of Intel in ~/intel/x"


def test_a_user_who_is_called_like_a_package_blanks_no_package() -> None:
    assert redactor(Identity("vision", "/home/vision", ""), frozenset({"vision"}))("vision 0.2") == "vision 0.2"


def test_variables_whose_name_is_a_secret_lose_their_value() -> None:
    data = {"variables": {"MY_API_KEY": "short", "ZE_AFFINITY_MASK": "0"}, "list": ("/home/alice/a",), "number": 3}
    clean = {"variables": {"MY_API_KEY": "<secret>", "ZE_AFFINITY_MASK": "0"}, "list": ("~/a",), "number": 3}
    assert redacted(data, ALICE) == clean


def test_a_section_keeps_its_shape() -> None:
    package = Package("torch", "2.6.0", location="/home/alice/x", requires=("numpy",))
    assert redacted(Packages((package,), complete=True), ALICE) == Packages((replace(package, location="~/x"),), complete=True)
