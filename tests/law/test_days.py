"""What is in force on a day, and what changes next: each law from its own day on, and none a day earlier."""

from datetime import date
from itertools import pairwise

import pytest

from law import days
from law.rules import ANY_SCHOOL

INFANT, NURSERY = "16", "50"
BEFORE, FIRST = date(2024, 8, 18), date(2024, 8, 19)


def in_force(on: date, school_type: str | None = INFANT) -> set[tuple[str, str]]:
    return {(kind, rule.id) for kind, rule in days.in_force(on, school_type)}


def test_the_day_on_which_the_law_of_attendance_changed() -> None:
    before, after = in_force(BEFORE), in_force(FIRST)
    assert ("lawful-basis", "attendance-regulations-2006") in before - after
    assert {("gateway", "daily-attendance"), ("lawful-basis", "attendance-regulations-2024")} <= after - before
    assert ("gateway", "daily-attendance") not in in_force(FIRST, NURSERY)
    assert {("gateway", "daily-attendance"), ("gateway", "early-years-census")} <= in_force(FIRST, ANY_SCHOOL)


def test_what_changes_next_comes_in_order_and_what_has_no_day_comes_last() -> None:
    found = days.changes(BEFORE, INFANT)
    assert {(FIRST, "in-force", "daily-attendance"), (FIRST, "not-in-force", "attendance-regulations-2006")} <= {
        (one.day, one.becomes, one.rule.id) for one in found
    }
    assert all(one.day <= other.day for one, other in pairwise(found) if one.day and other.day)
    assert (found[-1].day, found[-1].rule.id) == (None, "information-sharing-duty")
    assert FIRST not in {one.day for one in days.changes(FIRST, INFANT)}
    assert "daily-attendance" not in {one.rule.id for one in days.changes(BEFORE, NURSERY)}


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        (date(2026, 9, 3), 2, date(2026, 9, 7)),
        (date(2026, 4, 2), 2, date(2026, 4, 8)),
        (date(2026, 12, 24), 2, date(2026, 12, 30)),
        (date(2026, 9, 5), 1, date(2026, 9, 7)),
        (date(2026, 9, 3), 0, date(2026, 9, 3)),
    ],
)
def test_a_working_day_is_no_weekend_and_no_bank_holiday(day: date, count: int, due: date) -> None:
    assert days.working_day_after(day, count) == due
