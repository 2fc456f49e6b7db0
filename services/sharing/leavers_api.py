"""The leavers' board over HTTP, as known at a moment."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown
from events.model import Category
from ledger.decider import Refused
from services.door import Door, at_json
from services.routes import Answered, a_date, a_number, an_id, token
from services.sharing.leavers import Board, masked
from services.sharing.register_api import READ, Reads

SEEN: Final[tuple[Category, ...]] = ("identity", "enrolment", "correspondence", "safeguarding")
"""The third shows the transfer file's clock, the last that of child protection: else nobody learns of such a file."""
NEEDED: Final = frozenset({"identity", "enrolment"})
USUAL: Final = timedelta(days=90)
"""How far back the board looks unless it is asked: a term, in which every clock has run out."""
SPAN_MAX: Final = timedelta(days=366)


def router(door: Door, reads: Reads, board: Board) -> APIRouter:
    """Give the route."""
    made = APIRouter(tags=["sharing"])

    @made.get("/api/organisations/{organisation}/leavers", name="leavers", openapi_extra={"x-scope": READ})
    async def leavers(request: Request, organisation: str) -> Response:
        """Give who left between ``first`` and ``last``, and whether what must follow them has."""
        where, query = an_id(organisation), request.query_params
        visit = await door.enter(token(request), where, "list", READ, SEEN)
        await door.await_views(where, a_number(query.get("wait_for"), "wait_for"))
        at = await door.moment(where, query.get("known_at") or None, None, query.get("case") or None)
        if at.asked is not None:
            visit = await door.enter(token(request), where, "replay", READ, SEEN)
        if not visit.categories >= NEEDED:
            raise Refused("Whoever sees this board sees names and the roll. Ask the office or the head.")
        last = a_date(query.get("last"), "last") or visit.today
        first = a_date(query.get("first"), "first") or last - USUAL
        if not timedelta(0) <= last - first <= SPAN_MAX:
            raise Refused("Ask for at most a year, and for the first day before the last.")
        place = where if at.asked is None else await door.pasts.place(where, at.asked)
        async with door.read(place) as reader:
            position = await reader.position()
            lines = await board.lines(reader, first, last, visit.today, visit.categories)
        async with door.read(where) as now:
            shut = await door.facts.restricted(now, [one.subject for one in lines], visit.today)
        lines = [masked(one, shut.get(one.subject, frozenset())) for one in lines]
        shown = Shown(categories=tuple(sorted(visit.categories)), what="leavers")
        await reads.listed(visit, at, position.index, "list", {one.subject: shown for one in lines})
        return Answered({"leavers": lines, "first": first, "last": last, "at": at_json(position, at)})

    return made
