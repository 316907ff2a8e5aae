import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.text.words import MAX_TERM, Token, fold_name, impacts, name_terms, public_rarity, public_zipf, terms, tokens, topic_key

NAMES = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Running kube_proxy's C++ tests", ["run", "kube", "proxi", "c++", "test"]),
        ("naïve Øresund \ufb01ne", ["naiv", "oresund", "fine"]),
        ("東京都に", ["東京", "京都", "都に"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("don't", ["dont"]),
        ("C# in x#", ["c#", "in", "x#"]),
        ("...", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_name_is_found_by_the_words_it_runs_together() -> None:
    assert name_terms("RotateKubeletCertificate") == ["rotatekubeletcertif", "rotat", "kubelet", "certif"]
    assert name_terms("HTTPServer2Go") == ["httpserver2go", "http", "server2", "go"]
    assert name_terms("harbour gateway") == terms("harbour gateway")


def test_terms_of_another_language() -> None:
    assert terms("l'avion des chevaux", "fr") == ["l", "avion", "de", "cheval"]
    assert terms("Running", "xx") == ["running"]


@pytest.mark.parametrize(
    "spelling",
    ["Project-Falcons", "project falcon", "ProjectFalcon", "The Project Falcon", "PROJECT_FALCON", "«Project Falcon»", "Projéct Falcon"],
)
def test_spellings_of_one_name_share_a_key(spelling: str) -> None:
    assert topic_key(spelling) == "projectfalcon"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("DNS", "dns"),
        ("processes", "process"),
        ("policies", "policy"),
        ("status", "status"),
        ("C++", "c++"),
        ("C", "c"),
        ("Ann's", "ann"),
        ("!?", ""),
        ("", ""),
        ("東京", "東京"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert topic_key(name) == key


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Dr. Müller, Jürgen (Sales)", "jurgen muller"),
        ("  ann   LEE ", "ann lee"),
        ("O'Brien, Pat", "pat obrien"),
        ("Professor C", "professor c"),
        ("Łukasz Żółć", "lukasz zolc"),
    ],
)
def test_names_of_people(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@given(NAMES)
def test_a_key_is_its_own_key(name: str) -> None:
    key = topic_key(name)
    assert topic_key(key) == key
    assert " " not in key


@given(NAMES)
def test_terms_fit_the_index(text: str) -> None:
    for term in terms(text):
        assert 0 < len(term) <= MAX_TERM
        assert "." not in term
        assert not any(map(str.isspace, term))


@given(NAMES)
def test_a_token_is_what_its_span_holds(text: str) -> None:
    assert all(text[token.start : token.end] == token.text for token in tokens(text))


@given(
    st.lists(st.sampled_from(["ab", "'", "#", "+", "_", "-", "1", " ", "\n", "\u00a0", "é", "\u0301", "ก", "東京", "\u2019", "\x1f"])).map(
        "".join
    )
)
def test_words_are_the_same_whatever_stands_beside_them(text: str) -> None:
    beside = tokens(text)
    alone = [token for chunk in re.finditer(r"\S+", f"é {text} é") for token in _shifted(chunk.group(), chunk.start() - 2)]
    assert beside == alone[1:-1]


def _shifted(chunk: str, by: int) -> list[Token]:
    return [Token(token.text, token.start + by, token.end + by) for token in tokens(chunk)]


def test_impacts_are_bm25_without_idf() -> None:
    weights = impacts(["a"] * 2 + ["b"] + ["c"] * 117)
    assert weights["b"] == pytest.approx(1.0)
    assert weights["a"] == pytest.approx(2 * 2.2 / 3.2, abs=1e-4)
    assert impacts([]) == {}


def test_rarity_follows_public_use() -> None:
    the, service, kubelet = (public_rarity(terms(word)[0]) for word in ("the", "services", "kubelet"))
    assert 2 == the < service < kubelet == 7
    assert public_zipf("The") > 7
    assert public_zipf("kubelet") == 0
