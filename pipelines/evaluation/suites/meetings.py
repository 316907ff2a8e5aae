"""Meetings: the turns that answer a question found in few passages, and a summary in the meeting's own sentences.

A folder holds a transcript ID.txt (`Speaker: words` a line) and ID.json with questions, the turns that answer them, and summaries.
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_graph.text.words import terms
from pipelines.evaluation import textrank
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.passages import Passage, reader_of, served
from pipelines.evaluation.plain_bm25 import PlainBm25
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library

PASSAGE_WORDS = 200
READ = 5
"""Passages that a reader looks at: about a tenth of a meeting."""
SUMMARY_WORDS = 130
"""As long as the summaries that people wrote, on average."""
_NOISE = re.compile(r"\{\w+\}|\b(?:uh|um|mm|hmm|uh-huh|mm-hmm)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meeting:
    id: str
    turns: tuple[str, ...]
    passages: tuple[tuple[int, int], ...]
    """(first, stop) turns of each passage."""
    questions: tuple[tuple[str, frozenset[int]], ...]
    summary: str

    def text(self, span: tuple[int, int]) -> str:
        return "\n".join(self.turns[span[0] : span[1]])


def measure(given: Given) -> Measured:
    meetings = [_read(file) for file in sorted(given.folder.glob("*.json"))]
    passages = [Passage(f"{each.id}/{at}", each.text(span), group=each.id) for each in meetings for at, span in enumerate(each.passages)]
    rows: list[tuple[float, float, str, str]] = []
    with served(given.search(), passages) as library:
        for each in meetings:
            rows += _asked(library, each)
    figures = [
        Figure(
            "span recall", mean(ours for ours, _, _, _ in rows), baselines={"BM25 without stemming": mean(plain for _, plain, _, _ in rows)}
        )
    ]
    ours = [rouge(each.summary, _own(each)) for each in meetings]
    theirs = [rouge(each.summary, _textrank(each)) for each in meetings]
    for name in ("1", "2", "L"):
        baselines = {"TextRank": mean(row[name] for row in theirs)}
        figures.append(Figure(f"ROUGE-{name}", mean(row[name] for row in ours), "summary", baselines))
    worst = sorted(rows, key=lambda row: (row[0], row[2], row[3]))[:20]
    return Measured(tuple(figures), tuple(Case(question, recall, kind=meeting) for recall, _, question, meeting in worst))


def _read(file: Path) -> Meeting:
    gold = json.loads(file.read_text(encoding="utf-8"))
    lines = file.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    turns = tuple(" ".join(_NOISE.sub(" ", line).split()) for line in lines)
    questions = tuple((row["query"], _turns(row["relevant_text_span"])) for row in gold["specific"])
    return Meeting(gold["id"], turns, tuple(_passages(turns)), questions, " ".join(row["answer"] for row in gold["general"][:1]))


def _turns(spans: Sequence[Sequence[str]]) -> frozenset[int]:
    return frozenset(turn for first, last in spans for turn in range(int(first), int(last) + 1))


def _passages(turns: Sequence[str]) -> list[tuple[int, int]]:
    found, start, count = [], 0, 0
    for at, turn in enumerate(turns):
        count += len(turn.split())
        if count >= PASSAGE_WORDS or at == len(turns) - 1:
            found.append((start, at + 1))
            start, count = at + 1, 0
    return found


def _asked(library: "Library", meeting: Meeting) -> list[tuple[float, float, str, str]]:
    """For each question the share of its turns in the first passages: ours, BM25's, the question, the meeting."""
    from knowledge_graph.serving.search import Filters, ranked_passages

    ids = [f"{meeting.id}/{at}" for at in range(len(meeting.passages))]
    reader = reader_of(meeting.id)
    plain = PlainBm25(ids, [meeting.text(span) for span in meeting.passages])
    rows = []
    for question, wanted in meeting.questions:
        found = [one.hit.id for one in ranked_passages(library.store, reader, question, Filters(), library.encoders, size=READ)]
        shares = [_recall(meeting, each, wanted) for each in (found, plain.ranked(question, READ))]
        rows.append((shares[0], shares[1], question, meeting.id))
    return rows


def _recall(meeting: Meeting, ids: Sequence[str], wanted: frozenset[int]) -> float:
    read = {turn for id in ids for turn in range(*meeting.passages[int(id.rpartition("/")[2])])}
    return len(read & wanted) / len(wanted) if wanted else 1.0


def _said(turns: Sequence[str]) -> str:
    """What is said, without who says it."""
    return "\n".join(turn.partition(": ")[2] or turn for turn in turns)


def _own(meeting: Meeting) -> str:
    from knowledge_graph.text.key_sentences import key_sentences

    text = _said(meeting.turns)
    return _cut([text[one.start : one.end] for one in key_sentences(text, 12)])


def _textrank(meeting: Meeting) -> str:
    from knowledge_graph.text.questions import sentences

    text = _said(meeting.turns)
    spoken = [text[start:end] for start, end in sentences(text)]
    return _cut([spoken[at] for at in textrank.sentences([terms(each) for each in spoken])[:12]])


def _cut(chosen: Sequence[str]) -> str:
    return " ".join(" ".join(chosen).split()[:SUMMARY_WORDS])


def rouge(wanted: str, found: str) -> dict[str, float]:
    """ROUGE-1, 2 and L, F1, stemmed."""
    from rapidfuzz.distance import LCSseq

    a, b = terms(wanted), terms(found)
    scores = {}
    for size in (1, 2):
        x, y = (Counter(zip(*(words[start:] for start in range(size)), strict=False)) for words in (a, b))
        scores[str(size)] = 2 * (x & y).total() / max(1, x.total() + y.total())
    scores["L"] = 2 * LCSseq.similarity(a, b) / max(1, len(a) + len(b))
    return scores


SUITE = Suite(
    "meetings", "what answers a question in a meeting, and its summary", ("*.json", "*.txt"), measure, folder="qmsum", searches=True
)
