"""Who is one person: pairs of authors of one family name, and two lists of records about the same people.

The baseline is recordlinkage's unsupervised classifier (expectation maximisation) over the comparisons that its guide proposes.
"""

import csv
from collections.abc import Sequence
from dataclasses import astuple
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import estimate, f1, ratio
from pipelines.evaluation.errors import NothingToScore
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.resolve.namesakes import Bearer

SAME = 0.5
RIDGE = 3.0
ACCESSIONS_A_YEAR = 1e6
"""PubMed numbers its articles in the order they come in, about a million a year: their distance stands for years."""
KEYS = ("surname", "given_name", "date_of_birth", "postcode", "suburb", "address_1", "soc_sec_id")
Row = tuple[float, float, float]


def measure(given: Given) -> Measured:
    figures: list[Figure] = []
    worst: list[Case] = []
    if (given.folder / "and_dev.csv").exists():
        figures += _authors(given.folder / "and_dev.csv", worst)
    if (given.folder / "febrl4a.csv").exists():
        figures += _records(given.folder, worst)
    if not figures:
        raise NothingToScore(f"{given.folder} holds neither and_dev.csv nor febrl4a.csv.")
    return Measured(tuple(figures), tuple(worst[:20]))


def _authors(file: Path, worst: list[Case]) -> list[Figure]:
    from knowledge_graph.resolve.logistic import left_out
    from knowledge_graph.resolve.namesakes import same_bearer, sameness

    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter=";") if row["PMID1"] and row["PMID2"]]
    pairs = [(_bearer(row, "1"), _bearer(row, "2")) for row in rows]
    same = [row["Authorship"] == "YES" for row in rows]
    shipped = [same_bearer(left, right) for left, right in pairs]
    fitted = left_out([astuple(sameness(left, right)) for left, right in pairs], same, ridge=RIDGE)
    baselines = {
        **({"recordlinkage": estimate(_rows(_linked_authors(rows), same), f1)} if find_spec("recordlinkage") else {}),
        "the same given name": estimate(_rows([float(left.given == right.given) for left, right in pairs], same), f1),
        "always": estimate(_rows([1.0] * len(pairs), same), f1),
    }
    order = sorted(range(len(pairs)), key=lambda at: (-abs(fitted[at] - same[at]), at))[:10]
    for at in order:
        wanted = f"{'' if same[at] else 'not '}{_shown(pairs[at][1])}"
        worst.append(Case(_shown(pairs[at][0]), round(1 - abs(fitted[at] - same[at]), 4), wanted, f"{fitted[at]:.2f}", "author pairs"))
    return [
        Figure("F1", estimate(_rows(shipped, same), f1), "author pairs", baselines),
        Figure("F1, left out", estimate(_rows(fitted, same), f1), "author pairs", baselines),
    ]


def _bearer(row: dict[str, str], side: str) -> "Bearer":
    from knowledge_graph.resolve.namesakes import Bearer

    year = 1 + int(row[f"PMID{side}"]) / ACCESSIONS_A_YEAR
    return Bearer(row[f"First_name{side}"], row[f"Last_name{side}"], row[f"Initials{side}"], year)


def _shown(bearer: "Bearer") -> str:
    return f"{bearer.given} {bearer.family} ({bearer.year:.1f})"


def _rows(sure: Sequence[float], same: Sequence[bool]) -> list[Row]:
    return [(float(truth and chance >= SAME), float(chance >= SAME), float(truth)) for chance, truth in zip(sure, same, strict=True)]


def _linked_authors(rows: Sequence[dict[str, str]]) -> list[float]:
    import pandas as pd
    import recordlinkage

    fields = {"given": "First_name", "initials": "Initials", "family": "Last_name", "at": "PMID"}
    sides = [pd.DataFrame([{name: row[f"{of}{side}"] for name, of in fields.items()} for row in rows]).astype({"at": int}) for side in "12"]
    compare = recordlinkage.Compare()
    compare.string("given", "given", method="jarowinkler", threshold=0.85, label="given")
    compare.exact("initials", "initials", label="initials")
    compare.string("family", "family", method="jarowinkler", threshold=0.85, label="family")
    compare.numeric("at", "at", offset=1e6, scale=5e6, label="at")
    compared = compare.compute(pd.MultiIndex.from_arrays([range(len(rows)), range(len(rows))]), *sides)
    found = set(recordlinkage.ECMClassifier().fit_predict((compared > 0.5).astype(int)))
    return [float((at, at) in found) for at in range(len(rows))]


def _records(folder: Path, worst: list[Case]) -> list[Figure]:
    from knowledge_graph.resolve.records import link

    left, right = (dict(_read(folder / name)) for name in ("febrl4a.csv", "febrl4b.csv"))
    truth = {(a, b) for a in left for b in (a.replace("-org", "-dup-0"),) if b in right}
    links = link(left, right, keys=KEYS)
    found = {(one.left, one.right) for one in links if one.probability >= SAME}
    harder = {(one.left, one.right) for one in link(_unnumbered(left), _unnumbered(right), keys=KEYS[:-1]) if one.probability >= SAME}
    baselines = {"recordlinkage": estimate(_pairs(_linked_records(left, right), truth), f1)} if find_spec("recordlinkage") else {}
    worst += [Case(a, 0.0, b, "", "records") for a, b in sorted(truth - found)[:10]]
    return [
        Figure("F1", estimate(_pairs(found, truth), f1), "records", baselines),
        Figure("F1, without the number", estimate(_pairs(harder, truth), f1), "records", baselines),
        Figure("doubtful", estimate([(float(one.doubtful), 1.0) for one in links], ratio), "records", lower_is_better=True),
    ]


def _unnumbered(records: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {id: {name: value for name, value in record.items() if name != KEYS[-1]} for id, record in records.items()}


def _read(file: Path) -> list[tuple[str, dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, skipinitialspace=True))
    return [(row["rec_id"], {name: value for name, value in row.items() if name != "rec_id" and value}) for row in rows]


def _pairs(found: set[tuple[str, str]], truth: set[tuple[str, str]]) -> list[Row]:
    return [(float(pair in found and pair in truth), float(pair in found), float(pair in truth)) for pair in sorted(found | truth)]


def _linked_records(left: dict[str, dict[str, str]], right: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    import pandas as pd
    import recordlinkage

    a, b = (pd.DataFrame.from_dict(records, orient="index") for records in (left, right))
    index = recordlinkage.Index()
    for field in ("surname", "given_name", "date_of_birth", "postcode"):
        index.block(field)
    compare = recordlinkage.Compare()
    for field in ("given_name", "surname", "address_1", "suburb"):
        compare.string(field, field, method="jarowinkler", threshold=0.85, label=field)
    for field in ("date_of_birth", "postcode", "state", "soc_sec_id"):
        compare.exact(field, field, label=field)
    compared = compare.compute(index.index(a, b), a, b)
    return set(recordlinkage.ECMClassifier().fit_predict(compared))


SUITE = Suite("people", "one person or two: author pairs, and lists of records", ("*.csv",), measure, folder="names")
