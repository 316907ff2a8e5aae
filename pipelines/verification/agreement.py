"""Index and lake: every row that publish would write is in the index, made from the same, and no other; a random tenth to the letter."""

from typing import TYPE_CHECKING, Any

from knowledge_graph.model.ids import canonical_json
from pipelines.stages.publish import Build, published
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TENTH = 0.1
CHUNK = 1000
UNTOLD = {"vector", "multilingual", "impacts"}

Body = dict[str, Any]


def check_agreement(place: Installation, found: Findings) -> None:
    for index, (rows, build) in published(place.running.lake).items():
        wanted = {row.id: row.basis for row in rows.select("id", "basis").toLocalIterator()}
        name = place.store.current(index)
        held = dict(place.store.bases(name)) if name else {}
        found.looked_at += len(wanted)
        found.none_of((f"{index} {row}" for row in held.keys() - wanted.keys()), "is in the index and not in the lake")
        found.none_of((f"{index} {row}" for row in wanted.keys() - held.keys()), "is in the lake and not in the index. Run `engram run`.")
        both = held.keys() & wanted.keys()
        stale = {row for row in both if held[row] != wanted[row]}
        found.none_of((f"{index} {row}" for row in stale), "was published from something else than the lake holds. Run `engram run`.")
        _compare(place, found, index, rows, build, place.some(both - stale, TENTH))


def _compare(place: Installation, found: Findings, index: str, rows: "DataFrame", build: Build, chosen: list[str]) -> None:
    from pyspark.sql import functions as f

    for start in range(0, len(chosen), CHUNK):
        some = chosen[start : start + CHUNK]
        served = {hit.id: hit.fields for hit in place.store.matching(index, {"ids": {"values": some}})}
        for row in rows.where(f.col("id").isin(some)).toLocalIterator():
            made, is_now = build(row.asDict(recursive=True)), served.get(row.id, {})
            found.expect(_same(made, is_now), f"{index} {row.id}", "was changed after it was published. Run `engram run --full`.")


def _same(made: Body, served: Body) -> bool:
    """Elasticsearch does not give vectors and weights back with a row."""
    told = {name: value for name, value in served.items() if name not in UNTOLD}
    return made.keys() - UNTOLD == told.keys() and all(canonical_json(made[name]) == canonical_json(value) for name, value in told.items())
