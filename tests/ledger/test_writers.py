"""Writers that collide and writers that die: no gap, no loss, nothing twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import Claim
from ledger.postgres.log import ENTRIES_IN_A_GROUP_MAX, PostgresLog
from ledger.postgres.wire import Id
from ledger.verify import verify

Run = Callable[[Coroutine[Any, Any, Any]], Any]
WRITER = Path(__file__).resolve().parents[1] / "support" / "writer.py"
SECONDS_MAX = 50
STEPS = ("before BEGIN", "after ADMIT", "after INSERT", "after COMMIT")
GOOD, ROLLED_BACK = 150, (170, 170, 160)
"""Of each of the two writers: appends that should be written, and 500 that the log must refuse, by reason."""


@pytest.fixture
def log(installation: Installation, run: Run, organisation: bytes) -> Iterator[PostgresLog]:
    opened = installation.log()
    run(opened.__aenter__())
    run(opened.open(organisation))
    yield opened
    run(opened.__aexit__(None, None, None))


def start(**told: Any) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, WRITER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    process.stdin = None
    return process


def test_two_writers_and_a_thousand_rollbacks(
    installation: Installation, log: PostgresLog, run: Run, organisation: bytes
) -> None:
    taken, streams = os.urandom(32), [os.urandom(16) for _ in range(4)]
    opening = append(
        organisation, [sealed(stream=stream) for stream in streams], claims=[Claim("upn", taken, bytes(16))]
    )
    run(log.append(opening))
    writers = [
        start(
            do="write", conninfo=installation.databases.conninfo("log", "rollbook_records"), seed=seed,
            organisation=organisation.hex(), taken=taken.hex(), streams=[stream.hex() for stream in streams],
            counts=[GOOD, *ROLLED_BACK],
        )
        for seed in (1, 2)
    ]  # fmt: skip
    outcomes = []
    for writer in writers:
        out, errors = writer.communicate(timeout=SECONDS_MAX)
        assert writer.returncode == 0, errors
        outcomes.append(json.loads(out))
    for outcome in outcomes:
        assert list(outcome["refusals"].values()) == list(ROLLED_BACK)
        assert len(outcome["answers"]) == GOOD
    answers = sorted((first, last, command) for one in outcomes for command, first, last in one["answers"])
    # Every index from 1 is in exactly one answer: nothing lost, nothing twice, no hole left by a rollback.
    spans = [(1, len(streams)), *((first, last) for first, last, _ in answers)]
    assert [first for first, _ in spans] == [1, *(last + 1 for _, last in spans[:-1])]
    assert run(log.size(organisation)) == spans[-1][1]
    with installation.superuser() as connection:
        rows = connection.execute(
            "SELECT index, command FROM ledger.event WHERE organisation = %s ORDER BY index", [Id(organisation)],
            binary=True,
        ).fetchall()  # fmt: skip
        commands = connection.execute(
            "SELECT key, first, last FROM ledger.command WHERE organisation = %s", [Id(organisation)], binary=True
        ).fetchall()
    assert [index for index, _ in rows] == list(range(1, spans[-1][1] + 1))
    stored = {(first, last, key.hex()) for key, first, last in commands}
    assert stored == {(1, len(streams), opening.command.hex()), *answers}
    verdict = verify(installation.feed, organisation)
    assert verdict.problems == ()
    assert verdict.entries == spans[-1][1]
    # The writers really met: neither wrote all of its appends in one go.
    owner = [any(command == mine for mine, _, _ in outcomes[0]["answers"]) for _, _, command in answers]
    assert sum(before != after for before, after in pairwise(owner)) > GOOD / 5


def test_a_writer_killed_at_each_step_has_one_effect_when_the_command_is_sent_again(
    installation: Installation, log: PostgresLog, run: Run
) -> None:
    conninfo = installation.databases.conninfo("log", "rollbook_records")
    cases = [(step, entries) for step in STEPS for entries in (1, ENTRIES_IN_A_GROUP_MAX + 2)]
    deaths = []
    for step, entries in cases:
        organisation, command = os.urandom(16), os.urandom(16)
        run(log.open(organisation))
        run(log.append(append(organisation)))
        died = start(
            do="die", conninfo=conninfo, organisation=organisation.hex(), command=command.hex(), step=step,
            entries=entries,
        )  # fmt: skip
        deaths.append((step, entries, organisation, command, died))
    for step, entries, organisation, command, died in deaths:
        out, errors = died.communicate(timeout=SECONDS_MAX)
        assert (out.strip(), died.returncode) == (step, -signal.SIGKILL), errors
        was_committed = step == "after COMMIT"
        assert run(log.size(organisation)) == (1 + entries if was_committed else 1)
        again = append(organisation, [sealed() for _ in range(entries)], command=command)
        for repeated in (was_committed, True):
            answer = run(log.append(again))
            assert (answer.first, answer.last, answer.repeated) == (2, 1 + entries, repeated), (step, entries)
        assert run(log.append(append(organisation))).first == 2 + entries
        verdict = verify(installation.feed, organisation)
        assert (verdict.entries, verdict.problems) == (2 + entries, ())
