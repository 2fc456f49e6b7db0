"""The governance service over HTTP: organisations, staff, calendars and the rules they adopt."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ledger.decider import Command, Refused, Step, decided_by
from ledger.view import Position
from services.door import At, Door, Visit, at_json
from services.governance import calendars, law_queries, notices, organisations, queries, rule_commands, rules, staff
from services.governance.adopting import as_law_says, of_law
from services.routes import Answered, a_date, a_number, add_commands, an_id, command_key, shallow, token

READ: Final = "records:read"

COMMANDS: Final = decided_by((
    organisations.organisations, staff.staff, calendars.calendars, rules.rules, notices.notices,
))  # fmt: skip


def router(door: Door) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["governance"])

    async def enter(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        categories = COMMANDS[type(command)].categories
        visit = await door.enter(token(request), organisation, "govern", command.scope, categories)
        if isinstance(command, organisations.RegisterOrganisation):
            await _begin(door, visit, command)
        if isinstance(command, rule_commands.Adopt):
            command = as_law_says(command, visit.today, await _school_type(door, organisation))
        return visit, command

    add_commands(made, door, "governance", COMMANDS, enter)

    @made.post(
        "/api/organisations/{organisation}/rules/adopt", name="adopt-rules", openapi_extra={"x-scope": "rules:write"}
    )
    async def adopt(request: Request, organisation: str) -> Response:
        """Adopt every purpose, lawful basis, number, field of the form and gateway that is in force today."""
        visit = await door.enter(token(request), an_id(organisation), "govern", "rules:write")
        index, changed, count = await adopt_all(door, visit, command_key(request))
        return Answered({"index": index, "changed": changed, "adopted": count})

    @made.get("/api/organisations/{organisation}/law", name="law", openapi_extra={"x-scope": READ})
    async def law(request: Request, organisation: str) -> Response:
        """Give the law in force on a date, what of it is adopted here, and what changes next."""
        _, found, position = await law_asked(request, door, an_id(organisation))
        return Answered({"at": at_json(position, At(found.on)), **shallow(found)})

    @made.get("/api/me", name="me", openapi_extra={"x-scope": READ})
    async def me(request: Request) -> Response:
        """Give who the caller is, and in which roles they may act where."""
        caller = door.signer.caller(token(request))
        where = caller.organisations if caller.organisations is not None else door.feed.organisations()
        return Answered(
            {
                "subject": caller.subject,
                "organisations": [
                    await _standing(door, caller.subject, one, operator=caller.organisations is None)
                    for one in sorted(where)
                ],
            }
        )

    return made


async def adopt_all(door: Door, visit: Visit, key: bytes) -> tuple[int, bool, int]:
    """Adopt what is in force today, all in one; give the entry, whether anything was new, and how many rules it is."""
    # Which law it is depends on the type of school, which may have been registered only just.
    await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    school_type = await _school_type(door, visit.organisation)
    steps = [Step(rules.rules, command) for command in of_law(visit.today, school_type)]
    result = await door.carry_out(visit, "governance", steps, key)
    return result.index, result.changed, len(steps)


async def _school_type(door: Door, organisation: bytes) -> str | None:
    async with door.read(organisation) as reader:
        about = await queries.about(reader)
    return about.school_type if about else None


async def law_asked(request: Request, door: Door, organisation: bytes) -> tuple[Visit, law_queries.Law, Position]:
    """Answer which law is in force on the date asked for (today's, if none is), for a page as for the API.

    It is about nobody, so nothing is written down of who looked.
    """
    visit = await door.enter(token(request), organisation, "list", READ)
    on = a_date(request.query_params.get("on"), "The date") or visit.today
    await door.await_views(organisation, a_number(request.query_params.get("wait_for"), "The entry"))
    async with door.read(organisation) as reader:
        return visit, await law_queries.law_on(reader, on), await reader.position()


async def _begin(door: Door, visit: Visit, command: organisations.RegisterOrganisation) -> None:
    """Open a log for an organisation that can be registered; one that is refused leaves nothing behind."""
    if command.organisation != visit.organisation:
        raise Refused("The organisation of the address and that of the command differ. Send the command to its own.")
    if command.urn is not None:
        for other in door.feed.organisations():
            async with door.read(other) as reader:
                about = await queries.about(reader)
            if other != visit.organisation and about is not None and about.urn == command.urn:
                raise Refused("Another organisation here has this URN. Check the number, or use that organisation.")
    await door.rehearse(visit, "governance", [Step(organisations.organisations, command)])
    await door.log.open(visit.organisation)


async def _standing(door: Door, subject: bytes, organisation: bytes, *, operator: bool) -> dict[str, object]:
    async with door.read(organisation) as reader:
        about = await queries.about(reader)
        roles = {"operator"} if operator else await queries.roles(reader, subject, door.today())
    return {
        "organisation": organisation,
        "title": about.title if about else None,
        "kind": about.kind if about else None,
        "urn": about.urn if about else None,
        "laestab": about.laestab if about else None,
        "roles": sorted(roles),
    }
