"""What can go wrong while the sample organisation is written.

SampleError
└── TargetNotOurs   choose another folder; nothing was touched
"""

from pathlib import Path


class SampleError(Exception):
    """The sample organisation could not be written."""


class TargetNotOurs(SampleError):
    """The target holds something that is not an earlier sample."""

    def __init__(self, target: Path, why: str) -> None:
        super().__init__(f"{target} {why}; choose an empty or a new folder for the sample organisation")
        self.target = target
