"""Which faults a run of the suite injects: each costs seconds, so a few at random; FAULT_SEED repeats what a failure names."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

# The processes that share a run draw the same.
SEED = int(os.environ.get("FAULT_SEED") or random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID")).randrange(10_000))
ALL = os.environ.get("FAULTS") == "all"
Fault = TypeVar("Fault")


def drawn(faults: Sequence[Fault], few: int) -> list[Fault]:
    """Some of the faults, or with FAULTS=all every one."""
    return list(faults) if ALL else random.Random(SEED).sample(list(faults), few)
