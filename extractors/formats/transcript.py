"""Transcripts (vtt, srt): consecutive cues of one speaker joined to a turn, marked with who speaks and when."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.characters import decode
from extractors.errors import Unreadable
from extractors.facts import merged, person
from extractors.limits import Limits
from extractors.passages import Passages, Runs, weight
from knowledge_graph.model.records import Contribution, Parsed

_TIMES = re.compile(r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}\s*-->")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^<>]{0,80}>|\{\\[^}]*\}")
_SPEAKER = re.compile(
    r"^(?:[-\u2013]\s*|>>\s*)?([A-Z\u00c0-\u00de][\w.'\u2019-]*(?: [A-Z\u00c0-\u00de(][\w.'\u2019()-]*){0,4})\s*:\s+(?=\S)"
)
_TURN_WORDS = 120  # a longer turn is cut at a cue, so that its time stays near its words


@dataclass(frozen=True, slots=True)
class _Cue:
    time: str
    speaker: str
    text: str


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A WebVTT or SubRip file."""
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    passages = Passages(limits)
    speakers: list[Contribution] = []
    if not _TIMES.search(next((line for line in text.split("\n") if "-->" in line), "")):
        raise Unreadable("damaged", "Damaged: this transcript has no timed lines; export it again as WebVTT or SubRip")
    for turn in _turns(_cues(text)):
        runs = Runs()
        runs.add(f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text)
        runs.mark(0, "time", turn.time)
        if turn.speaker:
            runs.mark(0, "speaker", turn.speaker)
            found = person("attended", turn.speaker)
            speakers += [found] if found else []
        passages.add("paragraph", runs)
    return Parsed("meeting", "text/vtt", people=merged(speakers), segments=passages.segments())


def _cues(text: str) -> Iterable[_Cue]:
    for block in re.split(r"\n[ \t]*\n+", text):
        lines = block.strip("\n").split("\n")
        timed = next((index for index, line in enumerate(lines) if _TIMES.match(line)), None)
        if timed is None or lines[0].startswith(("NOTE", "STYLE", "REGION")):
            continue
        hours, minutes, seconds = _TIMES.match(lines[timed]).groups()  # type: ignore[union-attr]  # matched a line above
        time = f"{int(hours or 0):02}:{int(minutes):02}:{seconds}"
        yield from _voices(time, "\n".join(lines[timed + 1 :]))


def _voices(time: str, text: str) -> Iterable[_Cue]:
    """The parts of one cue by who says them."""
    pieces = _VOICE.split(text)
    for speaker, words in zip(["", *pieces[1::2]], pieces[0::2], strict=True):
        spoken = html.unescape(_TAG.sub("", words))
        for line in _by_line(spoken):
            named = _SPEAKER.match(line) if not speaker else None
            said = line[named.end() :] if named else line
            if said.strip():
                yield _Cue(time, (named[1] if named else html.unescape(speaker)).strip(), said.strip())


def _by_line(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and not _SPEAKER.match(line):
            lines[-1] = f"{lines[-1]} {line.strip()}"
        elif line.strip():
            lines.append(line.strip())
    return lines


def _turns(cues: Iterable[_Cue]) -> Iterable[_Cue]:
    """Cues joined while the speaker is the same; a cue that names nobody goes on with the one before."""
    turn: _Cue | None = None
    for cue in cues:
        if turn and cue.speaker in ("", turn.speaker) and weight(turn.text) < _TURN_WORDS:
            same = turn.text.endswith(cue.text)  # rolling captions repeat the line before
            turn = turn if same else _Cue(turn.time, turn.speaker, f"{turn.text} {cue.text}")
            continue
        if turn:
            yield turn
        turn = cue if cue.speaker or not turn else _Cue(cue.time, turn.speaker, cue.text)
    if turn:
        yield turn
