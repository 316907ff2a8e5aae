"""Which faults a run of the suite injects: a run of the pipeline each costs seconds, so a few at random, their seed printed."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

# The processes that share a run draw the same.
SEED = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID")).randrange(10_000)
ALL = os.environ.get("FAULTS") == "all"
Fault = TypeVar("Fault")


def drawn(faults: Sequence[Fault], few: int) -> list[Fault]:
    """Some of the faults, or with FAULTS=all every one."""
    return list(faults) if ALL else random.Random(SEED).sample(list(faults), few)
