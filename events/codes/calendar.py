"""The school year: from 1 September to 31 August, named by the year it begins in."""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

FIRST_MONTH: Final = 9
EARLIEST: Final = 2000
"""The first school year accepted: no pupil of today was at school before it, so an earlier one is a slip."""
LATEST: Final = 2100
"""The last school year accepted: a later one is a slip."""

SchoolYear: TypeAlias = Annotated[int, Field(ge=EARLIEST, le=LATEST)]
"""A school year by the year in which it begins: 2026 is 2026/27."""


def school_year(on: date) -> int:
    """Give the school year a date falls into: 2026 for 1 September 2026 to 31 August 2027."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1
