"""A text is English unless it is clearly not."""

import pytest

from knowledge_graph.text.languages import is_english, language_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "42 + 7",
        "who decides about releases",
        "kubelet",
        "etcd serde tokio",
        "wg-mir-opt",
        "TODO",
        "NUMA",
        "k8s.io/io/de/la/los/que.es",
        "die",
        "rust cargo locale",
        "Björn Rabenstein, Łukasz Mierzwa and José Carlos",
        "Größe is German for size, as the manual says",
        "the λ calculus",
        "Müller GmbH contract",
    ],
)
def test_in_doubt_it_is_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wer entscheidet über die Freigabe?",
        "¿Quién conoce Kubernetes?",
        "vacaciones",
        "Urlaub",
        "wie starte ich einen Container neu",
        "qui connaît Kubernetes",
        "chi conosce Kubernetes",
        "hoe herstart ik een container",
        "jak zrestartować kontener",
        "como reiniciar um contêiner",
        "konteyner nasıl yeniden başlatılır",
        "кто знает Kubernetes",
        "会议记录",
        "من يعرف",
        "ใครรู้",
        "쿠버네티스란",
    ],
)
def test_another_language_is_known(text: str) -> None:
    assert not is_english(text)


def test_a_passage_is_judged_by_its_beginning() -> None:
    german = "Der Vorstand entscheidet über die Freigabe der neuen Anlage und über das Geld dafür. "
    english = "The board decides about the release of the new machine and about the money for it. "
    assert not is_english(german * 100 + english)
    assert is_english(english * 100 + german)
    assert is_english(
        f"{english}It meets on every second Monday of the month, and minutes are kept by whoever comes last. Its motto: '{german[:37]}'"
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wer entscheidet über die Freigabe der nächsten Lampe?", "de"),
        ("Comment permettre aux agents d\u2019exercer leurs missions", "fr"),
        ("Detta är en rapport om hamnen som vi ska bygga", "sv"),
        ("Это отчёт о лампе", "ru"),
        ("Αυτή είναι μια αναφορά", "el"),
        ("会議の議事録", ""),
        ("The plan for the lamp", "en"),
        ("kubelet", "en"),
        ("", "en"),
    ],
)
def test_which_language_a_text_is_in(text: str, language: str) -> None:
    assert language_of(text) == language
