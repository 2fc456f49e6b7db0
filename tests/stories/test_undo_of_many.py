"""A file so large that its undoing makes the log grow beyond what a condition looks back is undone all the same."""

import pytest
from stories.test_undo import CONTACT, HERE, HOME, held, undo
from support.intake import intake, received, row
from support.school import School

from ledger.postgres import statements


def test_a_plan_that_has_grown_too_old_is_made_anew(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    before = held(school)
    batch = received(school)
    rows = [row(number, contacts=[CONTACT], enrolment=HERE, address=HOME) for number in range(1, 5)]
    assert {one["outcome"] for one in intake(school, rows, batch)} == {"accepted"}
    assert held(school) != before
    monkeypatch.setattr(statements, "CONDITION_SPAN_MAX", 10)
    undo(school, batch)
    monkeypatch.undo()
    assert held(school) == before
