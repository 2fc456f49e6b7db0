"""Onward sharing over HTTP: the Department's published list, and what of it may hold a child's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown
from events.model import Category
from ledger.view import Position
from services.door import At, Door, Visit, at_json
from services.routes import Answered, a_date, a_number, an_id, plain, token
from services.shared_facts import FactSource
from services.sharing import disclosure_queries, onward_queries
from services.sharing.onward_match import CERTAINTY, Collected, Possible
from services.sharing.onward_queries import PublishedList
from services.sharing.register_api import Reads

READ: Final = "records:read"
SEEN: Final[tuple[Category, ...]] = ("correspondence",)
NOTE: Final = (
    "The Department for Education says itself to whom it gives what schools sent it. It does not say which children an "
    "extract held: each share below is possible, not certain."
)


@dataclass(frozen=True, slots=True)
class OfChild:
    """What may have been given on of a child: of which collections, by which list; without a list, nothing is known."""

    collected: Sequence[Collected]
    published: PublishedList | None
    possible: Sequence[Possible]
    position: Position
    at: At


class Onward:
    """Answers questions about onward sharing; a child's is written down before it is answered."""

    def __init__(self, door: Door, reads: Reads, facts: FactSource) -> None:
        self.door, self._reads, self._facts = door, reads, facts

    async def listed(self, request: Request, organisation: bytes) -> tuple[Visit, PublishedList | None, Position]:
        """Give the newest list up to the day asked about; it is about nobody."""
        query = request.query_params
        visit = await self.door.enter(token(request), organisation, "list", READ, SEEN)
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        day = a_date(query.get("on"), "on") or visit.today
        async with self.door.read(organisation) as reader:
            return visit, await onward_queries.newest(reader, day), await reader.position()

    async def of_child(self, request: Request, organisation: bytes, subject: bytes) -> tuple[Visit, OfChild]:
        """Give what may have been given on of a child, once it is written down that it is shown."""
        query = request.query_params
        visit = await self.door.enter(token(request), organisation, "view", READ, SEEN, (), [subject])
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        at = At(a_date(query.get("on"), "on") or visit.today)
        async with self.door.read(organisation) as reader:
            position = await reader.position()
            published = await onward_queries.newest(reader, at.valid_on)
            lines = await disclosure_queries.about(reader, self._facts, organisation, subject, discreet=False)
        collected = onward_queries.collected(lines)
        found = onward_queries.onward(published, collected) if published else []
        shown = Shown(categories=SEEN, what="possible onward sharing")
        await self._reads.viewed(visit, at, position.index, {subject: shown})
        return visit, OfChild(collected, published, found, position, at)


def router(onward: Onward) -> APIRouter:
    """Give the routes."""
    made = APIRouter(tags=["sharing"])
    base = "/api/organisations/{organisation}"

    @made.get(f"{base}/external-shares", name="external-shares", openapi_extra={"x-scope": READ})
    async def external_shares(request: Request, organisation: str) -> Response:
        """Give the newest published list of the Department's shares; ``q`` are words that a row must hold."""
        visit, published, position = await onward.listed(request, an_id(organisation))
        words = request.query_params.get("q") or ""
        shares = onward_queries.searched(published.shares, words) if published else []
        return Answered(
            {
                "list": about(published),
                "shares": [plain(one) for one in shares],
                "at": at_json(position, At(visit.today)),
            }
        )

    @made.get(f"{base}/pupils/{{subject}}/onward", name="pupil-onward", openapi_extra={"x-scope": READ})
    async def of_pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give to whom the Department may have given on what it was sent of a pupil: possible, and never certain."""
        _, found = await onward.of_child(request, an_id(organisation), an_id(subject))
        return Answered(
            {
                "note": NOTE, "certainty": CERTAINTY, "list": about(found.published),
                "collected": [plain(one) for one in found.collected],
                "possible": [plain(one) for one in found.possible], "at": at_json(found.position, found.at),
            }
        )  # fmt: skip

    return made


def about(published: PublishedList | None) -> dict[str, Any] | None:
    """Give what a list says of itself, without its rows."""
    if published is None:
        return None
    return {
        "source": published.source, "as_at": published.as_at.isoformat(), "files": published.files,
        "rows": len(published.shares), "at": plain(published.at),
    }  # fmt: skip
