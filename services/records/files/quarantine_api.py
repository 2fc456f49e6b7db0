"""The quarantine over HTTP: the files that came in, their rows to be fixed, and which families a file touched."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, Final, TypeAlias

from fastapi import APIRouter, Request
from pydantic import Field, JsonValue
from starlette.responses import Response

from events.governance import Shown
from events.model import CATEGORIES as ALL_CATEGORIES
from events.model import Strict, Text200
from services.door import At, Door, Visit
from services.records.answers import Reads
from services.records.files import breaker, families, undo
from services.records.files.intake import RowNumber
from services.records.files.intake_api import CATEGORIES, SCOPE, compared
from services.records.files.intake_desk import IntakeDesk
from services.records.files.intake_views import BatchRow, batches, set_aside
from services.records.files.quarantine import Opened, Quarantine, opened
from services.records.files.setting_aside import RowAnswer
from services.routes import Answered, a_number, an_id, body, command_key, shallow, token

BASE: Final = "/api/organisations/{organisation}/intake/batches"
Enter: TypeAlias = Callable[[Request, str], Awaitable[Visit]]
PUPILS_MAX: Final = 10_000
"""Pupils of one roll: the largest school has a third of them."""
BATCHES_SHOWN_MAX: Final = 50
"""Files in a list: what an office brings in during a term; the newest first."""


class FixBody(Strict):
    """A row as it should have been: the whole of it, as PupilFacts has it, or a mark with its register's place."""

    fields: dict[str, JsonValue]
    dry_run: bool = False


class RetryBody(Strict):
    """Which rows to try again as they are; without ``rows`` all that wait."""

    rows: tuple[RowNumber, ...] | None = Field(default=None, max_length=1_000)


class RollBody(Strict):
    """The UPNs of a file that says it is the whole roll."""

    upns: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=PUPILS_MAX)]
    dry_run: bool = False


class UndoBody(Strict):
    """Why a file is undone; a dry run lists what would go and what would stay."""

    reason: Text200
    dry_run: bool = False


async def listed(door: Door, organisation: bytes) -> list[dict[str, Any]]:
    """Give the newest batches, each with how many rows wait and were fixed."""
    async with door.read(organisation) as reader:
        known = {row.batch: row for row in await reader.find(batches)}
        for aside in await reader.find(set_aside):
            known.setdefault(aside.subject, BatchRow(batch=aside.subject, received_at=aside.first.recorded_at))
    newest = sorted(known.values(), key=lambda row: (row.received_at is not None, row.received_at), reverse=True)
    found = []
    for row in newest[:BATCHES_SHOWN_MAX]:
        state = (await opened(door, organisation, row.batch)).state
        found.append({
            **{name: getattr(row, name) for name in ("batch", "connector", "kind", "rows", "received_at")},
            "stopped": row.is_stopped, "expired": row.is_expired, "waiting": len(state.waiting),
            "fixed": len(state.fixed - state.taken_back),
        })  # fmt: skip
    return found


def waiting(found: Opened) -> list[dict[str, Any]]:
    """Give the rows of a batch that wait, with their reasons."""
    return [
        {"row": row, "fields": json.loads(one.fields), "reasons": one.reasons, "attempts": one.attempts,
         "valid_on": one.valid_on}
        for row, one in found.state.waiting.items()
    ]  # fmt: skip


async def seen(reads: Reads, visit: Visit, found: Opened) -> None:
    """Write down that a batch's rows are about to be shown."""
    shown = {found.batch: Shown(categories=("correspondence",), what="rows set aside")}
    await reads.viewed(visit, At(visit.today), found.index, shown)


async def undo_seen(reads: Reads, visit: Visit, entries: Iterable[undo.Entry], index: int) -> None:
    """Write down that it is about to be shown of whom a file said what, and what undoing it does."""
    of: dict[bytes, set[str | None]] = {}
    for one in entries:
        of.setdefault(one.subject, set()).add(one.stored.category)
    shown = {
        who: Shown(categories=tuple(one for one in ALL_CATEGORIES if one in of[who]), what="what undoing a file does")
        for who in sorted(of)
    }
    if shown:
        await reads.listed(visit, At(visit.today), index, "list", shown)


