"""`make quality`: measures what plan.yaml lists, writes reference.json anew and prints how the figures changed.

`python tests/quality/renew.py [SUITE ...]` does it for some suites. A figure that fell ends it with status 1, after writing: look at the
diff before committing it.
"""

import subprocess
import sys
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from pipelines.evaluation import reference
from pipelines.evaluation.results import Report

HERE = Path(__file__).parent
DATA = HERE.parents[1].parent / "shared" / "data"


def measured(row: dict) -> Report:
    command = [sys.executable, "-m", "pipelines.cli", "eval", row["suite"], "--data", str(DATA / row["data"]), "--json"]
    command += ["--verdicts", str(HERE / "verdicts"), *(["--mine"] if row.get("mine") else [])]
    return TypeAdapter(Report).validate_json(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def main(suites: list[str]) -> int:
    if not DATA.is_dir():
        sys.stderr.write(f"{DATA} is not there: nothing can be measured.\n")
        return 1
    file = HERE / "reference.json"
    fell = False
    for row in yaml.safe_load((HERE / "plan.yaml").read_text()):
        if suites and row["suite"] not in suites:
            continue
        report = measured(row)
        frozen = reference.load(file)
        changes = reference.compare(report, frozen)
        reference.save(file, reference.renewed(frozen, [report]))
        sys.stdout.write(f"{report.suite} {report.data}: {report.seconds:.0f} s, {len(changes)} changed\n")
        sys.stdout.writelines(f"  {change}\n" for change in changes)
        fell = fell or any(change.fell for change in changes)
    return int(fell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
