"""Entries and appends for tests of the log, which never looks into a body."""

import os
from collections.abc import Sequence
from typing import Any

from ledger.log import Append, Sealed

ACTOR = bytes.fromhex("ac" * 16)


def sealed(**columns: Any) -> Sealed:
    """Give an entry before the lock; what is not said is random or plain."""
    known: dict[str, Any] = {
        "event_id": os.urandom(16), "service": "records", "stream": os.urandom(16), "version": None,
        "name": "register-taken", "event_version": 1, "category": "attendance", "period": 2026,
        "subjects": (os.urandom(16),), "cohort": False, "actor": ACTOR, "role": "office",
        "purpose": "attendance-register", "basis": "reg-10", "connector": None, "batch": None, "row": None,
        "command": os.urandom(16), "cause": None, "body": b"\x02" + os.urandom(40),
    }  # fmt: skip
    return Sealed(**(known | columns))


def append(organisation: bytes, entries: Sequence[Sealed] | None = None, **rest: Any) -> Append:
    """Give an append of one entry, unless others are given."""
    known: dict[str, Any] = {"command": os.urandom(16), "digest": b"asked", "result": b"{}"}
    return Append(organisation, entries=[sealed()] if entries is None else entries, **(known | rest))
