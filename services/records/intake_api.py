"""Intake over HTTP: what connectors send, row by row, and what was set aside."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field, JsonValue, ValidationError
from starlette.responses import Response

from events.codes.attendance import Session
from events.codes.calendar import school_year
from events.governance import Shown
from events.identifiers import BatchId, parse_id
from events.model import PARTS_MAX, Category, Strict, Text200
from events.records.attendance import Mark
from events.text import PlainText
from ledger.alias import held
from ledger.decider import Step, Stream
from services.door import At, Door, Visit
from services.problems import Invalid
from services.records import attendance, queries
from services.records.answers import Reads
from services.records.batches import ReceiveBatch, batches, evolve
from services.records.identity_views import aliases
from services.records.intake import RowNumber
from services.records.intake_desk import IntakeDesk, Load, RowAnswer
from services.records.numbers import UPN
from services.routes import Answered, an_id, body, command_key, shallow, token

SCOPE = "intake:write"
CATEGORIES: tuple[Category, ...] = (
    "identity", "contact", "enrolment", "attendance", "characteristics", "correspondence",
)  # fmt: skip
Connector = Annotated[PlainText, Field(min_length=1, max_length=60)]


class BatchBody(Strict):
    """A file that is about to be brought in; ``file_sha256`` is kept only as an HMAC."""

    connector: Connector
    kind: Literal["ctf", "registers"]
    file_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: RowNumber


class PupilsBody(Strict):
    """Rows of pupils, each as PupilFacts has it; they are read one by one, so that a bad one stops no other."""

    batch: BatchId
    connector: Connector
    dry_run: bool = False
    valid_on: date
    rows: Annotated[tuple[dict[str, JsonValue], ...], Field(min_length=1, max_length=100)]


class AsideRow(Strict):
    """A row that the connector itself could not read."""

    row: RowNumber
    fields: dict[str, JsonValue]
    reasons: Annotated[tuple[Text200, ...], Field(min_length=1, max_length=50)]


class AsideBody(Strict):
    """Rows to set aside."""

    batch: BatchId
    connector: Connector
    rows: Annotated[tuple[AsideRow, ...], Field(min_length=1, max_length=100)]


class MarkRow(Strict):
    """One mark of a file, of a pupil by UPN or by id here; read one by one, so that a bad row stops no other."""

    row: RowNumber
    upn: Annotated[str, Field(max_length=40)] | None = None
    pupil: Annotated[str, Field(max_length=40)] | None = None
    code: Annotated[str, Field(max_length=10)]
    minutes_late: int | None = None


class RegisterRows(Strict):
    """One register of a file; the group goes by its title."""

    date: date
    session: Session
    group: Annotated[PlainText, Field(min_length=1, max_length=60)]
    marks: Annotated[tuple[MarkRow, ...], Field(min_length=1, max_length=PARTS_MAX)]


class RegistersBody(Strict):
    """Registers of a file."""

    batch: BatchId
    connector: Connector
    dry_run: bool = False
    registers: Annotated[tuple[RegisterRows, ...], Field(min_length=1, max_length=200)]


def router(door: Door, reads: Reads) -> APIRouter:
    """Give the intake's routes."""
    made, desk = APIRouter(tags=["intake"]), IntakeDesk(door)
    base = "/api/organisations/{organisation}/intake"

    async def enter(request: Request, organisation: str) -> Visit:
        return await door.enter(token(request), an_id(organisation), "intake", SCOPE, CATEGORIES)

    async def shown(visit: Visit, found: Sequence[RowAnswer]) -> Response:
        """Give what came of rows, once it is written down whose recorded values they are compared with."""
        people = {who for one in found for who in one.shown}
        if people:
            compared = Shown(
                categories=("attendance", "characteristics", "contact", "enrolment", "identity"),
                what="compared with a file",
            )
            index = await door.log.size(visit.organisation)
            await reads.listed(visit, At(visit.today), index, "list", dict.fromkeys(sorted(people), compared))
        rows = [{name: value for name, value in shallow(one).items() if name != "shown"} for one in found]
        return Answered({"index": max((one.index for one in found), default=0), "rows": rows})

    @made.post(f"{base}/batches", name="receive-batch", openapi_extra={"x-scope": SCOPE})
    async def receive(request: Request, organisation: str) -> Response:
        """Begin a batch and give its id; the same file again is the same batch, and changes nothing.

        The id is drawn from the file under the organisation's key: nobody can tell from it which file it was.
        """
        visit = await enter(request, organisation)
        given = await body(request, BatchBody)
        vault = door.codec.vault
        digest = vault.index_digest(visit.organisation, "file", given.file_sha256).hex()
        batch = vault.index_digest(visit.organisation, "batch", f"{given.connector} {given.file_sha256}")[:16]
        command = ReceiveBatch(
            batch=batch, connector=given.connector, kind=given.kind, file_digest=digest, rows=given.rows
        )
        done = await door.carry_out(visit, "records", [Step(batches, command)], command_key(request))
        return Answered({"batch": batch, "index": done.index, "changed": done.changed})

    @made.post(f"{base}/pupils", name="intake-pupils", openapi_extra={"x-scope": SCOPE})
    async def pupils(request: Request, organisation: str) -> Response:
        """Take rows of pupils, or say what they would change."""
        visit = await enter(request, organisation)
        given = await body(request, PupilsBody)
        load = Load(visit, given.batch, given.connector, command_key(request), given.dry_run, given.valid_on)
        return await shown(visit, await desk.pupils(load, given.rows))

    @made.post(f"{base}/quarantine", name="intake-quarantine", openapi_extra={"x-scope": SCOPE})
    async def quarantine(request: Request, organisation: str) -> Response:
        """Set rows aside that the connector could not read."""
        visit = await enter(request, organisation)
        given = await body(request, AsideBody)
        load = Load(visit, given.batch, given.connector, command_key(request), dry_run=False, valid_on=visit.today)
        return await shown(visit, [await desk.aside(load, row.row, row.fields, row.reasons) for row in given.rows])

    @made.post(f"{base}/registers", name="intake-registers", openapi_extra={"x-scope": SCOPE})
    async def registers(request: Request, organisation: str) -> Response:
        """Take registers of a file, or say what would come of each mark."""
        visit = await enter(request, organisation)
        given = await body(request, RegistersBody)
        load = Load(visit, given.batch, given.connector, command_key(request), given.dry_run, visit.today)
        found = await _Registers(door, desk, load).take(given)
        return await shown(visit, sorted(found, key=lambda one: one.row))

    @made.get(f"{base}/batches/{{batch}}/quarantine", name="quarantined", openapi_extra={"x-scope": SCOPE})
    async def quarantined(request: Request, organisation: str, batch: str) -> Response:
        """Give the rows of a batch that were set aside, with their reasons."""
        visit = await enter(request, organisation)
        stream = Stream("batch", an_id(batch)).id(visit.organisation)
        loaded = await door.log.stream(visit.organisation, stream)
        state = batches.initial
        for stored in loaded.entries:
            entry = door.codec.open(stored)
            if hasattr(entry.event, "definition"):
                state = evolve(state, entry.event, stored.index)  # type: ignore[arg-type]  # an event that opened
        rows = [
            {"row": row, "fields": json.loads(fields), "reasons": reasons}
            for row, (fields, reasons) in sorted(state.rows.items())
        ]
        seen = {an_id(batch): Shown(categories=("correspondence",), what="rows set aside")}
        await reads.viewed(visit, At(visit.today), loaded.size, seen)
        return Answered({"rows": rows, "at": {"index": loaded.size}})

    return made


