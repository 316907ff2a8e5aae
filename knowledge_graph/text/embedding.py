"""Texts to vectors: one interface, ONNX Runtime on CPU and torch on GPU behind it.

The ONNX engine encodes one text at a time, unpadded, so a vector depends on its text alone whatever the batch, the order or
the number of threads (laws 3 and 4). The torch engine pads batches: its vectors may differ in the last bits between batches.
"""

import importlib.util
import json
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from knowledge_graph.text.errors import UnknownModel, UnsupportedModel
from knowledge_graph.text.models import locate, registry, sha256_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]
Engine = Literal["auto", "int8", "fp32", "torch"]

DEFAULT_MODEL = "all-minilm-l6-v2"
MAX_TOKENS = 256
BATCH_TOKENS = 16_384
"""Tokens of one padded torch batch: fills a small GPU, and 64 texts of full length stay under 1 GB on CPU."""
NVIDIA_DRIVER = Path("/dev/nvidiactl")
"""Looked at before torch is imported: the import costs seconds that a machine without a GPU should not pay."""


class Encoder(ABC):
    """Turns texts into unit vectors. `version` names the model's bytes and the engine, for the basis of stored vectors."""

    version: str
    dimensions: int

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 vectors (len(texts), dimensions) of length 1, in the order of the texts."""


class OnnxEncoder(Encoder):
    """ONNX Runtime on CPU, int8 by default."""

    def __init__(self, folder: Path, cache: Path, *, int8: bool, threads: int) -> None:
        import onnxruntime

        precision = "int8" if int8 else "fp32"
        weights = sha256_of(folder / "model.safetensors")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # every text has its own length: patterns would be kept for each
        options.log_severity_level = 3
        graph = _cached_graph(folder, cache, weights, int8=int8)
        self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self.tokenizer = _tokenizer(folder)
        self.threads = threads
        self.version = f"{weights[:12]}-onnx-{precision}"
        self.dimensions = int(self.session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # templates repeat themselves: each text once
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(list(places))]
        if self.threads == 1:
            vectors = np.concatenate([self._one(one) for one in ids])
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                vectors = np.concatenate(list(pool.map(self._one, ids)))
        found: Vectors = vectors[[places[text] for text in texts]]
        return found

    def _one(self, ids: list[int]) -> Vectors:
        vector: Vectors = self.session.run(None, {"ids": np.array([ids], np.int64)})[0]
        return vector


class TorchEncoder(Encoder):
    """torch and transformers, for a GPU or for architectures that have no graph of ours."""

    def __init__(self, folder: Path, device: str) -> None:
        import torch
        from transformers import AutoModel

        self.torch = torch
        self.device = torch.device(device)
        self.model = AutoModel.from_pretrained(str(folder), local_files_only=True, use_safetensors=True).to(self.device).eval()
        self.tokenizer = _tokenizer(folder)
        self.version = f"{sha256_of(folder / 'model.safetensors')[:12]}-torch"
        self.dimensions = int(self.model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        with self.torch.inference_mode():
            for batch in pack([len(one) for one in ids], BATCH_TOKENS):
                vectors[batch] = self._batch([ids[i] for i in batch])
        return vectors

    def _batch(self, ids: list[list[int]]) -> Vectors:
        width = max(map(len, ids))
        padded = self.torch.tensor([one + [0] * (width - len(one)) for one in ids], device=self.device)
        mask = self.torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one in ids], device=self.device)
        hidden = self.model(input_ids=padded, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        vectors: Vectors = self.torch.nn.functional.normalize(pooled, dim=1).cpu().numpy()
        return vectors


@lru_cache(maxsize=4)
def encoder(
    model: str = DEFAULT_MODEL, device: str = "auto", *, engine: Engine = "auto", cache: Path | None = None, threads: int = 1
) -> Encoder:
    """The encoder of a registered model or of a model's folder, loaded once per process.

    `device` is `auto`, `cpu` or a torch device; `cache` holds the int8 graph (default: the user's cache folder).
    """
    folder = _folder(model)
    on = _device(device)
    if engine == "torch" or (engine == "auto" and on != "cpu"):
        return TorchEncoder(folder, on)
    place = cache or Path.home() / ".cache" / "engram"
    return OnnxEncoder(folder, place, int8=engine != "fp32", threads=threads)


def pack(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions grouped by similar length, each group at most `budget` tokens after padding."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and lengths[position] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _folder(model: str) -> Path:
    if model in registry():
        return locate(model)
    folder = Path(model)
    if not folder.is_dir():
        raise UnknownModel(model, sorted(name for name, entry in registry().items() if entry.task == "embedding"))
    if not (folder / "model.safetensors").is_file() or not (folder / "tokenizer.json").is_file():
        raise UnsupportedModel(model, "model.safetensors and tokenizer.json are needed; pickled weights are never loaded")
    return folder


def _device(device: str) -> str:
    if device != "auto":
        return device
    if not NVIDIA_DRIVER.exists() or importlib.util.find_spec("torch") is None:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(min(MAX_TOKENS, _trained_length(folder)))
    tokenizer.no_padding()
    return tokenizer


def _trained_length(folder: Path) -> int:
    settings = folder / "sentence_bert_config.json"
    config: dict[str, Any] = json.loads(settings.read_text(encoding="utf-8")) if settings.is_file() else {}
    return int(config.get("max_seq_length", MAX_TOKENS))


def _cached_graph(folder: Path, cache: Path, weights: str, *, int8: bool) -> Path:
    """The graph's file, made once: it appears whole or not at all, and processes that race write the same bytes."""
    from knowledge_graph.text.bert_onnx import GRAPH_VERSION, build

    path = cache / f"{weights[:16]}-{'int8' if int8 else 'fp32'}-{GRAPH_VERSION}.onnx"
    if not path.is_file():
        log.info("writing %s", path)
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(build(folder, int8=int8))
        partial.replace(path)
    return path
