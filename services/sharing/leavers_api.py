"""The leavers' board over HTTP, as known at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events import governance
from events.model import Category
from ledger.decider import Refused
from ledger.view import Position
from services.door import At, Door, Visit, at_json
from services.routes import Answered, a_date, a_number, an_id, token
from services.sharing.leavers import Board, Line, masked
from services.sharing.register_api import READ, Reads

SEEN: Final[tuple[Category, ...]] = ("identity", "enrolment", "correspondence", "safeguarding")
"""The third shows the transfer file's clock, the last that of child protection: else nobody learns of such a file."""
NEEDED: Final = frozenset({"identity", "enrolment"})
USUAL: Final = timedelta(days=90)
"""How far back the board looks unless it is asked: a term, in which every clock has run out."""
SPAN_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Shown:
    """The board as somebody is shown it: of which days, and as known at which moment."""

    visit: Visit
    at: At
    first: date
    last: date
    lines: Sequence[Line]
    position: Position


class Leaving:
    """Shows the board, once it is written down that it is."""

    def __init__(self, door: Door, reads: Reads, board: Board) -> None:
        self._door, self._reads, self._board = door, reads, board

    async def shown(self, request: Request, where: bytes) -> Shown:
        """Give who left between ``first`` and ``last`` of the address, and whether what must follow them has."""
        door, query = self._door, request.query_params
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
            lines = await self._board.lines(reader, first, last, visit.today, visit.categories)
        async with door.read(where) as now:
            shut = await door.facts.restricted(now, [one.subject for one in lines], visit.today)
        lines = [masked(one, shut.get(one.subject, frozenset())) for one in lines]
        looked = governance.Shown(categories=tuple(sorted(visit.categories)), what="leavers")
        await self._reads.listed(visit, at, position.index, "list", {one.subject: looked for one in lines})
        return Shown(visit, at, first, last, lines, position)


def router(leaving: Leaving) -> APIRouter:
    """Give the route."""
    made = APIRouter(tags=["sharing"])

    @made.get("/api/organisations/{organisation}/leavers", name="leavers", openapi_extra={"x-scope": READ})
    async def leavers(request: Request, organisation: str) -> Response:
        """Give who left between ``first`` and ``last``, and whether what must follow them has."""
        told = await leaving.shown(request, an_id(organisation))
        days = {"first": told.first, "last": told.last, "at": at_json(told.position, told.at)}
        return Answered({"leavers": told.lines, **days})

    return made
