"""What the inbox tells of an answer, when it asks again, and what it parks: with routes that answer as they are told."""

import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from ledger.kafka.inbox import Outcome, Sent
from ledger.parking import Place
from services.inbox import FAILURES_MAX, Commands

ORGANISATION = str(uuid4())
Run = Callable[[Coroutine[Any, Any, Any]], Any]


class Desk:
    """Routes that answer as told, views at an entry as told, and how often was asked."""

    def __init__(self, status: int, answer: dict[str, Any], *, answers: bool = True) -> None:
        self.status, self.answer, self.asked = status, answer, 0
        self.views_at, self.size = 5, 5
        app = FastAPI()
        app.add_api_route("/api/organisations/{organisation}/records/x", self.x, methods=["POST"])
        app.state.by_inbox = frozenset({"records/x"})
        door: Any = SimpleNamespace(read=self.read, log=SimpleNamespace(size=self.sized))
        self.commands = Commands(app, door, lambda: answers)

    async def x(self, request: Request) -> Response:
        self.asked += 1
        assert await request.json() == {"a": 1}
        assert request.headers["authorization"] == "Bearer abc"
        return JSONResponse(self.answer, self.status)

    async def sized(self, _: bytes) -> int:
        return self.size

    @asynccontextmanager
    async def read(self, _: bytes) -> AsyncIterator[Any]:
        async def position() -> Any:
            return SimpleNamespace(index=self.views_at)

        yield SimpleNamespace(position=position)

    async def carry_out(self) -> Outcome | None:
        value = {"organisation": ORGANISATION, "path": "records/x", "body": {"a": 1}}
        headers = {"idempotency-key": str(uuid4()).encode(), "authorization": b"Bearer abc"}
        sent = Sent(Place("commands", 0, 7, 1), ORGANISATION.encode(), json.dumps(value).encode(), headers)
        return await self.commands.carry_out(sent)


def told(outcome: Outcome | None) -> dict[str, Any]:
    assert outcome is not None
    found: dict[str, Any] = json.loads(outcome.value or b"")
    return found


def test_of_an_answer_only_what_names_no_value_is_told(run: Run) -> None:
    rows = [{"row": 1, "outcome": "accepted", "effects": [{"was": "Wagtail"}], "reasons": []}]
    desk = Desk(200, {"index": 3, "rows": rows, "seen": "Wagtail"})
    assert told(run(desk.carry_out()))["answer"] == {
        "index": 3, "rows": [{"row": 1, "outcome": "accepted", "reasons": []}]
    }  # fmt: skip


def test_of_a_problem_no_structured_value_is_told(run: Run) -> None:
    desk = Desk(422, {"status": 422, "detail": "This is missing.", "fields": {"was": "Wagtail"}})
    assert told(run(desk.carry_out()))["problem"] == {"status": 422, "detail": "This is missing."}


def test_a_busy_rollbook_is_asked_again(run: Run) -> None:
    assert run(Desk(503, {}).carry_out()) is None


def test_a_refusal_counts_once_the_views_have_reached_what_was_written_before(run: Run) -> None:
    desk = Desk(409, {"status": 409, "detail": "There is no such pupil."})
    desk.views_at = 4
    assert [run(desk.carry_out()) for _ in range(3)] == [None] * 3
    desk.views_at, desk.size = 5, 9  # what is written meanwhile is not waited for
    assert told(run(desk.carry_out()))["status"] == 409
    desk.views_at = 4
    assert run(desk.carry_out()) is None, "the next time it is weighed anew"


def test_what_rollbook_fails_at_is_parked_after_some_attempts(run: Run) -> None:
    desk = Desk(500, {"status": 500})
    assert [run(desk.carry_out()) for _ in range(FAILURES_MAX - 1)] == [None] * (FAILURES_MAX - 1)
    last = run(desk.carry_out())
    assert (last.parked is not None, told(last)["parked"], desk.asked) == (True, True, FAILURES_MAX)


def test_nothing_is_parked_because_a_database_is_away(run: Run) -> None:
    desk = Desk(500, {"status": 500}, answers=False)
    assert [run(desk.carry_out()) for _ in range(FAILURES_MAX + 2)] == [None] * (FAILURES_MAX + 2)
