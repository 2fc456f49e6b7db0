"""The law as a page: what is in force for a school on a day, what of it the school goes by, and what changes next."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import Request
from starlette.responses import Response

from services.door import At, Door
from services.governance.api import law_asked
from services.governance.law_queries import InForce
from services.records.answers import Asked
from services.routes import an_id

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
    """The page of the law."""

    def __init__(self, door: Door, draw: Draw) -> None:
        self._door, self._draw = door, draw

    async def page(self, request: Request, organisation: str) -> Response:
        """Show the law on a day."""
        visit, law, position = await law_asked(request, self._door, an_id(organisation))
        return await self._draw(
            Asked(visit, At(law.on)), "law.html", section="law", law=law, position=position,
            kinds=[(title, _of(law.in_force, kind)) for kind, title in KINDS.items()],
        )  # fmt: skip


def _of(rules: Sequence[InForce], kind: str) -> list[InForce]:
    return [one for one in rules if one.kind == kind]
