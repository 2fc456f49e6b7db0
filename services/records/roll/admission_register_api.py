"""The admission register over HTTP, and how its page and its PDF ask for it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from ledger.view import Position
from services.door import at_json
from services.pins import Pins
from services.records.answers import READ, Asked, Records
from services.records.roll.admission_masking import CATEGORIES
from services.records.roll.admission_register import AdmissionRegister, admission_register
from services.routes import Answered, a_date, an_id


async def entered_of(request: Request, where: bytes, records: Records, pins: Pins) -> tuple[Asked, AdmissionRegister]:
    """Read of which days the register is wanted (without any, of the day that the question is of), and give it."""
    asked = await records.asked(request, where, "list", CATEGORIES)
    query = request.query_params
    last = a_date(query.get("last"), "last")
    first = a_date(query.get("first"), "first") or last or asked.at.valid_on
    span = first, last or max(first, asked.at.valid_on)
    return asked, await admission_register(records, pins, asked, span, query.get("year_group") or None)


def router(records: Records, pins: Pins) -> APIRouter:
    """Give the route."""
    made = APIRouter(tags=["records"])

    @made.get(
        "/api/organisations/{organisation}/admission-register", name="admission-register",
        openapi_extra={"x-scope": READ},
    )  # fmt: skip
    async def register(request: Request, organisation: str) -> Response:
        """Give the admission register of today, or between two dates, with the log's pin."""
        asked, found = await entered_of(request, an_id(organisation), records, pins)
        return Answered({"register": found, "at": at_json(Position(found.index, found.recorded_at), asked.at)})

    return made
