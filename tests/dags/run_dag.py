"""Runs a DAG with `dag.test()` against a new Airflow database and says as JSON how each of its tasks ended.

Usage: run_dag.py DAGS DAG_ID [CONF as JSON]
"""

import json
import sys

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb


def main(dags: str, dag_id: str, conf: str = "{}") -> None:
    initdb()
    run = DagBag(dags).dags[dag_id].test(run_conf=json.loads(conf))
    tasks = {each.task_id: str(each.state) for each in run.get_task_instances()}
    assets = [event.asset.uri for event in run.created_asset_events] if hasattr(run, "created_asset_events") else []
    sys.stdout.write("\n" + json.dumps({"state": str(run.state), "tasks": tasks, "assets": assets}) + "\n")


main(*sys.argv[1:])
