"""Which sentences stand on a topic's card."""

from knowledge_graph.fold.partial import SentenceRef
from knowledge_graph.serving.topics import Topic

MAX_SENTENCES = 3


def summary_of(topic: Topic) -> list[SentenceRef]:
    """The best definition or summary sentences, and the newest status: at most three, no two alike."""
    sentences = topic.partial.sentences
    told = [s for s in sentences if s.kind in ("definition", "summary", "description")]
    statuses = sorted((s for s in sentences if s not in told and s.date), key=lambda s: (s.date, s.score, s.document), reverse=True)
    chosen: list[SentenceRef] = []
    for sentence in (*told[: MAX_SENTENCES - bool(statuses)], *statuses):
        if len(chosen) < MAX_SENTENCES and all(not _alike(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return chosen


def _alike(left: str, right: str) -> bool:
    a, b = set(left.casefold().split()), set(right.casefold().split())
    return len(a & b) > 0.7 * min(len(a), len(b))
