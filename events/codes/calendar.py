"""The school year: from 1 September to 31 August, named by the year it begins in."""

from datetime import date
from typing import Final

FIRST_MONTH: Final = 9


def school_year(on: date) -> int:
    """Give the school year a date falls into: 2026 for 1 September 2026 to 31 August 2027."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1
