"""Reports of erasures: each is genuine and nothing of it is back."""

from pipelines.keeping.errors import KeyLost
from pipelines.keeping.report import FOLDER, check
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation


def check_reports(place: Installation, found: Findings) -> None:
    for file in sorted((place.home.path / FOLDER).glob("forget-*.json")):
        try:
            problems = check(place.home, file).problems
        except KeyLost as exc:
            problems = (exc.message,)
        found.looked_at += 1
        for problem in problems:
            found.breach(file.name, problem)
