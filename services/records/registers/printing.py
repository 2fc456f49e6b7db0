"""The register as it is printed: both marks of every amendment, why, when, and by whom with the title held then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from events.model import Category
from ledger.decider import Refused
from ledger.view import Reader
from services.door import NotFound
from services.pins import Pins
from services.records import queries
from services.records.answers import RESTRICTED, Asked, Records
from services.records.pupils.identity_views import pupils
from services.records.registers import attendance_queries as days
from services.records.registers.attendance_queries import SessionMark
from services.records.views import members

PRINT_DAYS_MAX: Final = 366
"""Days of one print: a school year. Whoever needs more prints the years one by one."""
PUPILS_MAX: Final = 200
"""Pupils of one print: a large year group; a whole school is printed group by group."""

PRINTED: Final[tuple[Category, ...]] = ("attendance", "identity")
"""What of a pupil a printed register shows."""


@dataclass(frozen=True, slots=True)
class PrintedPupil:
    """One pupil's part of a printed register; ``kept`` counts the marks, also those that are not shown.

    What is ``restricted`` is kept and not shown: the register of regulation 7 holds each mark whatever is in dispute,
    as storage is what Article 18(2) of the UK GDPR leaves, and a print without the pupil would not be that register.
    """

    subject: bytes
    name: str
    date_of_birth: date | None
    marks: Sequence[SessionMark]
    kept: int = 0
    restricted: Sequence[Category] = ()

    @property
    def amended(self) -> list[SessionMark]:
        """The sessions whose mark was amended."""
        return [one for one in self.marks if one.amendments]


@dataclass(frozen=True, slots=True)
class RegisterPrint:
    """A printed register: whose, of which days, who made each amendment (by entry), and the log's pin at printing."""

    title: str
    first: date
    last: date
    pupils: Sequence[PrintedPupil]
    made_by: Mapping[int, str]
    index: int
    recorded_at: datetime | None
    pin: str


async def register_print(
    records: Records, pins: Pins, asked: Asked, group: bytes | None, pupil: bytes | None, span: tuple[date, date]
) -> RegisterPrint:
    """Give a group's or a pupil's register between two dates, once it is written down that it is shown.

    School Attendance (Pupil Registration) (England) Regulations 2024, regs 6 and 7.
    """
    first, last = span
    if (last - first).days > PRINT_DAYS_MAX:
        raise Refused("One print covers at most a school year. Print the years one by one.")
    async with await records.whole(asked) as reader:
        position = await reader.position()
        title, wanted = await _whose(reader, group, pupil, span)
        found = await _pupils(reader, wanted, span)
    shut, opened = await records.kept_shut(asked)
    found = [masked(one, shut.get(one.subject, frozenset())) for one in found]
    amendments = [change.at for one in found for mark in one.marks for change in mark.amendments]
    made_by = await records.reads.names(asked.visit.organisation, amendments)
    pin = await pins.pin(asked.visit.organisation, position.index)
    subjects = [one.subject for one in found]
    await records.list_of(asked, "register print", subjects, position.index, PRINTED, opened)
    return RegisterPrint(title, first, last, found, made_by, position.index, position.recorded_at, pin)


def masked(one: PrintedPupil, shut: frozenset[Category]) -> PrintedPupil:
    """Give a pupil's part without what may not be used today; that the register holds it stays in it."""
    closed = sorted(shut.intersection(PRINTED))
    if "identity" in closed:
        one = replace(one, name=RESTRICTED, date_of_birth=None)
    return replace(one, restricted=closed, marks=() if "attendance" in closed else one.marks)


async def _whose(
    reader: Reader, group: bytes | None, pupil: bytes | None, span: tuple[date, date]
) -> tuple[str, list[bytes]]:
    if pupil is not None:
        if not await queries.is_pupil(reader, pupil):
            raise NotFound("There is no such pupil here, or there was none at that moment.")
        return "one pupil", [pupil]
    about = await queries.group(reader, group) if group is not None else None
    if group is None or about is None:
        raise NotFound("There is no such group here. Choose one from the registers.")
    first, last = span
    rows = await reader.find(members, group=group)
    subjects = [
        row.subject
        for row in rows
        if any(one.since <= last and (one.until is None or first <= one.until) for one in row.spells)
    ]
    if len(subjects) > PUPILS_MAX:
        raise Refused("This group is too large for one print. Print it pupil by pupil.")
    return about.title, subjects


async def _pupils(reader: Reader, subjects: Sequence[bytes], span: tuple[date, date]) -> list[PrintedPupil]:
    rows = {row.subject: row for row in await reader.find(pupils, subject=list(subjects))}
    lines = await queries.with_year_groups(reader, list(rows.values()), span[1])
    known = {one.subject: one for one in lines}
    found = []
    for subject in subjects:
        line = known.get(subject)
        marks = await days.marks(reader, subject, *span)
        name, born = (line.name, line.date_of_birth) if line else ("", None)
        found.append(PrintedPupil(subject, name, born, marks, len(marks)))
    return sorted(found, key=lambda one: (one.name.casefold(), one.subject))
