"""The log keeps what it was told, in order, and shows when somebody touched it."""

import re
import stat
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.event import listens_for

from knowledge_graph.curation import database
from knowledge_graph.curation.chain import FIELDS
from knowledge_graph.curation.errors import Conflict, LogUnavailable
from knowledge_graph.curation.forgetting import forget_people
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.curation.tables import METADATA, VERDICTS
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.model.verdicts import Kind, Verdict

EVERYONE = Access.of(["everyone"])
AT = "2026-01-02T03:04:05.000Z"
FALCON = Verdict(Kind.RENAME, "falcon", text="Falcon – Zwölf", keys=("falcon", "pf"), actor="ann@x", why="said so", access=EVERYONE)


def write(log: VerdictLog, verdict: Verdict = FALCON) -> Verdict:
    return log.append(AT, lambda _: verdict)


def sql(log: VerdictLog, statement: str) -> None:
    with log._database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_a_log_that_nobody_wrote_to_is_empty_and_makes_no_file(tmp_path: Path) -> None:
    with VerdictLog(CurationSettings(tmp_path / "verdicts.sqlite")) as log:
        assert log.verdicts() == ()
        assert log.rulings(Reader.of([])).latest(["falcon"]) == {}
        assert log.check_chain().whole
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_read_back_by_everybody(log: VerdictLog, curation: CurationSettings) -> None:
    first, second = write(log), write(log, Verdict(Kind.HIDE, "pf", access=EVERYONE))
    with VerdictLog(curation) as other:
        assert other.verdicts() == log.verdicts() == (first, second)
        third = write(other)
    assert log.verdicts()[-1] == third, "what another process writes is seen at the next request"
    assert (first.seq, first.text, first.keys, first.access) == (1, FALCON.text, FALCON.keys, EVERYONE)
    assert log.topic_keys() == {"falcon", "pf", "falconzwolf"} | {key for key in log.topic_keys() if key.startswith("falconzw")}
    report = log.check_chain(known=[(1, log.check_chain().head)])
    assert report.events == 3
    assert report.breaches == ("Event 1 is not the one that was noted before.",)


def test_a_writer_reads_what_was_added_since_its_last_look(log: VerdictLog, curation: CurationSettings) -> None:
    write(log)
    write(log)
    log.verdicts()
    with VerdictLog(curation) as other:
        write(other)
    behind: list[int] = []

    @listens_for(log._database.engine, "after_cursor_execute")
    def note(_0: object, _1: object, statement: str, _2: object, context: Any, _3: object) -> None:
        asked = context.compiled_parameters if context.compiled else []
        behind.extend(row["seq_1"] for row in asked if "seq_1" in row)

    def decide(all_of: Sequence[Verdict]) -> Verdict:
        assert [each.seq for each in all_of] == [1, 2, 3]
        return FALCON

    log.append(AT, decide)
    assert behind == [2], "only the events behind the second were fetched"
    assert log.check_chain().whole
    assert [each.seq for each in log.verdicts()] == [1, 2, 3, 4]


def test_writers_at_once_make_one_chain(log: VerdictLog, curation: CurationSettings) -> None:
    def write_some(_: int) -> None:
        with VerdictLog(curation) as other:
            for _ in range(3):
                write(other)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_some, range(4)))
    assert [each.seq for each in log.verdicts()] == list(range(1, 13))
    assert log.check_chain().whole


def test_a_refusal_inside_the_transaction_leaves_the_log_as_it_is(log: VerdictLog) -> None:
    write(log)

    def refuse(held: Sequence[Verdict]) -> Verdict:
        raise Conflict(held[-1].id, held)

    with pytest.raises(Conflict, match="ann@x said rename 'Falcon – Zwölf'"):
        log.append(AT, refuse)
    assert len(log.verdicts()) == 1
    write(log)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM verdicts", "UPDATE verdicts SET text = 'Osprey'", "UPDATE verdicts SET hash = 'x'", "UPDATE verdicts SET at = 'x'"],
)
def test_the_database_itself_refuses_to_change_an_event(log: VerdictLog, statement: str) -> None:
    write(log)
    with pytest.raises(LogUnavailable, match="verdicts are kept"):
        sql(log, statement)
    assert log.verdicts()[0].text == FALCON.text


TAMPERED: list[tuple[str, str]] = [
    ("UPDATE verdicts SET text = 'Osprey' WHERE seq = 2", "Event 2 was changed: its text is not what was sealed."),
    ("UPDATE verdicts SET at = '2020' WHERE seq = 2", "Event 2 is not what was written: its hash differs."),
    ("DELETE FROM verdicts WHERE seq = 2", "Event 3 follows event 1: one is missing."),
    ("UPDATE verdicts SET previous = hash WHERE seq = 3", "Event 3 does not follow the event before it."),
]


