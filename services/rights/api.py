"""The rights service over HTTP: its commands, each with a route of its own, and what stands of each person."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ledger.decider import Command, Decider, decided_by
from services.door import Door, Visit
from services.restrictions import restricted_categories
from services.rights.restriction import restriction
from services.rights.restriction_views import restrictions
from services.routes import Answered, a_number, add_commands, an_id, token

READ: Final = "records:read"
DECIDERS: Final[tuple[Decider[Any], ...]] = (restriction,)
"""The service's aggregates; a feature adds its own here."""
COMMANDS: Final = decided_by(DECIDERS)


def router(door: Door) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["rights"])

    async def enter(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        categories = COMMANDS[type(command)].categories
        return await door.enter(token(request), organisation, "change", command.scope, categories), command

    add_commands(made, door, "rights", COMMANDS, enter)

    @made.get(
        "/api/organisations/{organisation}/rights/restrictions/{subject}",
        name="restrictions", openapi_extra={"x-scope": READ},
    )  # fmt: skip
    async def of_person(request: Request, organisation: str, subject: str) -> Response:
        """Give a person's restrictions, and which kinds of their data may not be used today."""
        where, who = an_id(organisation), an_id(subject)
        visit = await door.enter(token(request), where, "list", READ, ["correspondence"])
        await door.await_views(where, a_number(request.query_params.get("wait_for"), "wait_for"))
        async with door.read(where) as reader:
            row = await reader.get(restrictions, who)
        return Answered({
            "restrictions": row.restrictions if row else (),
            "restricted_today": sorted(restricted_categories(row, visit.today)),
        })  # fmt: skip

    return made
