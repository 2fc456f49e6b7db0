"""The returns of regulation 13: runs of unauthorised absence and illness to come, against an oracle of another make."""

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from support.folded import at

from services.records.registers.planned_views import PlannedAbsence
from services.records.registers.triggers import _came_and_went, absent_days, ill_days, unauthorised_runs
from services.records.roll.roll_views import Leaving, RollRow, Spell, Turn

MONDAY = date(2026, 9, 7)
DAYS = [day for day in (MONDAY + timedelta(days=ahead) for ahead in range(40)) if day.weekday() < 5]
ADA = b"a" * 16
_MARKS = st.sampled_from(["O", "G", "I", "/", "Y1", "#", None])


def coded(pairs: Sequence[tuple[str | None, str | None]]) -> dict[tuple[date, str], str]:
    said = zip(DAYS, pairs, strict=False)
    return {
        (day, session): code
        for day, pair in said
        for session, code in zip(("AM", "PM"), pair, strict=True)
        if code is not None
    }


def test_ten_days_together_are_a_run_of_ten() -> None:
    codes = coded([("O", "G")] * 10)
    assert unauthorised_runs(DAYS[:12], codes) == [(DAYS[0], DAYS[9], 10)]


def test_a_half_day_a_mark_that_is_missing_or_leave_breaks_a_run() -> None:
    for pair in (("O", "/"), ("O", None), ("I", "I"), (None, None), ("O", "Y1")):
        codes = coded([("O", "O")] * 5 + [pair] + [("O", "O")] * 5)
        assert [count for _, _, count in unauthorised_runs(DAYS[:11], codes)] == [5, 5]


def test_a_day_on_which_nothing_was_possible_neither_counts_nor_breaks() -> None:
    codes = coded([("O", "O")] * 5 + [("Y1", "#")] + [("O", "O")] * 5)
    assert unauthorised_runs(DAYS[:11], codes) == [(DAYS[0], DAYS[10], 10)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.tuples(_MARKS, _MARKS), min_size=1, max_size=len(DAYS)))
def test_runs_agree_with_an_oracle_that_writes_days_as_letters(pairs: list[tuple[str | None, str | None]]) -> None:
    def letter(pair: tuple[str | None, str | None]) -> str:
        if set(pair) <= {"O", "G"}:
            return "u"
        return "-" if set(pair) <= {"Y1", "#"} else "x"

    letters = [(day, letter(pair)) for day, pair in zip(DAYS, pairs, strict=False)]
    kept = [one for one in letters if one[1] != "-"]
    expected = []
    for unauthorised, together in itertools.groupby(kept, key=lambda one: one[1] == "u"):
        days = [day for day, _ in together]
        if unauthorised:
            expected.append((days[0], days[-1], len(days)))
    assert unauthorised_runs(DAYS[: len(pairs)], coded(pairs)) == expected


def plan(first: date, last: date, code: str = "I", *, withdrawn: bool = False) -> PlannedAbsence:
    return PlannedAbsence(
        first=first, last=last, sessions="both", code=code, reason="hospital", at=at(1),
        withdrawn=at(2) if withdrawn else None,
    )  # fmt: skip


def test_illness_counts_what_is_marked_and_what_is_planned_ahead_and_never_a_day_twice() -> None:
    codes = coded([("I", "I"), ("/", "I"), ("/", "\\")])
    plans = [plan(DAYS[0], DAYS[4]), plan(DAYS[5], DAYS[6], "M"), plan(DAYS[7], DAYS[7], withdrawn=True)]
    assert ill_days(DAYS, DAYS[2], codes, plans) == [DAYS[0], DAYS[1], DAYS[3], DAYS[4]]


def test_who_came_is_listed_once_a_time_and_who_left_by_the_day() -> None:
    def came(day: date, index: int) -> Turn:
        return Turn(began=Spell(since=day, status="C", year_group="1", at=at(index)))

    leaving = Leaving(day=DAYS[5], ground="died", destination=None, reason=None, at=at(3))
    row = RollRow(subject=ADA, turns=(came(DAYS[0], 1), came(DAYS[2], 2), Turn(ended=leaving), came(DAYS[8], 4)))
    rules = {"new-pupil-return": 5, "deletion-return": 0}
    found = [(one.rule, one.first, one.due) for one in _came_and_went(row, DAYS[9], rules)]
    assert found == [
        ("new-pupil-return", DAYS[0], DAYS[0] + timedelta(days=5)),
        ("new-pupil-return", DAYS[8], DAYS[8] + timedelta(days=5)),
        ("deletion-return", DAYS[5], DAYS[5]),
    ]
    assert _came_and_went(row, DAYS[9], {}) == []


def test_days_absent_without_leave_count_once_each_and_only_since_the_years_beginning() -> None:
    codes = {
        (DAYS[0], "AM"): "O",
        (DAYS[0], "PM"): "G",
        (DAYS[1], "AM"): "I",
        (DAYS[2], "PM"): "U",
        (DAYS[3], "AM"): "/",
    }
    assert absent_days(codes, DAYS[0]) == [DAYS[0], DAYS[2]]
    assert absent_days(codes, DAYS[1]) == [DAYS[2]]
