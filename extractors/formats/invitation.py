"""Calendar files: an event a heading, with when, where, who and what for."""

from typing import Any

from extractors.characters import decode
from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, person
from extractors.formats.html import add_html
from extractors.formats.plain import add_text
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Contribution, Parsed


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An ics file of one or more events."""
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(decode(content), multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise Unreadable("damaged", "Damaged: this invitation breaks the calendar format; export it again") from error
    passages = Passages(limits)
    who: list[Contribution] = []
    days: list[str] = []
    for event in (one for calendar in calendars for one in calendar.walk() if one.name in ("VEVENT", "VTODO", "VJOURNAL")):
        passages.restart()
        day = iso_date(getattr(event.get("DTSTART"), "dt", ""))
        days += [day] if day else []
        _add_event(passages, event)
        who += _people(event, day)
    days.sort()
    first, last = (days[0], days[-1]) if days else ("", "")
    return Parsed("event", "text/calendar", passages.title(), "", first, last, merged(who), passages.segments())


def _add_event(passages: Passages, event: Any) -> None:
    passages.heading(1, str(event.get("SUMMARY", "")))
    start, end = (getattr(event.get(key), "dt", None) for key in ("DTSTART", "DTEND"))
    if start:
        passages.add("paragraph", f"When: {_moment(start)}" + (f" to {_moment(end)}" if end else ""))
    for label, key in (("Where", "LOCATION"), ("Status", "STATUS"), ("Categories", "CATEGORIES")):
        value = event.get(key)
        text = ", ".join(map(str, value.cats)) if hasattr(value, "cats") else str(value or "")
        passages.add("paragraph", f"{label}: {text}" if text.strip() else "")
    for label, key in (("Organiser", "ORGANIZER"), ("With", "ATTENDEE")):
        names = [_spoken(one) for one in _each(event.get(key))]
        passages.add("paragraph", f"{label}: {', '.join(names)}" if names else "")
    text = str(event.get("DESCRIPTION", ""))
    add_html(passages, text) if text.lstrip().startswith("<") else add_text(passages, text)


def _people(event: Any, day: str) -> list[Contribution]:
    found = [person("owner", _spoken(one), day) for one in _each(event.get("ORGANIZER"))]
    for one in _each(event.get("ATTENDEE")):
        room = str(one.params.get("CUTYPE", "")).upper() in ("ROOM", "RESOURCE")
        declined = str(one.params.get("PARTSTAT", "")).upper() == "DECLINED"
        found.append(None if room or declined else person("attended", _spoken(one), day))
    return [one for one in found if one]


def _spoken(address: Any) -> str:
    mail = str(address).removeprefix("mailto:").removeprefix("MAILTO:")
    name = str(getattr(address, "params", {}).get("CN", "")).strip()
    return f"{name} <{mail}>" if name and name != mail and "@" in mail else name or mail


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: Any) -> str:
    return str(value.isoformat(" ", "minutes")) if hasattr(value, "hour") else str(value)
