"""Descriptions on cards: would a reader accept the sentences? Verdicts on a sample of the first topics, kept by key and text."""

from pipelines.evaluation import verdicts
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.results import Figure, Measured
from pipelines.evaluation.suite import Given, Suite

SHOWN = 500
DRAWN = 40
SENTENCES = 2


def measure(given: Given) -> Measured:
    library = given.mined()
    texts: dict[str, str] = {}
    described = []
    for row in library.topics(limit=SHOWN):
        told = " ".join(sentence.text for sentence in library.topic(row.key).summary[:SENTENCES])
        described.append(float(bool(told)))
        if told:
            texts[row.key] = told
    drawn = verdicts.sample(texts, DRAWN)
    subjects = {verdicts.of_text(key, texts[key]): texts[key] for key in drawn}
    judged = verdicts.judge(list(subjects), verdicts.load(given.verdicts, "definitions", given.name))
    figures = [Figure(f"share of the first {SHOWN} with a description", mean(described))]
    if judged.share.cases:
        figures.insert(0, Figure("acceptable descriptions", judged.share))
    note = judged.note(f"{len(drawn)} drawn descriptions")
    return Measured(tuple(figures), verdicts.cases(judged, subjects), (note,) if note else ())


SUITE = Suite("definitions", "descriptions on cards, accepted by a strict reader", ("topics.json",), measure, mined=True)
