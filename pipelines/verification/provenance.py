"""Law 1 on what is there: random facts open on the passage that says them."""

from typing import Any

from knowledge_graph.text.words import fold, topic_key
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation

Row = dict[str, Any]

_SPAN = ("mention", "called", "alias", "definition", "relation", "statement")


def check_provenance(place: Installation, found: Findings) -> None:
    """As many random facts of evidence, and as many random citations of what is served."""
    chosen = place.some(place.parsed)
    each = max(1, -(-place.sample // max(1, len(chosen))))
    texts = {row["document"]: row["segments"] for row in place.where("documents", "document", chosen, ["document", "segments"])}
    for row in place.where("evidence", "document", chosen, ["document", "evidence"]):
        for fact in _picked(place, row["evidence"], each):
            _check_fact(place, found, row["document"], fact, texts.get(row["document"]) or [])
    _check_served(place, found)


def _picked(place: Installation, facts: list[Row], count: int) -> list[Row]:
    in_text = [fact for fact in facts if fact["segment"] >= 0]
    return place.random.sample(in_text, min(count, len(in_text)))


def _check_fact(place: Installation, found: Findings, document: str, fact: Row, segments: list[Row]) -> None:
    span = _span(segments, fact)
    name = f"{place.name(document)} passage {fact['segment']}"
    if span is None:
        found.expect(False, name, f"does not reach from {fact['start']} to {fact['end']}, where {fact['value']!r} is cited")
    elif fact["kind"] in _SPAN:
        found.expect(fact["value"] in span, name, f"does not say {fact['value']!r} where it is cited")
    else:
        found.expect(bool(span.strip()), name, f"is empty where {fact['subject']} is cited")


def _span(segments: list[Row], ref: Row) -> str | None:
    text = next((segment["text"] for segment in segments if segment["position"] == ref["segment"]), None)
    return text[ref["start"] : ref["end"]] if text is not None and 0 <= ref["start"] <= ref["end"] <= len(text) else None


def _check_served(place: Installation, found: Findings) -> None:
    """Citations of random partials in the index, against the passages in the index."""
    cited: list[tuple[str, Row]] = []
    subjects = place.some({row["subject"] for row in place.rows("partials", ["subject"])})
    for hit in place.store.matching("subjects", {"terms": {"subject": subjects}}):
        refs = [
            ref
            for name in ("best", "sentences", "statements", "roles")
            for ref in hit.fields["payload"].get(name, ())
            if ref.get("segment", -1) >= 0
        ]
        cited += [(hit.fields["subject"], ref) for ref in refs[:3]]
    wanted = [f"{ref['document']}:{ref['segment']}" for _, ref in cited]
    passages = {hit.id: hit.fields for hit in place.store.matching("segments", {"ids": {"values": sorted(set(wanted))}}, ["body"])}
    for (subject, ref), passage in zip(cited, wanted, strict=True):
        body = passages.get(passage)
        quote = ref.get("quote") or ref.get("text") or ""
        name = f"{subject}, cited in {place.name(ref['document'])} passage {ref['segment']}"
        span = body["body"]["text"][ref["start"] : ref["end"]] if body else ""
        found.expect(bool(body), name, "the passage is not in the index")
        if body:
            found.expect(_says(span, quote), name, f"the passage does not say {quote!r}")


def _says(span: str, quote: str) -> bool:
    return quote in span or topic_key(quote) == topic_key(span) or fold(quote) in fold(span)
