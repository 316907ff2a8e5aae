"""What a stage did."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StageResult:
    """`counts` are items, documents or rows by what happened to them; `problems` name items and what to do about them."""

    stage: str
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