def router(door: Door, reads: Reads) -> APIRouter:
    """Give the quarantine's routes."""
    made, desk = APIRouter(tags=["intake"]), Quarantine(door, IntakeDesk(door))
    base = BASE

    async def enter(request: Request, organisation: str) -> Visit:
        visit = await door.enter(token(request), an_id(organisation), "intake", SCOPE, CATEGORIES)
        await door.await_views(visit.organisation, a_number(request.query_params.get("wait_for"), "wait_for"))
        return visit

    async def told(visit: Visit, answers: list[RowAnswer]) -> Response:
        await compared(door, reads, visit, answers)
        rows = [{name: value for name, value in shallow(one).items() if name != "shown"} for one in answers]
        return Answered({"index": max((one.index for one in answers), default=0), "rows": rows})

    @made.get(base, name="batches", openapi_extra={"x-scope": SCOPE})
    async def all_batches(request: Request, organisation: str) -> Response:
        """Give the files that came in, the newest first, and how many of their rows wait to be fixed."""
        visit = await enter(request, organisation)
        return Answered({"batches": await listed(door, visit.organisation)})

    @made.get(f"{base}/{{batch}}/quarantine", name="quarantined", openapi_extra={"x-scope": SCOPE})
    async def quarantined(request: Request, organisation: str, batch: str) -> Response:
        """Give the rows of a batch that wait to be fixed, with their reasons."""
        visit = await enter(request, organisation)
        found = await opened(door, visit.organisation, an_id(batch))
        await seen(reads, visit, found)
        return Answered({"rows": waiting(found), "at": {"index": found.index}})

    @made.post(f"{base}/{{batch}}/rows/{{row}}", name="fix-row", openapi_extra={"x-scope": SCOPE})
    async def fix(request: Request, organisation: str, batch: str, row: str) -> Response:
        """Take a row that was set aside with other fields, or say what it would change."""
        visit = await enter(request, organisation)
        given = await body(request, FixBody)
        found = await opened(door, visit.organisation, an_id(batch))
        number = a_number(row, "The row") or 0
        answer = await desk.fix(visit, found, number, given.fields, command_key(request), dry_run=given.dry_run)
        return await told(visit, [answer])

    @made.post(f"{base}/{{batch}}/retry", name="retry-rows", openapi_extra={"x-scope": SCOPE})
    async def retry(request: Request, organisation: str, batch: str) -> Response:
        """Take rows that were set aside as they are, after something else was put right."""
        visit = await enter(request, organisation)
        given = await body(request, RetryBody)
        found = await opened(door, visit.organisation, an_id(batch))
        return await told(visit, await desk.retry(visit, found, command_key(request), given.rows))

    _add_whole_files(made, door, reads, enter)
    return made


def _add_whole_files(made: APIRouter, door: Door, reads: Reads, enter: Enter) -> None:
    """Add the routes about a file as a whole: whom it touched, whether it lacks many, and taking it back."""

    @made.get(f"{BASE}/{{batch}}/families", name="batch-families", openapi_extra={"x-scope": SCOPE})
    async def touched(request: Request, organisation: str, batch: str) -> Response:
        """Give the pupils and contacts of whom the file said something new, family by family."""
        visit = await enter(request, organisation)
        found = await families.touched(door, visit, an_id(batch))
        shown = Shown(categories=("contact", "identity"), what="families that a file touched")
        people = dict.fromkeys(sorted(families.people(found)), shown)
        await reads.listed(visit, At(visit.today), found.index, "list", people)
        return Answered({"families": found.families, "others": found.others, "at": {"index": found.index}})

    @made.post(f"{BASE}/{{batch}}/roll", name="compare-roll", openapi_extra={"x-scope": SCOPE})
    async def roll(request: Request, organisation: str, batch: str) -> Response:
        """Compare a file that says it is the whole roll with the pupils on it; refuse it where too many lack."""
        visit = await enter(request, organisation)
        given = await body(request, RollBody)
        found = await breaker.compare(
            door, reads, visit, an_id(batch), given.upns, command_key(request), dry_run=given.dry_run
        )
        shown = Shown(categories=("enrolment",), what="missing from a file")
        if found.missing:
            await reads.listed(visit, At(visit.today), found.index, "list", dict.fromkeys(found.missing, shown))
        return Answered({"enrolled": found.enrolled, "missing": found.missing, "index": found.index})

    @made.post(f"{BASE}/{{batch}}/undo", name="undo-batch", openapi_extra={"x-scope": SCOPE})
    async def take_back(request: Request, organisation: str, batch: str) -> Response:
        """Withdraw what a file said, or list what would be; what was changed since stays, and is listed with why."""
        visit = await enter(request, organisation)
        given = await body(request, UndoBody)
        at = await door.log.size(visit.organisation)
        which = an_id(batch)
        entries = await undo.planned(door, visit, which)
        index = at
        if not given.dry_run:
            index = await undo.undone(door, visit, which, entries, at, given.reason, command_key(request))
        await undo_seen(reads, visit, entries, at)
        return Answered({"index": index, **undo.as_json(entries)})
