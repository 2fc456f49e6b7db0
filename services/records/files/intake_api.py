"""Intake over HTTP: what connectors send, row by row, and what was set aside."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field, JsonValue
from starlette.responses import Response

from events.governance import Shown
from events.identifiers import BatchId
from events.model import Category, Strict, Text200
from events.records.intake import FileKind
from events.text import PlainText
from services.door import At, Door, Visit
from services.permission import compared as readable
from services.records.answers import Reads
from services.records.files.breaker import refuse_stopped
from services.records.files.intake import RowNumber
from services.records.files.intake_desk import IntakeDesk
from services.records.files.intake_registers import RegisterRows, Registers
from services.records.files.planners import PLANNERS
from services.records.files.quarantine import File, begin
from services.records.files.setting_aside import Bad, Load, RowAnswer
from services.routes import BY_INBOX, Answered, an_id, body, command_key, shallow, token

SCOPE = "intake:write"
SENT: Final = {"x-scope": SCOPE, BY_INBOX: True}
CATEGORIES: tuple[Category, ...] = ("identity", "contact", "enrolment", "attendance", "correspondence")
Connector = Annotated[PlainText, Field(min_length=1, max_length=60)]


class BatchBody(Strict):
    """A file that is about to be brought in; ``file_sha256`` is kept only as an HMAC."""

    connector: Connector
    kind: FileKind
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


class RegistersBody(Strict):
    """Registers of a file."""

    batch: BatchId
    connector: Connector
    dry_run: bool = False
    registers: Annotated[tuple[RegisterRows, ...], Field(min_length=1, max_length=200)]


_OF_EVERY_ROW: Final[tuple[Category, ...]] = ("attendance", "contact", "enrolment", "identity")
COMPARED: Final = tuple(sorted({*_OF_EVERY_ROW, *(planner.category for planner in PLANNERS)}))
"""What of somebody a row of a file may be shown beside."""


async def compared(door: Door, reads: Reads, visit: Visit, found: Sequence[RowAnswer]) -> None:
    """Write down whose recorded values a file's rows are about to be shown beside."""
    people = {who for one in found for who in one.shown}
    if people:
        said = Shown(
            categories=tuple(one for one in COMPARED if one in readable(visit.role)), what="compared with a file"
        )
        index = await door.log.size(visit.organisation)
        await reads.listed(visit, At(visit.today), index, "list", dict.fromkeys(sorted(people), said))


def router(door: Door, reads: Reads) -> APIRouter:
    """Give the intake's routes."""
    made, desk = APIRouter(tags=["intake"]), IntakeDesk(door)
    base = "/api/organisations/{organisation}/intake"

    async def enter(request: Request, organisation: str) -> Visit:
        return await door.enter(token(request), an_id(organisation), "intake", SCOPE, CATEGORIES)

    async def shown(visit: Visit, found: Sequence[RowAnswer]) -> Response:
        """Give what came of rows, once it is written down whose recorded values they are compared with."""
        await compared(door, reads, visit, found)
        rows = [{name: value for name, value in shallow(one).items() if name != "shown"} for one in found]
        return Answered({"index": max((one.index for one in found), default=0), "rows": rows})

    @made.post(f"{base}/batches", name="receive-batch", openapi_extra=SENT)
    async def receive(request: Request, organisation: str) -> Response:
        """Begin a batch and give its id; the same file again is the same batch, and changes nothing.

        The id is drawn from the file under the organisation's key: nobody can tell from it which file it was.
        """
        visit = await enter(request, organisation)
        given = await body(request, BatchBody)
        file = File(given.connector, given.kind, given.file_sha256, given.rows)
        batch, done = await begin(door, visit, file, command_key(request))
        return Answered({"batch": batch, "index": done.index, "changed": done.changed})

    @made.post(f"{base}/pupils", name="intake-pupils", openapi_extra=SENT)
    async def pupils(request: Request, organisation: str) -> Response:
        """Take rows of pupils, or say what they would change."""
        visit = await enter(request, organisation)
        given = await body(request, PupilsBody)
        if not given.dry_run:
            await refuse_stopped(door, visit.organisation, given.batch)
        load = Load(visit, given.batch, given.connector, command_key(request), given.dry_run, given.valid_on)
        return await shown(visit, await desk.pupils(load, given.rows))

    @made.post(f"{base}/quarantine", name="intake-quarantine", openapi_extra=SENT)
    async def quarantine(request: Request, organisation: str) -> Response:
        """Set rows aside that the connector could not read."""
        visit = await enter(request, organisation)
        given = await body(request, AsideBody)
        load = Load(visit, given.batch, given.connector, command_key(request), dry_run=False, valid_on=visit.today)
        return await shown(visit, await desk.aside(load, [Bad(row.row, row.fields, row.reasons) for row in given.rows]))

    @made.post(f"{base}/registers", name="intake-registers", openapi_extra=SENT)
    async def registers(request: Request, organisation: str) -> Response:
        """Take registers of a file, or say what would come of each mark."""
        visit = await enter(request, organisation)
        given = await body(request, RegistersBody)
        load = Load(visit, given.batch, given.connector, command_key(request), given.dry_run, visit.today)
        found = await Registers(door, desk, load).take(given.registers)
        return await shown(visit, sorted(found, key=lambda one: one.row))

    return made
