"""What a name's evidence weighs, beyond what the fit decides."""

from dataclasses import replace

from knowledge_graph.fold.partial import TopicPartial
from knowledge_graph.fold.score import SHIPPED, features, main_name, score


def test_of_two_spellings_the_one_that_is_not_shouted_is_shown() -> None:
    assert main_name({"GOODBYE TOMAS": 1, "Goodbye Tomas": 1}) == "Goodbye Tomas"
    assert main_name({"GOODBYE TOMAS": 2, "Goodbye Tomas": 1}) == "GOODBYE TOMAS"
    assert main_name({"SSO": 1, "sso": 1}) == "SSO"


def test_what_only_headings_and_lists_of_many_documents_repeat_weighs_less_than_what_sentences_say_too() -> None:
    form = TopicPartial(40, names={"Old MCPs": 40}, places={"item": 40}, mentions={"item": 40})
    spoken_of = replace(form, places={"item": 40, "prose": 40})
    assert score(form) <= score(spoken_of) - 1.9
    few = TopicPartial(4, names={"Old MCPs": 4}, places={"item": 4}, mentions={"item": 4})
    assert score(few) == score(replace(few, places={"item": 4, "prose": 4}))


def test_the_title_of_one_document_weighs_less_unless_it_is_a_record_or_its_text_speaks_of_it() -> None:
    lone = TopicPartial(1, names={"Local setup": 1}, places={"title": 1})
    others = (
        replace(lone, flags={"record": 1}),
        replace(lone, documents=2),
        replace(lone, places={"path": 1, "heading": 1}),
        replace(lone, places={"title": 1, "prose": 1}),
    )
    assert SHIPPED.weights["lone"] < 0
    assert [features(each)["lone"] for each in (lone, *others)] == [1.0, 0.0, 0.0, 0.0, 0.0]


def test_what_only_files_and_folders_are_called_weighs_less() -> None:
    filed = TopicPartial(4, names={"meeting-notes": 4}, places={"path": 1, "folder": 4, "says:decision": 1})
    others = (replace(filed, places={"path": 1, "prose": 1}), replace(filed, flags={"record": 1}))
    assert [features(each)["lone"] for each in (filed, *others)] == [1.0, 0.0, 0.0]
