"""Google's universal-sentence-encoder-multilingual v3 written as an ONNX graph straight from its arrays, with int8 weights on demand.

Pieces are embedded, three stacks of two convolutions (over 2, 3 and 5 pieces) run beside the embeddings, all of it is summed over the text,
divided by the root of its length, and goes through a small network (Yang et al., Multilingual universal sentence encoder, 2019).
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from onnx import TensorProto

from knowledge_graph.text.onnx_graph import Array, OnnxGraph

GRAPH_VERSION = "1"
"""Part of the cached file's name: raise it when the graph changes."""
CHUNKS = 17
"""The table of embeddings lies in so many parts, each with a scale of its own: row i of part p is the piece CHUNKS·i + p."""
WINDOWS = ((2, 0), (3, 1), (5, 2))
"""Pieces that a convolution sees, and how many of them stand before."""


def build(folder: Path, *, int8: bool) -> bytes:
    """The serialised ONNX model of a folder with `weights.npz`."""
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        graph = _Use(dict(arrays), int8=int8)
    return graph.serialised(graph.pooled(), graph.weights["d3"].shape[1])


class _Use(OnnxGraph):
    def __init__(self, weights: Mapping[str, Array], *, int8: bool) -> None:
        super().__init__(int8=int8)
        self.weights = weights

    def pooled(self) -> str:
        self.constant("first axis", np.array([0]))
        pieces = self.node("Squeeze", ["ids", "first axis"])
        features = self._features(pieces)
        length = self.node("Cast", [self.node("Shape", [pieces])], to=TensorProto.FLOAT)
        summed = self._matrix(self.node("ReduceSum", [features, "first axis"]), "cnn_W")
        summed = self.node("Add", [summed, self.node("Mul", [length, self._weight("cnn_b")])])
        mean = self.node("Div", [summed, self.node("Sqrt", [length])])
        first = self._relu(self._matrix(mean, "d0"))
        second = self._relu(self.node("Add", [self._matrix(mean, "p1"), self._matrix(first, "d1")]))
        third = self._relu(self._matrix(second, "d2"))
        return self.node("Tanh", [self.node("Add", [self._matrix(second, "p3"), self._matrix(third, "d3")])])

    def _features(self, pieces: str) -> str:
        """Each piece's embedding and what the convolutions make of it and its neighbours."""
        embedded = self._embedded(pieces)
        joined = {
            name: np.concatenate([self.weights[f"{name}{size}"] for size, _ in WINDOWS], -1) for name in ("proj", "proj_b", "ln_g", "ln_b")
        }
        projected = self.product(embedded, "projection", joined["proj"], joined["proj_b"])
        projected = self._normalise(projected, "projected", joined["ln_g"], joined["ln_b"])
        parts = self.split(projected, "split", [f"part {size}" for size, _ in WINDOWS], axis=1)
        stacks = [self._convolved(part, size, before) for part, (size, before) in zip(parts, WINDOWS, strict=True)]
        return self._normalise(self.node("Concat", [embedded, *stacks], axis=1), "features", self.weights["ln_g"], self.weights["ln_b"])

    def _embedded(self, pieces: str) -> str:
        rows = np.stack([self.weights[f"q{part}"] for part in range(1, CHUNKS + 1)], 1)
        table = self.constant("table", rows.reshape(-1, rows.shape[-1]))
        chunk = self.node("Mod", [pieces, self.constant("chunks", np.array(CHUNKS))])
        scale, least = (self.node("Gather", [self.constant(name, self.weights[name][:, None]), chunk]) for name in ("scale", "lo"))
        counted = self.node("Cast", [self.node("Gather", [table, pieces])], to=TensorProto.FLOAT)
        return self.node("Add", [self.node("Mul", [counted, scale]), least])

    def _convolved(self, value: str, size: int, before: int) -> str:
        for layer in (1, 2):
            name = f"w{layer}_{size}"
            padded = self.node("Pad", [value, self.constant(f"{name}.pads", np.array([before, 0, size - 1 - before, 0]))])
            shifted = [self._shifted(padded, name, shift, size) for shift in range(size)]
            seen = self.node("Concat", shifted, axis=1)
            made = self._relu(self.product(seen, name, self.weights[name], self.weights[f"b{layer}_{size}"]))
            value = self.node("Add", [made, value])
        return value

    def _shifted(self, padded: str, name: str, shift: int, size: int) -> str:
        stop = shift - size + 1 or np.iinfo(np.int64).max
        bounds = [self.constant(f"{name}.{end}{shift}", np.array([at])) for end, at in (("start", shift), ("stop", stop))]
        return self.node("Slice", [padded, *bounds, "first axis"])

    def _relu(self, value: str) -> str:
        return self.node("Relu", [value])

    def _matrix(self, value: str, name: str) -> str:
        """A product by weights that only the summed text goes through, once: not worth int8."""
        return self.node("MatMul", [value, self._weight(name)])

    def _normalise(self, value: str, name: str, scale: Array, bias: Array) -> str:
        inputs = [value, self.constant(f"{name}.norm", scale), self.constant(f"{name}.offset", bias)]
        return self.node("LayerNormalization", inputs, axis=-1, epsilon=float(self.weights["eps"]))

    def _weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])
