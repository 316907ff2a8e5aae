"""Passages a second of the int8 graph beside sentence-transformers with the same model, on the same passages and cores, in one run.

`python -m pytest -s tests/bench/test_embedding.py`. BENCH_PASSAGES passages of ../shared/data/k8s, in its own order.
"""

import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from extractors.formats import markdown
from extractors.limits import Limits
from knowledge_graph.text.embedding import DEFAULT_MODEL, Vectors, encoder
from knowledge_graph.text.models import locate

CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "k8s" / "corpus"
PASSAGES = int(os.environ.get("BENCH_PASSAGES", "600"))
ROUNDS = 3
GOAL, COSINE_GOAL = 2.5, 0.99
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def passages() -> list[str]:
    if not CORPUS.is_dir():
        pytest.skip("../shared/data/k8s is not here")
    files = sorted(CORPUS.rglob("*.md"))[::20]
    read = (markdown.read(file.name, file.read_bytes(), Limits()) for file in files)
    return list(islice((segment.text for parsed in read for segment in parsed.segments), PASSAGES))


def test_int8_beside_sentence_transformers(passages: list[str], tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    threads = os.cpu_count() or 1
    plain = SentenceTransformer(str(locate(DEFAULT_MODEL)), device="cpu")
    plain.max_seq_length = 256
    int8, fp32 = (encoder(device="cpu", engine=engine, cache=tmp_path, threads=threads) for engine in ("int8", "fp32"))
    engines: dict[str, Callable[[list[str]], Vectors]] = {
        "sentence-transformers": lambda texts: plain.encode(texts, normalize_embeddings=True, show_progress_bar=False),
        "fp32": fp32.encode,
        "int8": int8.encode,
    }
    rates: dict[str, list[float]] = {name: [] for name in engines}
    made: dict[str, Vectors] = {}
    for _ in range(ROUNDS):  # in turns, so that whatever else the machine does falls on all of them
        for name, encode in engines.items():
            began = time.perf_counter()
            made[name] = encode(passages)
            rates[name].append(len(passages) / (time.perf_counter() - began))
    cosine = float(np.mean(np.sum(made["int8"] * made["fp32"], axis=1)))
    best = {name: max(found) for name, found in rates.items()}
    ratio = best["int8"] / best["sentence-transformers"]
    lines = [f"{name:22} {rate:8.1f} passages/s  {rate / best['sentence-transformers']:5.2f}x" for name, rate in best.items()]
    versions = ", ".join(f"{name} {version(name)}" for name in ("sentence-transformers", "torch", "onnxruntime"))
    lines += [
        f"int8 to fp32: cosine {cosine:.4f} on average (goal {COSINE_GOAL}); fp32 to sentence-transformers: "
        f"{float(np.mean(np.sum(made['fp32'] * made['sentence-transformers'], axis=1))):.4f}",
        f"{len(passages)} passages, {threads} threads, best of {ROUNDS}, {versions}, Python {platform.python_version()}",
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert ratio >= GOAL
    assert cosine > COSINE_GOAL
