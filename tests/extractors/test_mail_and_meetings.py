"""Mail, mailboxes, invitations and transcripts."""

import io
from email.message import EmailMessage

import pytest
from docx import Document
from PIL import Image

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.parse import parse
from knowledge_graph.model.records import Parsed


def marks(parsed, kind):
    return [(segment.text[mark.start : mark.end], mark.value) for segment in parsed.segments for mark in segment.marks if mark.kind == kind]


def message(**extra) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = "Ann Example <ann@x.org>", "bo@x.org, Cy Third <cy@x.org>", "dee@x.org"
    mail["Subject"], mail["Date"], mail["Message-ID"] = (
        extra.get("subject", "Falcon \u00fcber alles"),
        "Fri, 05 Mar 2021 10:00:00 +0100",
        "<one@x.org>",
    )
    mail.set_content("We ship on Monday.\n\n> When do we ship?\n\n-- \nAnn\nDepot North\n")
    return mail


def test_mail_people_subject_date_quote_and_signature():
    parsed = parse("a.eml", message().as_bytes(), Limits())
    assert (parsed.kind, parsed.title, parsed.created) == ("mail", "Falcon \u00fcber alles", "2021-03-05")
    assert [(one.kind, one.email) for one in parsed.people] == [
        ("received", "bo@x.org"),
        ("received", "cy@x.org"),
        ("received", "dee@x.org"),
        ("wrote", "ann@x.org"),
    ]
    assert marks(parsed, "quote") == [("When do we ship?", "")]
    assert parsed.segments[0].text.startswith("We ship on Monday.")
    assert parsed.segments[0].text.endswith("Ann\nDepot North")


@pytest.mark.parametrize(
    "line",
    ["-----Original Message-----", "---------------------- Forwarded by Bo Ek-Lund/HOU/ECT on\n12/12/2000 02:28 PM ----------------------"],
)
def test_everything_below_the_line_of_an_earlier_message_is_quoted(line: str):
    mail = message()
    mail.set_content(f"Agreed.\n\n{line}\nFrom: Bo\n\nShall we?\n")
    parsed = parse("a.eml", mail.as_bytes(), Limits())
    assert marks(parsed, "paragraph") == [("Agreed.", "")]
    assert [text for text, _ in marks(parsed, "quote")] == ["From: Bo", "Shall we?"]


def test_the_line_of_a_still_earlier_message_is_no_text():
    mail = message()
    mail.set_content("Agreed.\n\n-----Original Message-----\nFrom: Bo\n\nShall we?\n\nBegin forwarded message:\n\nFrom: Cy\n\nYes.\n")
    quoted = [text for text, _ in marks(parse("a.eml", mail.as_bytes(), Limits()), "quote")]
    assert quoted == ["From: Bo", "Shall we?", "From: Cy", "Yes."]


def test_attachments_and_forwarded_mails_are_children_with_unique_names():
    mail = message()
    mail.add_attachment(b"Name;Owner", maintype="text", subtype="csv", filename="plan.csv")
    mail.add_attachment(b"Other;Bytes", maintype="text", subtype="csv", filename="plan.csv")
    mail.add_attachment(message(subject="Old: news"))
    children = parse("a.eml", mail.as_bytes(), Limits()).children
    assert [child.name for child in children] == ["plan.csv", "plan-2.csv", "Old_ news.eml"]
    assert parse("a.eml!/" + children[2].name, children[2].content, Limits()).title == "Old: news"


def test_html_only_mail():
    mail = message()
    mail.set_content("<p>We <b>ship</b>.</p>", subtype="html")
    assert parse("a.eml", mail.as_bytes(), Limits()).segments[0].text == "We ship."


def test_encrypted_mail_is_reported():
    mail = b"From: a@x.org\nSubject: s\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nabc\n"
    with pytest.raises(Unreadable) as failure:
        parse("a.eml", mail, Limits())
    assert failure.value.reason_class == "encrypted"


def test_mailbox_messages_keep_their_names_when_others_are_appended():
    first = b"From ann@x.org Fri Mar  5 10:00:00 2021\n" + message().as_bytes()
    second = b"\n\nFrom bo@x.org Fri Mar  5 11:00:00 2021\nSubject: two\n\n>From here on\n"
    alone, both = parse("a.mbox", first, Limits()), parse("a.mbox", first + second, Limits())
    assert [child.name for child in alone.children] == ["one@x.org.eml"]
    assert both.children[0].name == "one@x.org.eml"
    assert parse("a.eml", both.children[1].content, Limits()).segments[0].text == "From here on"


def test_messages_that_share_an_id_are_both_kept():
    box = b"From a Fri Mar  5 10:00:00 2021\nMessage-ID: <x>\n\nbody 1\n\nFrom a Fri Mar  5 10:00:00 2021\nMessage-ID: <x>\n\nbody 2\n"
    assert len(parse("a.mbox", box, Limits()).children) == 2


