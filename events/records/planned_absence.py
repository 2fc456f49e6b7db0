"""Absences that are known beforehand: what a register may be offered, and never a mark of it."""

from datetime import date
from typing import Literal

from events.codes.attendance import AttendanceCode
from events.codes.calendar import school_year
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex


class AbsencePlanned(PersonEvent, name="absence-planned", category="attendance"):
    """A pupil is expected to be away from ``valid_on`` until a last day; ``code`` is proposed to whoever marks them.

    It is no entry of the register: a mark is made when the register is taken (School Attendance (Pupil Registration)
    (England) Regulations 2024, reg 10).
    """

    until: date
    sessions: Literal["AM", "PM", "both"]
    code: AttendanceCode
    reason: Text200

    @property
    def period(self) -> int:
        """Plans are kept, and go, by the school year in which they begin."""
        return school_year(self.valid_on)


class AbsenceWithdrawn(PersonEvent, name="absence-withdrawn", category="attendance"):
    """What was planned at an earlier entry does not happen after all; ``valid_on`` is that plan's first day."""

    plan: EntryIndex
    reason: Text200

    @property
    def period(self) -> int:
        """As for the plan."""
        return school_year(self.valid_on)


class Planned(Strict):
    """What is planned: from which day to which, which sessions, which code is proposed, and why."""

    first: date
    until: date
    sessions: Literal["AM", "PM", "both"]
    code: AttendanceCode
    because: Text200


class AbsencePlanCorrected(PersonEvent, name="absence-plan-corrected", category="attendance"):
    """A plan recorded at an earlier entry had been wrong; without ``planned`` no absence of this pupil was planned.

    ``valid_on`` is the first day of the right plan or, without one, of the wrong one.
    """

    planned: Planned | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

    @property
    def period(self) -> int:
        """As for a plan that begins on that day."""
        return school_year(self.valid_on)
