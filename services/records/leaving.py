"""Who left the roll, and which school days follow: what the clocks of a transfer rest on."""

from datetime import date, timedelta
from typing import Final

from ledger.view import Reader
from services.records import queries
from services.records.registers import attendance_queries as days
from services.records.roll.roll_views import RollRow, roll
from services.records.safeguarding.concerns_views import concerns
from services.shared_facts import Leaver, SchoolDay

AHEAD_DAYS_MAX: Final = 200
"""How far ahead a clock's last day is looked for: fifteen school days over the longest holidays, several times."""

NOBODY_TO_FOLLOW: Final = frozenset({"died"})
"""Grounds of regulation 9 after which no file follows a child anywhere."""


class Leavers:
    """The roll and the calendar as a source of clocks (see services.shared_facts.LeaverSource)."""

    async def left(self, reader: Reader, first: date, last: date) -> list[Leaver]:
        """Give whoever left between two days, both inclusive, the earliest first."""
        left = [(row, one) for row in await reader.find(roll) for one in row.leavings if first <= one.day <= last]
        rows = [(row, one) for row, one in left if one.ground not in NOBODY_TO_FOLLOW]
        names = await queries.names(reader, [row.subject for row, _ in rows], last)
        known = {row.subject for row in await reader.find(concerns, subject=[row.subject for row, _ in rows])}
        found = [
            Leaver(
                row.subject, names.get(row.subject, ""), _since(row, one.day), one.day, one.destination, one.ground,
                has_concerns=row.subject in known,
            )
            for row, one in rows
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.day, one.name, one.subject))

    async def school_day_after(self, reader: Reader, day: date, count: int) -> SchoolDay:
        """Give the school day that is so many after a day, by the school's own calendar as the reader knows it."""
        following = await days.open_days(reader, day + timedelta(1), day + timedelta(AHEAD_DAYS_MAX))
        end = following[count - 1] if len(following) >= count else None
        until = end or day + timedelta(AHEAD_DAYS_MAX)
        published = [await days.calendar_of(reader, one) for one in (day, until)]
        return SchoolDay(end, by_calendar=all(one is not None and bool(one.terms) for one in published))


def _since(row: RollRow, last: date) -> date:
    """Give the day on which the time that ended had begun."""
    return max((one.since for one in row.spells if one.until == last), default=last)
