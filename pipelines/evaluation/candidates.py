"""Every name that was mined, counted: what simple baselines rank, and the ceiling of what any ranking can find."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge_graph.model.access import Access, Reader
from knowledge_graph.text.words import public_zipf, tokens
from pipelines.lake import table_rows

_OUTSIDE = ("title", "path")


@dataclass(frozen=True, slots=True)
class Candidates:
    """By key: the documents that mention it, how often running text does, the name as most often written."""

    documents: Mapping[str, frozenset[str]]
    counts: Mapping[str, int]
    names: Mapping[str, str]

    def by_documents(self, most: int) -> list[str]:
        return sorted(self.documents, key=lambda key: (-len(self.documents[key]), key))[:most]

    def by_rarity(self, most: int) -> list[str]:
        """Term frequency times rarity in public English: tf-idf with a background instead of a corpus."""
        weights = {key: count * _rarity(self.names[key]) for key, count in self.counts.items()}
        return sorted(weights, key=lambda key: (-weights[key], key))[:most]


def candidates(lake: Path, reader: Reader) -> Candidates:
    """From the evidence of the documents that the reader may open."""
    readable = _readable(lake, reader)
    documents: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in table_rows(lake, "evidence", ["document", "evidence"]):
        if row["document"] not in readable:
            continue
        for seen in row["evidence"]:
            if seen["kind"] == "mention":
                documents[seen["subject"]].add(row["document"])
                names[seen["subject"]][seen["value"]] += 1
                if seen["place"] not in _OUTSIDE:
                    counts[seen["subject"]] += seen["count"]
    as_written = {key: min(seen, key=lambda name: (-seen[name], name)) for key, seen in names.items()}
    return Candidates({key: frozenset(found) for key, found in documents.items()}, counts, as_written)


def _readable(lake: Path, reader: Reader) -> frozenset[str]:
    columns = ["document", "allow", "deny", "deleted"]
    rows = (row for row in table_rows(lake, "items", columns) if not row["deleted"])
    roots = {row["document"] for row in rows if Access(tuple(row["allow"] or ()), tuple(row["deny"] or ())).opens_to(reader)}
    return frozenset(row["document"] for row in table_rows(lake, "documents", ["document", "root"]) if row["root"] in roots)


def _rarity(name: str) -> float:
    zipfs = [public_zipf(token.text) for token in tokens(name)]
    return 8.0 - sum(zipfs) / len(zipfs) if zipfs else 0.0
