"""When pupils were present: registers, and what was amended in them."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from events.codes.attendance import AttendanceCode, Session
from events.codes.calendar import school_year
from events.identifiers import GroupId
from events.model import Part, RegisterEvent, Text200

Minutes: TypeAlias = Annotated[int, Field(ge=0, le=480)]
"""Minutes late, at most a school day."""


class Mark(Part):
    """One pupil's attendance at one session."""

    code: AttendanceCode
    minutes_late: Minutes | None = None


class RegisterTaken(RegisterEvent[Mark], name="register-taken", category="attendance"):
    """A session register was taken for some or all of a group.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 10.
    """

    group: GroupId
    date: date
    session: Session

    @property
    def period(self) -> int:
        """Registers are destroyed a school year at a time, six years after the last entry (reg 7)."""
        return school_year(self.date)


class Amendment(Part):
    """One pupil's mark replaced: what it was, what it is, and why."""

    was: AttendanceCode
    code: AttendanceCode
    reason: Text200


class RegisterAmended(RegisterEvent[Amendment], name="register-amended", category="attendance"):
    """Marks already taken were replaced. Both stay readable: that is the point of a register.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 6. Who amended it, and their job title then,
    follow from the header's actor.
    """

    date: date
    session: Session

    @property
    def period(self) -> int:
        """The amended register's school year: an amendment is an entry of it (reg 7)."""
        return school_year(self.date)
