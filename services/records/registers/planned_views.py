"""Planned absences as they are shown: each with the entry that planned it, and whether it was withdrawn."""

from datetime import date
from typing import Final

from events.model import Recorded
from events.records.planned_absence import AbsencePlanCorrected, AbsencePlanned, AbsenceWithdrawn
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Never, never
from services.facts import Provenance, why


class WrongPlan(Row):
    """What a plan had been recorded as before it was corrected, and why that was wrong."""

    first: date
    last: date
    sessions: str
    code: str
    reason: str
    at: Provenance
    why: str


class PlannedAbsence(Row):
    """One plan: its days, its sessions (AM, PM or both), the code that it proposes and why.

    Of a corrected one ``was`` is what had been recorded; ``never`` says that there was no such plan.
    """

    first: date
    last: date
    sessions: str
    code: str
    reason: str
    at: Provenance
    withdrawn: Provenance | None = None
    was: WrongPlan | None = None
    never: Never | None = None

    def covers(self, day: date, session: str) -> bool:
        """Whether the plan stands and is about a session."""
        stands = self.withdrawn is None and self.never is None
        return stands and self.first <= day <= self.last and self.sessions in ("both", session)


class PlannedRow(PersonRow):
    """A pupil's plans, in the order of their entries."""

    plans: tuple[PlannedAbsence, ...] = ()


planned = View("planned_absences", version=2, row=PlannedRow, key=["subject"], key_of=lambda r: (r.subject,))


@planned.on(AbsencePlanned)
def _planned(row: PlannedRow | None, recorded: Recorded[AbsencePlanned]) -> PlannedRow:
    body = recorded.body
    plan = PlannedAbsence(
        first=body.valid_on, last=body.until, sessions=body.sessions, code=body.code, reason=body.reason,
        at=Provenance.of(recorded),
    )  # fmt: skip
    return PlannedRow(subject=body.subject, plans=(*(row.plans if row else ()), plan))


@planned.on(AbsenceWithdrawn)
def _withdrawn(row: PlannedRow | None, recorded: Recorded[AbsenceWithdrawn]) -> PlannedRow | None:
    if row is None:
        return None
    gone = {"withdrawn": Provenance.of(recorded)}
    plans = tuple(plan.model_copy(update=gone) if plan.at.index == recorded.body.plan else plan for plan in row.plans)
    return PlannedRow(subject=row.subject, plans=plans)


@planned.on(AbsencePlanCorrected)
def _put_right(row: PlannedRow | None, recorded: Recorded[AbsencePlanCorrected]) -> PlannedRow | None:
    if row is None:
        return None  # What is said of a plan that can no longer be read.
    plans = tuple(_right(plan, recorded) if plan.at.index == recorded.body.corrects else plan for plan in row.plans)
    return PlannedRow(subject=row.subject, plans=plans)


def _right(wrong: PlannedAbsence, recorded: Recorded[AbsencePlanCorrected]) -> PlannedAbsence:
    right = recorded.body.planned
    if right is None:
        return wrong.model_copy(update={"never": never(recorded)})
    was = WrongPlan(
        first=wrong.first, last=wrong.last, sessions=wrong.sessions, code=wrong.code, reason=wrong.reason, at=wrong.at,
        why=why(recorded.body),
    )  # fmt: skip
    return PlannedAbsence(
        first=right.first, last=right.until, sessions=right.sessions, code=right.code, reason=right.because,
        at=Provenance.of(recorded), was=was,
    )  # fmt: skip


VIEWS: Final[tuple[AnyView, ...]] = (planned,)
"""Every view of planned absences."""
