"""How long ../shared/data/k8s takes from nothing to cards, without OCR and embeddings: each stage, its rate, and the goal.

`python -m pytest -s tests/bench/test_mining.py`, on a machine that does nothing else.
"""

import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from knowledge_graph.serving.indexes import StoreSettings
from pipelines import sources
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, open_run
from pipelines.sources import Source

CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "k8s" / "corpus"
GOAL_S = 120
"""For mining and folding: what one document says of topics and people, and what all of them say together."""
pytestmark = pytest.mark.timeout(3600)


def test_k8s_from_nothing(tmp_path: Path, elasticsearch_url: str) -> None:
    if not CORPUS.is_dir():
        pytest.skip("../shared/data/k8s is not here")
    home = Home(tmp_path / "home", StoreSettings(elasticsearch_url, prefix="bench"), embeddings=False)
    source = Source(name="k8s", kind="folder", path=CORPUS, access=("everyone",), sidecar=CORPUS.parent / "meta.jsonl")
    sources.add(home.sources_file, source)
    began = time.perf_counter()
    with open_run(home, Reporter(quiet=True)) as running:
        started = time.perf_counter() - began
        results = {stage: running.stage(stage) for stage in STAGES}
        documents = running.lake.read("documents").count()
    whole = time.perf_counter() - began
    mined = results["mine"].seconds + results["fold"].seconds
    lines = [f"start    {started:6.1f} s"]
    lines += [f"{stage:8} {result.seconds:6.1f} s  {dict(result.counts)}" for stage, result in results.items()]
    lines += [
        f"mine and fold {mined:.1f} s, {mined / GOAL_S:.2f} of the goal of {GOAL_S} s",
        f"from nothing {whole:.1f} s, {documents / whole:.1f} documents/s",
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB, pyspark {version('pyspark')}, "
        f"Python {platform.python_version()}",
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert mined <= GOAL_S
