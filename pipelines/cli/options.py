"""Options that several commands share, and the one way to print JSON."""

import dataclasses
import json
from datetime import date
from typing import Annotated, Any

import typer

READ, BUILD, KEEP, SERVE = "Read", "Build", "Keep and forget", "Servers"


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date of the form YYYY-MM-DD.") from None


As = Annotated[str, typer.Option("--as", metavar="P1,P2", help="Read as somebody with these principals; by default everyone.")]
AsOf = Annotated[
    str, typer.Option(metavar="YYYY-MM-DD", callback=_iso_date, help="The day that recent means; by default that of the last document.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def comma_separated(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, text.split(",")) if part)


def print_json(record: Any) -> None:
    """A record, or a dict or tuple that holds records, as JSON."""
    typer.echo(json.dumps(record, ensure_ascii=False, indent=2, default=_as_dict))


def _as_dict(record: Any) -> Any:
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}
    raise TypeError(f"{type(record).__name__} is no record")
