"""The suites, by name. A suite's module loads nothing heavy until it measures."""

from collections.abc import Mapping

from knowledge_graph.errors import BadQuery
from pipelines.evaluation.suite import Suite
from pipelines.evaluation.suites import (
    ablation,
    aliases,
    answers,
    asr,
    crosslang,
    definitions,
    documents,
    experts,
    fairness,
    fewshot,
    keyphrases,
    meetings,
    names,
    ner,
    ocr,
    office,
    people,
    related,
    search,
    topics,
)

_MINED = (topics, aliases, experts, ablation, related, definitions, documents)
_READING = (keyphrases, names, people, ner, search, crosslang, answers, meetings, fewshot, fairness, ocr, office, asr)
SUITES: Mapping[str, Suite] = {module.SUITE.name: module.SUITE for module in (*_MINED, *_READING)}


def suite_named(name: str) -> Suite:
    if name not in SUITES:
        raise BadQuery(f"There is no suite {name!r}. Known: {', '.join(SUITES)}.")
    return SUITES[name]
