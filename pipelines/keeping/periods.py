"""How long something is kept, as people write it."""

import re

_PERIOD = re.compile(r"(\d{1,4})\s*([dwmy])", re.IGNORECASE)
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.25}


def days_of(period: str) -> int:
    """Days of `90d`, `12w`, `18m` or `3y`; 0 for `""`, which keeps everything. Raises ValueError."""
    if not period:
        return 0
    found = _PERIOD.fullmatch(period.strip())
    if not found or int(found[1]) == 0:
        raise ValueError(f"'{period}' is no retention; write a number and d, w, m or y, such as 90d or 3y")
    return round(int(found[1]) * _DAYS[found[2].lower()])
