"""Accounts that programs write with: nobody's colleague, whatever they edit or are asked to do."""

import re

from knowledge_graph.text.words import public_zipf

_PROGRAM = re.compile(r"\[bot\]$|(?:^|[-_])(?:bot|robot|ci)$|^(?:no-?reply|do-?not-?reply|dependabot|github-actions)", re.IGNORECASE)
_WORD_AND_BOT = re.compile(r"([a-z]{4,})bot", re.IGNORECASE)
_WORD_ZIPF = 2.5
"""What is usual enough is a word: `rustbot` and `triagebot` are programs, Talbot, Chabot and `jchabot` are people."""


def is_program(name: str) -> bool:
    """Whether an account, what stands before an address's @, or a name is a program's."""
    word = _WORD_AND_BOT.fullmatch(name)
    return bool(_PROGRAM.search(name)) or (word is not None and public_zipf(word[1].casefold()) >= _WORD_ZIPF)
