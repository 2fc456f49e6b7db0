"""Absences that are known beforehand: what a register may be offered, and never a mark of it."""

from datetime import date
from typing import Literal

from events.codes.attendance import AttendanceCode
from events.codes.calendar import school_year
from events.model import PersonEvent, Text200
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
