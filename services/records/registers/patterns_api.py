"""Patterns of absence over HTTP, and how their page asks for them."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.model import Category
from ledger.decider import Refused
from ledger.view import Position
from services.door import NotAllowed, NotFound, at_json
from services.permission import LOCKED
from services.records import queries
from services.records.answers import READ, Asked, Records
from services.records.api import span
from services.records.registers.patterns import Patterns, in_the_time, on_roll_of, patterns
from services.routes import Answered, an_id

_NEEDED: tuple[Category, ...] = ("attendance", "identity")


async def patterns_of(request: Request, where: bytes, records: Records) -> tuple[Asked, Patterns, Position]:
    """Read whose pattern is wanted, let the caller in, and give it once it is written down that it is shown.

    Who belongs to a family is a fact about contacts: whoever may not see these is shown no siblings.
    """
    query = request.query_params
    group, pupil = (an_id(query[name]) if query.get(name) else None for name in ("group", "pupil"))
    asked = await records.asked(
        request, where, "list", [*_NEEDED, "contact"], [pupil] if pupil else [], group=[group] if group else []
    )
    if asked.visit.restricted.intersection(_NEEDED) and asked.visit.through is None:
        raise NotAllowed(LOCKED)
    if not set(_NEEDED) <= asked.visit.categories:
        raise NotAllowed("A pattern shows names and marks, and you may not see both. Ask the office or the head.")
    if (group is None) == (pupil is None):
        raise Refused("Say whose absences are wanted: either one group's or one pupil's.")
    dates = span(request, asked.at.valid_on)
    shut, opened = await records.kept_shut(asked)
    async with await records.whole(asked) as reader:
        position = await reader.position()
        about = await queries.group(reader, group) if group else None
        if (group and about is None) or (pupil and not await queries.is_pupil(reader, pupil)):
            raise NotFound("There is no such group or pupil here, or there was none at that moment.")
        wanted = await in_the_time(reader, group, dates) if group else await on_roll_of(reader, pupil or b"")
        title = about.title if about else "one pupil"
        families = "contact" in asked.visit.categories
        found = await patterns(reader, title, wanted, dates, families=families, shut=shut)
    categories: list[Category] = [*_NEEDED, "contact"] if families else list(_NEEDED)
    await records.list_of(asked, "patterns of absence", found.named, position.index, categories, opened)
    return asked, found, position


def router(records: Records) -> APIRouter:
    """Give the route."""
    made = APIRouter(tags=["records"])

    @made.get(
        "/api/organisations/{organisation}/absence-patterns", name="absence-patterns",
        openapi_extra={"x-scope": READ},
    )  # fmt: skip
    async def absence_patterns(request: Request, organisation: str) -> Response:
        """Give a group's or a pupil's absences between two dates: by weekday, by session, and beside siblings."""
        asked, found, position = await patterns_of(request, an_id(organisation), records)
        return Answered({"patterns": found, "at": at_json(position, asked.at)})

    return made
