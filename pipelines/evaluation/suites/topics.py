"""The topics a reader is shown, best first: are the first hundred worth a card, and how many of the gold's are among the first?

Where the gold is an organisation's (`topics.json`), recall is counted among three times as many as the gold has, by kind. Where it is
transcripts with annotated topics (`*.json` beside `*.txt`), the noun phrases of the annotations are sought among the first 500.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_graph.text.words import topic_key
from pipelines.evaluation import gold, verdicts
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.candidates import Candidates, candidates
from pipelines.evaluation.results import Case, Estimate, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.topics import Topic

FIRST = 100
TIMES = 3
IN_TRANSCRIPTS = 500

Ranking = Sequence[frozenset[str]]
"""The keys of each topic, best topic first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be among the first `depth` topics: by kind, each topic of the gold with the keys that it may be found by."""

    kinds: Mapping[str, Mapping[str, frozenset[str]]]
    depth: int


def measure(given: Given) -> Measured:
    from knowledge_graph.serving.topics import Topics

    library = given.mined()
    wanted = _organisation(given.folder) if (given.folder / "topics.json").exists() else _transcripts(given.folder)
    topics = Topics(library.store, library.reader).ranked(None, max(FIRST, wanted.depth))
    known = candidates(given.lake, library.reader)
    first = _first(given, topics, known)
    ranking = [frozenset(topic.keys) for topic in topics[: wanted.depth]]
    figures = (*first.figures, *(_recall(kind, wanted, ranking, known) for kind in wanted.kinds))
    notes = (*first.notes, f"Recall is counted among the first {wanted.depth:,} of {len(topics):,} topics.")
    return Measured(figures, (*first.worst, *_missed(wanted, ranking, known)), notes)


def _organisation(folder: Path) -> Wanted:
    topics = gold.topics(folder)
    kinds: dict[str, dict[str, frozenset[str]]] = {}
    for topic in topics.values():
        kinds.setdefault(topic.kind, {})[topic.name] = topic.keys
        for part in topic.subprojects:
            kinds.setdefault("subproject", {})[part] = frozenset({topic_key(part)})
    return Wanted(kinds, TIMES * len(topics))


def _transcripts(folder: Path) -> Wanted:
    """The noun phrases of the topics that annotators wrote down, without their articles."""
    import spacy

    from knowledge_graph.text.models import locate

    parser = spacy.load(locate("en-core-web-sm"), exclude=["ner", "lemmatizer"])
    phrases: dict[str, frozenset[str]] = {}
    for file in sorted(folder.glob("*.json")):
        for annotated in gold.record(file)["topics"]:
            for chunk in parser(annotated["topic"]).noun_chunks:
                words = [word for word in chunk if word.pos_ not in ("DET", "PRON", "PUNCT")]
                key = topic_key(" ".join(word.text for word in words))
                phrases |= {chunk.text: frozenset({key})} if key else {}
    return Wanted({"phrase": phrases}, IN_TRANSCRIPTS)


def _recall(kind: str, wanted: Wanted, ranking: Ranking, known: Candidates) -> Figure:
    items = wanted.kinds[kind].values()

    def found(keys: frozenset[str]) -> Estimate:
        return mean(float(bool(keys & each)) for each in items)

    baselines = {
        "document frequency": found(frozenset(known.by_documents(wanted.depth))),
        "tf x rarity": found(frozenset(known.by_rarity(wanted.depth))),
        "among all candidates": found(frozenset(known.documents)),
    }
    return Figure("recall", found(frozenset().union(*ranking)), kind, baselines)


def _first(given: Given, topics: Sequence["Topic"], known: Candidates) -> Measured:
    """Precision of the first hundred by verdicts; without any, all that can be said is what would have to be read."""
    said = verdicts.load(given.verdicts, "topics", given.name)
    judged = verdicts.judge([topic.key for topic in topics[:FIRST]], said)
    simple = verdicts.judge(known.by_documents(FIRST), said)
    names = {topic.key: topic.name for topic in topics[:FIRST]}
    figure = Figure(f"precision of the first {FIRST}", judged.share, baselines={"document frequency": simple.share})
    notes = (judged.note(f"First {FIRST}"), simple.note(f"First {FIRST} by document frequency"))
    return Measured((figure,) if judged.share.cases else (), verdicts.cases(judged, names), tuple(filter(None, notes)))


def _missed(wanted: Wanted, ranking: Ranking, known: Candidates) -> tuple[Case, ...]:
    keys = frozenset().union(*ranking)
    cases = []
    for kind, items in wanted.kinds.items():
        for name, each in items.items():
            if not keys & each:
                held = max((len(known.documents[key]) for key in each if key in known.documents), default=0)
                cases.append(Case(name, 0.0, "among the first", f"a candidate of {held} documents" if held else "no candidate", kind))
    return tuple(cases)


SUITE = Suite("topics", "precision of the first hundred topics, recall of known ones", ("*.json",), measure, folder="qmsum", mined=True)
