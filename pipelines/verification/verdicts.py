"""The log of verdicts: every event is there, unchanged and in its place."""

from knowledge_graph.curation.log import VerdictLog
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation


def check_verdicts(place: Installation, found: Findings) -> None:
    with VerdictLog(place.home.curation) as log:
        report = log.check_chain()
    found.looked_at += report.events
    for breach in report.breaches:
        found.breach("log of verdicts", breach)
    found.detail |= {"head": report.head, "erased fields": str(report.erased)}
