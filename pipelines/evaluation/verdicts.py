"""Verdicts of a person on what was found, where no gold can know it: `topics-ORG.tsv`, `definitions-ORG.tsv`, `aliases-ORG.tsv`.

A line is the subject, tab, `yes` or `no`; more columns and lines that begin with # are passed over. The subject of a topic is its key,
of a description `key#hash of the text`, of a pair of names `key=key`: what reads the same later has the same verdict.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.errors import BadGold
from pipelines.evaluation.results import Case, Estimate

Verdicts = Mapping[str, bool]
_MEANS = {"yes": True, "no": False}


def load(folder: Path, suite: str, data: str) -> Verdicts:
    """The verdicts of one suite on one set of data; none where there is no file."""
    file = folder / f"{suite}-{data}.tsv"
    found: dict[str, bool] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines() if file.exists() else (), 1):
        if not line.strip() or line.startswith("#"):
            continue
        subject, _, rest = line.partition("\t")
        verdict = rest.split("\t")[0].strip()
        if verdict not in _MEANS:
            raise BadGold(f"{file} line {number}: expected `subject<TAB>yes` or `subject<TAB>no`, not {line!r}")
        found[subject] = _MEANS[verdict]
    return found


def of_text(key: str, text: str) -> str:
    return f"{key}#{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def of_pair(left: str, right: str) -> str:
    return "=".join(sorted((left, right)))


def sample(subjects: Iterable[str], size: int) -> list[str]:
    """A draw that stays the same while the subjects do: those with the smallest hashes."""
    return sorted(sorted(set(subjects)), key=lambda subject: hashlib.sha256(subject.encode()).hexdigest())[:size]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found with what a person said of it; `unread` has no verdict yet."""

    share: Estimate
    """Of yes among those with a verdict."""
    unread: tuple[str, ...]
    refused: tuple[str, ...]
    bounds: tuple[float, float]
    """The share if all that is unread were refused, and if all were accepted."""

    def note(self, what: str) -> str:
        if not self.unread:
            return ""
        low, high = self.bounds
        return f"{what}: {len(self.unread)} have no verdict yet; with them the share lies between {low:.3f} and {high:.3f}."


def judge(found: Sequence[str], verdicts: Verdicts) -> Judged:
    read = [verdicts[subject] for subject in found if subject in verdicts]
    unread = tuple(subject for subject in found if subject not in verdicts)
    refused = tuple(subject for subject in found if verdicts.get(subject) is False)
    total = max(1, len(found))
    return Judged(mean(map(float, read)), unread, refused, (sum(read) / total, (sum(read) + len(unread)) / total))


def cases(judged: Judged, texts: Mapping[str, str]) -> tuple[Case, ...]:
    """The refused as the worst cases, and the unread so that somebody can read them."""
    wrong = [Case(subject, 0.0, "", texts.get(subject, ""), "refused") for subject in judged.refused]
    return (*wrong, *(Case(subject, 0.0, "a verdict", texts.get(subject, ""), "unread") for subject in judged.unread))