class _Registers:
    """Turns a file's registers into commands: titles into groups, UPNs into pupils."""

    def __init__(self, door: Door, desk: IntakeDesk, load: Load) -> None:
        self._door, self._desk, self._load = door, desk, load

    async def take(self, given: RegistersBody) -> list[RowAnswer]:
        """Take them all; each bad row is set aside by itself."""
        organisation, vault = self._load.visit.organisation, self._door.codec.vault
        upns = {mark.upn.strip().upper() for register in given.registers for mark in register.marks if mark.upn}
        digests = {vault.index_digest(organisation, UPN, upn): upn for upn in upns}
        owners = await self._door.log.owners(organisation, UPN, list(digests))
        found: list[RowAnswer] = []
        commands = []
        async with self._door.read(organisation) as reader:
            of = await held(reader, aliases)
            titles = {
                (year, row.title): row.group
                for year in {school_year(register.date) for register in given.registers}
                for row in await queries.all_groups(reader, year)
            }
        subjects = {digests[digest]: of.get(subject, subject) for digest, subject in owners.items()}
        for register in given.registers:
            raw = {
                mark.row: {**mark.model_dump(), "date": register.date.isoformat(), "session": register.session,
                           "group": register.group}
                for mark in register.marks
            }  # fmt: skip
            group = titles.get((school_year(register.date), register.group))
            marks, rows, bad = _marks(register, subjects, group, self._load.visit.today)
            found += [await self._desk.aside(self._load, row, raw[row], [reason]) for row, reason in bad.items()]
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
