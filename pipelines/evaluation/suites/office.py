"""Office files of many makers, through the sandbox: strings that must be found, and what must be refused with a reason."""

import re
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import estimate, mean, ratio
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from extractors.sandbox import Sandbox

TIME_S = 60


def measure(given: Given) -> Measured:
    """Confirmed strings found, files read, encrypted files named as such; what ran out of time or memory was killed."""
    from extractors.limits import Limits
    from extractors.sandbox import Sandbox

    rows = gold.records(given.folder / "manifest.jsonl")
    outcomes, seconds, texts = {}, [], {}
    with Sandbox(Limits(time_s=TIME_S)) as box:
        for row in rows:
            started = time.monotonic()
            outcomes[row["file"]], texts[row["file"]] = _read(box, row["file"], (given.folder / "files" / row["file"]).read_bytes())
            seconds.append(time.monotonic() - started)
    confirmed = [row for row in rows if row["class"] == "ok" and row.get("confirmed")]
    found = {row["file"]: _found(row["confirmed"], texts[row["file"]]) for row in confirmed}
    ordinary = [row["file"] for row in rows if row["class"] == "ok"]
    encrypted = [row["file"] for row in rows if row["class"] == "encrypted"]
    killed = [float(reason in ("timed out", "out of memory")) for reason in outcomes.values()]
    figures = (
        Figure("confirmed strings", estimate([(float(hits), float(total)) for hits, total in found.values()], ratio)),
        Figure("ordinary files read", mean(float(outcomes[file] == "") for file in ordinary)),
        Figure("encrypted files named so", mean(float(outcomes[file] == "encrypted") for file in encrypted)),
        Figure("killed", mean(killed), lower_is_better=True),
        Figure("slowest file in seconds", mean([max(seconds)]), lower_is_better=True, timing=True),
    )
    missed = [row for row in confirmed if found[row["file"]][0] < found[row["file"]][1]]
    return Measured(figures, tuple(_case(row, texts[row["file"]]) for row in missed[:20]))


def _read(box: "Sandbox", name: str, content: bytes) -> tuple[str, str]:
    """("" or why not, everything in the file and in what it holds)."""
    from extractors.errors import Unreadable

    try:
        parsed = box.parse(name, content)
    except Unreadable as failure:
        return str(failure.reason_class), ""
    parts = [parsed.title, *(segment.text for segment in parsed.segments), *(one.name for one in parsed.people)]
    for child in parsed.children:
        parts += [child.name, _read(box, f"{name}!/{child.name}", child.content)[1]]
    return "", "\n".join(parts)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _found(wanted: Sequence[str], text: str) -> tuple[int, int]:
    whole = _bare(text)
    return sum(_bare(one) in whole for one in wanted), len(wanted)


def _case(row: dict[str, Any], text: str) -> Case:
    whole = _bare(text)
    lost = [one for one in row["confirmed"] if _bare(one) not in whole]
    return Case(row["file"], 1 - len(lost) / len(row["confirmed"]), "; ".join(lost)[:120], "", row["ext"])


SUITE = Suite("office", "files of office programs, read or refused with a reason", ("manifest.jsonl",), measure, folder="office")
