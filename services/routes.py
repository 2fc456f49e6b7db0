"""What every service's routes share: strict bodies, the caller's token, idempotency keys and the two times."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response

from events.identifiers import id_text, parse_id
from ledger.decider import Answer, Command, Decider, Refused, Step
from services import strict_json
from services.dates import OUTSIDE, outside
from services.door import DIGITS_MAX, Door, NotFound, Visit, civil_date
from services.problems import Invalid, field_names, pointer

COOKIE: Final = "rollbook"
NO_STORE: Final = {"Cache-Control": "no-store"}
BY_INBOX: Final = "x-inbox"
"""Marks, in a route's description, what may also be sent by Kafka (services.inbox): what changes and shows nothing."""
ModelT = TypeVar("ModelT", bound=BaseModel)


class Answered(JSONResponse):
    """JSON of what Rollbook's own types hold: ids as text, dates and times as ISO; never stored by a cache."""

    def __init__(self, content: Any, status_code: int = 200) -> None:
        super().__init__(plain(content), status_code, headers=NO_STORE)


def plain(value: Any) -> Any:
    """Give a value as JSON can hold it."""
    match value:
        case bytes():
            return id_text(value)
        case date() | datetime():
            return value.isoformat()
        case BaseModel():
            return {name: plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {plain(key) if isinstance(key, bytes) else str(key): plain(one) for key, one in value.items()}
        case str():
            return value
        case Sequence() | set() | frozenset():
            return [plain(one) for one in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {name: plain(one) for name, one in shallow(value).items()}
        case _:
            return value


def shallow(value: Any) -> dict[str, Any]:
    """Give a dataclass's fields by name, without going into them."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


async def body(request: Request, model: type[ModelT]) -> ModelT:
    """Read a request's body as a model. Raises BadJson or Invalid."""
    data = await received(request, strict_json.BYTES_MAX)
    strict_json.load(data)
    try:
        found = model.model_validate_json(data)
    except ValidationError as error:
        raise Invalid.of(error, model) from None
    wrong = list(outside(found))
    if wrong:
        known = field_names(model)
        raise Invalid([{"pointer": pointer(place, known), "detail": OUTSIDE} for place in wrong])
    return found


async def received(request: Request, most: int) -> bytes:
    """Read a request's body, at most so many bytes, whatever its header says. Raises BadJson."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > most:
            raise strict_json.BadJson("The request is too large. Send it in several smaller ones.")
    return bytes(data)


def token(request: Request) -> str | None:
    """Give the caller's token: the bearer's, or the one kept by the sign-in page."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    # A page's cookie is for reading pages: it never carries a change, so that no other site can cause one.
    return request.cookies.get(COOKIE) if request.method in ("GET", "HEAD") else None


def an_id(text: str) -> bytes:
    """Read an id of the address. Raises NotFound where it is none."""
    try:
        return parse_id(text)
    except ValueError:
        raise NotFound("There is nothing under this address. Check it, or start from the list.") from None


def command_key(request: Request) -> bytes:
    """Read the Idempotency-Key: a random uuid, the same for each attempt at the same change."""
    try:
        return parse_id(request.headers.get("idempotency-key", ""))
    except ValueError:
        raise Refused(
            "Send an Idempotency-Key header: a random UUID, the same for each attempt at one change."
        ) from None


def answer(result: Answer) -> Response:
    """Give what came of a command."""
    return Answered({"index": result.index, "changed": result.changed, "outcomes": result.outcomes})


def a_number(text: str | None, what: str) -> int | None:
    """Read an optional whole number of a query. Raises Refused."""
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise Refused(f"{what} should be a whole number.")
    return int(text)


def a_date(text: str | None, what: str) -> date | None:
    """Read an optional date of a query. Raises Refused."""
    if text is None or text == "":
        return None
    found = civil_date(text)
    if found is None:
        raise Refused(f"{what} should be a date from 1900 to 2100, written as 2026-09-15.")
    return found


def command_name(kind: type[Command]) -> str:
    """Give a command's name in an address: RegisterPupil is register-pupil."""
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    return words.lstrip("-")


Enter = Callable[[Request, bytes, Command], Awaitable[tuple[Visit, Command]]]


def add_commands(
    router: APIRouter, door: Door, service: str, commands: Mapping[type[Command], Decider[Any]], enter: Enter
) -> None:
    """Give each command a route of its own, ``POST /api/organisations/{organisation}/{service}/{command}``.

    ``enter`` lets the caller in for one command, or raises; it gives the command with what Rollbook itself looks up.
    """
    for kind in commands:
        router.add_api_route(
            f"/api/organisations/{{organisation}}/{service}/{command_name(kind)}",
            _route(door, service, kind, commands, enter),
            methods=["POST"],
            name=command_name(kind),
            summary=(kind.__doc__ or "").split("\n", maxsplit=1)[0],
            openapi_extra={
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": kind.model_json_schema()}},
                },
                "x-scope": kind.scope,
                BY_INBOX: True,
            },
        )


def _route(
    door: Door, service: str, kind: type[Command], commands: Mapping[type[Command], Decider[Any]], enter: Enter
) -> Callable[[Request, str], Awaitable[Response]]:
    async def route(request: Request, organisation: str) -> Response:
        where = an_id(organisation)
        door.signer.caller(token(request))  # whoever is not signed in learns nothing of what a body should be
        visit, command = await enter(request, where, await body(request, kind))
        step = Step(commands[type(command)], command)  # what Rollbook looks up may make it another command
        return answer(await door.carry_out(visit, service, [step], command_key(request)))

    return route
