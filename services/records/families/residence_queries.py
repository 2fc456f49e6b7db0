"""The section of a pupil's record on where they live: with whom, and at which address from a later day."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from events.records.common import PostalAddress
from events.records.residence import FutureAddress
from ledger.view import Reader
from services.facts import Dated, on
from services.records.families.contact_views import ReachRow
from services.records.families.family_queries import Family, family
from services.records.families.residence_views import ResidenceRow, residences
from services.records.section import Fact, Section, fact

LIVES_WITH: Final = "Normally lives with"
"""What it is called in a record and in the admission register."""
FUTURE: Final = "Future address"
_COME: Final = " That day has come: record the change of address, or that the pupil is not to move after all."


def open_futures(row: ResidenceRow, reach: ReachRow, day: date) -> list[Dated[FutureAddress | None]]:
    """Give what was said of future addresses by a day; nothing once the pupil lives at the one told of last."""
    said = [one for one in row.futures if one.since <= day]
    last, lives = on(said, day), on(reach.addresses, day)
    is_there = last is not None and last.value is not None and lives is not None and lives.value == last.value.address
    return [] if last is None or is_there else said


def with_whom(known: Family, people: Sequence[bytes], day: date) -> str:
    """Write with whom a pupil lives."""
    return ", ".join(known.name(one, day) for one in people) or "none of the contacts"


def future_in_words(known: Family, future: FutureAddress | None, day: date) -> str:
    """Write a future address, with whom, and from when."""
    if future is None:
        return "none any more"
    place = _address(future.address)
    whom = f", with {with_whom(known, future.lives_with, day)}" if future.lives_with else ""
    beside = " In addition to the present address." if future.in_addition else ""
    return f"{place}. Expected from {future.expected_on.day} {future.expected_on:%B %Y}{whom}.{beside}"


async def _read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    row = await reader.get(residences, subject)
    if row is None:
        return []
    known = await family(reader, subject)
    lives = fact(LIVES_WITH, row.lives_with, valid_on, lambda people: with_whom(known, people, valid_on))
    futures = open_futures(row, known.reach, valid_on)
    future = fact(FUTURE, futures, valid_on, lambda one: _due(future_in_words(known, one, valid_on), one, valid_on))
    return [one for one in (lives, future) if one is not None]


def _due(text: str, future: FutureAddress | None, day: date) -> str:
    return f"{text}{_COME}" if future is not None and future.expected_on <= day else text


def _address(value: PostalAddress) -> str:
    return ", ".join((*value.lines, *([value.postcode] if value.postcode else [])))


RESIDENCE: Final = Section("residence", "Where the pupil lives", "contact", _read)
"""School Attendance (Pupil Registration) (England) Regulations 2024, reg 8."""
