"""Classes of documents from five examples and one counterexample, drawn at random, over documents whose class is known.

`meta.jsonl` names the class of each document of `corpus/` as its `kind`. The documents are served from indexes of the suite's own, the
examples are verdicts, and what is scored is what a reader's search would be held to.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import f1_of, hits
from pipelines.evaluation.passages import holding
from pipelines.evaluation.results import ALL, Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge_graph.serving.store import SearchStore

EXAMPLES, COUNTEREXAMPLES = 5, 1
LEAST = 15
"""Documents of a class below which none is drawn: ten are left to be found."""
DRAWS = 10
SEED = 5
TEXTUAL = (".md", ".rst", ".txt")
"""Reading every format is what the suite `office` measures."""

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Draw:
    """Documents by path: the examples of `kind`, what is none, and which of the rest are of it."""

    kind: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    draw: Draw
    ours: tuple[float, float, float]
    """(hits, found, wanted), as of the other method and of our order cut at its best place."""
    centroid: tuple[float, float, float]
    best: tuple[float, float, float]


def measure(given: Given) -> Measured:
    rows = _rows(given.folder)
    kinds = {path: kind for path, (kind, _) in rows.items()}
    with holding(given.search(), "documents", ((path, row) for path, (_, row) in rows.items())) as store:
        tried = [_tried(store, rows, draw) for draw in draws(kinds)]
    figures = []
    for kind in (ALL, *sorted({each.draw.kind for each in tried})):
        some = [each for each in tried if kind in (ALL, each.draw.kind)]
        baselines = {
            "nearest centroid": mean(f1_of(each.centroid) for each in some),
            "our order, best cut": mean(f1_of(each.best) for each in some),
        }
        figures.append(Figure("F1", mean(f1_of(each.ours) for each in some), kind, baselines))
    figures.append(Figure("precision", mean(hit / found if found else 0.0 for hit, found, _ in (each.ours for each in tried))))
    figures.append(Figure("recall", mean(hit / wanted for hit, _, wanted in (each.ours for each in tried))))
    order = sorted(tried, key=lambda each: (f1_of(each.ours), each.draw.kind, each.draw.examples))[:20]
    worst = (
        Case(
            ", ".join(each.draw.examples),
            f1_of(each.ours),
            f"{each.ours[2]:.0f}",
            f"{each.ours[0]:.0f} of {each.ours[1]:.0f}",
            each.draw.kind,
        )
        for each in order
    )
    told = f"{len(rows)} documents; {EXAMPLES} examples and {COUNTEREXAMPLES} counterexample, {DRAWS} draws a class"
    return Measured(tuple(figures), tuple(worst), (told, "The best cut knows the answers: no threshold could do better in our order."))


def draws(kinds: Mapping[str, str]) -> Iterator[Draw]:
    """The same for the same documents, whatever their order."""
    for kind in sorted(set(kinds.values())):
        of_kind = sorted(path for path, each in kinds.items() if each == kind)
        beside = sorted(kinds.keys() - set(of_kind))
        if len(of_kind) < LEAST or not beside:
            continue
        chance = random.Random(f"{SEED} {kind}")
        for _ in range(DRAWS):
            examples, counterexamples = chance.sample(of_kind, EXAMPLES), chance.sample(beside, COUNTEREXAMPLES)
            yield Draw(kind, tuple(examples), tuple(counterexamples), frozenset(of_kind) - set(examples))


def _tried(store: "SearchStore", rows: Mapping[str, tuple[str, dict[str, Any]]], draw: Draw) -> Tried:
    from knowledge_graph.fold.rulings import replay
    from knowledge_graph.model.access import EVERYONE, Access, Reader
    from knowledge_graph.model.verdicts import Kind, Verdict
    from knowledge_graph.serving.classes import Classes

    access, reader = Access.of([EVERYONE]), Reader.of(())
    said = [(Kind.EXAMPLE, path) for path in draw.examples] + [(Kind.COUNTEREXAMPLE, path) for path in draw.counterexamples]
    log = [Verdict(kind, path, text=draw.kind, access=access, seq=seq, id=str(seq)) for seq, (kind, path) in enumerate(said, 1)]
    classes = Classes(store, reader, replay(log, reader))
    made = classes.named(draw.kind)
    given = {*draw.examples, *draw.counterexamples}
    found = [path for path in classes.members([made])[0] if path not in given]
    vectors = {path: row.get("impacts", {}) for path, (_, row) in rows.items()}
    ranked = sorted((path for path in rows if path not in given), key=lambda path: (-made.classifier.score(vectors[path]), path))
    return Tried(draw, hits(found, draw.wanted), hits(_nearest(vectors, draw), draw.wanted), _best_cut(ranked, draw.wanted))


def _nearest(vectors: Mapping[str, Vector], draw: Draw) -> list[str]:
    """Documents that are nearer to the mean of the examples than to that of the counterexamples, by words."""
    yes, no = (_centroid([vectors[path] for path in paths]) for paths in (draw.examples, draw.counterexamples))
    given = {*draw.examples, *draw.counterexamples}
    return [path for path, vector in vectors.items() if path not in given and _dot(yes, vector) > _dot(no, vector)]


def _centroid(vectors: Sequence[Vector]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    length = sum(weight * weight for weight in total.values()) ** 0.5 or 1.0
    return {term: weight / length for term, weight in total.items()}


def _dot(one: Vector, other: Vector) -> float:
    return sum(weight * one[term] for term, weight in other.items() if term in one)


def _best_cut(ranked: Sequence[str], wanted: frozenset[str]) -> tuple[float, float, float]:
    best, hit = (0.0, 0.0, float(len(wanted))), 0
    for place, path in enumerate(ranked, 1):
        hit += path in wanted
        best = max(best, (float(hit), float(place), float(len(wanted))), key=f1_of)
    return best


def _rows(folder: "Path") -> dict[str, tuple[str, dict[str, Any]]]:
    """By path the class of a document and its index row."""
    from extractors.errors import Unreadable
    from extractors.limits import Limits
    from extractors.parse import parse

    found = {}
    for line in gold.records(folder / "meta.jsonl"):
        path = str(line["id"])
        file = folder / "corpus" / path
        if path.endswith(TEXTUAL) and line.get("kind") and file.is_file():
            try:
                parsed = parse(path, file.read_bytes(), Limits())
            except Unreadable:
                continue
            found[path] = (str(line["kind"]), _row(path, line.get("title") or parsed.title, parsed.segments))
    return found


def _row(path: str, title: str, segments: Sequence[Any]) -> dict[str, Any]:
    from dataclasses import asdict

    from knowledge_graph.model.access import EVERYONE
    from knowledge_graph.serving.rows import OPENING, document_row

    told = {"document": path, "source": "evaluation", "path": path, "kind": "document", "title": title, "mime": "", "parent": ""}
    dates = {"date": "", "created": "", "modified": ""}
    linked = {"topics": (), "linked": (), "contributors": (), "called": (), "passages": len(segments), "basis": ""}
    access = {"allow": [EVERYONE], "deny": []}
    return document_row({**told, **dates, **linked, **access, "opening": [asdict(segment) for segment in segments[:OPENING]]})


SUITE = Suite(
    "fewshot", "classes of documents from five examples, F1", ("meta.jsonl", "corpus"), measure, folder="k8s", searches=True
)  # fmt: skip
