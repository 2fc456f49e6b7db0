"""Recipients and agreements over HTTP: who may be given something on a day, on which terms, and what runs out next."""

from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.model import Category
from ledger.view import Position
from services.door import At, Door, Visit, at_json
from services.routes import Answered, a_date, a_number, an_id, plain, token
from services.sharing import recipient_queries as queries

READ: Final = "records:read"
SEEN: Final[tuple[Category, ...]] = ("correspondence",)


async def entered(request: Request, door: Door, organisation: str) -> tuple[Visit, date]:
    """Let in whoever may share anything, and give the day that they ask about."""
    where, query = an_id(organisation), request.query_params
    visit = await door.enter(token(request), where, "share", READ, SEEN)
    await door.await_views(where, a_number(query.get("wait_for"), "wait_for"))
    return visit, a_date(query.get("on"), "on") or visit.today


def router(door: Door) -> APIRouter:
    """Give the routes."""
    made = APIRouter(tags=["sharing"])
    base = "/api/organisations/{organisation}"

    @made.get(f"{base}/recipients", name="recipients", openapi_extra={"x-scope": READ})
    async def recipients(request: Request, organisation: str) -> Response:
        """Give the recipients on a day: what stands in the way of each, what was agreed, what they ask for."""
        visit, day = await entered(request, door, organisation)
        async with door.read(visit.organisation) as reader:
            position = await reader.position()
            found = await queries.listed(reader, day)
        return Answered({"recipients": [recipient_json(one) for one in found], "at": _at(position, day)})

    @made.get(f"{base}/agreements", name="agreements", openapi_extra={"x-scope": READ})
    async def agreements(request: Request, organisation: str) -> Response:
        """Give the agreements on a day, the next to run out first."""
        visit, day = await entered(request, door, organisation)
        async with door.read(visit.organisation) as reader:
            position = await reader.position()
            found = await queries.agreed(reader, day)
        return Answered({"agreements": [agreement_json(one) for one in found], "at": _at(position, day)})

    return made


def recipient_json(one: queries.ListedRecipient) -> dict[str, Any]:
    """Give a recipient as JSON."""
    return {
        **plain(one.recipient), "trouble": one.trouble, "needs_agreement": one.needs_agreement,
        "has_live_agreement": bool(one.live), "agreements": [agreement_json(signed) for signed in one.agreements],
        "requests": [plain(asked) for asked in one.requests],
    }  # fmt: skip


def agreement_json(one: queries.ListedAgreement) -> dict[str, Any]:
    """Give an agreement as JSON, as it stands on the day asked about."""
    return {**plain(one.agreement), "title": one.title, "standing": one.standing, "days_left": one.days_left}


def _at(position: Position, day: date) -> dict[str, Any]:
    return at_json(position, At(day))
