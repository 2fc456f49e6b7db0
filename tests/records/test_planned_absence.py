"""Planned absences: noted, withdrawn, and never a mark."""

from datetime import date

from support.folded import at, folded
from support.given import given

from events.records.planned_absence import AbsencePlanned, AbsenceWithdrawn
from services.records.registers.planned_absence import PlanAbsence, WithdrawAbsence, planned_absence
from services.records.registers.planned_views import PlannedAbsence, PlannedRow, planned

ADA = b"a" * 16
FIRST, MIDDLE, LAST = date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 18)


def plan(first: date = FIRST, last: date = LAST, code: str = "M", sessions: str = "both") -> PlanAbsence:
    return PlanAbsence.model_validate({
        "pupil": ADA, "valid_on": first, "until": last, "code": code, "sessions": sessions, "reason": "the hospital",
    })  # fmt: skip


def made(first: date = FIRST, last: date = LAST, code: str = "M", sessions: str = "both") -> AbsencePlanned:
    return AbsencePlanned.model_validate({
        "subject": ADA, "valid_on": first, "until": last, "code": code, "sessions": sessions, "reason": "the hospital",
    })  # fmt: skip


def withdraw(entry: int = 1) -> WithdrawAbsence:
    return WithdrawAbsence(pupil=ADA, valid_on=FIRST, plan=entry, reason="it was moved")


WITHDRAWN = AbsenceWithdrawn(subject=ADA, valid_on=FIRST, plan=1, reason="it was moved")


def test_an_absence_is_planned_and_withdrawn() -> None:
    given(planned_absence).when(plan()).then(made())
    given(planned_absence, made()).when(plan()).then()
    given(planned_absence, made()).when(withdraw()).then(WITHDRAWN)
    given(planned_absence, made(), WITHDRAWN).when(withdraw()).then()
    given(planned_absence, made(), WITHDRAWN).when(plan()).then(made())


def test_two_plans_do_not_share_a_session() -> None:
    given(planned_absence, made()).when(plan(MIDDLE, MIDDLE, "I")).then_refused("Another absence is planned")
    given(planned_absence, made(sessions="AM")).when(plan(sessions="PM")).then(made(sessions="PM"))


def test_a_plan_that_says_no_absence_or_no_time_is_refused() -> None:
    given(planned_absence).when(plan(LAST, FIRST)).then_refused("not be before the first")
    given(planned_absence).when(plan(code="/")).then_refused("does not say that a pupil is away")
    given(planned_absence).when(plan(code="H")).then_refused("withdrawn after 18 August 2024")
    given(planned_absence).when(withdraw(7)).then_refused("No absence of this pupil is planned")


def test_a_plan_covers_its_sessions_until_it_is_withdrawn() -> None:
    shown = PlannedAbsence(first=FIRST, last=LAST, sessions="AM", code="M", reason="the hospital", at=at(1))
    assert folded(planned, made(sessions="AM")) == {(ADA,): PlannedRow(subject=ADA, plans=(shown,))}
    assert [shown.covers(MIDDLE, session) for session in ("AM", "PM")] == [True, False]
    assert not shown.covers(date(2026, 9, 19), "AM")
    (gone,) = folded(planned, made(sessions="AM"), WITHDRAWN)[ADA,].plans
    assert (gone.withdrawn, gone.covers(MIDDLE, "AM")) == (at(2), False)
