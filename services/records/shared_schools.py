"""A pupil's schools as data, for a transfer file to take apart: here since when, and each earlier one by its number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from ledger.view import Reader
from services.records.roll.earlier_views import earlier_attendance, earlier_schools
from services.records.roll.roll_views import RollRow, roll
from services.routes import plain
from services.shared_facts import SharedFact

TAKEN_APART: Final = frozenset({"enrolment", "leaving", "previous_schools", "earlier_attendance"})
"""Fields whose facts in words do not say all that a file has an element for."""


async def taken_apart(
    reader: Reader, subject: bytes, facts: Sequence[SharedFact], valid_on: date
) -> list[SharedFact]:  # fmt: skip
    """Give facts with what a file needs besides; their words stay as they are, for files that are of words."""
    wanted = {one.field for one in facts}
    on_roll = await reader.get(roll, subject) if wanted & {"enrolment", "leaving"} else None
    which = await _which(reader, subject) if wanted & {"previous_schools", "earlier_attendance"} else {}
    return [_more(one, on_roll, which, valid_on) for one in facts]


async def _which(reader: Reader, subject: bytes) -> Mapping[tuple[str, int], Any]:
    """Give which school and time, or year, an entry is about."""
    schools, years = await reader.get(earlier_schools, subject), await reader.get(earlier_attendance, subject)
    stays = (
        {("previous_schools", it.at.index): one.which for one in schools.schools for it in one.series}
        if schools
        else {}
    )
    return {
        **{key: plain(one) for key, one in stays.items()},
        **{
            ("earlier_attendance", it.at.index): plain(one.which)
            for one in (years.years if years else ())
            for it in one.series
        },
    }


def _more(
    one: SharedFact, on_roll: RollRow | None, which: Mapping[tuple[str, int], Any], valid_on: date
) -> SharedFact:  # fmt: skip
    entry = one.entries[0] if one.entries else 0
    match one.field:
        case "previous_schools" | "earlier_attendance":
            return replace(one, value={**one.value, "which": which[one.field, entry]})
        case "enrolment" if on_roll is not None:
            return replace(one, value={**one.value, "entered": plain(entered(on_roll, valid_on))})
        case "leaving" if on_roll is not None:
            ground = next((it.ground for it in on_roll.leavings if it.at.index == entry), None)
            return replace(one, value={**one.value, "ground": ground})
        case _:
            return one


def entered(row: RollRow, day: date) -> date | None:
    """Give the first day of the time on the roll that a day falls into, however often the year group changed in it."""
    before = max((one.day for one in row.leavings if one.day < day), default=date.min)
    return min((one.since for one in row.spells if before < one.since <= day), default=None)
