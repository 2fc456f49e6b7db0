"""The append that waits: what is committed while it waits for the log's lock is seen by its checks."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg.rows import TupleRow
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import Append, Appended, Claim, Claimed, Condition, Conflict, Fenced
from ledger.postgres import statements as sql
from ledger.postgres.log import ENTRIES_IN_A_GROUP_MAX, PostgresLog
from ledger.verify import verify

Run = Callable[[Coroutine[Any, Any, Any]], Any]
WAIT_SECONDS_MAX = 4.0
"""Less than the role's lock_timeout: a test that is slower than this has not shown what it should."""
FEW, MANY = 1, ENTRIES_IN_A_GROUP_MAX + 1

WAITS = """
SELECT a.query LIKE '%%ledger.admit%%', l.locktype
  FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
 WHERE %s = ANY (pg_blocking_pids(a.pid)) AND a.wait_event_type = 'Lock' AND NOT l.granted
"""


@pytest.fixture
def log(installation: Installation, run: Run, organisation: bytes) -> Iterator[PostgresLog]:
    opened = installation.log()
    run(opened.__aenter__())
    run(opened.open(organisation))
    yield opened
    run(opened.__aexit__(None, None, None))


@contextmanager
def holding(installation: Installation, first: Append) -> Iterator[psycopg.Connection[TupleRow]]:
    """Write an append in a transaction of its own, up to but without its commit: the log's lock is held."""
    with installation.connect("rollbook_records", first.organisation) as connection:
        connection.execute(sql.ADMIT, sql.admit_parameters(first))
        for behind, entry in zip(range(len(first.entries) - 1, -1, -1), first.entries, strict=True):
            connection.execute(sql.INSERT_ONE, sql.one_parameters(first.organisation, entry, behind))
        yield connection


def meet(installation: Installation, log: PostgresLog, run: Run, first: Append, second: Append) -> Appended:
    """Let the second append arrive while the first holds the lock; commit the first once the second is seen to wait."""

    async def story() -> Appended:
        with holding(installation, first) as holder:
            arriving = asyncio.create_task(log.append(second))
            assert await seen_waiting(installation, holder) == (True, "transactionid")
            assert not arriving.done()
            holder.commit()
        return await asyncio.wait_for(arriving, WAIT_SECONDS_MAX)

    answer: Appended = run(story())
    return answer


async def seen_waiting(installation: Installation, holder: psycopg.Connection[TupleRow]) -> tuple[Any, ...] | None:
    """Ask the server who waits for the holder; give whether it is an append, and for which kind of lock."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    with installation.superuser() as watcher:
        while time.monotonic() < deadline:
            found = watcher.execute(WAITS, [holder.info.backend_pid]).fetchone()
            if found is not None:
                return found
            await asyncio.sleep(0.01)
    return None


def entries(count: int, **columns: Any) -> list[Any]:
    return [sealed(**columns), *(sealed() for _ in range(count - 1))]


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_condition_that_became_stale_while_waiting(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    pupil = os.urandom(16)
    run(log.append(append(organisation)))
    first = append(organisation, [sealed(name="consent-withdrawn", subjects=(pupil,))])
    second = append(organisation, entries(count), unless=Condition(1, names=("consent-withdrawn",), subjects=(pupil,)))
    with pytest.raises(Conflict):
        meet(installation, log, run, first, second)
    assert run(log.size(organisation)) == 2
    assert run(log.answered(organisation, second.command, second.digest)) is None


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_condition_that_the_first_does_not_meet(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    first = append(organisation, [sealed(name="consent-withdrawn", subjects=(os.urandom(16),))])
    second = append(
        organisation, entries(count), unless=Condition(0, names=("consent-withdrawn",), subjects=(os.urandom(16),))
    )
    answer = meet(installation, log, run, first, second)
    assert (answer.first, answer.last) == (2, 1 + count)


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_key_that_was_fenced_while_waiting(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    key = os.urandom(16)
    first = append(organisation, [sealed(name="erasure-ordered")], fences=[key])
    with pytest.raises(Fenced):
        meet(installation, log, run, first, append(organisation, entries(count), keys=[os.urandom(16), key]))
    assert run(log.size(organisation)) == 1


@pytest.mark.parametrize("count", [FEW, MANY])
def test_a_version_that_was_taken_while_waiting(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    stream = os.urandom(16)
    first = append(organisation, [sealed(stream=stream, version=1)])
    with pytest.raises(Conflict):
        meet(installation, log, run, first, append(organisation, entries(count, stream=stream, version=1)))
    assert run(log.size(organisation)) == 1


@pytest.mark.parametrize("count", [FEW, MANY])
def test_an_open_version_follows_the_one_that_was_taken_while_waiting(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    stream = os.urandom(16)
    first = append(organisation, [sealed(stream=stream), sealed(stream=stream)])
    assert meet(installation, log, run, first, append(organisation, entries(count, stream=stream))).first == 3
    assert [entry.version for entry in run(log.stream(organisation, stream)).entries] == [1, 2, 3]
    assert verify(installation.feed, organisation).is_sound


@pytest.mark.parametrize("count", [FEW, MANY])
def test_the_same_command_twice_at_once_is_answered_as_repeated(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    first = append(organisation, [sealed(), sealed()], result=b"the first's")
    second = append(organisation, entries(count), command=first.command, result=b"the second's")
    assert meet(installation, log, run, first, second) == Appended(1, 2, b"the first's", repeated=True)
    assert run(log.size(organisation)) == 2


@pytest.mark.parametrize("count", [FEW, MANY])
def test_an_identifier_that_was_claimed_while_waiting(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes, count: int
) -> None:
    upn, pupil = os.urandom(32), os.urandom(16)
    first = append(organisation, claims=[Claim("upn", upn, pupil)])
    second = append(organisation, entries(count), claims=[Claim("upn", upn, os.urandom(16))])
    with pytest.raises(Claimed):
        meet(installation, log, run, first, second)
    assert run(log.owners(organisation, "upn", [upn])) == {upn: pupil}


def test_a_first_that_is_rolled_back_leaves_no_hole_for_the_second(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes
) -> None:
    first = append(organisation, [sealed(), sealed(), sealed()])

    async def story() -> Appended:
        with holding(installation, first) as holder:
            arriving = asyncio.create_task(log.append(append(organisation)))
            assert await seen_waiting(installation, holder)
            holder.rollback()
        return await asyncio.wait_for(arriving, WAIT_SECONDS_MAX)

    assert run(story()).first == 1
    assert verify(installation.feed, organisation).entries == 1


def test_another_organisation_does_not_wait(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes
) -> None:
    other = os.urandom(16)
    run(log.open(other))

    async def story() -> None:
        with holding(installation, append(organisation)) as holder:
            stalled = [asyncio.create_task(log.append(append(organisation)))]
            assert await seen_waiting(installation, holder)
            stalled.append(asyncio.create_task(log.append(append(organisation))))
            await asyncio.sleep(0.1)
            free = asyncio.create_task(log.append(append(other)))
            done, _ = await asyncio.wait([free], timeout=0.5)
            holder.rollback()
            await asyncio.gather(*stalled, free)
            assert free in done

    run(story())
