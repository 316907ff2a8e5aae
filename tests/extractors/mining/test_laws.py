"""Provenance and order: what every row of evidence owes to its document."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.mining import mine
from knowledge_graph.model.records import Contribution, Document, Evidence
from knowledge_graph.text.words import topic_key

Make = Callable[..., Document]

VOCABULARY = """
Harbour Gateway Falcon KEP-12 CRD kube-proxy CamelCase the of and is a formerly known as renamed to (CRD) (also Ann Lee <ann@x.org> @bo
`code` **Strong [Link](../x-y/README.md) decided We Status: Owner: 2024-01-02 Été ß ﬁne 東京都 İstanbul ... ! \u200b \U0001f600
"""
WORDS = st.sampled_from(VOCABULARY.split())
PREFIXES = st.sampled_from(["", "# ", "## ", "- ", "> ", "1. "])
LINES = st.tuples(PREFIXES, st.lists(WORDS, min_size=1, max_size=14)).map(lambda line: line[0] + " ".join(line[1]))
TEXTS = st.lists(LINES, min_size=1, max_size=8).map("\n\n".join)
PATHS = st.sampled_from(["a.md", "keps/12-falcon/README.md", "été/İstanbul.md", "x/y z/2024-01-02-notes.md", "mail.eml!/a.md"])


def assert_stands_in_text(document: Document, row: Evidence) -> None:
    if row.segment < 0 or row.kind not in ("mention", "alias", "definition"):
        return
    span = document.segments[row.segment].text[row.start : row.end]
    assert row.value in span
    if row.kind == "mention":
        assert row.value == span
        assert topic_key(span) == row.subject
    if row.kind == "alias" and row.place != "link":
        assert {topic_key(row.value), row.subject} & {row.other, row.subject}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=TEXTS, path=PATHS)
def test_every_name_stands_in_its_span(make_document: Make, text: str, path: str) -> None:
    document = make_document(path, text)
    found = mine(document)
    assert found == mine(document)
    for row in found:
        assert_stands_in_text(document, row)
        assert row.subject
        assert row.count >= 1


def test_every_name_stands_in_its_span_in_real_documents(k8s_documents: list[Document]) -> None:
    total = 0
    for document in k8s_documents:
        for row in mine(document):
            assert_stands_in_text(document, row)
            total += 1
    assert total > 2000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.permutations([("Ann Lee", "ann@x.org"), ("Ann Lee", "ann@y.com"), ("Bo Ek", "1+bo@users.noreply.github.com"), ("Bo Ek", "")])
)
def test_the_order_of_people_does_not_matter_to_who_they_are(make_document: Make, people: list[tuple[str, str]]) -> None:
    document = make_document("a.md", "Ann Lee met Bo Ek.")
    given_people = tuple(Contribution("edited", name, email) for name, email in people)
    rows = mine(replace(document, people=given_people))
    assert {(r.subject, r.place, r.other) for r in rows if r.kind in ("same", "contribution")} == {
        (r.subject, r.place, r.other)
        for r in mine(replace(document, people=tuple(sorted(given_people, key=repr))))
        if r.kind in ("same", "contribution")
    }


def test_no_two_rows_speak_of_one_key_in_one_place(k8s_documents: list[Document]) -> None:
    for document in k8s_documents[:10]:
        keys = [(row.subject, row.place) for row in mine(document) if row.kind in ("mention", "contribution")]
        assert len(keys) == len(set(keys))


def test_evidence_stays_compact(k8s_documents: list[Document]) -> None:
    words = sum(len(segment.text.split()) for document in k8s_documents for segment in document.segments)
    assert sum(len(mine(document)) for document in k8s_documents) < words / 4
