"""A BERT sentence encoder written as an ONNX graph straight from its safetensors, with int8 weights on demand.

Input is one unpadded text, `ids` of shape (1, n); output is its mean-pooled vector of length 1. There is no padding because
int8 quantises activations over the whole input: with a batch, a text's vector would depend on its neighbours in the batch.
Weights are symmetric int8 per output column, computed here, so the file is the same wherever it is made.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from knowledge_graph.text.errors import UnsupportedModel

Array = npt.NDArray[Any]

GRAPH_VERSION = "1"
"""Part of the cached file's name: raise it when the graph changes."""
OPSET, FUSED_OPSET, IR_VERSION = 17, 1, 8
FUSED = "com.microsoft"
"""ONNX Runtime's own operators: attention, skip connections and dynamic int8 products in one kernel each."""


def build(folder: Path, *, int8: bool) -> bytes:
    """The serialised ONNX model of a BERT folder (`config.json`, `model.safetensors`)."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise UnsupportedModel(str(folder), "only BERT encoders with gelu have a graph here; use the torch engine")
    graph = _Graph(load_file(folder / "model.safetensors"), config, int8=int8)
    return bytes(graph.model().SerializeToString(deterministic=True))


class _Graph:
    """Nodes and weights under construction; methods return the name of the value they add."""

    def __init__(self, weights: Mapping[str, Array], config: Mapping[str, Any], *, int8: bool) -> None:
        self.weights = {name.removeprefix("bert."): value for name, value in weights.items()}
        self.config = config
        self.int8 = int8
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def model(self) -> ModelProto:
        hidden = self._embeddings()
        for layer in range(self.config["num_hidden_layers"]):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        pooled = self._node("ReduceMean", [hidden], axes=[1], keepdims=0)
        self._node("LpNormalization", [pooled], output="vector", axis=1, p=2)
        width = self.config["hidden_size"]
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])
        vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, width])
        graph = helper.make_graph(self.nodes, "encoder", [ids], [vector], self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="engram")

    def _embeddings(self) -> str:
        words = self.weights["embeddings.word_embeddings.weight"]
        places = self.weights["embeddings.position_embeddings.weight"] + self.weights["embeddings.token_type_embeddings.weight"][0]
        table = self._constant("words", words.astype(np.float16) if self.int8 else words)
        word = self._node("Gather", [table, "ids"])
        if self.int8:
            word = self._node("Cast", [word], to=TensorProto.FLOAT)
        shape = self._node("Shape", ["ids"], start=1)
        start, axis = self._constant("zero", np.array([0])), self._constant("axis", np.array([0]))
        place = self._node("Slice", [self._constant("places", places), start, shape, axis])
        return self._normalise(self._node("Add", [word, place]), "embeddings.LayerNorm")

    def _layer(self, hidden: str, at: str) -> str:
        names = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.weights[f"{name}.weight"] for name in names])
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        joined = self._product(hidden, f"{at}.qkv", weight, bias)
        parts = [f"{at}.{part}" for part in "qkv"]
        self.nodes.append(helper.make_node("Split", [joined], parts, name=f"{at}.split", axis=2))
        attended = self._node("MultiHeadAttention", parts, domain=FUSED, num_heads=self.config["num_attention_heads"])
        attended = self._dense(attended, f"{at}.attention.output.dense")
        hidden = self._normalise_sum(attended, hidden, f"{at}.attention.output.LayerNorm")
        inner = self._node("Gelu", [self._dense(hidden, f"{at}.intermediate.dense")], domain=FUSED)
        return self._normalise_sum(self._dense(inner, f"{at}.output.dense"), hidden, f"{at}.output.LayerNorm")

    def _dense(self, value: str, name: str) -> str:
        return self._product(value, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _product(self, value: str, name: str, weight: Array, bias: Array) -> str:
        matrix, addend = np.ascontiguousarray(weight.T), self._constant(f"{name}.bias", bias)
        if not self.int8:
            return self._node("Add", [self._node("MatMul", [value, self._constant(f"{name}.weight", matrix)]), addend])
        scale = np.maximum(np.abs(matrix).max(axis=0), np.float32(1e-12)) / np.float32(127)
        rounded = np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8)
        inputs = [value, self._constant(f"{name}.int8", rounded), self._constant(f"{name}.scale", scale.astype(np.float32)), "", addend]
        return self._node("DynamicQuantizeMatMul", inputs, domain=FUSED)

    def _normalise(self, value: str, name: str) -> str:
        scale, bias = self._norm_weights(name)
        return self._node("LayerNormalization", [value, scale, bias], axis=-1, epsilon=self.config["layer_norm_eps"])

    def _normalise_sum(self, value: str, skip: str, name: str) -> str:
        scale, bias = self._norm_weights(name)
        epsilon = self.config["layer_norm_eps"]
        return self._node("SkipLayerNormalization", [value, skip, scale, bias], domain=FUSED, epsilon=epsilon)

    def _norm_weights(self, name: str) -> tuple[str, str]:
        return self._constant(f"{name}.scale", self.weights[f"{name}.weight"]), self._constant(f"{name}.bias", self.weights[f"{name}.bias"])

    def _constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def _node(self, op: str, inputs: list[str], output: str = "", domain: str = "", **attributes: Any) -> str:
        name = output or f"{op}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        return name
