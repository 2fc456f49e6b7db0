"""What is sent is of the day on which it was looked at: midnight parts a preview from its sending, and nothing else."""

from datetime import UTC, date, datetime

import pytest
from pydantic import TypeAdapter

from ledger.decider import Refused
from services.auth import Caller
from services.door import Visit
from services.sharing.asking import ToSend
from services.sharing.composing import moment_of

BEFORE = datetime(2026, 9, 30, 22, 59, 30, tzinfo=UTC)
AFTER = datetime(2026, 9, 30, 23, 0, 1, tzinfo=UTC)
"""In London it is midnight at 23:00 of UTC."""


def to_send(made_at: datetime | None) -> ToSend:
    shown = {"made_at": made_at, "sha256": "0" * 64} if made_at else None
    body = {
        "disclosure": "0" * 32, "recipient": "1" * 32, "sharing_purpose": "transfer", "fields": ["upn"],
        "pupils": ["2" * 32], "previewed": shown,
    }  # fmt: skip
    return TypeAdapter(ToSend).validate_python(body, strict=False)


def test_a_preview_of_the_day_before_does_not_go() -> None:
    assert moment_of(to_send(BEFORE), BEFORE) == BEFORE
    with pytest.raises(Refused, match="too old"):
        moment_of(to_send(BEFORE), AFTER)


def test_the_day_of_a_visit_is_that_of_its_own_moment() -> None:
    caller = Caller(bytes(16), frozenset(), frozenset(), 0.0)
    assert Visit(caller, bytes(16), "head", frozenset(), BEFORE).today == date(2026, 9, 30)
    late = Visit(caller, bytes(16), "head", frozenset(), AFTER)
    assert (late.today, moment_of(to_send(None), late.now)) == (date(2026, 10, 1), AFTER)
