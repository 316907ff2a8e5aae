"""Names of people, organisations and places in running text: strict spans and types, against the recogniser as it comes."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import estimate, f1, mean
from pipelines.evaluation.results import ALL, Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    pass

TYPES = {"PER": "person", "ORG": "organisation", "LOC": "place"}
TEXT = 15
"""Sentences that are taken as one text: the file does not say where its articles end."""
Span = tuple[int, int, int, str]


def measure(given: Given) -> Measured:
    file = given.folder / "wikigold-dev.conll"
    sentences = list(read(file))
    wanted = [_gold(at, sentence) for at, sentence in enumerate(sentences)]
    words = [[word for word, _ in sentence] for sentence in sentences]
    started = time.monotonic()
    raw = list(_recognised(words))
    recognising = time.monotonic() - started
    plain = [{(at, a, b, label) for a, b, label in _ours(spans)} for at, spans in enumerate(raw)]
    started = time.monotonic()
    found = _tidied(words, raw)
    tidying = time.monotonic() - started
    figures = []
    for kind in (ALL, *TYPES.values()):
        rows, base = (_rows(spans, wanted, kind) for spans in (found, plain))
        figures.append(Figure("strict F1", estimate(rows, f1), kind, {"en-core-web-sm": estimate(base, f1)}))
    count = sum(map(len, words))
    speed = mean([count / max(1e-9, recognising + tidying)])
    figures.append(Figure("words a second", speed, baselines={"en-core-web-sm": mean([count / max(1e-9, recognising)])}, timing=True))
    worst = sorted(range(len(words)), key=lambda at: (-len(found[at] ^ wanted[at]), at))[:20]
    return Measured(tuple(figures), tuple(_case(words[at], found[at], wanted[at]) for at in worst))


def read(file: Path) -> Iterator[list[tuple[str, str]]]:
    """Sentences of (word, tag) of a CoNLL file."""
    sentence: list[tuple[str, str]] = []
    for line in (*file.read_text(encoding="utf-8").splitlines(), ""):
        if line.strip():
            word, _, tag = line.rpartition("\t")
            sentence.append((word, tag))
        elif sentence:
            yield sentence
            sentence = []


def _gold(at: int, sentence: Sequence[tuple[str, str]]) -> set[Span]:
    found: set[Span] = set()
    start = 0
    tags = [tag.partition("-")[2] for _, tag in sentence]
    for stop in range(1, len(tags) + 1):
        if stop == len(tags) or tags[stop] != tags[start]:
            if tags[start] in TYPES:
                found.add((at, start, stop, TYPES[tags[start]]))
            start = stop
    return found


def _recognised(words: Sequence[Sequence[str]]) -> Iterator[list[tuple[int, int, str]]]:
    import spacy
    from spacy.tokens import Doc

    from knowledge_graph.text.models import locate

    model = spacy.load(locate("en-core-web-sm"), exclude=["lemmatizer", "parser", "senter", "tagger", "attribute_ruler"])
    docs: Iterator[Doc] = model.pipe(Doc(model.vocab, words=list(sentence)) for sentence in words)
    for doc in docs:
        yield [(entity.start, entity.end, entity.label_) for entity in doc.ents]


def _ours(spans: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    from knowledge_graph.text.entities import LABELS

    yield from ((start, stop, LABELS[label]) for start, stop, label in spans if label in LABELS)


def _tidied(words: Sequence[Sequence[str]], raw: Sequence[Sequence[tuple[int, int, str]]]) -> list[set[Span]]:
    from knowledge_graph.text.entities import tidied

    found: list[set[Span]] = [set() for _ in words]
    for first in range(0, len(words), TEXT):
        part = words[first : first + TEXT]
        spans = [(at, *span) for at in range(len(part)) for span in raw[first + at]]
        for one in tidied(part, spans):
            found[first + one.sentence].add((first + one.sentence, one.start, one.stop, one.label))
    return found


def _rows(found: Sequence[set[Span]], wanted: Sequence[set[Span]], kind: str) -> list[tuple[float, float, float]]:
    pairs = [tuple({span for span in spans if kind in (ALL, span[3])} for spans in pair) for pair in zip(found, wanted, strict=True)]
    return [(float(len(ours & gold)), float(len(ours)), float(len(gold))) for ours, gold in pairs]


def _case(words: Sequence[str], found: set[Span], wanted: set[Span]) -> Case:
    def shown(spans: set[Span]) -> str:
        return "; ".join(f"{' '.join(words[start:stop])} ({label})" for _, start, stop, label in sorted(spans))

    return Case(" ".join(words)[:80], 0.0, shown(wanted - found), shown(found - wanted))


SUITE = Suite("ner", "people, organisations and places in running text", ("wikigold-dev.conll",), measure, folder="ner")
