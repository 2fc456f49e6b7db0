"""Who must be told of to the local authority, and why: the returns of regulation 13 as questions. Nothing is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from events.codes.attendance import AttendanceClass, attendance_code
from events.codes.calendar import FIRST_MONTH, school_year
from ledger.view import Reader
from services.records.registers.attendance_queries import SESSIONS, marks_of, open_days
from services.records.registers.attendance_views import attendance_months, month_of
from services.records.registers.planned_views import PlannedAbsence, planned
from services.records.roll.roll_views import RollRow, roll

RULES: Final[Mapping[str, str]] = {
    "unauthorised-absence-return": "school_days",
    "irregular-attendance-return": "school_days",
    "sickness-return": "school_days",
    "new-pupil-return": "days",
    "deletion-return": "days",
}
"""Each return's rule, and the parameter that it turns on."""
LISTED_DAYS: Final = 30
"""Days for which somebody who came or left stays on the list: by then the return is long made, or long overdue."""
ILLNESS: Final = "I"
_NEITHER: Final = frozenset({AttendanceClass.NOT_POSSIBLE, AttendanceClass.NOT_COLLECTED})

Codes = Mapping[tuple[date, str], str]
"""A pupil's codes by day and session."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A pupil of whom the authority must be told: by which rule, since and until when, how many days, and by when."""

    subject: bytes
    rule: str
    first: date
    last: date
    days: int
    due: date | None = None


def unauthorised_runs(open_on: Sequence[date], codes: Codes) -> list[tuple[date, date, int]]:
    """Give each run of school days on which both sessions were unauthorised absence: first, last and how many.

    A day of which nothing was possible neither counts nor breaks a run; one that was not fully marked breaks it.
    """
    runs: list[tuple[date, date, int]] = []
    run: tuple[date, date, int] | None = None
    for day in open_on:
        found = [codes.get((day, session)) for session in SESSIONS]
        classes = {attendance_code(code).attendance_class for code in found if code is not None}
        if None not in found and classes <= _NEITHER:
            continue
        if None not in found and classes == {AttendanceClass.UNAUTHORISED}:
            run = (run[0] if run else day, day, (run[2] if run else 0) + 1)
            continue
        if run is not None:
            runs.append(run)
        run = None
    return [*runs, run] if run is not None else runs


def absent_days(codes: Codes, since: date) -> list[date]:
    """Give the days since one of which at least one session was unauthorised absence: together or apart."""
    absent = (
        day
        for (day, _), code in codes.items()
        if day >= since and attendance_code(code).attendance_class == AttendanceClass.UNAUTHORISED
    )
    return sorted(set(absent))


def ill_days(open_on: Sequence[date], today: date, codes: Codes, plans: Sequence[PlannedAbsence]) -> list[date]:
    """Give the school days missed through illness: those marked so and, after today, those that are planned."""
    found = []
    for day in open_on:
        marked = any(codes.get((day, session)) == ILLNESS for session in SESSIONS)
        ahead = day > today and any(
            plan.code == ILLNESS and plan.covers(day, session) for plan in plans for session in SESSIONS
        )
        if marked or ahead:
            found.append(day)
    return found


async def triggers(reader: Reader, today: date, rules: Mapping[str, int]) -> list[Trigger]:
    """Give every pupil of whom a return is due, by the rules that the school has adopted (rule: its number)."""
    year = school_year(today)
    first, last = date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - timedelta(days=1)
    # A run may have begun before the summer, so its days are looked for in the year before, too.
    before = date(year - 1, FIRST_MONTH, 1)
    past, whole = await open_days(reader, before, today), await open_days(reader, first, last)
    codes = await _codes(reader, before, today)
    plans = {row.subject: row.plans for row in await reader.find(planned)}
    found: list[Trigger] = []
    for subject in codes.keys() | plans.keys():
        known = codes.get(subject, {})
        found += _unauthorised(subject, past, known, first, rules)
        found += _irregular(subject, absent_days(known, first), rules)
        found += _sickness(subject, ill_days(whole, today, known, plans.get(subject, ())), rules)
    for row in await reader.find(roll):
        found += _came_and_went(row, today, rules)
    return sorted(found, key=lambda one: (one.rule, one.first, one.subject))


async def _codes(reader: Reader, first: date, last: date) -> dict[bytes, dict[tuple[date, str], str]]:
    found: dict[bytes, dict[tuple[date, str], str]] = {}
    for row in await reader.find(attendance_months, month=list(range(month_of(first), month_of(last) + 1))):
        kept = found.setdefault(row.subject, {})
        kept.update({(mark.date, mark.session): mark.code for mark in marks_of(row) if mark.date <= last})
    return found


def _unauthorised(
    subject: bytes, past: Sequence[date], codes: Codes, since: date, rules: Mapping[str, int]
) -> list[Trigger]:
    rule = "unauthorised-absence-return"
    if rule not in rules:
        return []
    return [
        Trigger(subject, rule, begun, ended, count)
        for begun, ended, count in unauthorised_runs(past, codes)
        if count >= rules[rule] and ended >= since
    ]


def _irregular(subject: bytes, days: Sequence[date], rules: Mapping[str, int]) -> list[Trigger]:
    rule = "irregular-attendance-return"
    if rule not in rules or not days or len(days) < rules[rule]:
        return []
    return [Trigger(subject, rule, days[0], days[-1], len(days))]


def _sickness(subject: bytes, days: Sequence[date], rules: Mapping[str, int]) -> list[Trigger]:
    rule = "sickness-return"
    if rule not in rules or not days or len(days) < rules[rule]:
        return []
    return [Trigger(subject, rule, days[0], days[-1], len(days))]


def _came_and_went(row: RollRow, today: date, rules: Mapping[str, int]) -> list[Trigger]:
    listed = today - timedelta(days=LISTED_DAYS)
    found = []
    for came in _first_days(row):
        if "new-pupil-return" in rules and listed <= came <= today:
            due = came + timedelta(days=rules["new-pupil-return"])
            found.append(Trigger(row.subject, "new-pupil-return", came, came, (today - came).days, due))
    for leaving in row.leavings:
        if "deletion-return" in rules and listed <= leaving.day <= today:
            due = leaving.day + timedelta(days=rules["deletion-return"])
            days = (today - leaving.day).days
            found.append(Trigger(row.subject, "deletion-return", leaving.day, leaving.day, days, due))
    return found


def _first_days(row: RollRow) -> list[date]:
    """Give the first day of each time on the roll: a new year group within it is no new pupil."""
    found: list[date] = []
    days: list[date] = []
    for turn in row.turns:
        if turn.began is not None:
            days.append(turn.began.since)
        elif days:
            found.append(min(days))
            days = []
    return [*found, min(days)] if days else found
