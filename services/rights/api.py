"""The rights service over HTTP: its commands, each with a route of its own."""

from typing import Any, Final

from fastapi import APIRouter, Request

from ledger.decider import Command, Decider, decided_by
from services.door import Door, Visit
from services.routes import add_commands, token

DECIDERS: Final[tuple[Decider[Any], ...]] = ()
"""The service's aggregates; a feature adds its own here."""
COMMANDS: Final = decided_by(DECIDERS)


def router(door: Door) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["rights"])

    async def enter(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        categories = COMMANDS[type(command)].categories
        return await door.enter(token(request), organisation, "change", command.scope, categories), command

    add_commands(made, door, "rights", COMMANDS, enter)
    return made
