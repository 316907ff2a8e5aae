"""Measures that several suites share. Rankings are scored by ir_measures, which is trec_eval."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

Qrels = Mapping[str, Mapping[str, int]]
"""For each query the grade of each judged item."""
Rankings = Mapping[str, Sequence[str]]
"""For each query what was found, best first."""

Measure = Literal["nDCG@10", "RR", "AP", "R@10", "P@5"]


def by_query(qrels: Qrels, rankings: Rankings, measure: Measure) -> dict[str, float]:
    """The measure of every judged query; one without an answer scores 0. nDCG counts a grade g as 2^g - 1."""
    import ir_measures

    grades = sorted({grade for judged in qrels.values() for grade in judged.values()} | {0, 1})
    wanted = ir_measures.nDCG(gains={grade: 2**grade - 1 for grade in grades}) @ 10 if measure == "nDCG@10" else measure
    scored = ir_measures.parse_measure(wanted) if isinstance(wanted, str) else wanted
    judged = {query: dict(items) for query, items in qrels.items() if any(grade > 0 for grade in items.values())}
    # trec_eval orders by score alone, so a place becomes a score.
    run = {query: _scores(rankings.get(query, ())) for query in judged}
    found = {metric.query_id: float(metric.value) for metric in ir_measures.iter_calc([scored], judged, run)}
    return {query: found.get(query, 0.0) for query in judged}


def _scores(ranking: Sequence[str]) -> dict[str, float]:
    distinct = list(dict.fromkeys(ranking))
    return {item: float(len(distinct) - place) for place, item in enumerate(distinct)}


def hits(found: Iterable[str], wanted: Collection[str]) -> tuple[float, float, float]:
    """(hits, found, wanted): a row for `bootstrap.f1`."""
    distinct = set(found)
    return float(len(distinct & set(wanted))), float(len(distinct)), float(len(set(wanted)))


def f1_of(row: tuple[float, float, float]) -> float:
    right, found, wanted = row
    return 2 * right / (found + wanted) if found + wanted else 0.0
