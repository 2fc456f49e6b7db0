"""The pages of onward sharing: the Department's published list, searched, and what of it may hold a child's data."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import Request
from starlette.responses import Response

from services.door import At
from services.pages.recipients import Route
from services.records.answers import Asked
from services.routes import an_id
from services.sharing import onward_queries
from services.sharing.onward_api import NOTE, Onward

SHOWN: Final = 200
"""Rows of the list on a page: nobody reads more, and a whole list would be megabytes."""


class OnwardPages:
    """Draws both pages from what the API gives."""

    def __init__(self, onward: Onward, draw: Callable[..., Awaitable[Response]]) -> None:
        self._onward, self._draw = onward, draw

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        return (
            ("/schools/{organisation}/external-shares", "GET", self.listed),
            ("/schools/{organisation}/pupils/{subject}/onward", "GET", self.of_child),
        )

    async def listed(self, request: Request, organisation: str) -> Response:
        """Show the newest list, or those of its rows that hold some words."""
        visit, published, _ = await self._onward.listed(request, an_id(organisation))
        words = request.query_params.get("q") or ""
        found = onward_queries.searched(published.shares, words) if published else []
        return await self._draw(
            Asked(visit, At(visit.today)), "external_shares.html", section="recipients", published=published,
            words=words, found=found[:SHOWN], total=len(found), note=NOTE,
        )  # fmt: skip

    async def of_child(self, request: Request, organisation: str, subject: str) -> Response:
        """Show to whom the Department may have given on what it was sent of a child."""
        who = an_id(subject)
        visit, found = await self._onward.of_child(request, an_id(organisation), who)
        return await self._draw(
            Asked(visit, found.at), "onward.html", section="roll", subject=who, found=found, note=NOTE,
            shown=found.possible[:SHOWN],
        )  # fmt: skip
