"""A BERT sentence encoder written as an ONNX graph straight from its safetensors, with int8 weights on demand.

The vector is the mean of what the last layer makes of each token.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto
from safetensors.numpy import load_file

from knowledge_graph.text.errors import UnsupportedModel
from knowledge_graph.text.onnx_graph import FUSED, Array, OnnxGraph

GRAPH_VERSION = "1"
"""Part of the cached file's name: raise it when the graph changes."""


def build(folder: Path, *, int8: bool) -> bytes:
    """The serialised ONNX model of a BERT folder (`config.json`, `model.safetensors`)."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise UnsupportedModel(str(folder), "only BERT encoders with gelu have a graph here; use the torch engine")
    graph = _Bert(load_file(folder / "model.safetensors"), config, int8=int8)
    return graph.serialised(graph.pooled(), config["hidden_size"])


class _Bert(OnnxGraph):
    def __init__(self, weights: Mapping[str, Array], config: Mapping[str, Any], *, int8: bool) -> None:
        super().__init__(int8=int8)
        self.weights = {name.removeprefix("bert."): value for name, value in weights.items()}
        self.config = config

    def pooled(self) -> str:
        hidden = self._embeddings()
        for layer in range(self.config["num_hidden_layers"]):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        return self.node("ReduceMean", [hidden], axes=[1], keepdims=0)

    def _embeddings(self) -> str:
        words = self.weights["embeddings.word_embeddings.weight"]
        places = self.weights["embeddings.position_embeddings.weight"] + self.weights["embeddings.token_type_embeddings.weight"][0]
        table = self.constant("words", words.astype(np.float16) if self.int8 else words)
        word = self.node("Gather", [table, "ids"])
        if self.int8:
            word = self.node("Cast", [word], to=TensorProto.FLOAT)
        shape = self.node("Shape", ["ids"], start=1)
        start, axis = self.constant("zero", np.array([0])), self.constant("axis", np.array([0]))
        place = self.node("Slice", [self.constant("places", places), start, shape, axis])
        return self._normalise(self.node("Add", [word, place]), "embeddings.LayerNorm")

    def _layer(self, hidden: str, at: str) -> str:
        names = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.weights[f"{name}.weight"] for name in names])
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        joined = self._product(hidden, f"{at}.qkv", weight, bias)
        parts = self.split(joined, f"{at}.split", [f"{at}.{part}" for part in "qkv"], axis=2)
        attended = self.node("MultiHeadAttention", parts, domain=FUSED, num_heads=self.config["num_attention_heads"])
        attended = self._dense(attended, f"{at}.attention.output.dense")
        hidden = self._normalise_sum(attended, hidden, f"{at}.attention.output.LayerNorm")
        inner = self.node("Gelu", [self._dense(hidden, f"{at}.intermediate.dense")], domain=FUSED)
        return self._normalise_sum(self._dense(inner, f"{at}.output.dense"), hidden, f"{at}.output.LayerNorm")

    def _dense(self, value: str, name: str) -> str:
        return self._product(value, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _product(self, value: str, name: str, weight: Array, bias: Array) -> str:
        return self.product(value, name, weight.T, bias)

    def _normalise(self, value: str, name: str) -> str:
        scale, bias = self._norm_weights(name)
        return self.node("LayerNormalization", [value, scale, bias], axis=-1, epsilon=self.config["layer_norm_eps"])

    def _normalise_sum(self, value: str, skip: str, name: str) -> str:
        scale, bias = self._norm_weights(name)
        epsilon = self.config["layer_norm_eps"]
        return self.node("SkipLayerNormalization", [value, skip, scale, bias], domain=FUSED, epsilon=epsilon)

    def _norm_weights(self, name: str) -> tuple[str, str]:
        return self.constant(f"{name}.scale", self.weights[f"{name}.weight"]), self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
