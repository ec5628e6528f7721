"""How a project starts its containers: with the GPU, with the right to use it, with shared memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xpudoctor import Match
from xpudoctor.facts.project import Container, Project

_FOR_XPU = re.compile(r"\bxpu\b|ipex|intel-gpu|oneapi|[-_/]sycl\b|llm-scaler|intel-arc|\barc\b|vllm-openai-xpu|[-_:]intel\b", re.IGNORECASE)
_SERVES = re.compile(r"vllm|deepspeed|torchrun|mpirun|llm-scaler|sglang", re.IGNORECASE)
_ROOT = ("", "0", "root", "0:0", "root:root")


def project_container_without_gpu(project: Project) -> Iterator[Match]:
    for container in project.containers:
        if _FOR_XPU.search(container.image) and not container.privileged and not _has_gpu(container):
            yield Match(container, image=container.image)


def project_container_without_render_group(project: Project) -> Iterator[Match]:
    for container in project.containers:
        if _has_gpu(container) and container.user not in _ROOT and not container.groups and not container.privileged:
            yield Match(container, image=container.image or "the container", user=container.user)


def project_container_without_shared_memory(project: Project) -> Iterator[Match]:
    for container in project.containers:
        serves = _SERVES.search(f"{container.image} {container.command}")
        if serves and _has_gpu(container) and _FOR_XPU.search(container.image) and not container.shared_memory:
            yield Match(container, image=container.image)


def _has_gpu(container: Container) -> bool:
    # A whole /dev, or a variable that somebody sets.
    return any(
        "/dev/dri" in device or "/dev/dxg" in device or "$" in device or device in ("/dev", "/dev:/dev") for device in container.devices
    )
