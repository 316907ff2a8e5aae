"""What a reader of one document would say it says about topics."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from extractors.limits import Limits
from extractors.mining import mine
from extractors.mining.blocks import blocks
from extractors.mining.name_lists import is_full_name
from extractors.mining.names import bare, cut_number, usable
from extractors.mining.running import groups_in
from extractors.parse import parse
from knowledge_graph.model.records import Document, Evidence, Mark, Segment

Make = Callable[..., Document]


def rows(document: Document, kind: str, place: str = "") -> list[Evidence]:
    return [row for row in mine(document) if row.kind == kind and place in ("", row.place)]


def subjects(document: Document, kind: str, place: str = "") -> set[str]:
    return {row.subject for row in rows(document, kind, place)}


def joins(document: Document, place: str) -> set[frozenset[str]]:
    return {frozenset((row.subject, row.other)) for row in rows(document, "alias", place)}


def test_a_name_is_found_in_every_place_it_stands(make_document: Make) -> None:
    text = """# Project Falcon

## Harbour Gateway

We ship the Harbour Gateway behind the load balancer, and `harbourctl` drives it for all of **Night Watch**.

- Tide Tables
- a whole sentence about Tide Tables that goes on for a while

See [Anchor Service](../anchor/README.md).

| Part | Team |
|---|---|
| Rope Store | Deck |
"""
    document = make_document("work/falcon/README.md", text)
    places = {(row.subject, row.place) for row in rows(document, "mention")}
    expected = {
        ("projectfalcon", "title"),
        ("falcon", "path"),
        ("work", "folder"),
        ("harbourgateway", "heading"),
        ("harbourgateway", "prose"),
        ("harbourctl", "code"),
        ("nightwatch", "strong"),
        ("tidetable", "item"),
        ("tidetable", "prose"),
        ("anchorservice", "link"),
        ("ropestore", "cell"),
    }
    assert expected <= places


def test_a_row_counts_all_mentions_and_spans_the_first(make_document: Make) -> None:
    document = make_document("a.md", "We like the Harbour Gateway.\n\nOur Harbour Gateway runs. All harbour-gateways do, says Bo.")
    (row,) = [r for r in rows(document, "mention", "prose") if r.subject == "harbourgateway"]
    assert row.count == 3
    assert document.segments[row.segment].text[row.start : row.end] == row.value == "Harbour Gateway"
    assert "standalone:3" in row.features


def test_the_first_word_of_a_sentence_is_not_a_name_by_its_capital_alone(make_document: Make) -> None:
    document = make_document("a.md", "Running is fun. Every team waits. Kubernetes waits too, and Running Kubernetes is hard.")
    found = subjects(document, "mention", "prose")
    assert "kubernete" in found
    assert not found & {"running", "every", "everyteam"}


@pytest.mark.parametrize("junk", ["42", "x", "AL+1", "https://example.org/a", "bo@example.org", "of the", "2024-03-01", "- [ ]", "!!!"])
def test_junk_is_no_topic(make_document: Make, junk: str) -> None:
    found = rows(make_document("folder/a.md", f"- {junk}\n- other\n"), "mention", "item")
    assert {row.value for row in found if "date" not in row.features} <= {"other"}


def test_code_blocks_are_not_read(make_document: Make) -> None:
    assert not rows(make_document("a.md", "```go\nfunc Harbour() Gateway {}\n```\n"), "mention", "prose")


def test_an_acronym_joins_its_long_form(make_document: Make) -> None:
    document = make_document("a.md", "The custom resource definition (CRD) is stored. SLO (service level objective) is a promise.")
    assert joins(document, "acronym") == {frozenset(("customresourcedefinition", "crd")), frozenset(("servicelevelobjective", "slo"))}


@pytest.mark.parametrize(
    "said",
    ["We plan the consumption of first-class resources (CPU).", "It runs in the namespaces (IPC).", "Ask Matt Boersma (MS) about it."],
)
def test_letters_from_inside_words_make_no_acronym(make_document: Make, said: str) -> None:
    assert not joins(make_document("a.md", said), "acronym")


@pytest.mark.parametrize(
    "said", ["The Python Package Index (PyPI) is up.", "A simple security identifier (SID) will do.", "Many KRabcake SANs (KRSAN)."]
)
def test_capitals_inside_words_and_one_letter_that_begins_none_still_do(make_document: Make, said: str) -> None:
    assert joins(make_document("a.md", said), "acronym")


def test_brackets_that_are_no_acronym_join_nothing(make_document: Make) -> None:
    document = make_document("a.md", "We saw it (NASA did not). The team (OK) met in March (2024) at the big red house (see XYZ).")
    assert not joins(document, "acronym")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("The project Falcon was renamed to Harbour Gateway in May.", "formerly"),
        ("Harbour Gateway, formerly known as Falcon, is live.", "formerly"),
        ("Harbour Gateway (formerly Falcon) is live.", "formerly"),
        ("We renamed Falcon to Harbour Gateway.", "formerly"),
        ("Harbour Gateway, also known as Falcon, is live.", "also-known-as"),
        ("Harbour Gateway (aka Falcon) is live.", "also-known-as"),
        ("We build **Harbour Gateway** (a.k.a. `Falcon`).", "also-known-as"),
    ],
)
def test_other_and_former_names(make_document: Make, text: str, place: str) -> None:
    assert joins(make_document("notes.md", text), place) == {frozenset(("harbourgateway", "falcon"))}


def test_this_project_is_the_document(make_document: Make) -> None:
    document = make_document("docs/harbour.md", "# Harbour Gateway\n\nThis project was formerly known as Falcon.\n\nAlso known as: HGW\n")
    assert joins(document, "formerly") == {frozenset(("harbourgateway", "falcon"))}
    assert joins(document, "also-known-as") == {frozenset(("harbourgateway", "hgw"))}


def test_a_feature_named_in_a_field_is_the_documents_subject(make_document: Make) -> None:
    fields = "- Feature gate name: `MountFast` (alpha in 1.30, beta in 1.33), QuickMount - on by default\n- Metric name: m_1\n"
    document = make_document("docs/mounts.md", f"# Faster Mounts\n\n{fields}")
    assert joins(document, "field") == {frozenset(("fastermount", "mountfast")), frozenset(("fastermount", "quickmount"))}
    for row in rows(document, "alias", "field"):
        assert document.segments[row.segment].text[row.start : row.end] == row.value


@pytest.mark.parametrize("value", ["N/A", "none", "TBD", "Faster Mounts", "we will find one later, or not at all", "hash"])
def test_an_empty_field_names_nothing(make_document: Make, value: str) -> None:
    assert not joins(make_document("docs/mounts.md", f"# Faster Mounts\n\n- Feature Name: {value}\n"), "field")


def test_a_list_of_features_names_no_subject(make_document: Make) -> None:
    features = "".join(f"- Feature name: Fast{name}\n" for name in ("Mount", "Copy", "Sync", "Index", "Login"))
    assert not joins(make_document("docs/all.md", f"# All Of Them\n\n{features}"), "field")


def test_a_projects_name_is_filled_in_at_the_top(make_document: Make) -> None:
    top, later = "Project name: Harbour\n\n", "word " * 150 + "\n\n"
    assert joins(make_document("docs/plan.md", f"# Pier Rebuilding\n\n{top}"), "field") == {frozenset(("pierrebuilding", "harbour"))}
    assert not joins(make_document("docs/plan.md", f"# Pier Rebuilding\n\n{later}{later}## Example\n\n{top}"), "field")


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("org/rfcs/text/2094-liveness.md", "rfc2094"),
        ("adr/0312-liveness.md", "adr312"),
        ("org/keps/sig-x/1287-liveness/README.md", "kep1287"),
    ],
)
def test_a_number_is_said_with_the_folder_of_its_series(make_document: Make, path: str, number: str) -> None:
    assert frozenset(("livenessofregion", number)) in joins(make_document(path, "# Liveness of Regions\n\nText.\n"), "number")


@pytest.mark.parametrize("path", ["docs/12-liveness.md", "notes/2024-liveness.md", "reports/4711-liveness.md"])
def test_a_chapter_or_a_year_is_no_series(make_document: Make, path: str) -> None:
    found = {row.value for row in rows(make_document(path, "# Liveness of Regions\n\nText.\n"), "alias", "number")}
    assert not {value for value in found if " " in value}


def test_a_link_refers_to_the_page_it_leads_to(make_document: Make) -> None:
    text = """# Harbour

