"""How long a person waits: for `engram --help`, and for the embedded Elasticsearch to be green."""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from infra import elasticsearch

HELP_TARGET_S = 0.7


def test_help() -> None:
    program = Path(sys.executable).with_name("engram")
    times = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([program, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    sys.stdout.write(f"\nengram --help: best {min(times):.2f} s, worst {max(times):.2f} s of {len(times)}\n")
    assert min(times) < HELP_TARGET_S


def test_elasticsearch_start(home: Path, free_port: int) -> None:
    began = time.perf_counter()
    server = elasticsearch.start(elasticsearch.ElasticsearchSettings(home, port=free_port, outlives_us=False))
    took = time.perf_counter() - began
    memory = psutil.Process(server.pid).memory_info().rss / 2**20
    elasticsearch.stop(home)
    sys.stdout.write(f"\nElasticsearch: green after {took:.1f} s, {memory:.0f} MB resident when empty\n")
