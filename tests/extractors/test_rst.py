"""reStructuredText as projects write it, with what Sphinx adds."""

import pytest

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.parse import parse
from knowledge_graph.model.records import Parsed


def blocks(text: str) -> list[tuple[str, str, str]]:
    return [
        (mark.kind, segment.text[mark.start : mark.end], mark.value)
        for segment in parse("a.rst", text.encode(), Limits()).segments
        for mark in segment.marks
        if mark.kind not in ("link", "strong", "code")
    ]


def links(parsed: Parsed) -> list[tuple[str, str]]:
    return [
        (segment.text[mark.start : mark.end], mark.value) for segment in parsed.segments for mark in segment.marks if mark.kind == "link"
    ]


GRID = """
Owners
======

+-------------+------------------+
| Area        | Owner            |
+=============+==================+
| `Night      | `Ann Lee`_,      |
| harbour`_   | `Bo Ek`_         |
+-------------+------------------+
| Lamps       | | Cy Ohm         |
|             | | cy@x.org       |
|             +------------------+
|             | Di Um            |
+-------------+------------------+

.. _Ann Lee: https://launchpad.net/~ann-l
.. _Bo Ek: https://example.org/bo
.. _Night harbour: harbour.html
"""


def test_a_table_has_its_cells_and_the_links_that_stand_elsewhere() -> None:
    parsed = parse("a.rst", GRID.encode(), Limits())
    cells = {value: text for kind, text, value in blocks(GRID) if kind == "cell"}
    assert cells == {
        "A1": "Area", "B1": "Owner", "A2": "Night harbour", "B2": "Ann Lee, Bo Ek", "A3": "Lamps", "B3": "Cy Ohm; cy@x.org", "B4": "Di Um",
    }  # fmt: skip
    assert ("Ann Lee", "https://launchpad.net/~ann-l") in links(parsed)
    assert ("Night harbour", "harbour.html") in links(parsed)


def test_a_table_as_a_list_and_one_as_values_are_tables() -> None:
    text = ".. list-table:: Ports\n   :header-rows: 1\n\n   * - Port\n     - Keeper\n   * - North\n     - Ann Lee\n\n"
    text += ".. csv-table::\n   :header: Lamp, Keeper\n\n   Red, Bo Ek\n"
    assert [(kind, said) for kind, said, _ in blocks(text)] == [
        ("caption", "Ports"), *(("cell", said) for said in ("Port", "Keeper", "North", "Ann Lee", "Lamp", "Keeper", "Red", "Bo Ek")),
    ]  # fmt: skip


def test_lists_know_their_depth_and_a_term_stands_with_what_it_means() -> None:
    text = "Primary assignee:\n  ann-l\n\nHarbour\n  A depot for ships\n  at night.\n\n* one\n\n  * two\n\n    goes on\n\n:Owner: Bo Ek\n"
    assert blocks(text) == [
        ("paragraph", "Primary assignee: ann-l", ""),
        ("paragraph", "Harbour: A depot for ships at night.", ""),
        ("item", "one", "1"),
        ("item", "two", "2"),
        ("item", "goes on", "2"),
        ("paragraph", "Owner: Bo Ek", ""),
    ]


def test_lines_that_were_meant_stay_lines() -> None:
    assert blocks("| Ann Lee\n| Bo Ek\n")[0][1] == "Ann Lee\nBo Ek"
    assert blocks("Attendees:\nAnn Lee\nBo Ek\n")[0][1] == "Attendees:\nAnn Lee\nBo Ek"
    assert (
        blocks("Prose that was wrapped where the line\nwas full goes on.\n")[0][1]
        == "Prose that was wrapped where the line was full goes on."
    )


ADDED = """
See :doc:`the plan <plan>`, :my-role:`Lamp` and |product| [1]_.

.. |product| replace:: Night Harbour

.. [1] A note.

.. toctree::
   intro
   plan

.. our-box:: Keep *calm*
   :colour: red

   Lamps burn.

.. code-block:: sh
   :linenos:

   make all

.. note::
   Mind the gap.

.. include:: /etc/passwd

.. raw:: html

   <b>no</b>
"""


def test_what_others_added_to_the_language_is_read_or_left_out() -> None:
    assert blocks(ADDED) == [
        ("paragraph", "See the plan, Lamp and Night Harbour.", ""),
        ("paragraph", "A note.", ""),
        ("paragraph", "Keep calm", ""),
        ("paragraph", "Lamps burn.", ""),
        ("codeblock", "make all", ""),
        ("paragraph", "Mind the gap.", ""),
    ]


def test_a_document_reads_the_same_whatever_was_read_before_it_and_on_whichever_day() -> None:
    text = "Use :py:`lamp`, :emphasis:`now`, `x` and |today|.\n\n.. |today| date::\n"
    before = parse("a.rst", text.encode(), Limits())
    other = b".. role:: py(code)\n\n.. role:: emphasis(code)\n\n.. default-role:: literal\n\n:py:`one` `two`\n"
    parse("b.rst", other, Limits())
    assert parse("a.rst", text.encode(), Limits()) == before
    assert blocks(text)[0] == ("paragraph", "Use lamp, now, x and today.", "")


def test_what_cannot_be_read_is_kept_as_it_stands() -> None:
    text = "Ports\n=====\n\n+---+---+\n| Lamp | Ann Lee |\n+---+\n\n.. image:: a.png\n   :wide: yes\n\nEnd.\n"
    kept = [said for _, said, _ in blocks(text)]
    assert (kept[0], kept[-1]) == ("Ports", "End.")
    assert any("Ann Lee" in said for said in kept)


@pytest.mark.parametrize("text", ["`" * 5000 + " a", "+--+\n| a\n", ".. x::\n" * 500 + "end", "|a|_ `b`__ :c:`", "> " * 500])
def test_what_is_no_mark_up_is_read(text: str) -> None:
    assert parse("a.rst", text.encode(), Limits()).segments


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse("a.rst", ("* " * 2000 + "deep").encode(), Limits())
