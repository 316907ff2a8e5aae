"""Texts to vectors: one interface, ONNX Runtime on CPU and torch on GPU behind it, one model for English and one across languages.

The ONNX engine encodes one text at a time, unpadded, so a vector depends on its text alone whatever the batch, the order or
the number of threads (laws 3 and 4). The torch engine pads batches: its vectors may differ in the last bits between batches.
"""

import importlib.util
import json
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from knowledge_graph.text.errors import UnknownModel, UnsupportedModel
from knowledge_graph.text.models import locate, registry, sha256_of

log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]
SmallVectors = npt.NDArray[np.int8]
Ids = Callable[[list[str]], list[list[int]]]
"""Texts to the numbers of their tokens."""
Engine = Literal["auto", "int8", "fp32", "torch"]

DEFAULT_MODEL = "all-minilm-l6-v2"
MULTILINGUAL_MODEL = "universal-sentence-encoder-multilingual-3"
MAX_TOKENS = 256
MAX_PIECES = 512
"""Of the multilingual model: a segment of 200 words has about 300 in Russian."""
SMALL_SCALE = 512
"""No number in 5,000 vectors of XQuAD is over .15, and 127/512 is .25. MRR with the rounded vectors is within .002 of that without."""
BERT_WEIGHTS, USE_WEIGHTS = "model.safetensors", "weights.npz"
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
    """ONNX Runtime on CPU."""

    def __init__(self, graph: Path, version: str, ids: Ids, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # every text has its own length: patterns would be kept for each
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self.ids = ids
        self.threads = threads
        self.version = version
        self.dimensions = int(self.session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}  # templates repeat themselves: each text once
        ids = self.ids(list(places))
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
        self.ids = _word_pieces(folder)
        self.version = f"{sha256_of(folder / BERT_WEIGHTS)[:12]}-torch"
        self.dimensions = int(self.model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        ids = self.ids(list(texts))
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


@lru_cache(maxsize=8)
def encoder(
    model: str = DEFAULT_MODEL, device: str = "auto", *, engine: Engine = "auto", cache: Path | None = None, threads: int = 1
) -> Encoder:
    """The encoder of a registered model or of a model's folder, loaded once per process.

    `device` is `auto`, `cpu` or a torch device; `cache` holds the int8 graph (default: the user's cache folder).
    """
    folder = _folder(model)
    on = _device(device)
    is_bert = not (folder / USE_WEIGHTS).is_file()
    if is_bert and (engine == "torch" or (engine == "auto" and on != "cpu")):
        return TorchEncoder(folder, on)
    place, int8 = cache or Path.home() / ".cache" / "engram", engine != "fp32"
    if is_bert:
        from knowledge_graph.text import bert_onnx

        made = _cached_graph(folder, BERT_WEIGHTS, place, bert_onnx.build, bert_onnx.GRAPH_VERSION, int8=int8)
        return OnnxEncoder(*made, _word_pieces(folder), threads)
    from knowledge_graph.text import use_onnx

    made = _cached_graph(folder, USE_WEIGHTS, place, use_onnx.build, use_onnx.GRAPH_VERSION, int8=int8)
    return OnnxEncoder(*made, _sentence_pieces(folder), threads)


@dataclass(frozen=True, slots=True)
class Encoders:
    """The models that meanings are compared with, loaded when first asked for: of English with English, and of all else."""

    load: Callable[[str], Encoder] = lambda model: encoder(model, "cpu")

    @property
    def english(self) -> Encoder:
        return self.load(DEFAULT_MODEL)

    @property
    def multilingual(self) -> Encoder:
        return self.load(MULTILINGUAL_MODEL)


def small(vectors: Vectors) -> SmallVectors:
    """Vectors of the multilingual model as they are stored: each number by itself to one byte."""
    found: SmallVectors = np.clip(np.rint(vectors * SMALL_SCALE), -127, 127).astype(np.int8)
    return found


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
    if not (folder / BERT_WEIGHTS).is_file() or not (folder / "tokenizer.json").is_file():
        raise UnsupportedModel(model, "model.safetensors and tokenizer.json are needed; pickled weights are never loaded")
    return folder


def _device(device: str) -> str:
    if device != "auto":
        return device
    if not NVIDIA_DRIVER.exists() or importlib.util.find_spec("torch") is None:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _word_pieces(folder: Path) -> Ids:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(min(MAX_TOKENS, _trained_length(folder)))
    tokenizer.no_padding()
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def _sentence_pieces(folder: Path) -> Ids:
    from sentencepiece import SentencePieceProcessor

    pieces = SentencePieceProcessor(model_file=str(folder / "sp.model"))
    first, last = pieces.bos_id(), pieces.eos_id()
    return lambda texts: [[first, *pieces.encode(text)[: MAX_PIECES - 2], last] for text in texts]


def _trained_length(folder: Path) -> int:
    settings = folder / "sentence_bert_config.json"
    config: dict[str, Any] = json.loads(settings.read_text(encoding="utf-8")) if settings.is_file() else {}
    return int(config.get("max_seq_length", MAX_TOKENS))


def _cached_graph(folder: Path, weights: str, cache: Path, build: Callable[..., bytes], version: str, *, int8: bool) -> tuple[Path, str]:
    """The graph's file, and the version of its vectors. It appears whole or not at all; processes that race write the same bytes."""
    precision = "int8" if int8 else "fp32"
    digest = sha256_of(folder / weights)
    path = cache / f"{digest[:16]}-{precision}-{version}.onnx"
    if not path.is_file():
        log.info("writing %s", path)
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(build(folder, int8=int8))
        partial.replace(path)
    return path, f"{digest[:12]}-onnx-{precision}"
