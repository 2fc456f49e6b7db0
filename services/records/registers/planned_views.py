"""Planned absences as they are shown: each with the entry that planned it, and whether it was withdrawn."""

from datetime import date
from typing import Final

from events.model import Recorded
from events.records.planned_absence import AbsencePlanned, AbsenceWithdrawn
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance


class PlannedAbsence(Row):
    """One plan: its days, its sessions (AM, PM or both), the code that it proposes and why."""

    first: date
    last: date
    sessions: str
    code: str
    reason: str
    at: Provenance
    withdrawn: Provenance | None = None

    def covers(self, day: date, session: str) -> bool:
        """Whether the plan stands and is about a session."""
        return self.withdrawn is None and self.first <= day <= self.last and self.sessions in ("both", session)


class PlannedRow(PersonRow):
    """A pupil's plans, in the order of their entries."""

    plans: tuple[PlannedAbsence, ...] = ()


planned = View("planned_absences", version=1, row=PlannedRow, key=["subject"], key_of=lambda r: (r.subject,))


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


VIEWS: Final[tuple[AnyView, ...]] = (planned,)
"""Every view of planned absences."""
