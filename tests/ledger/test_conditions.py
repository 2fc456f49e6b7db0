"""A condition that names events and subjects: whose they are counts, and what is about nobody concerns everybody."""

import asyncio
import os
from typing import Any

import pytest
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import Condition, Conflict, Log
from ledger.memory import MemoryLog
from ledger.postgres.log import ENTRIES_IN_A_GROUP_MAX

PUPIL, OTHER = (os.urandom(16) for _ in range(2))
MANY = ENTRIES_IN_A_GROUP_MAX + 4
"""Entries of an append that goes through COPY in PostgreSQL."""


async def met(log: Log, organisation: bytes, condition: Condition, count: int) -> bool:
    """Whether an append on this condition is refused."""
    try:
        await log.append(append(organisation, [sealed() for _ in range(count)], unless=condition))
    except Conflict:
        return True
    return False


async def conditions(log: Log, organisation: bytes, count: int) -> list[bool]:
    rule: dict[str, Any] = {"name": "rule-withdrawn", "category": None, "subjects": (), "body": b"\x01\x90"}
    await log.open(organisation)
    await log.append(append(organisation, [sealed()]))
    await log.append(append(organisation, [sealed(**rule), sealed(name="sex-corrected", subjects=(OTHER,))]))
    both = ("sex-corrected", "rule-withdrawn")
    return [
        await met(log, organisation, Condition(1, names=names, subjects=subjects), count)
        for names, subjects in (
            (both, (PUPIL,)), (("sex-corrected",), (PUPIL,)), (("sex-corrected",), (PUPIL, OTHER)), ((), (PUPIL,)),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, MANY])
def test_what_is_about_nobody_meets_a_condition_that_names_it(
    installation: Installation, organisation: bytes, count: int
) -> None:
    async def asked() -> list[list[bool]]:
        async with installation.log() as stored:
            return [await conditions(log, organisation, count) for log in (MemoryLog(), stored)]

    assert asyncio.run(asked()) == [[True, False, True, False]] * 2
