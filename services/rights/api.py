"""The rights service over HTTP: its commands, each with a route of its own, and what stands of each person."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown, StaffRecorded
from events.model import Category
from events.records.contacts import ContactRecorded
from events.records.identity import PupilRegistered
from ledger.decider import Command, Decider, Refused, decided_by
from services.door import At, Door, Visit
from services.permission import Action
from services.restrictions import restricted_categories
from services.rights.restriction import AnnounceLift, LiftRestriction, RestrictProcessing, restriction
from services.rights.restriction_views import restrictions
from services.routes import Answered, a_number, add_commands, an_id, token

READ: Final = "records:read"
DECIDERS: Final[tuple[Decider[Any], ...]] = (restriction,)
"""The service's aggregates; a feature adds its own here."""
COMMANDS: Final = decided_by(DECIDERS)
SEEN: Final[tuple[Category, ...]] = ("correspondence",)
_LIFTING: Final = (AnnounceLift, LiftRestriction)
"""What ends a restriction: whoever handles the record every day may begin one, and not end it."""
_BEGINS: Final = frozenset(one.definition.name for one in (PupilRegistered, ContactRecorded, StaffRecorded))
"""By which entries somebody becomes known here."""


class Reads(Protocol):
    """How reads are written down: given by whoever puts the services together."""

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown."""


def router(door: Door, reads: Reads) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["rights"])

    async def enter(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        categories = COMMANDS[type(command)].categories
        action: Action = "lift" if isinstance(command, _LIFTING) else "change"
        visit = await door.enter(token(request), organisation, action, command.scope, categories)
        if isinstance(command, RestrictProcessing):
            await _refuse_stranger(door, organisation, command.person)
        return visit, command

    add_commands(made, door, "rights", COMMANDS, enter)

    @made.get(
        "/api/organisations/{organisation}/rights/restrictions/{subject}",
        name="restrictions", openapi_extra={"x-scope": READ},
    )  # fmt: skip
    async def of_person(request: Request, organisation: str, subject: str) -> Response:
        """Give a person's restrictions, and which kinds of their data may not be used today."""
        where, who = an_id(organisation), an_id(subject)
        visit = await door.enter(token(request), where, "list", READ, SEEN)
        await door.await_views(where, a_number(request.query_params.get("wait_for"), "wait_for"))
        async with door.read(where) as reader:
            row, position = await reader.get(restrictions, who), await reader.position()
        shown = Shown(categories=SEEN, what="restrictions of processing")
        await reads.viewed(visit, At(visit.today), position.index, {who: shown})
        return Answered({
            "restrictions": row.restrictions if row else (),
            "restricted_today": sorted(restricted_categories(row, visit.today)),
        })  # fmt: skip

    return made


async def _refuse_stranger(door: Door, organisation: bytes, person: bytes) -> None:
    """Ask the log, which knows also whoever was recorded a moment ago."""
    if not any(one.name in _BEGINS for one in await door.log.about(organisation, person)):
        raise Refused(
            "Nobody is known here by this id. Look the pupil, contact or member of staff up, and restrict what is kept "
            "of them."
        )
