"""Logistic regression small enough to read: Newton's method with a ridge, on features scaled to unit spread.

Its weights are written for features as they are, so that a probability is a sum that a person can check.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RIDGE = 1.0
STEPS = 50


def probability(bias: float, weights: Sequence[float], values: Sequence[float]) -> float:
    total = bias + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def fit(rows: Sequence[Sequence[float]], labels: Sequence[bool], ridge: float = RIDGE) -> tuple[float, tuple[float, ...]]:
    """(bias, weights) that make the labels likeliest; the ridge holds every weight but the bias near 0."""
    import numpy as np

    table, wanted = np.array(rows, dtype=np.float64), np.array(labels, dtype=np.float64)
    centre, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = np.column_stack([np.ones(len(table)), (table - centre) / spread])
    found = _newton(scaled, wanted, np.ones(len(table)), ridge)
    weights = found[1:] / spread
    return float(found[0] - weights @ centre), tuple(float(round(weight, 4)) for weight in weights)


def fit_within(groups: Sequence[tuple[Sequence[Sequence[float]], Sequence[bool]]], ridge: float = RIDGE) -> tuple[float, ...]:
    """Weights that rank the right rows of each group first, whatever the groups' own levels; a large group counts little more."""
    import numpy as np

    tables = [np.array(rows, dtype=np.float64) for rows, _ in groups if rows]
    wanted = np.concatenate([np.array(labels, dtype=np.float64) for rows, labels in groups if rows])
    centred = np.concatenate([table - table.mean(axis=0) for table in tables])
    counts = np.concatenate([np.full(len(table), 60 / len(table) ** 0.8) for table in tables])
    spread = centred.std(axis=0)
    spread[spread == 0] = 1.0
    found = _newton(np.column_stack([np.ones(len(centred)), centred / spread]), wanted, counts, ridge)
    return tuple(float(round(weight, 3)) for weight in found[1:] / spread)


def _newton(
    table: "NDArray[np.float64]", wanted: "NDArray[np.float64]", counts: "NDArray[np.float64]", ridge: float
) -> "NDArray[np.float64]":
    import numpy as np

    penalty = np.full(table.shape[1], ridge)
    penalty[0] = 0.0
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(table @ weights, -60, 60)))
        slope = table.T @ (counts * (wanted - chance)) - penalty * weights
        curve = (table * (counts * chance * (1 - chance))[:, None]).T @ table + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-7:
            break
    return weights


def left_out(rows: Sequence[Sequence[float]], labels: Sequence[bool], folds: int = 5, ridge: float = RIDGE) -> list[float]:
    """The probability of each row by weights that were fitted without its fold; every `folds`-th row is one fold."""
    found = [0.0] * len(rows)
    for fold in range(folds):
        kept = [at for at in range(len(rows)) if at % folds != fold]
        bias, weights = fit([rows[at] for at in kept], [labels[at] for at in kept], ridge)
        for at in range(fold, len(rows), folds):
            found[at] = probability(bias, weights, rows[at])
    return found
