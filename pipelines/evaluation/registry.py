"""The suites, by name. A suite's module loads nothing heavy until it measures."""

from collections.abc import Mapping

from knowledge_graph.errors import BadQuery
from pipelines.evaluation.suite import Suite
from pipelines.evaluation.suites import aliases, definitions, experts, keyphrases, related, topics

_ALL = (topics.SUITE, aliases.SUITE, experts.SUITE, related.SUITE, definitions.SUITE, keyphrases.SUITE)
SUITES: Mapping[str, Suite] = {suite.name: suite for suite in _ALL}


def suite_named(name: str) -> Suite:
    if name not in SUITES:
        raise BadQuery(f"There is no suite {name!r}. Known: {', '.join(SUITES)}.")
    return SUITES[name]
