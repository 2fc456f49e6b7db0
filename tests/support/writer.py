"""A process that appends: one of two writers at once, or one that is killed at a named step. Run by test_writers.py.

It is told what to do on its standard input, so that no password stands in a process list. Where it dies is put in from
here, around the product's code: the product has no crash points of its own.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from psycopg import AsyncConnection

from ledger.log import Claim, Claimed, Condition, Conflict
from ledger.postgres import statements as sql
from ledger.postgres.log import ENTRIES_IN_A_GROUP_MAX, PostgresLog
from support.entries import append, sealed

AT_ONCE = 12
"""Appends in flight in one writer, so that groups have good and bad members."""
ADMITTING, INSERTING = (sql.ADMIT,), (sql.INSERT_ONE, sql.INSERT_STAGE)


def main() -> None:
    """Do what the standard input says."""
    told = json.load(sys.stdin)
    asyncio.run({"write": write, "die": die}[told["do"]](told))


async def write(told: dict[str, Any]) -> None:
    """Append and be refused, many times, in a shuffled order; print every answer as ``[command, first, last]``."""
    organisation, shared = bytes.fromhex(told["organisation"]), [bytes.fromhex(one) for one in told["streams"]]
    taken = Claim("upn", bytes.fromhex(told["taken"]), os.urandom(16))
    chance = random.Random(told["seed"])
    counts: list[int] = told["counts"]
    kinds = chance.sample(["good", "claimed", "stale version", "stale condition"], sum(counts), counts=counts)
    queue, answers, refusals = iter(kinds), [], {"claimed": 0, "stale version": 0, "stale condition": 0}

    async def work(log: PostgresLog) -> None:
        for kind in queue:
            many = ENTRIES_IN_A_GROUP_MAX + 2 if chance.random() < 0.1 else chance.choice([1, 1, 2])
            entries = [sealed(stream=chance.choice(shared)) for _ in range(many)]
            extra: dict[str, Any] = {}
            if kind == "claimed":
                extra["claims"] = [taken]
            elif kind == "stale version":
                entries.append(sealed(stream=shared[0], version=1))
            elif kind == "stale condition":
                extra["unless"] = Condition(0, streams=(shared[0],))
            asked = append(organisation, entries, **extra)
            try:
                answer = await log.append(asked)
            except (Claimed, Conflict):
                refusals[kind] += 1
            else:
                answers.append([asked.command.hex(), answer.first, answer.last])

    async with PostgresLog(told["conninfo"]) as log:
        await asyncio.gather(*(work(log) for _ in range(AT_ONCE)))
    json.dump({"answers": answers, "refusals": refusals}, sys.stdout)


async def die(told: dict[str, Any]) -> None:
    """Append once, and be killed at the step that was told."""
    organisation = bytes.fromhex(told["organisation"])
    STEPS[told["step"]]()
    async with PostgresLog(told["conninfo"]) as log:
        entries = [sealed() for _ in range(told["entries"])]
        await log.append(append(organisation, entries, command=bytes.fromhex(told["command"])))
    raise SystemExit("the append was answered: the step was never reached")


def kill(reached: str) -> NoReturn:
    """Say which step was reached, and die of SIGKILL."""
    print(reached, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit("nobody outlives SIGKILL")


def before_begin() -> None:
    async def instead(*_: Any, **__: Any) -> NoReturn:
        kill("before BEGIN")

    PostgresLog._commit = PostgresLog._alone = instead  # type: ignore[method-assign]  # that is the point


def after_commit() -> None:
    for name in ("_commit", "_alone"):
        original: Callable[..., Any] = getattr(PostgresLog, name)

        async def instead(*values: Any, _original: Callable[..., Any] = original) -> NoReturn:
            await _original(*values)
            kill("after COMMIT")

        setattr(PostgresLog, name, instead)


def after(statements: tuple[str, ...], reached: str) -> Callable[[], None]:
    """Give what makes the process die once the server has carried out one of these statements."""

    def install() -> None:
        original: Callable[..., Any] = AsyncConnection.execute

        async def instead(self: AsyncConnection[Any], query: Any, *values: Any, **options: Any) -> Any:
            cursor = await original(self, query, *values, **options)
            if query in statements:
                if self.info.pipeline_status:
                    async with self.pipeline():  # Leaving it waits until the server has answered.
                        pass
                if cursor.statusmessage not in {"SELECT 1", "INSERT 0 1", f"INSERT 0 {ENTRIES_IN_A_GROUP_MAX + 2}"}:
                    raise SystemExit(f"the statement was not carried out: {cursor.statusmessage}")
                kill(reached)
            return cursor

        AsyncConnection.execute = instead  # type: ignore[method-assign]  # that is the point

    return install


STEPS: dict[str, Callable[[], None]] = {
    "before BEGIN": before_begin,
    "after ADMIT": after(ADMITTING, "after ADMIT"),
    "after INSERT": after(INSERTING, "after INSERT"),
    "after COMMIT": after_commit,
}

if __name__ == "__main__":
    main()
