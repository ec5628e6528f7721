"""What is known of a model before anything is loaded: its tensors, its shape, and how its files hold it."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from math import prod

from xpudoctor.facts.record import Record
from xpudoctor.fit.shape import Shape


class ModelError(Exception):
    """A model, or a wish about one, that cannot be read; the message names the file and the place."""


class Role(Enum):
    """What a tensor is, as far as quantization schemes tell tensors apart."""

    EMBEDDING = "embedding"
    OUTPUT = "output layer"
    MATRIX = "layers"
    VECTOR = "norms and biases"
    TOWER = "vision tower"


# The names of Hugging Face checkpoints, and those of GGUF files.
_ROLES = re.compile(
    r"(?P<tower>vision|visual|image_newline|multi_modal|mm_projector|audio_tower|^v\.|^mm\.)"
    r"|(?P<embedding>embed_tokens|word_embeddings|\bwte\b|embed_in|tok_embeddings|^token_embd|embedding\.word|\bembeddings\.weight)"
    r"|(?P<output>lm_head|embed_out|output_layer|^output\.weight)"
)
_LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks|blk|block)\.(\d+)\.")


class Tensor(Record):
    """`stored` is what it takes in the file, in bytes; None where only its shape is known."""

    name: str
    shape: tuple[int, ...]
    stored: int | None = None

    @property
    def elements(self) -> int:
        return prod(self.shape)

    @property
    def role(self) -> Role:
        return _place(self.name, len(self.shape) > 1)[0]

    @property
    def layer(self) -> int | None:
        """The layer it belongs to; None for what stands before and after the layers."""
        return _place(self.name, len(self.shape) > 1)[1]


@cache  # Each of some thirty formats asks for each tensor.
def _place(name: str, matrix: bool) -> tuple[Role, int | None]:
    match = _ROLES.search(name)
    if match and match.lastgroup and (matrix or match.lastgroup == "tower"):
        return {"tower": Role.TOWER, "embedding": Role.EMBEDDING, "output": Role.OUTPUT}[match.lastgroup], None
    layer = _LAYER.search(name)
    return Role.MATRIX if matrix else Role.VECTOR, int(layer[1]) if layer else None


class Model(Record):
    """`precision` is how the files hold it; a `fixed` one is quantized in its files, and no loader changes that.

    `origin` tells where the tensors are known from, `kind` is gguf, exl2 or hf. `largest_file` is in bytes, `mapped` says that a
    loader reads the files without a copy in host memory.
    """

    name: str
    origin: str
    shape: Shape
    tensors: tuple[Tensor, ...]
    precision: str
    kind: str = "hf"
    fixed: bool = False
    largest_file: int = 0
    mapped: bool = True
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """How many weights it has; of quantized files only their bytes are known."""
        return sum(tensor.elements for tensor in self.tensors)

    # A model is only itself, so that what is computed of it can be kept without comparing its tensors.
    __hash__ = object.__hash__
    __eq__ = object.__eq__
