"""Candidates for a match over HTTP: for a pupil's record, or by POST for a file's row, whose name is no address's."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from events.codes.people import Sex
from events.identifiers import Uci, Uln, Upn
from events.model import Category, Strict
from events.records.common import Name, PostalAddress
from services.door import at_json
from services.records.answers import READ, Asked, Records
from services.records.pupils.candidates import Person, address_key, candidates
from services.routes import Answered, an_id, body, token

_ASKED: tuple[Category, ...] = ("identity", "contact", "enrolment")


class RowBody(Strict):
    """A child as a file gives them; what it does not say is absent."""

    surname: Name
    forename: Name
    date_of_birth: date | None = None
    sex: Sex | None = None
    upn: Upn | None = None
    former_upns: Annotated[tuple[Upn, ...], Field(max_length=20)] = ()
    uln: Uln | None = None
    uci: Uci | None = None
    address: PostalAddress | None = None


def router(records: Records) -> APIRouter:
    """Give the routes of candidates."""
    made, door = APIRouter(tags=["records"]), records.door

    @made.get(
        "/api/organisations/{organisation}/pupils/{subject}/candidates",
        name="pupil-candidates",
        openapi_extra={"x-scope": READ},
    )
    async def of_a_pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give the records that may be of the same child, with the evidence."""
        asked = await records.asked(request, an_id(organisation), "search", _ASKED)
        return await _answer(records, asked, an_id(subject))

    @made.post("/api/organisations/{organisation}/candidates", name="candidates", openapi_extra={"x-scope": READ})
    async def of_a_row(request: Request, organisation: str) -> Response:
        """Give the records that may be of the child whom a file names."""
        given = token(request)
        visit = await door.enter(given, an_id(organisation), "search", READ, _ASKED)
        row = await body(request, RowBody)
        asked = await records.moment(given, visit, {"wait_for": request.query_params.get("wait_for", "")})
        wanted = Person(
            surnames=frozenset({row.surname.casefold()}),
            forenames=frozenset({row.forename.casefold()}),
            date_of_birth=row.date_of_birth,
            sex=row.sex,
            upn=row.upn,
            former_upns=frozenset(row.former_upns),
            ulns=frozenset({row.uln} if row.uln else ()),
            address=address_key(row.address),
            ucis=frozenset({row.uci} if row.uci else ()),
        )
        return await _answer(records, asked, wanted)

    return made


async def _answer(records: Records, asked: Asked, wanted: Person | bytes) -> Response:
    allowed = asked.visit.categories
    async with await records.whole(asked) as reader:
        position = await reader.position()
        found = await candidates(reader, wanted, asked.at.valid_on, with_addresses="contact" in allowed)
        if found is None and isinstance(wanted, bytes):
            raise await records.missing(reader, wanted)
    people = [one.subject for one in found or ()] + ([wanted] if isinstance(wanted, bytes) else [])
    shown: list[Category] = ["identity", "contact"] if "contact" in allowed else ["identity"]
    await records.list_of(asked, "candidates", people, position.index, shown)
    return Answered({"candidates": found or [], "at": at_json(position, asked.at)})
