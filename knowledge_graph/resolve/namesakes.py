"""Whether two bearers of one name are one person, from the names as written, how rare they are, and how far apart their traces lie.

A name alone never decides it: the probability is for the review of a person, and for a join only beside other evidence.
"""

import math
from dataclasses import astuple, dataclass

from knowledge_graph.resolve.logistic import probability
from knowledge_graph.text.words import fold, public_zipf


@dataclass(frozen=True, slots=True)
class Bearer:
    """A name as a document writes it; `year` is when, 0 where unknown, and a share of a year counts."""

    given: str
    family: str
    initials: str = ""
    year: float = 0.0


@dataclass(frozen=True, slots=True)
class Sameness:
    """What speaks for one person."""

    same_given: float
    """1 where both given names are written out and the same."""
    other_given: float
    one_initial: float
    """1 where only one of them writes the given name out."""
    both_initials: float
    same_initials: float
    same_first: float
    two_initials: float
    """1 where two or more initials agree."""
    more_initials: float
    """How many initials one writes more than the other."""
    common: float
    """Frequency of the family name as a word of public use, by powers of ten."""
    common_shortened: float
    """The same where a given name is an initial."""
    years: float
    """Logarithm of the years between them."""
    years_shortened: float
    """Years between them where only one writes the given name out."""
    years_written: float
    """Years between them where both given names are the same."""
    common_given: float
    """Frequency of the given name where both write it."""
    family_letters: float
    same_family: float
    short_family: float


def same_bearer(left: Bearer, right: Bearer) -> float:
    """The calibrated probability that both are one person, where nothing else is known of them."""
    bias, *weights = WEIGHTS
    return probability(bias, weights, astuple(sameness(left, right)))


def sameness(left: Bearer, right: Bearer) -> Sameness:
    a, b = _parts(left.given), _parts(right.given)
    written = [any(len(part) > 1 for part in parts) for parts in (a, b)]
    same = all(written) and a == b
    first, second = fold(left.initials) or "".join(part[0] for part in a), fold(right.initials) or "".join(part[0] for part in b)
    common = max(min(map(public_zipf, _parts(name) or ["x"])) for name in (left.family, right.family))
    apart = abs(left.year - right.year) if left.year and right.year else 0.0
    given = [public_zipf(part) for part in a if len(part) > 1]
    fewer = min(len(first), len(second))
    return Sameness(
        same_given=float(same),
        other_given=float(all(written) and a != b),
        one_initial=float(sum(written) == 1),
        both_initials=float(not any(written)),
        same_initials=float(first == second),
        same_first=float(first[:1] == second[:1]),
        two_initials=float(fewer >= 2 and first == second),
        more_initials=float(abs(len(first) - len(second))),
        common=common,
        common_shortened=0.0 if all(written) else common,
        years=math.log1p(apart),
        years_shortened=apart if sum(written) == 1 else 0.0,
        years_written=apart if same else 0.0,
        common_given=sum(given) / len(given) if given and same else 0.0,
        family_letters=float(len(fold(left.family))),
        same_family=float(_parts(left.family) == _parts(right.family)),
        short_family=float(len("".join(_parts(left.family))) <= 5),
    )


def _parts(name: str) -> list[str]:
    return fold(name).replace("-", " ").replace(".", " ").split()


WEIGHTS = (
    -5.3788, 1.7258, -2.833, -1.2907, -0.0641, -2.5213, 9.1997, 1.5993, 0.878, -0.715, 0.06, -0.464, 0.0272, 0.1006, -0.2037, 0.1672,
    0.1064, -0.1926,
)  # fmt: skip
"""Bias, then a weight for each field of Sameness: fitted on pairs of authors with one family name."""
