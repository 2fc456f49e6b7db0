"""Registers of a file: titles become groups, UPNs become pupils, and each row that cannot be used is set aside."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field, ValidationError

from events.codes.attendance import Session
from events.codes.calendar import school_year
from events.identifiers import parse_id
from events.model import PARTS_MAX, Strict
from events.records.attendance import Mark
from events.text import PlainText
from ledger.alias import held
from services.dates import Day
from services.door import Door
from services.problems import Invalid
from services.records import queries
from services.records.files.intake import RowNumber
from services.records.files.intake_desk import IntakeDesk
from services.records.files.setting_aside import Bad, Load, RowAnswer
from services.records.pupils.identity_views import aliases
from services.records.pupils.numbers import UPN
from services.records.registers import attendance


class MarkRow(Strict):
    """One mark of a file, of a pupil by UPN or by id here; read one by one, so that a bad row stops no other."""

    row: RowNumber
    upn: Annotated[str, Field(max_length=40)] | None = None
    pupil: Annotated[str, Field(max_length=40)] | None = None
    code: Annotated[str, Field(max_length=10)]
    minutes_late: int | None = None


class RegisterRows(Strict):
    """One register of a file; the group goes by its title."""

    date: Day
    session: Session
    group: Annotated[PlainText, Field(min_length=1, max_length=60)]
    marks: Annotated[tuple[MarkRow, ...], Field(min_length=1, max_length=PARTS_MAX)]


class Registers:
    """Turns a file's registers into commands: titles into groups, UPNs into pupils."""

    def __init__(self, door: Door, desk: IntakeDesk, load: Load) -> None:
        self._door, self._desk, self._load = door, desk, load

    async def take(self, given: Sequence[RegisterRows]) -> list[RowAnswer]:
        """Take them all; the bad rows are set aside."""
        return await self._desk.aside(self._load, await self.tried(given))

    async def tried(self, given: Sequence[RegisterRows]) -> list[RowAnswer | Bad]:
        """Take them all, and give back the bad rows: they are still to be set aside."""
        organisation, vault = self._load.visit.organisation, self._door.codec.vault
        upns = {mark.upn.strip().upper() for register in given for mark in register.marks if mark.upn}
        digests = {vault.index_digest(organisation, UPN, upn): upn for upn in upns}
        owners = await self._door.log.owners(organisation, UPN, list(digests))
        found: list[RowAnswer | Bad] = []
        commands = []
        async with self._door.read(organisation) as reader:
            of = await held(reader, aliases)
            titles = {
                (year, row.title): row.group
                for year in {school_year(register.date) for register in given}
                for row in await queries.all_groups(reader, year)
            }
        subjects = {digests[digest]: of.get(subject, subject) for digest, subject in owners.items()}
        for register in given:
            raw = {
                mark.row: {**mark.model_dump(), "date": register.date.isoformat(), "session": register.session,
                           "group": register.group}
                for mark in register.marks
            }  # fmt: skip
            group = titles.get((school_year(register.date), register.group))
            marks, rows, bad = _marks(register, subjects, group, self._load.visit.today)
            found += [Bad(row, raw[row], [reason]) for row, reason in bad.items()]
            if marks and group is not None:
                command = attendance.TakeRegister(
                    date=register.date, session=register.session, group=group, marks=marks
                )
                commands.append(self._desk.register(self._load, command, rows, raw))
        for answers in await asyncio.gather(*commands):
            found += answers
        return found


def _marks(
    register: RegisterRows, subjects: Mapping[str, bytes], group: bytes | None, today: date
) -> tuple[dict[bytes, Mark], dict[bytes, int], dict[int, str]]:
    """Give the marks by pupil, their rows, and the rows that cannot be used with the reason."""
    marks: dict[bytes, Mark] = {}
    rows: dict[bytes, int] = {}
    bad: dict[int, str] = {}
    for mark in register.marks:
        pupil = subjects.get(mark.upn.strip().upper()) if mark.upn else _by_id(mark.pupil)
        if group is None:
            bad[mark.row] = "There is no group of this name in that school year. Check its spelling, or form the group."
        elif register.date > today:
            bad[mark.row] = "That day has not come yet. Check the date."
        elif pupil is None:
            bad[mark.row] = "No pupil of this school has this UPN or id. Check it, or import the pupil first."
        elif pupil in marks:
            bad[mark.row] = "This pupil is marked twice in this session. Keep the mark that is right."
        else:
            try:
                marks[pupil] = Mark(code=mark.code, minutes_late=mark.minutes_late)
            except ValidationError as error:
                bad[mark.row] = Invalid.of(error, Mark).errors[0]["detail"]
            else:
                rows[pupil] = mark.row
    return marks, rows, bad


def _by_id(text: str | None) -> bytes | None:
    """Read a pupil's id of a file; whether there is such a pupil shows when the roll is asked."""
    try:
        return parse_id(text)
    except ValueError:
        return None
