"""The law as a page: what is in force for a school on a day, what of it the school goes by, and what changes next."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final
from uuid import uuid4

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.auth import NotSignedIn
from services.door import At, Door, NotAllowed, Visit
from services.governance.api import adopt_all, law_asked
from services.governance.law_queries import InForce
from services.pages import forms
from services.records.answers import Asked
from services.routes import COOKIE, an_id

Draw = Callable[..., Awaitable[Response]]
KINDS: Final[Mapping[str, str]] = {
    "gateway": "By which law data may be given",
    "purpose": "For which purposes data is kept",
    "lawful-basis": "On which lawful bases",
    "collection-field": "What families are asked",
    "field-rule": "What is not collected",
    "clock-rule": "Numbers",
}
"""The kinds of rule in the order of the page."""


class LawPages:
    """The page of the law, and its one button."""

    def __init__(self, door: Door, draw: Draw) -> None:
        self._door, self._draw = door, draw

    async def page(self, request: Request, organisation: str) -> Response:
        """Show the law on a day."""
        visit, law, position = await law_asked(request, self._door, an_id(organisation))
        given = request.cookies.get(COOKIE)
        return await self._draw(
            Asked(visit, At(law.on)), "law.html", section="law", law=law, position=position,
            kinds=[(title, _of(law.in_force, kind)) for kind, title in KINDS.items()],
            form=self._door.signer.form_token(given or ""), key=str(uuid4()),
            may_adopt=law.on == visit.today and await self._may_adopt(given, visit.organisation),
        )  # fmt: skip

    async def adopted(self, request: Request, organisation: str) -> Response:
        """Adopt all that is in force today, at the press of one button."""
        form = await forms.sent(request, self._door.signer)
        visit = await self._enter(form.token, an_id(organisation))
        index, _, _ = await adopt_all(self._door, visit, form.key)
        return RedirectResponse(f"/schools/{organisation}/law?wait_for={index}", status_code=303)

    async def _enter(self, given: str | None, organisation: bytes) -> Visit:
        return await self._door.enter(given, organisation, "govern", "rules:write")

    async def _may_adopt(self, given: str | None, organisation: bytes) -> bool:
        try:
            await self._enter(given, organisation)
        except (NotAllowed, NotSignedIn):
            return False
        return True


def _of(rules: Sequence[InForce], kind: str) -> list[InForce]:
    return [one for one in rules if one.kind == kind]
