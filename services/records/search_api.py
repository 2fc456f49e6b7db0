"""Searching for pupils over HTTP: by POST, as neither a name nor a UPN belongs into an address."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from events.model import Strict
from events.text import PlainText
from ledger.alias import held
from ledger.decider import Refused
from ledger.view import Reader
from services.door import Door, at_json
from services.records import queries
from services.records.answers import READ, Asked, Records
from services.records.pupils.identity_queries import former_upns, present_upn, uci
from services.records.pupils.identity_views import aliases
from services.records.pupils.numbers import UCI, UPN
from services.records.views import PupilRow, pupils
from services.routes import Answered, an_id, body, token


class SearchBody(Strict):
    """Who is looked for: a whole UPN or UCI, or the beginning of a name, surname first."""

    upn: Annotated[str, Field(max_length=40)] | None = None
    uci: Annotated[str, Field(max_length=40)] | None = None
    name: Annotated[PlainText, Field(min_length=2, max_length=100)] | None = None
    known_at: str | None = None
    valid_on: str | None = None
    case: str | None = None


def router(records: Records) -> APIRouter:
    """Give the search's route."""
    made, door = APIRouter(tags=["records"]), records.door

    @made.post("/api/organisations/{organisation}/search", name="search", openapi_extra={"x-scope": READ})
    async def search(request: Request, organisation: str) -> Response:
        """Find pupils by UPN, by UCI or by the beginning of a name."""
        given = token(request)
        visit = await door.enter(given, an_id(organisation), "search", READ, ["identity", "enrolment"])
        wanted = await body(request, SearchBody)
        query = {name: value for name, value in wanted.model_dump().items() if isinstance(value, str)}
        query["wait_for"] = request.query_params.get("wait_for", "")
        asked = await records.moment(given, visit, query)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            found = await _found(door, reader, asked, wanted)
        found = await records.masked(asked, found)
        shown = [one.subject for one in found]
        await records.list_of(asked, "search", shown, position.index, ["identity", "enrolment"])
        return Answered({"pupils": found, "at": at_json(position, asked.at)})

    return made


async def _found(door: Door, reader: Reader, asked: Asked, wanted: SearchBody) -> list[queries.Listed]:
    kind, typed = (UPN, wanted.upn) if wanted.upn is not None else (UCI, wanted.uci)
    # A candidate's number is printed with spaces.
    number = "".join(typed.split()).upper() if typed is not None else None
    if number is not None and asked.at.asked is not None:
        # At an earlier entry the rows say whose the number was; the claims know only whose it is now.
        rows = [row for row in await reader.find(pupils) if _is(row, kind, number, asked.at.valid_on)]
        return await queries.with_year_groups(reader, rows, asked.at.valid_on)
    if number is not None:
        organisation = asked.visit.organisation
        digest = door.codec.vault.index_digest(organisation, kind, number)
        owner = (await door.log.owners(organisation, kind, [digest])).get(digest)
        of = await held(reader, aliases) if owner else {}
        row = await reader.get(pupils, of.get(owner, owner)) if owner else None
        return await queries.with_year_groups(reader, [row], asked.at.valid_on) if row else []
    if wanted.name is not None:
        return await queries.found_by_name(reader, wanted.name, asked.at.valid_on)
    raise Refused("Look for a whole UPN or UCI, or for at least the first two letters of a surname.")


def _is(row: PupilRow, kind: str, number: str, valid_on: date) -> bool:
    if kind == UCI:
        held = uci(row, valid_on)
        return held is not None and held.value == number
    known = present_upn(row, valid_on)
    return number in {known.value if known else None, *(item.value for item in former_upns(row, valid_on))}
