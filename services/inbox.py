"""Commands that come by Kafka, passed on to the very routes that answer HTTP: one schema, one door, one key."""

import json
from asyncio import to_thread
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from events.identifiers import id_text, parse_id
from ledger.kafka.broker import RECORD_BYTES_MAX
from ledger.kafka.inbox import Outcome, Sent
from ledger.kafka.message import Headers
from ledger.parking import Place
from services import strict_json
from services.auth import TOKEN_CHARACTERS_MAX
from services.door import Door
from services.routes import BY_INBOX

BASE: Final = "/api/organisations/{organisation}/"
CONTENT_TYPE: Final = "application/json"
FAILURES_MAX: Final = 3
"""How often a command that Rollbook itself fails at is tried: a database that is going down fails at first as well."""
TOLD: Final = frozenset({"index", "changed", "outcomes", "batch", "rows"})
TOLD_OF_A_ROW: Final = frozenset({"row", "outcome", "pupil", "reasons", "index"})
TOLD_OF_A_PROBLEM: Final = frozenset({"type", "title", "status", "detail", "errors"})
"""An outcome holds no more than these of an answer: not the values of a record, which answers to rows compare with."""
OF_THE_VIEWS: Final = frozenset({403, 404, 409})
"""What may be answered because views are behind: a role, a pupil or a group is not there yet."""
BUSY: Final = 503
FAILED: Final = 500
REFUSED_FROM: Final = 400


class InboxCommand(BaseModel):
    """The value of a record on the commands' topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: Annotated[str, StringConstraints(max_length=36)]
    path: Annotated[str, StringConstraints(max_length=200)]
    """A command's address after ``/api/organisations/{organisation}/``: "records/take-register"."""
    body: dict[str, Any]


class InboxOutcome(BaseModel):
    """The value of a record on the outcomes' topic: what the HTTP API would have answered, without anybody's values."""

    idempotency_key: str
    organisation: str | None = None
    path: str | None = None
    status: int
    """The status of HTTP; from 400 on there is a ``problem`` (RFC 9457), below it an ``answer``."""
    parked: bool = False
    """Whether the record waits for an operator, who may put it in again: then another outcome comes."""
    answer: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None


class NotACommand(Exception):
    """A record that no attempt will make a command; the sentence says why, and repeats nothing of it."""


