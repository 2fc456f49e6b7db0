"""The governance service over HTTP: organisations, staff, calendars and the rules they adopt."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from law.rules import (
    adoptable,
    clock_rules,
    collection_fields,
    field_rules,
    lawful_bases,
    purposes,
    rules_in_force,
)
from ledger.decider import Command, Refused, Step, decided_by
from services.door import Door, Visit
from services.governance import calendars, notices, organisations, queries, rules, staff
from services.routes import Answered, add_commands, an_id, command_key, token

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
        return visit, command

    add_commands(made, door, "governance", COMMANDS, enter)

    @made.post(
        "/api/organisations/{organisation}/rules/adopt", name="adopt-rules", openapi_extra={"x-scope": "rules:write"}
    )
    async def adopt(request: Request, organisation: str) -> Response:
        """Adopt every purpose, lawful basis, numeric rule and rule against fields that is in force today."""
        visit = await door.enter(token(request), an_id(organisation), "govern", "rules:write")
        async with door.read(visit.organisation) as reader:
            about = await queries.about(reader)
        steps = [Step(rules.rules, command) for command in of_law(visit, about.school_type if about else None)]
        result = await door.carry_out(visit, "governance", steps, command_key(request))
        return Answered({"index": result.index, "changed": result.changed, "adopted": len(steps)})

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


def of_law(visit: Visit, school_type: str | None) -> list[Command]:
    """Give the commands that adopt what the law has in force today: bases before the purposes that rest on them."""
    day = visit.today
    commands: list[Command] = []
    bases = rules_in_force(lawful_bases(), day, school_type)
    for basis in bases:
        rule, version, digest = adoptable(basis)
        commands.append(
            rules.AdoptLawfulBasis(
                rule=rule,
                rule_version=version,
                digest=digest,
                citation=basis.citation,
                in_force_from=basis.in_force_from,
                in_force_until=basis.in_force_until,
            )
        )
    known = {basis.id for basis in bases}
    for purpose in rules_in_force(purposes(), day, school_type):
        rule, version, digest = adoptable(purpose)
        resting = tuple(basis for basis in purpose.bases if basis in known)
        if resting:
            commands.append(
                rules.AdoptPurpose(
                    rule=rule,
                    rule_version=version,
                    digest=digest,
                    bases=resting,
                    categories=tuple(purpose.categories),
                )
            )
    for clock in rules_in_force(clock_rules(), day, school_type):
        rule, version, digest = adoptable(clock)
        commands.append(
            rules.AdoptClockRule(rule=rule, rule_version=version, digest=digest, parameters=dict(clock.parameters))
        )
    for fields in rules_in_force(field_rules(), day, school_type):
        rule, version, digest = adoptable(fields)
        commands.append(
            rules.AdoptFieldRule(rule=rule, rule_version=version, digest=digest, not_collected=tuple(fields.fields))
        )
    for asked in rules_in_force(collection_fields(), day, school_type):
        rule, version, digest = adoptable(asked)
        commands.append(
            rules.AdoptCollectionField(
                rule=rule, rule_version=version, digest=digest, item=asked.item, label=asked.title,
                required=asked.required, why=asked.why, citation=asked.citation, in_force_from=asked.in_force_from,
                in_force_until=asked.in_force_until,
            )
        )  # fmt: skip
    return commands
