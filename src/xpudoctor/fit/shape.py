"""What a configuration says of a model's shape: what each layer keeps of a token, and how wide its activations are."""

from __future__ import annotations

from xpudoctor.facts.record import Record


class Layer(Record):
    """What the cache keeps: `token` elements of each token, of at most `window` tokens (0: of all of them).

    Of a recurrent layer also, once for a sequence, `conv` elements of the model's type and `state` elements in float32.
    """

    token: int = 0
    window: int = 0
    conv: int = 0
    state: int = 0


class Shape(Record):
    """The numbers that the formulas need; `known` is False where the architecture is not, and they are a bound.

    `intermediate` is how wide the feed-forward layer is for one token of a dense layer (0: none), `buffers` how many of that width are
    held at once, `gated` that there is a gate. `active` experts of `expert` width run for each token. `eager` says that transformers
    has no fused attention for it. `rotary` is how many elements of a head are rotated, `scan` the bytes that a recurrent layer
    unfolds for each token of a whole number of chunks of `chunk`, `sinks` that attention has a learned sink and no float32 softmax,
    `upcast` that queries and keys are float32.
    """

    architecture: str
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    value_dim: int
    vocab: int
    intermediate: int
    layers: tuple[Layer, ...]
    max_position: int = 0
    tied: bool = False
    gated: bool = True
    buffers: int = 3
    active: int = 0
    expert: int = 0
    eager: bool = False
    rotary: int = 0
    scan: int = 0
    chunk: int = 1
    sinks: bool = False
    upcast: bool = False
    dtype: str = "bf16"
    known: bool = True

    @property
    def windowed(self) -> bool:
        """Whether some layer looks back at a window only."""
        return any(layer.window for layer in self.layers)
