"""The sessions of a school week, as an arrangement names those that a pupil attends: "MON AM"."""

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias, get_args

from pydantic import Field

WeekSession: TypeAlias = Literal[
    "MON AM", "MON PM", "TUE AM", "TUE PM", "WED AM", "WED PM", "THU AM", "THU PM", "FRI AM", "FRI PM"
]
WEEK: Final[tuple[str, ...]] = get_args(WeekSession)
"""Every session of a week, in order."""
WeekSessions: TypeAlias = Annotated[tuple[WeekSession, ...], Field(max_length=10)]
"""Sessions of a week, in its order and each once."""


def of_week(day: date, session: str) -> str | None:
    """Give which session of the week a day's is; None at the weekend, when no school meets."""
    place = day.weekday() * 2 + (session == "PM")
    return WEEK[place] if place < len(WEEK) else None


def in_order(sessions: tuple[WeekSession, ...]) -> tuple[WeekSession, ...]:
    """Give sessions in the order of the week and each once, however they were typed."""
    return tuple(sorted(set(sessions), key=WEEK.index))
