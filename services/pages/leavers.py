"""The page of the leavers' board: whose file must follow them by which school day, and whether it has."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from services.door import Door
from services.pages.disclosures import Draw, Route
from services.pages.pupil import may_replay
from services.records.answers import Asked
from services.routes import an_id
from services.sharing.leavers_api import Leaving


class LeaverPages:
    """Draws the board."""

    def __init__(self, door: Door, leaving: Leaving, draw: Draw) -> None:
        self._door, self._leaving, self._draw = door, leaving, draw

    def routes(self) -> Sequence[Route]:
        """Give the page's address, method and function."""
        return (("/schools/{organisation}/leavers", "GET", self.page),)

    async def page(self, request: Request, organisation: str) -> Response:
        """Show who left in the days asked for, the earliest first, and each of their clocks."""
        where = an_id(organisation)
        await self._door.await_views(where, await self._door.log.size(where))
        told = await self._leaving.shown(request, where)
        return await self._draw(
            Asked(told.visit, told.at), "leavers.html", section="roll", told=told, today=told.visit.today,
            may_replay=may_replay(told.visit), may_share=told.visit.role in ("office", "senco", "dsl", "head"),
            protects="safeguarding" in told.visit.categories,
        )  # fmt: skip