class Commands:
    """Carries out commands by an application's own routes, behind its door. ``answers``: whether the databases do.

    A person who is refused because of what the pages do not show yet waits, and tries again; nobody does so here. So a
    refusal counts only once the views have reached what was written before it.
    """

    def __init__(self, app: FastAPI, door: Door, answers: Callable[[], bool]) -> None:
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://inbox", timeout=None)
        self._paths: frozenset[str] = app.state.by_inbox
        self._door, self._answers = door, answers
        self._failures: Counter[Place] = Counter()
        self._awaited: dict[Place, int] = {}
        """For each refused command the entry that the views must have reached before it is refused for good."""

    async def carry_out(self, sent: Sent) -> Outcome | None:
        """Carry a record's command out, and give what to tell of it; None while Rollbook is too busy for it."""
        try:
            command, headers = self._read(sent)
        except NotACommand as error:
            return _parked(sent, str(error))
        address = BASE.format(organisation=command.organisation) + command.path
        is_final = await self._is_final(sent.place, command.organisation)
        response = await self._client.post(address, content=json.dumps(command.body).encode(), headers=headers)
        if response.status_code == BUSY:
            return None
        if response.status_code in OF_THE_VIEWS and not is_final:
            self._awaited.setdefault(sent.place, await self._door.log.size(parse_id(command.organisation)))
            return None
        self._awaited.pop(sent.place, None)
        if response.status_code >= FAILED:
            self._failures[sent.place] += 1
            if self._failures[sent.place] < FAILURES_MAX or not await to_thread(self._answers):
                return None
            del self._failures[sent.place]
            return _parked(sent, "Rollbook failed at this command, and nothing was changed; see the inbox's log.")
        self._failures.pop(sent.place, None)
        return Outcome(sent.key, _value(command, headers, response), _headers(headers["Idempotency-Key"]))

    async def _is_final(self, place: Place, organisation: str) -> bool:
        if place not in self._awaited:
            return False
        async with self._door.read(parse_id(organisation)) as reader:
            return (await reader.position()).index >= self._awaited[place]

    def _read(self, sent: Sent) -> tuple[InboxCommand, dict[str, str]]:
        """Give a record's command and the headers of its request. Raises NotACommand."""
        given = sent.value or b""
        if len(given) > RECORD_BYTES_MAX:
            raise NotACommand(f"It is larger than {RECORD_BYTES_MAX // 1000} kB. Send it as several commands.")
        key = _key(sent)
        if key is None:
            raise NotACommand("It has no header idempotency-key with a UUID.")
        token = sent.headers.get("authorization", b"")
        if not token.lower().startswith(b"bearer ") or not token.isascii() or len(token) > TOKEN_CHARACTERS_MAX:
            raise NotACommand('It has no header authorization with "Bearer" and a token.')
        try:
            strict_json.load(given)
            command = InboxCommand.model_validate_json(given)
            organisation = id_text(parse_id(command.organisation))
        except strict_json.BadJson as error:
            raise NotACommand(str(error)) from None
        except ValidationError:
            raise NotACommand("It is not an object of organisation, path and body, and no more than these.") from None
        except ValueError:
            raise NotACommand("Its organisation is not an id.") from None
        if command.path not in self._paths:
            raise NotACommand("Its path is not a command that can be sent this way.")
        if sent.key != organisation.encode():
            raise NotACommand("The record's key is not its organisation, so its order could not be kept.")
        return command.model_copy(update={"organisation": organisation}), {
            "Idempotency-Key": key, "Authorization": token.decode(), "Content-Type": CONTENT_TYPE,
        }  # fmt: skip


def by_inbox(routes: Iterable[APIRoute]) -> frozenset[str]:
    """Give the addresses, after the organisation's, of those routes that say that they may be used by the inbox."""
    return frozenset(one.path.removeprefix(BASE) for one in routes if (one.openapi_extra or {}).get(BY_INBOX))


def _key(sent: Sent) -> str | None:
    try:
        return id_text(parse_id(sent.headers.get("idempotency-key", b"").decode("ascii")))
    except ValueError:
        return None


def _headers(key: str) -> Headers:
    return [("idempotency-key", key.encode()), ("content-type", CONTENT_TYPE.encode())]


def _value(command: InboxCommand, headers: Mapping[str, str], response: httpx2.Response) -> bytes:
    said: Mapping[str, Any] = response.json()
    told: dict[str, Any] = {}
    if response.status_code >= REFUSED_FROM:
        told["problem"] = {name: value for name, value in said.items() if name in TOLD_OF_A_PROBLEM}
    else:
        told["answer"] = {name: value for name, value in said.items() if name in TOLD}
        if "rows" in said:
            told["answer"]["rows"] = [
                {name: value for name, value in row.items() if name in TOLD_OF_A_ROW} for row in said["rows"]
            ]
    outcome = InboxOutcome(
        idempotency_key=headers["Idempotency-Key"], organisation=command.organisation, path=command.path,
        status=response.status_code, **told,
    )  # fmt: skip
    return outcome.model_dump_json(exclude_none=True).encode()


def _parked(sent: Sent, reason: str) -> Outcome:
    """Give the outcome of a record that waits for an operator; it is told wherever it says to whom."""
    key = _key(sent)
    if key is None:
        return Outcome(sent.key, None, [], reason)
    problem = {"type": "about:blank", "title": "Parked", "status": REFUSED_FROM, "detail": reason}
    told = InboxOutcome(idempotency_key=key, status=REFUSED_FROM, parked=True, problem=problem)
    return Outcome(sent.key, told.model_dump_json(exclude_none=True).encode(), _headers(key), reason)