def test_invitation():
    ics = "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20210301T000000Z", "SUMMARY:Falcon review",
            "DTSTART:20210305T100000Z", "DTEND:20210305T110000Z", "LOCATION:Depot North", "ORGANIZER;CN=Ann Example:mailto:ann@x.org",
            "ATTENDEE;CN=Bo Other;PARTSTAT=ACCEPTED:mailto:bo@x.org", "ATTENDEE;PARTSTAT=DECLINED:mailto:cy@x.org",
            "DESCRIPTION:Agenda\\n\\n- risks", "END:VEVENT", "END:VCALENDAR", "",
        ]
    )  # fmt: skip
    parsed = parse("a.ics", ics.encode(), Limits())
    assert (parsed.kind, parsed.title, parsed.created) == ("event", "Falcon review", "2021-03-05")
    assert [(one.kind, one.name, one.email) for one in parsed.people] == [
        ("attended", "Bo Other", "bo@x.org"),
        ("owner", "Ann Example", "ann@x.org"),
    ]
    assert "Where: Depot North" in parsed.segments[0].text
    assert ("risks", "") in marks(parsed, "item")


VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Ann Example>Falcon ships on Monday.</v>

00:00:03.500 --> 00:00:05.000
<v Ann Example>We are ready.</v>

00:01:05.000 --> 00:01:07.000
<v Bo Other>Who says &amp; who decides?</v>
"""


def test_transcript_turns_have_speaker_and_time():
    parsed = parse("a.vtt", VTT.encode(), Limits())
    assert parsed.kind == "meeting"
    assert marks(parsed, "speaker") == [
        ("Ann Example: Falcon ships on Monday. We are ready.", "Ann Example"),
        ("Bo Other: Who says & who decides?", "Bo Other"),
    ]
    assert [value for _, value in marks(parsed, "time")] == ["00:00:01", "00:01:05"]
    assert [(one.kind, one.name) for one in parsed.people] == [("attended", "Ann Example"), ("attended", "Bo Other")]


def test_subtitles_with_names_before_a_colon():
    cues = ("ANN: Hello there.", "And welcome.", "Bo Other: Thanks.")
    srt = "\n".join(f"{number}\n00:00:0{number},000 --> 00:00:0{number},900\n{text}\n" for number, text in enumerate(cues, 1))
    parsed = parse("a.srt", srt.encode(), Limits())
    assert [value for _, value in marks(parsed, "speaker")] == ["ANN", "Bo Other"]
    assert parsed.segments[0].text == "ANN: Hello there. And welcome.\nBo Other: Thanks."


def test_plain_text_of_people_who_speak_in_turn_is_a_meeting():
    said = ["Ann Bell: We start with the budget of the buoys.", "Bo (chair): Who has read the draft of last week?"] * 6
    parsed = parse("minutes.txt", "\n".join([*said, "Ann Bell: Nobody has, so we move on to the next point."]).encode(), Limits())
    assert parsed.kind == "meeting"
    assert marks(parsed, "speaker")[0] == (said[0], "Ann Bell")
    assert [(one.name, one.count) for one in parsed.people] == [("Ann Bell", 7), ("Bo chair", 6)]


SPOKEN = (
    ("Ann Lee", "0:03", "Good morning. Let us start with the Night Lamps."),
    ("Ek, Bo", "59:15", "They are trimmed, and who buys the oil?"),
    ("Ann Lee", "1:01:02", "Bo buys it on Monday."),
)
TURNS = [
    ("Ann Lee", "00:00:03", "Ann Lee: Good morning. Let us start with the Night Lamps."),
    ("Bo Ek", "00:59:15", "Bo Ek: They are trimmed, and who buys the oil?"),
    ("Ann Lee", "01:01:02", "Ann Lee: Bo buys it on Monday."),
]


def turns(parsed: Parsed) -> list[tuple[str, str, str]]:
    marks = [(segment.text[mark.start : mark.end], mark) for segment in parsed.segments for mark in segment.marks]
    times = {text: mark.value for text, mark in marks if mark.kind == "time"}
    return [(mark.value, times.get(text, ""), text) for text, mark in marks if mark.kind == "speaker"]


def test_names_with_times_above_what_was_said_are_a_meeting():
    text = "Weekly sync\nMarch 1, 2026, 10:00AM\n\n" + "\n\n".join(f"{name}  {time}\n{said}" for name, time, said in SPOKEN)
    parsed = parse("Weekly sync.txt", text.encode(), Limits())
    assert (parsed.kind, parsed.created, turns(parsed)) == ("meeting", "2026-03-01", TURNS)
    assert {(one.kind, one.name) for one in parsed.people} == {("attended", "Ann Lee"), ("attended", "Bo Ek")}


def test_a_transcript_in_a_word_file_is_a_meeting():
    document = Document()
    document.add_paragraph("Weekly sync-20260301_100000-Meeting Recording")
    document.add_paragraph("March 1, 2026, 10:00AM")
    for name, time, said in SPOKEN:
        paragraph = document.add_paragraph()
        paragraph.add_run(name).bold = True
        paragraph.add_run(f"   {time}").add_break()
        paragraph.add_run(said)
    shown = io.BytesIO()
    Image.effect_noise((400, 300), 90).save(shown, "PNG")
    document.add_picture(shown)
    out = io.BytesIO()
    document.save(out)
    parsed = parse("Weekly sync.docx", out.getvalue(), Limits())
    assert (parsed.kind, parsed.created, parsed.modified, turns(parsed)) == ("meeting", "2026-03-01", "2026-03-01", TURNS)
    assert [child.content[:4] for child in parsed.children] == [b"\x89PNG"], "what was shown"


@pytest.mark.parametrize(
    "text",
    [
        "Opening  9:00\nLunch  12:00\nOpening  14:00\nClosing  15:00\n",
        "Ann  9:00\nshe came\nBo  12:00\nhe came\nCy  14:00\nshe went\n",
        "Ann  9:00\nshe came\nBo  8:00\nhe came\nAnn  14:00\nshe went\n",
    ],
)
def test_a_schedule_is_no_meeting(text: str):
    assert parse("a.txt", text.encode(), Limits()).kind == "document"


def test_a_form_is_no_meeting():
    form = "\n".join(["Name: Ann Bell", "Room: 12", "Phone: 030 1234", ""] * 8)
    assert parse("list.txt", form.encode(), Limits()).kind == "document"


def test_a_number_alone_is_no_mail_with_its_length_before_it():
    with pytest.raises(Unreadable):
        parse("a.eml", b"0", Limits())


BODY = "Hello,\n\n&gt; Who runs the sorter?\n\nAnn runs the Night Sorter.\n"
PIPERMAIL = f"""<!DOCTYPE HTML><HTML><HEAD><TITLE> [Depot-dev] Re: Night Sorter</TITLE></HEAD><BODY>
<H1>[Depot-dev] Re: Night Sorter
</H1><B>Bo Ek
</B> <A HREF="mailto:depot-dev%40x.org?Subject=Re" TITLE="x">bo at x.org
</A><BR><I>Wed Apr 24 23:09:55 EDT 2002</I><P><UL><LI>Next message: <A HREF="1.html">[Depot-dev] Lamps</A></li></UL><HR>
<!--beginarticle-->
<PRE>{BODY}</PRE>
<!--endarticle--><HR><P>Messages sorted by: <a href="date.html">[ date ]</a></body></html>"""
HYPERMAIL = f"""<html><head><title>Re: Night Sorter from Bo Ek</title></head><body>
<!-- sent="Wed, 24 Apr 2002 23:09:55 -0400" --><!-- name="Bo Ek" --><!-- email="bo@x.org" --><!-- subject="Re: Night Sorter" -->
<p>Next message: Lamps</p>
<!-- body="start" -->
<pre>{BODY}</pre>
<!-- body="end" --><p>Received on Wednesday</p></body></html>"""
MHONARC = f"""<!--X-Subject: Re: Night Sorter -->
<!--X-From-R13: Pb Sx &#60;obNk.bet&#62; --><!--X-Date: Wed, 24 Apr 2002 23:09:55 &#45;0400 -->
<html><head><title>Re: Night Sorter</title></head><body>
<!--X-Body-of-Message--><pre>{BODY}</pre><!--X-Body-of-Message-End-->
<p>Prev by Date: Lamps</p></body></html>"""


@pytest.mark.parametrize("page", [PIPERMAIL, HYPERMAIL, MHONARC])
def test_a_page_of_a_lists_archive_is_its_message(page):
    parsed = parse("000012.html", page.encode(), Limits())
    assert (parsed.kind, parsed.title, parsed.created) == ("mail", "Re: Night Sorter", "2002-04-24")
    assert [(one.kind, one.name, one.email) for one in parsed.people] == [("wrote", "Bo Ek", "bo@x.org")]
    assert [(mark.kind, segment.text[mark.start : mark.end]) for segment in parsed.segments for mark in segment.marks] == [
        ("paragraph", "Hello,"),
        ("quote", "Who runs the sorter?"),
        ("paragraph", "Ann runs the Night Sorter."),
    ]


def test_an_archived_message_set_as_html_and_a_page_without_a_message():
    html = PIPERMAIL.replace(f"<PRE>{BODY}</PRE>", "<h2>Night Sorter</h2><p>Ann <b>runs</b> it.</p>")
    assert [segment.headings for segment in parse("a.html", html.encode(), Limits()).segments] == [("Night Sorter",)]
    page = "<html><body><p>Write &lt;!--beginarticle--&gt; above it.</p><!--beginarticle--></body></html>"
    assert parse("how.html", page.encode(), Limits()).kind == "document"


@pytest.mark.parametrize(
    ("subject", "title"),
    [("[Depot-dev] Night Sorter", "Night Sorter"), ("Re: [Depot-dev] Night Sorter", "Re: Night Sorter"), ("[Depot-dev]", "[Depot-dev]")],
)
def test_a_lists_name_is_no_part_of_a_subject(subject, title):
    head = f"From: Bo Ek <bo@x.org>\nSubject: {subject}\n"
    assert parse("a.eml", f"{head}List-Id: <depot-dev.x.org>\n\nHello.\n".encode(), Limits()).title == title
    assert parse("a.eml", f"{head}\nHello.\n".encode(), Limits()).title == subject
