"""Errors as RFC 9457 problems: a sentence that says what to do, structured fields for the caller, nothing echoed."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from traceback import walk_tb
from typing import Any, Final

from fastapi import FastAPI, Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.codec import UnknownEvent
from ledger.decider import Refused
from ledger.log import CommandReused, Conflict, Fenced, Overloaded, UnknownOrganisation
from services.auth import NotSignedIn
from services.door import Behind, NotAllowed, NotFound
from services.past import StillFolding
from services.strict_json import BadJson

_LOG: Final = logging.getLogger(__name__)
RETRY_SECONDS: Final = "1"


class TooLarge(Exception):
    """A body with more bytes than may be sent. The text is a sentence."""


_STATUS: Final[Mapping[type[Exception], tuple[int, str]]] = {
    NotSignedIn: (401, "Not signed in"),
    NotAllowed: (403, "Not allowed"),
    NotFound: (404, "Not found"),
    UnknownOrganisation: (404, "Not found"),
    TooLarge: (413, "Too large"),
    BadJson: (400, "Not acceptable JSON"),
    Refused: (409, "Refused"),
    CommandReused: (409, "Idempotency key used before"),
    Fenced: (410, "Erased"),
    Conflict: (503, "Busy"),
    Overloaded: (503, "Busy"),
    Behind: (503, "Not caught up yet"),
    UnknownEvent: (503, "Written by a newer Rollbook"),
    StillFolding: (503, "Still being put together"),
}
_SENTENCES: Final[Mapping[type[Exception], str]] = {
    UnknownOrganisation: "There is no such organisation here. Check its number, or register it first.",
    CommandReused: "This Idempotency-Key was used before for something else. Use a new one for each change.",
    UnknownEvent: "A newer version of Rollbook wrote to this record. Update this one to read it.",
    Fenced: "The data of this person and kind has been erased, so nothing new can be kept under it.",
    Conflict: "Somebody else is changing the same record. Send this again in a moment.",
}
_KINDS: Final[Mapping[str, str]] = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field. Check its spelling, or leave it out.",
    "date_from_datetime_parsing": "This is not a date. Write it as 2026-09-15.",
    "date_parsing": "There is no such date. Write it as 2026-09-15 and check the day and month.",
    "date_type": "This is not a date. Write it as 2026-09-15.",
    "string_type": "This should be text.",
    "literal_error": "This is not one of the codes or words that can be used here.",
    "string_pattern_mismatch": "This is not written as it should be.",
}


class Invalid(Exception):
    """What was sent does not fit; ``errors`` are places and sentences."""

    def __init__(self, errors: Sequence[Mapping[str, str]]) -> None:
        super().__init__("what was sent does not fit")
        self.errors = errors

    @classmethod
    def of(cls, error: ValidationError, model: type[BaseModel]) -> "Invalid":
        """Translate pydantic's errors; neither the values nor names of unknown fields are kept."""
        known = field_names(model)
        return cls(
            [
                {"pointer": pointer(one["loc"], known), "detail": sentence(one)}
                for one in error.errors(include_url=False, include_input=False)
            ]
        )


def sentence(error: ErrorDetails) -> str:
    """Give one of pydantic's errors as a sentence."""
    if error["type"] == "value_error":
        said = str(error.get("ctx", {}).get("error", "")) or "This value cannot be used."
        return said if said[0].isupper() else said[0].upper() + said[1:] + ("" if said.endswith(".") else ".")
    return _KINDS.get(error["type"], error["msg"] + ".")


def pointer(location: Sequence[int | str], known: frozenset[str]) -> str:
    """Give a JSON pointer; what is no field's name (it may be anything that was typed) is a star."""
    return "/" + "/".join(str(part) if isinstance(part, int) or part in known else "*" for part in location)


def field_names(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> frozenset[str]:
    """Give the names of a model's fields, and of the models' in them."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            if inner not in seen:
                names |= field_names(inner, seen | {model})
    return frozenset(names)


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models(argument)]


def problem(status: int, title: str, detail: str, **fields: object) -> Response:
    """Give a problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **fields}
    response = JSONResponse(body, status, media_type="application/problem+json")
    if status == 503:  # noqa: PLR2004  # Service Unavailable
        response.headers["Retry-After"] = RETRY_SECONDS
    if status == 401:  # noqa: PLR2004  # Unauthorized
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def explained(error: Exception) -> tuple[int, str, str]:
    """Give status, title and sentence of an error that a caller is told of."""
    for kind, (status, title) in _STATUS.items():
        if isinstance(error, kind):
            return status, title, _SENTENCES.get(kind, str(error))
    return (
        500,
        "Something went wrong",
        "Something went wrong here, and nothing was changed. Try again, or ask for help.",
    )


def install(app: FastAPI) -> None:
    """Make an app answer its errors as problems."""

    async def told(_: Request, error: Exception) -> Response:
        status, title, detail = explained(error)
        fields = error.fields if isinstance(error, Refused) else {}
        return problem(status, title, detail, **({"fields": fields} if fields else {}))

    async def invalid(_: Request, error: Exception) -> Response:
        errors = error.errors if isinstance(error, Invalid) else []
        return problem(
            422, "Not as it should be", "Some of what was sent cannot be used; see each place.", errors=errors
        )

    async def http(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return problem(status, "Not found" if status == 404 else "Refused", _HTTP.get(status, "This cannot be done."))  # noqa: PLR2004

    for kind in _STATUS:
        app.add_exception_handler(kind, told)
    app.add_exception_handler(Invalid, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_middleware(Unforeseen)


class Unforeseen:
    """Answers what nobody foresaw, and logs its kind and place: an error's text may hold what a person typed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; answer 500 if that fails before anything was sent."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:  # whatever it is, it must not be logged with its text
            if scope["type"] != "http":
                raise
            _LOG.error("%s in %s", type(error).__name__, _place(error))  # a traceback has the text
            if not started:
                await problem(*explained(error))(scope, receive, send)


def _place(error: BaseException) -> str:
    """Give where an error was raised in our own code: file and line."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__) if "site-packages" not in frame.f_code.co_filename]
    frame = frames[-1] if frames else None
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "an unknown place"


_HTTP: Final[Mapping[int, str]] = {
    404: "There is no such page or address here.",
    405: "This address cannot be used in this way.",
}
