"""An ONNX graph under construction: one unpadded text in, `ids` of shape (1, n), its vector of length 1 out.

There is no padding because int8 quantises activations over the whole input: with a batch, a text's vector would depend on its neighbours in
the batch. Weights are symmetric int8 per output column, computed here, so a graph's file is the same wherever it is made.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper

Array = npt.NDArray[Any]

OPSET, FUSED_OPSET, IR_VERSION = 17, 1, 8
FUSED = "com.microsoft"
"""ONNX Runtime's own operators: attention, skip connections and dynamic int8 products in one kernel each."""


class OnnxGraph:
    """Methods return the name of the value they add."""

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def serialised(self, pooled: str, width: int) -> bytes:
        """The whole model, which ends in the vector `pooled` brought to length 1."""
        self.node("LpNormalization", [pooled], output="vector", axis=1, p=2)
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])
        vector = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, width])
        graph = helper.make_graph(self.nodes, "encoder", [ids], [vector], self.constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, FUSED_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="engram")
        return bytes(model.SerializeToString(deterministic=True))

    def product(self, value: str, name: str, matrix: Array, bias: Array) -> str:
        addend = self.constant(f"{name}.bias", bias)
        if not self.int8:
            return self.node("Add", [self.node("MatMul", [value, self.constant(f"{name}.weight", matrix)]), addend])
        scale = np.maximum(np.abs(matrix).max(axis=0), np.float32(1e-12)) / np.float32(127)
        rounded = np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8)
        inputs = [value, self.constant(f"{name}.int8", rounded), self.constant(f"{name}.scale", scale.astype(np.float32)), "", addend]
        return self.node("DynamicQuantizeMatMul", inputs, domain=FUSED)

    def split(self, value: str, name: str, parts: list[str], axis: int) -> list[str]:
        self.nodes.append(helper.make_node("Split", [value], parts, name=name, axis=axis))
        return parts

    def constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str = "", domain: str = "", **attributes: Any) -> str:
        name = output or f"{op}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        return name
