"""Percentile bootstrap (Efron 1979) over cases, for every statistic that is a function of sums over cases.

A case is a row of numbers: (value, 1) for a mean, (hits, found, wanted) for a pooled F1. The seed is fixed: the same cases give the
same interval.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from pipelines.evaluation.results import Estimate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sums = NDArray[np.float64]
    """Sums over cases, one column a number of the rows."""

RESAMPLES = 2000
LEVEL = 0.95
_SEED = 20240229


def estimate(rows: Iterable[Sequence[float]], statistic: "Callable[[Sums], Sums]") -> Estimate:
    """The statistic of all rows, and between what it falls when the cases are drawn again with replacement."""
    import numpy as np

    table = np.array([tuple(row) for row in rows], dtype=np.float64)
    if not len(table):
        return Estimate(0.0, 0.0, 0.0, 0)
    value = float(statistic(table.sum(axis=0)))
    draws = np.random.default_rng(_SEED)
    # In parts, so that thousands of cases need no gigabyte.
    part = max(1, min(RESAMPLES, 4_000_000 // len(table)))
    shares = np.full(len(table), 1 / len(table))
    drawn = [draws.multinomial(len(table), shares, size=min(part, RESAMPLES - start)) @ table for start in range(0, RESAMPLES, part)]
    low, high = np.quantile(statistic(np.concatenate(drawn)), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(round(value, 4), round(float(low), 4), round(float(high), 4), len(table))


def ratio(sums: "Sums") -> "Sums":
    """First column over second: a mean of (value, 1), a precision of (right, found), a recall of (found, wanted)."""
    return _divided(sums[..., 0], sums[..., 1])


def f1(sums: "Sums") -> "Sums":
    """Of (hits, found, wanted)."""
    return _divided(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def _divided(above: "Sums", below: "Sums") -> "Sums":
    import numpy as np

    return np.divide(above, below, out=np.zeros_like(np.asarray(above, dtype=np.float64)), where=np.asarray(below) > 0)


def mean(values: Iterable[float]) -> Estimate:
    return estimate(((value, 1.0) for value in values), ratio)