See [the plan](../4711-night-watch/README.md#why), [again](../4711-night-watch/) and [it](https://github.com/o/r/blob/main/docs/rope-store.md).
Not [an issue](https://github.com/o/r/issues/12), [mail](mailto:bo@example.org), [here](#top) or [a shop](https://example.org/harbour-shop/).
"""
    found = {row.subject: row for row in rows(make_document("docs/harbour.md", text), "reference")}
    assert {key: row.count for key, row in found.items()} == {"nightwatch": 2, "ropestore": 1}
    assert found["nightwatch"].value == "the plan"


def test_an_index_page_stands_for_its_folder(make_document: Make) -> None:
    document = make_document("keps/1287-in-place-update/README.md", "# KEP-1287: In-Place Update of Pods\n\nText.")
    assert frozenset(("inplaceupdateofpod", "inplaceupdate")) in joins(document, "title-folder")
    assert joins(document, "number") == {frozenset(("inplaceupdate", "1287")), frozenset(("inplaceupdateofpod", "kep1287"))}
    other = make_document("keps/1287-in-place-update/notes.md", "# Swap\n\nText.")
    assert not joins(other, "title-folder")


def test_a_link_joins_its_text_and_its_target(make_document: Make) -> None:
    text = "[Gateway of the harbour](../harbour-gateway/README.md), [here](../other/README.md), [Bug](https://github.com/a/b/issues/7)"
    assert joins(make_document("a.md", text), "link") == {frozenset(("harbourgateway", "gatewayoftheharbour"))}


def test_definitions_summaries_status_and_decisions(make_document: Make) -> None:
    text = """# Harbour Gateway

Status: in review since 2024-03-02

## Summary

This proposal adds a gateway that lets ships in. However, it costs money.

## Glossary

- Tide Table: the hours at which a ship may enter the harbour.
- **Anchor** - what keeps a ship where it is.

A berth is a place where one ship lies.

## Meeting 2024-04-05

We decided to replace the Old Crane by the end of the year.
"""
    document = make_document("harbour.md", text)
    said = {(row.subject, row.place, row.value) for row in rows(document, "definition")}
    assert ("harbourgateway", "status", "Status: in review since 2024-03-02") in said
    assert ("harbourgateway", "abstract", "This proposal adds a gateway that lets ships in.") in said
    assert ("tidetable", "definition", "Tide Table: the hours at which a ship may enter the harbour.") in said
    assert ("anchor", "definition", "Anchor - what keeps a ship where it is.") in said
    assert ("berth", "definition", "A berth is a place where one ship lies.") in said
    decisions = [row for row in rows(document, "definition", "decision") if row.subject == "oldcrane"]
    assert [(row.value, row.date) for row in decisions] == [("We decided to replace the Old Crane by the end of the year.", "2024-04-05")]


def test_the_first_sentence_of_a_summary_is_told_from_the_rest_and_from_why_it_is_wanted(make_document: Make) -> None:
    summary = "## Summary\n\nTurn the lamp towards the ships. Its light shines far out to sea.\n\n"
    text = f"{summary}## Motivation\n\nThe Night Harbour is dark in winter.\n"

    def told(text: str) -> dict[str, Evidence]:
        document = make_document("0007-night-harbour.md", text, title="Night Harbour")
        return {row.value: row for row in rows(document, "definition") if row.subject == "nightharbour"}

    titled = f"# Night Harbour\n\nStatus: accepted\n\n{text}"
    said = told(titled)
    assert said["Turn the lamp towards the ships."].place == "abstract"
    assert said["Its light shines far out to sea."].place == "summary"
    why = "The Night Harbour is dark in winter."
    assert said["Turn the lamp towards the ships."].confidence > said[why].confidence
    assert told(titled.replace("Summary", "Plan"))[why].confidence == pytest.approx(said[why].confidence + 0.2)
    # A document without a title may begin with its summary.
    assert told(text)["Turn the lamp towards the ships."].place == "abstract"


def test_a_sentence_that_dangles_scores_below_one_that_stands(make_document: Make) -> None:
    document = make_document("harbour.md", "# Harbour\n\n## Overview\n\nHarbour is a gateway for ships. However, it costs a lot.\n")
    scores = {row.value: row.confidence for row in rows(document, "definition", "summary") if row.subject == "harbour"}
    assert scores["Harbour is a gateway for ships."] > scores["However, it costs a lot."] + 0.3


def test_a_mention_carries_the_date_of_its_heading(make_document: Make) -> None:
    document = make_document(
        "notes.md", "## March 4, 2024\n\nThe Old Crane broke.\n\n## 2024-05-06\n\nThe Old Crane works.\n", modified="2025-01-01"
    )
    (row,) = [r for r in rows(document, "mention", "prose") if r.subject == "oldcrane"]
    assert (row.date, row.last) == ("2024-03-04", "2024-05-06")


def test_speech_yields_noun_phrases_but_no_speaker_labels() -> None:
    text = "Ann Lee: We should buy a remote control with a rubber case.\nBo Ek: Who pays for the rubber case?"
    second = text.index("Bo Ek")
    marks = (
        Mark(0, second - 1, "paragraph"),
        Mark(0, second - 1, "speaker", "Ann Lee"),
        Mark(second, len(text), "paragraph"),
        Mark(second, len(text), "speaker", "Bo Ek"),
    )
    document = Document("d", "s", "call.vtt", "meeting", "", "2024-01-01", segments=(Segment(0, text, marks=marks),))
    assert {"remotecontrol", "rubbercase"} <= subjects(document, "mention", "speech")
    assert "annlee" not in subjects(document, "mention", "speech")
    done = {(row.subject, row.place) for row in rows(document, "contribution")}
    assert {("name:ann lee@d", "attended"), ("name:bo ek@d", "attended"), ("name:bo ek@d", "asked")} <= done


def test_a_mail_is_called_by_its_subject_and_not_by_its_file(make_document: Make) -> None:
    document = replace(make_document("inbox/lokey_t_143.eml", "FW: the Rotor Works. Bcc nobody.", title="Rotor Works"), kind="mail")
    assert {row.value for row in rows(document, "mention")} == {"Rotor Works", "Works", "inbox"}


@pytest.mark.parametrize(
    "name",
    [
        *("PowerPoint-Präsentation", "Document1", "Workbook1", "Microsoft_Excel_Sheet1", "oleObject2", "Untitled 3", "IMG_2034", "Scan 12"),
        *("New Microsoft Word Document (2)", "Screenshot 2024-01-02 at 10.00", "Presentation (1)"),
    ],
)
def test_what_programs_call_a_document_is_no_name_of_it(make_document: Make, name: str) -> None:
    assert not rows(make_document(f"{name}.docx", "It is fine.", title=name), "mention", "title")
    assert not rows(make_document(f"{name}.docx", "It is fine."), "mention", "path")


@pytest.mark.parametrize("name", ["Image Builder", "Book", "Scan 12 results", "Document Policy"])
def test_a_name_that_begins_like_a_programs_is_one(make_document: Make, name: str) -> None:
    assert {row.value for row in rows(make_document("a/b.docx", "It is fine.", title=name), "mention", "title")} == {name}


def test_the_headers_of_quoted_messages_are_no_names_and_say_who_wrote() -> None:
    mail = """From: Ann Lee <ann@x.org>
Subject: Fwd: Night Harbour

See below.

---------- Forwarded message ---------
From: Cy Oh <cy@x.org>
Date: Fri, Feb 27, 2026 at 9:12 AM
Subject: Night Harbour

We agree.

-----Original Message-----
From: Dee Um [mailto:dee@x.org]
Sent: Thursday, February 26, 2026 4:00 PM
Cc: Cy Oh
Importance: High

Please send the numbers to Night Harbour.
"""
    parsed = parse("a.eml", mail.encode(), Limits())
    document = Document("d", "s", "a.eml", "mail", "", "2026-03-01", people=parsed.people, segments=parsed.segments)
    names = {row.value for row in rows(document, "mention", "prose")}
    assert names == {"Night Harbour", "Harbour", "Cy", "Dee"}
    assert {"email:cy@x.org", "email:dee@x.org"} <= {row.subject for row in rows(document, "contribution", "sent")}


def test_what_nobody_says_and_what_everybody_says_is_no_name_in_a_transcript() -> None:
    turns = [
        ("Project Manager", "A lot of people don't know {vocalsound} the docking station, that's the whole thing {disfmarker}."),
        ("Designer", "Right, a little bit. [laughter] Twenty-five of them, it was the docking station. I don't know."),
        ("Project Manager", "We don't know the docking station, {vocalsound} um, {vocalsound} most people don't."),
    ] * 8
    parsed = parse("call.txt", "\n".join(f"{who}: {said}" for who, said in turns).encode(), Limits())
    document = Document("d", "s", "call.txt", parsed.kind, "", "2024-01-01", segments=parsed.segments)
    assert parsed.kind == "meeting"
    assert {row.value for row in rows(document, "mention", "speech")} == {"docking station", "docking", "station"}


def test_confidence_of_recognised_text_is_kept() -> None:
    document = Document(
        "d", "s", "scan.png", "image", "", "", segments=(Segment(0, "The Harbour Gateway opens in the Old Town.", confidence=0.6),)
    )
    assert {row.confidence for row in rows(document, "mention", "prose")} == {0.6}


def test_text_in_other_scripts_is_kept(make_document: Make) -> None:
    document = make_document("документы/проект.md", "# Проект Сокол\n\nЖивёт Проект Сокол.\n\n- 東京計画\n- Été Indien\n")
    assert {"проектсокол", "東京計画", "eteindien"} <= subjects(document, "mention")


def test_small_letters_name_things_too(make_document: Make) -> None:
    text = "The kubelet starts early.\n\nAsk the release team about it.\n\nA pod sandbox is new; a pod sandbox dies; no pod sandbox stays."
    found = {row.subject: row for row in rows(make_document("a.md", text), "mention", "prose")}
    assert {"kubelet", "releaseteam", "release", "podsandbox"} <= set(found)
    assert "team" in found["releaseteam"].features
    assert "early" not in found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Last year Ann Lindqvist owns Project Falcon.", ""),
        ("We migrate SIG Harbour to it.", ""),
        ("Ask the Harbour Project People.", "Harbour Project"),
        ("He asks the rustdoc team.", "rustdoc team"),
    ],
)
def test_a_capital_group_word_before_a_name_begins_that_name(make_document: Make, text: str, name: str) -> None:
    (block,) = blocks(make_document("a.txt", text))
    assert [found.name for found in groups_in(block)] == ([name] if name else [])


def test_a_link_whose_text_shares_no_word_with_its_target_joins_nothing(make_document: Make) -> None:
    assert joins(make_document("a.md", "See the [API](docs/oniguruma.md) first."), "link") == set()


def test_the_id_of_a_series_is_another_name_of_its_record(make_document: Make) -> None:
    assert joins(make_document("adr/adr-0012.md", "# Harbour gateway\n\nText."), "number") == {
        frozenset(("harbourgateway", "adr0012")),
        frozenset(("harbourgateway", "adr12")),
    }


def test_the_title_of_a_record_names_it_whatever_it_reads_like(make_document: Make) -> None:
    title = "Making cranes, winches and ropes optional"
    found = make_document("adr/adr-0012.md", f"# {title}\n\nText.")
    assert joins(found, "number") == {frozenset(("makingcraneswinchesandropesoptional", number)) for number in ("adr12", "adr0012")}
    assert [row.value for row in rows(found, "mention", "title")] == [title]
    assert not rows(make_document("notes/cranes.md", f"# {title}\n\nText."), "mention", "title")


def test_a_version_in_a_title_is_no_number_before_it(make_document: Make) -> None:
    (row,) = rows(make_document("notes/plan.md", "# Python 2.7 Release Schedule\n\nText."), "mention", "title")
    assert row.value == "Python 2.7 Release Schedule"
    assert "record" not in row.features


@pytest.mark.parametrize(
    ("written", "number", "name"),
    [
        ("KEP-1287: Swap", "KEP-1287", "Swap"),
        ("KEP-752 EndpointSlices", "KEP-752", "EndpointSlices"),
        ("PEP 8 - Style", "PEP 8", "Style"),
        ("[PF-2] Falcon", "PF-2", "Falcon"),
        ("ADR #12 Use a queue", "ADR #12", "Use a queue"),
        ("12-swap", "12", "swap"),
        ("3.1 Swap", "3.1", "Swap"),
        ("7.iii Status", "7.iii", "Status"),
        ("10.i.a Swap for all", "10.i.a", "Swap for all"),
        ("iv) Swap", "", "Swap"),
        ("Agenda item 5: Swap", "", "Swap"),
        ("Dec 19 Agenda", "", "Agenda"),
        ("[April 2025] Orientation", "", "Orientation"),
        *((whole, "", whole) for whole in ("EC2 instances", "IPv6 support", "ISO 9001 audit", "COVID-19 response", "Python 3 migration")),
        *((whole, "", whole) for whole in ("2.x Migration", "3.14.x Branch", "V. Stinner", "I. Kant")),
    ],
)
def test_a_number_is_cut_from_the_name_behind_it_and_not_from_the_name_it_is_in(written: str, number: str, name: str) -> None:
    assert cut_number(written) == (number, name)


def test_a_name_has_both_of_a_pair_of_quotation_marks_or_neither() -> None:
    names = ('"Lamp" plan.', 'Lamp "plan"', '"Lamp Plan"', "\u201cLamp\u201d plan", 'the "Lamp" plan')
    assert [bare(name) for name in names] == ['"Lamp" plan', 'Lamp "plan"', "Lamp Plan", names[3], names[4]]


def test_a_standard_that_a_title_begins_with_is_no_name_of_the_document(make_document: Make) -> None:
    found = make_document("calendar/opening.md", "# ISO 9001 audit\n\nText.")
    assert joins(found, "number") == set()
    (row,) = rows(found, "mention", "title")
    assert row.value == "ISO 9001 audit"
    assert "record" not in row.features


@pytest.mark.parametrize(
    ("path", "title"), [("decisions/adr-016-oidc.md", "ADR 16: OpenID Connect"), ("adr/adr-016-oidc.md", "OpenID Connect")]
)
def test_a_file_that_begins_with_its_number_is_called_by_the_rest(make_document: Make, path: str, title: str) -> None:
    found = make_document(path, f"# {title}\n\nText.")
    assert frozenset(("openidconnect", "adr16")) in joins(found, "number")
    assert {row.value for row in rows(found, "mention", "path")} == {"oidc"}


def test_a_number_in_a_file_that_nothing_else_speaks_of_is_part_of_its_name(make_document: Make) -> None:
    found = make_document("notes/sprint-14-review.md", "# What we saw\n\nText.")
    assert {row.value for row in rows(found, "mention", "path")} == {"sprint-14-review"}


@pytest.mark.parametrize(
    ("path", "is_record"),
    [("plans/roadmap-2025.md", False), ("peps/pep-2026.md", True), ("text/pep-0703.md", True), ("notes/adr-12.md", True)],
)
def test_a_year_behind_a_word_is_no_number_of_a_series(make_document: Make, path: str, is_record: bool) -> None:
    found = make_document(path, "# What we will build\n\nText.")
    assert bool(joins(found, "number")) is is_record


def test_a_title_that_names_the_series_is_no_name_of_its_record(make_document: Make) -> None:
    found = make_document("org/keps/4216-liveness-of-regions/README.md", "# KEP\n\nText.")
    assert {row.value for row in rows(found, "mention", "title")} == set()
    assert frozenset(("livenessofregion", "kep4216")) in joins(found, "number")
    assert joins(found, "title-folder") == set()


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ("Project Falcon starts in May. Who asks for Falcon gets a badge.", True),
        ("Project Falcon starts in May. Who sees a falcon gets a badge, says Falcon.", False),
        ("Project Falcon starts in May. Ask the Falcon.", False),
        ("Project Falcon starts in May.", False),
        ("The Project Board meets in May, and later Board and owners meet.", False),
    ],
)
def test_a_project_is_called_by_its_code_name(make_document: Make, said: str, joined: bool) -> None:
    assert joins(make_document("a.md", said), "code-name") == ({frozenset(("projectfalcon", "falcon"))} if joined else set())


def test_commits_references_measures_and_words_of_the_trade_are_no_names(make_document: Make) -> None:
    text = "See `c66c3d9fa` and `ed25519`, `core-team#645`, the `5-10min` talk and 0xff.\n\n- README\n- Copyright Date TSC#195\n- PRs\n"
    found = subjects(make_document("a.md", text), "mention")
    assert {"ed25519", "copyrightdate"} <= found
    assert not [name for name in found if name in ("c66c3d9fa", "coreteam645", "510min", "0xff", "readme", "prs", "pr") or "195" in name]


def test_the_owner_of_a_thing_is_named_without_its_ending(make_document: Make) -> None:
    found = subjects(make_document("a.md", "We read the Harbour Gateway's rules and the Tide Table\u2019s Last Page.\n"), "mention")
    assert {"harbourgateway", "tidetable"} <= found
    assert not {"harbourgateways", "tidetables"} & found


@pytest.mark.parametrize(
    ("text", "is_file"), [("We moved to Node.js because Node.js is fast.", False), ("Open `Node.js` and `Node.js`.", True)]
)
def test_a_product_with_the_ending_of_a_file_is_one_in_prose(make_document: Make, text: str, is_file: bool) -> None:
    (subject,) = subjects(make_document("a.md", "Node.js"), "mention", "prose")
    place = "code" if is_file else "prose"
    (row,) = [row for row in rows(make_document("a.md", text), "mention", place) if row.subject == subject]
    assert ("file" in row.features) is is_file


@pytest.mark.parametrize(
    ("path", "title"), [("calls/Meeting 35.md", "Core Devs Meeting 35 Notes"), ("calls/sync-12.md", "Sync 12"), ("a/Retro 2024.md", "")]
)
def test_one_of_many_meetings_has_no_name_of_its_own(make_document: Make, path: str, title: str) -> None:
    outside = {row.subject for row in rows(make_document(path, "We met.\n", title=title), "mention") if row.place in ("title", "path")}
    assert not outside


def test_the_heading_of_a_part_is_no_title(make_document: Make) -> None:
    document = make_document("eips/eip-150.md", "### Specification (version 1)\n\nGas costs rise.\n")
    assert "specification" not in {row.subject for row in rows(document, "mention", "title")}
    assert not joins(document, "number")


def test_what_begins_a_line_before_a_colon_is_its_field(make_document: Make) -> None:
    document = make_document("a.md", "* **Audio Recording**: none\n* Tide Gauge: it is broken\n\nThe Audio Mixer is new.\n")
    fields = {row.subject for row in rows(document, "mention") if "field" in row.features}
    assert fields == {"audiorecording", "tidegauge"}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("[WIP] Harbour Milestones", "Harbour Milestones"),
        ("[x] Night Harbour", "Night Harbour"),
        ("[ann] [bo] Night Harbour", "Night Harbour"),
        ("2022 Q4 Night Harbour (due 1 Dec)", "Night Harbour"),
        ("FY22Q4 Harbour Plan", "Harbour Plan"),
        ("12-2-2022 Harbour Touchbase", "Harbour Touchbase"),
        ("6-2024 Harbour Board", "Harbour Board"),
        ("H2 Database", "H2 Database"),
        ("Q&A Harbour", "Q&A Harbour"),
    ],
)
def test_periods_days_and_boxes_before_a_name_are_no_part_of_it(heading: str, name: str, make_document: Make) -> None:
    rows = mine(make_document("a.md", f"# Plans\n\n## {heading}\n"))
    assert name in {row.value for row in rows if row.kind == "mention" and row.place == "heading"}
    assert heading == name or heading not in {row.value for row in rows if row.kind == "mention"}


def test_a_quarter_in_running_text_is_no_part_of_a_name(make_document: Make) -> None:
    rows = mine(make_document("a.md", "# Plans\n\nThe report of Q1 Night Harbour is late.\n"))
    assert "Night Harbour" in {row.value for row in rows if row.kind == "mention"}
    assert "q1nightharbour" not in {row.subject for row in rows}


def test_what_lies_in_a_folder_of_records_is_one_with_or_without_a_number(make_document: Make) -> None:
    text = "# Show hints in server details\n\nThis shows hints.\n"
    rows = mine(make_document("specs/2025.1/show-server-hints.md", text))
    named = {row.subject for row in rows if row.kind == "mention" and row.place in ("title", "path") and "record" in row.features}
    assert named == {"showhintsinserverdetail", "showserverhint"}
    assert {(row.subject, row.other) for row in rows if row.kind == "alias"} == {("showhintsinserverdetail", "showserverhint")}
    for path in ("guides/2025.1/show-server-hints.md", "specs/template.md", "specs/README.md"):
        assert not any("record" in row.features for row in mine(make_document(path, text)))


def test_a_page_that_is_somebodys_own_is_about_what_they_work_on(make_document: Make) -> None:
    page = "---\nfullname: Ann Lee\nprojects:\n  - night-harbour\n---\n\nWatches the *Night Harbour*.\n"
    rows = mine(make_document("people/ann.lee.md", page))
    assert {row.place for row in rows if row.kind == "mention" and row.subject == "annlee"} <= {"prose"}
    assert {row.subject.partition("@")[0] for row in rows if row.kind == "contribution" and row.place == "wrote"} == {"name:ann lee"}
    assert "nightharbour" in {row.subject for row in rows if row.kind == "mention"}


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Financial Status Report (FSR)", {"financialstatusreport", "fsr"}),
        ("Financial Status Report (FSR): what veterans tell us", {"financialstatusreport", "fsr"}),
        ("Debt and the Financial Status Report (FSR)", None),
        ("Financial Status Report (draft)", None),
    ],
)
def test_an_acronym_in_a_title_is_a_name_of_what_it_spells_out(title: str, names: set[str] | None, make_document: Make) -> None:
    told = joins(make_document("a.md", "Nothing here names it.\n", title=title), "acronym")
    assert told == ({frozenset(names)} if names else set())


def test_a_word_for_a_kind_of_thing_beside_a_name_is_kept(make_document: Make) -> None:
    text = "# Oil\n\nThe `json` module, the project **Wick** and the Compass service burn; `wicks` are things, and so is Grease.\n"
    kinds = {row.subject: {flag for flag in row.features if "kind" in flag} for row in rows(make_document("a.md", text), "mention")}
    assert (kinds["json"], kinds["wick"], kinds["compass"]) == ({"kind"}, {"kind"}, {"said-kind"})
    assert not kinds["wick"] & {"said-kind"} | kinds["grease"]


@pytest.mark.parametrize("path", ["minutes/ec-callnotes-20230215.md", "minutes/board-meeting_2023-02-15.md"])
def test_a_meeting_that_its_date_tells_apart_is_called_nothing(path: str, make_document: Make) -> None:
    assert not rows(make_document(path, "# Lamp Council\n\nWe met.\n"), "mention", "path")
    assert subjects(make_document("reports/oil-report-20230215.md", "# Oil\n\nBurnt.\n"), "mention", "path") == {"oilreport"}


@pytest.mark.parametrize(
    "name", ["Meetings and Decisions", "mtg-notes-standup", "PM CT", "Approximately 11 AM ET", "Current Sprint", "team-charter"]
)
def test_kinds_of_documents_and_times_of_day_name_nothing(name: str) -> None:
    assert not usable(name)
    assert "" not in (usable("Harbour Report"), usable("SIG PM"))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Vanessa Sorge", True), ("Luis García Cano", True), ("Ann Tellik", True), ("Victoria Metrics", False),
     ("Laura Tellik (Chair)", True), ("Lamp Oil", False), ("Peter PortForward", False), ("Laura Group", False)],
)  # fmt: skip
def test_what_is_written_like_a_persons_name_is_flagged_so(name: str, is_one: bool, make_document: Make) -> None:
    assert is_full_name(name) is is_one
    assert is_full_name("Ann S. Tellik")
    bare_name = name.partition(" (")[0]
    document = make_document("a.md", f"# Oil\n\nWe have asked {bare_name} about the wick of the lamp.\n")
    (row,) = [row for row in rows(document, "mention", "prose") if row.value == bare_name]
    assert ("person" in row.features) is is_one
