"""Accounts that programs write with: nobody's colleague, whatever they edit or are asked to do."""

import re

_PROGRAM = re.compile(
    r"\[bot\]$|(?:^|[-_])ci$|(?<!tal)(?<!ab)(?<!ca)bot$|^(?:no-?reply|do-?not-?reply|dependabot|github-actions)", re.IGNORECASE
)
"""`k8s-ci-robot` and `rustbot`, but not Talbot, Abbot and Cabot."""


def is_program(name: str) -> bool:
    """Whether an account, what stands before an address's @, or a name is a program's."""
    return bool(_PROGRAM.search(name))