@pytest.mark.parametrize(("statement", "breach"), TAMPERED)
def test_the_chain_shows_what_somebody_did_past_the_triggers(log: VerdictLog, statement: str, breach: str) -> None:
    for _ in range(3):
        write(log)
    with log._database.writing() as connection:
        on = "" if connection.dialect.name == "sqlite" else " ON verdicts"
        names = ("not_deleted", "not_changed") if not on else ("kept",)
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER verdicts_are_{name}{on}")
        connection.exec_driver_sql(statement)
    assert breach in log.check_chain().breaches


def test_a_log_cut_short_lacks_what_was_noted(log: VerdictLog) -> None:
    write(log)
    head = log.check_chain().head
    assert log.check_chain(known=[(1, head)]).whole
    assert not log.check_chain(known=[(2, head)]).whole


def test_forgotten_fields_are_gone_and_the_chain_holds(log: VerdictLog, curation: CurationSettings) -> None:
    secret = "Zanzibar 4711"
    gone = write(log, Verdict(Kind.DESCRIBE, "falcon", text=secret, actor="ann@x", access=EVERYONE))
    kept = write(log)
    assert log.erase({gone.id: ["text", "actor"]}) == 2
    assert log.erase({gone.id: ["text"]}) == 0
    report = log.check_chain()
    assert (report.whole, report.erased, report.events) == (True, 2, 2)
    assert [(each.text, each.actor) for each in log.verdicts()] == [("", ""), (kept.text, "ann@x")]
    assert log.rulings(Reader.of([])).latest(["falcon"]).keys() == {("name",)}, "a description without its text says nothing"
    if not curation.url:
        assert secret.encode() not in b"".join(path.read_bytes() for path in curation.file.parent.iterdir())


def test_a_forgotten_person_is_in_no_field(log: VerdictLog) -> None:
    ann = Access.of(["ann@x", "group:board"])
    write(log, Verdict(Kind.FOLLOW, "falcon", actor="ann@x", access=Access.of(["ann@x"])))
    write(log, Verdict(Kind.NOT_ME, "falcon", "email:ann@x", keys=("email:ann@x", "handle:annl"), actor="root@x", access=EVERYONE))
    write(log, Verdict(Kind.DESCRIBE, "falcon", text="Ask Ann Lee.", why="planned by ann@x", actor="bo@x", access=ann))
    kept = write(log, Verdict(Kind.CONFIRM, "falcon", why="planned, annual", actor="bo@x", access=EVERYONE))
    assert forget_people(log, ["email:ann@x", "handle:annl"], ["Ann Lee", "Al"]) == 7
    assert "ann" not in str(log.verdicts()[:3]).replace("planned", "").casefold()
    assert log.verdicts()[3] == kept
    assert log.check_chain().whole
    assert log.rulings(Reader.of([])).latest(["falcon"]) == {("standing",): kept}


def test_an_erased_audience_opens_to_nobody(log: VerdictLog) -> None:
    verdict = write(log, Verdict(Kind.HIDE, "falcon", access=Access.of(["everyone"], ["group:board"])))
    log.erase({verdict.id: ["deny"]})
    assert not log.verdicts()[0].access.opens_to(Reader.of([]))


def test_the_migrations_make_what_the_code_reads(log: VerdictLog) -> None:
    write(log)
    with log._database.reading() as connection:
        columns = {column["name"] for column in inspect(connection).get_columns("verdicts")}
    assert columns == {column.name for column in VERDICTS.columns} >= set(FIELDS)
    assert set(METADATA.tables) == {"verdicts"}
    scripts = ScriptDirectory(str(Path(database.__file__).parent / "migrations"))
    assert scripts.get_current_head() == database.HEAD


def test_a_log_of_a_newer_version_is_left_alone(log: VerdictLog, curation: CurationSettings) -> None:
    write(log)
    sql(log, "UPDATE verdicts_version SET version_num = '9999'")
    with VerdictLog(curation) as other, pytest.raises(LogUnavailable, match="newer Engram"):
        other.verdicts()


def test_a_wrong_address_is_one_sentence(tmp_path: Path, free_port: int) -> None:
    for url, told in (
        ("mysql://a/b", "must begin with postgresql://"),
        ("nonsense", "not the address of a database"),
        (f"postgresql://127.0.0.1:{free_port}/engram", "cannot be used"),
    ):
        with VerdictLog(CurationSettings(tmp_path, url)) as log, pytest.raises(LogUnavailable, match=re.escape(told)) as raised:
            log.verdicts()
        assert "\n" not in raised.value.message


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    settings = CurationSettings(tmp_path / "verdicts.sqlite")
    with VerdictLog(settings) as log:
        write(log)
    assert stat.S_IMODE(settings.file.stat().st_mode) == 0o600
