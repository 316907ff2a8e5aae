"""Transcripts: consecutive cues of one speaker joined to a turn, marked with who speaks and, in vtt and srt, when.

Other text is one too where its lines begin with the names of a few people in turn (`Ann Bell: ...`), or where names with times stand above
what was said (`Ann Bell   0:03`), as meeting programs save it as text and in Word files.
"""

import html
import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from extractors.characters import decode
from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, person
from extractors.limits import Limits
from extractors.passages import Passages, Runs, weight
from knowledge_graph.model.records import Contribution, Parsed

_TIMES = re.compile(r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}\s*-->")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_TAG = re.compile(r"</?[^<>]{0,80}>|\{\\[^}]*\}")
_SPEAKER = re.compile(
    r"^(?:[-\u2013]\s*|>>\s*)?([A-Z\u00c0-\u00de][\w.'\u2019-]*(?: [A-Z\u00c0-\u00de(][\w.'\u2019()-]*){0,4})\s*:\s+(?=\S)"
)
_SAYS = re.compile(r"^([^\W\d_][^:\n]{1,79}):[ \t]+(?=\S)")
_HEAD = re.compile(r"^(?P<name>[^\W\d_][^\t:]{1,60}?)[ \t]+(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,2}):(?P<seconds>\d\d)$")
_SURNAME_FIRST = re.compile(r"^([^,]+), ([^,(\[]+)$")
_TIMED_TURNS, _LINES_OF_A_TURN = 3, 12
"""Fewer names with times may be anything; more lines between them, too."""
_SPOKEN_LINES = 8
_SPOKEN_SHARE = 0.9
_SPOKEN_WORDS = 6  # on average: rows of a form (`Phone: ...`) are shorter than speech
_TURN_WORDS = 120  # a longer turn is cut at a cue, so that its time stays near its words


@dataclass(frozen=True, slots=True)
class _Cue:
    time: str
    speaker: str
    text: str


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A WebVTT or SubRip file."""
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    if not _TIMES.search(next((line for line in text.split("\n") if "-->" in line), "")):
        raise Unreadable("damaged", "Damaged: this transcript has no timed lines; export it again as WebVTT or SubRip")
    return _parsed(_cues(text), "text/vtt", limits)


def read_text(text: str, mime: str, limits: Limits) -> Parsed | None:
    """The transcript that a text is; None for any other text."""
    cues = _below_names(text) or _behind_names(text)
    if not cues:
        return None
    before = itertools.takewhile(lambda cue: not cue.speaker, cues)
    return replace(_parsed(cues, mime, limits), created=next(filter(None, (iso_date(cue.text) for cue in before)), ""))


def _below_names(text: str) -> list[_Cue]:
    """What stands below lines of a name and a time; nothing where the times do not run on, or nobody speaks twice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heads = [_HEAD.match(line) for line in lines]
    found = [head for head in heads if head]
    times = [(int(head["hours"] or 0), int(head["minutes"]), int(head["seconds"])) for head in found]
    speakers = {head["name"] for head in found}
    if len(found) < _TIMED_TURNS or times != sorted(times) or len(speakers) == len(found):
        return []
    if not 2 * len(found) <= len(lines) <= _LINES_OF_A_TURN * len(found):
        return []
    cues: list[_Cue] = []
    time = speaker = ""
    for line, head in zip(lines, heads, strict=True):
        if head:
            time = f"{int(head['hours'] or 0):02}:{int(head['minutes']):02}:{head['seconds']}"
            speaker = _SURNAME_FIRST.sub(r"\2 \1", head["name"])
        else:
            cues.append(_Cue(time, speaker, line))
    return cues


def _behind_names(text: str) -> list[_Cue]:
    """What stands behind names, where nearly all lines begin with one, and the names are a few that come again."""
    lines = [line for line in text.splitlines() if line.strip()]
    said = [_SAYS.match(line) for line in lines]
    speakers = Counter(found[1] for found in said if found)
    if len(lines) < _SPOKEN_LINES or speakers.total() < _SPOKEN_SHARE * len(lines):
        return []
    again = sum(count > 2 for count in speakers.values())
    if again < 2 or 3 * len(speakers) > len(lines) or len(text.split()) < _SPOKEN_WORDS * len(lines):
        return []
    return [
        _Cue("", found[1].strip() if found else "", line[found.end() :].strip() if found else line.strip())
        for line, found in zip(lines, said, strict=True)
    ]


def _parsed(cues: Iterable[_Cue], mime: str, limits: Limits) -> Parsed:
    passages = Passages(limits)
    speakers: list[Contribution] = []
    for turn in _turns(cues):
        runs = Runs()
        runs.add(f"{turn.speaker}: {turn.text}" if turn.speaker else turn.text)
        if turn.time:
            runs.mark(0, "time", turn.time)
        if turn.speaker:
            runs.mark(0, "speaker", turn.speaker)
            found = person("attended", turn.speaker)
            speakers += [found] if found else []
        passages.add("paragraph", runs)
    return Parsed("meeting", mime, people=merged(speakers), segments=passages.segments())


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
