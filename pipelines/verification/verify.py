"""`engram verify`: the laws on a live installation, sampled by a seed; what is wrong is named."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from knowledge_graph.errors import EngramError, StoreUnavailable
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import Run, open_run
from pipelines.verification.agreement import check_agreement
from pipelines.verification.findings import Breach, Check, Findings
from pipelines.verification.installation import Installation
from pipelines.verification.orphans import check_content, check_forgotten, check_subjects, check_tables
from pipelines.verification.provenance import check_provenance
from pipelines.verification.readers import check_readers
from pipelines.verification.rebuilt import check_rebuilt
from pipelines.verification.reports import check_reports
from pipelines.verification.states import check_states
from pipelines.verification.verdicts import check_verdicts

CHECKS: dict[str, Callable[[Installation, Findings], None]] = {
    "states": check_states,
    "content store": check_content,
    "tables": check_tables,
    "subjects and edges": check_subjects,
    "provenance": check_provenance,
    "rebuilt from evidence": check_rebuilt,
    "non-interference": check_readers,
    "forgotten": check_forgotten,
    "erasure reports": check_reports,
    "index and lake": check_agreement,
    "verdicts": check_verdicts,
}


@dataclass(frozen=True, slots=True)
class Verified:
    ok: bool
    sample: int
    seed: int
    seconds: float
    checks: tuple[Check, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(home: Home, *, sample: int, seed: int, step: Callable[[str], None] = lambda _: None) -> Verified:
    """All checks in turn, while no run changes anything; `step` hears the name of each before it starts."""
    started = time.monotonic()
    with SearchStore.open(home.store) as store:
        if not store.ping():
            raise StoreUnavailable(f"Elasticsearch does not answer at {home.store.url}, so nothing can be verified. Run `engram up`.")
        with open_run(home, Reporter(quiet=True)) as running:
            checks = tuple(_checked(running, store, name, sample, seed, step) for name in CHECKS)
    return Verified(not any(check.breaches for check in checks), sample, seed, round(time.monotonic() - started, 1), checks)


def _checked(running: Run, store: SearchStore, name: str, sample: int, seed: int, step: Callable[[str], None]) -> Check:
    step(name)
    began, found = time.monotonic(), Findings()
    try:
        CHECKS[name](Installation(running, store, sample, seed), found)
    except StoreUnavailable:
        raise
    except EngramError as exc:  # a damaged table stops one check and is its breach
        found.breach(name, exc.message)
    check = Check(name, found.looked_at, tuple(found.breaches), detail=found.detail)
    return replace(check, seconds=round(time.monotonic() - began, 2))


__all__ = ["Breach", "Verified", "verify"]
