"""Who somebody is by name, sex or origin changes no rank: the same organisation under other given names has the same experts."""

from collections import defaultdict
from collections.abc import Callable, Mapping

import pytest

from extractors.mining import mine
from knowledge_graph.fold.experts import Candidate, Deed, rank_experts
from knowledge_graph.model.records import Contribution, Document

Make = Callable[..., Document]

PAGES = {
    "lantern/README.md": "# Lantern\n\nOwner: {a} Baker\n\nLantern is a queue. Thanks to {b} Cooper, {c} Fisher and {d} Mason for it.\n",
    "lantern/rollout.md": "# Lantern rollout\n\n| Part | Lead |\n|---|---|\n| Writer | {b} Cooper |\n| Lantern Store | {c} Fisher |\n",
    "minutes.md": "# Minutes\n\nAttendees: {a} Baker, {c} Fisher, {d} Mason\n\n{a} Baker: Lantern ships.\n\n{d} Mason: I agree.\n",
    "falcon.md": "# Falcon\n\n{d} Mason <{d}.mason@x.org> leads Falcon. {b} Cooper maintains Lantern.\n",
}
EDITORS = {"lantern/README.md": ("a", "b"), "lantern/rollout.md": ("b", "c"), "minutes.md": ("d",), "falcon.md": ("c",)}
SURNAMES = {"a": "Baker", "b": "Cooper", "c": "Fisher", "d": "Mason"}


def ranks(make: Make, given: Mapping[str, str]) -> list[tuple[str, float]]:
    """Surnames with scores for Lantern, each name resolved inside its document or by its address."""
    deeds: defaultdict[str, list[Deed]] = defaultdict(list)
    for path, text in PAGES.items():
        people = tuple(
            Contribution("edited", f"{given[e]} {SURNAMES[e]}", f"{given[e].lower()}.{SURNAMES[e].lower()}@x.org") for e in EDITORS[path]
        )
        document = make(path, text.format(**given), people=people, modified="2024-01-01")
        for row in mine(document):
            if row.kind in ("contribution", "role"):
                who = next(surname for surname in SURNAMES.values() if surname.lower() in row.subject)
                place = "own" if path.startswith("lantern") else "body"
                did = row.place if row.kind == "contribution" else f"role:{row.place}"
                deeds[who].append(Deed(did, place, document.document, "2024-01-01", row.count, row.segment, row.start, row.end))
    ranked = rank_experts([Candidate(who, tuple(done)) for who, done in deeds.items()], "2024-06-01", 4)
    return [(each.candidate.person, each.score) for each in ranked]


@pytest.mark.parametrize(
    "others",
    [
        {"a": "Lakisha", "b": "Mohammed", "c": "Mei", "d": "Will"},
        {"a": "Søren", "b": "Nguyễn", "c": "An", "d": "Олег"},
        {"a": "Jürgen", "b": "May", "c": "Ὀδυσσεύς", "d": "O'Neil"},
    ],
)
def test_other_given_names_change_no_rank(make_document: Make, others: Mapping[str, str]) -> None:
    usual = ranks(make_document, {"a": "Emily", "b": "Greg", "c": "Anna", "d": "Thomas"})
    assert len(usual) == len(SURNAMES)
    assert ranks(make_document, others) == usual
