"""Parses the DAG folder as the scheduler does, once for every installation named, and says what it found as JSON.

Usage: parse_dags.py DAGS HOME...
"""

import json
import os
import sys
import time

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import Asset, AssetAny

HEAVY = ("pyspark", "torch", "spacy", "kreuzberg", "onnxruntime", "elasticsearch", "deltalake", "transformers", "numpy", "pandas")


def schedule(value: object) -> object:
    return [asset.uri for asset in value.objects if isinstance(asset, Asset)] if isinstance(value, AssetAny) else value


def main(dags: str, homes: list[str]) -> None:
    before = set(sys.modules)
    found = {}
    for home in homes:
        os.environ["ENGRAM_HOME"] = home
        started = time.monotonic()
        bag = DagBag(dags)
        found[home] = {
            "seconds": time.monotonic() - started,
            "errors": list(bag.import_errors.values()),
            "dags": {
                dag.dag_id: {
                    "tasks": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
                    "outlets": [asset.uri for task in dag.tasks for asset in task.outlets],
                    "schedule": schedule(dag.schedule),
                    "params": {name: dag.params.get_param(name).schema for name in dag.params},
                    "doc": dag.doc_md,
                    "retries": [task.retries for task in dag.tasks],
                    "max_active_runs": dag.max_active_runs,
                    "catchup": dag.catchup,
                }
                for dag in bag.dags.values()
            },
        }
    sys.stdout.write("\n" + json.dumps({"found": found, "heavy": [name for name in HEAVY if name in set(sys.modules) - before]}) + "\n")


main(sys.argv[1], sys.argv[2:])
