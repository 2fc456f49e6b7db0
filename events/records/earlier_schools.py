"""Earlier schools: every one that a pupil was at before, and the attendance that each counted, as its file says it.

Education (Pupil Information) (England) Regulations 2005, SI 2005/1437, reg 9: a Common Transfer File carries both. What
a sender writes in codes of its own is kept as it was written.
"""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from events.identifiers import LaEstab
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText

SchoolName: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
AsWritten: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=60)]
"""A sender's own code or words. The code sets of leaving reasons have changed with the versions of the file."""
Sessions: TypeAlias = Annotated[int, Field(ge=0, le=999)]
"""Sessions of one school year, of which there are 380 in most."""
Marks: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=1_000)]


class Stay(Strict):
    """One time at one school: what tells it from another. The number or the name is known, or both."""

    school: SchoolName | None = None
    laestab: LaEstab | None = None
    entered: date | None = None

    @property
    def key(self) -> tuple[str, date | None]:
        """Two statements of one key are about the same time: a school's name may be spelt in several ways."""
        return _school_key(self.laestab, self.school), self.entered


class StayEnd(Strict):
    """What is known of its end: the last day, the reason as the sender wrote it, and the ground of removal."""

    left: date | None = None
    reason: AsWritten | None = None
    ground: AsWritten | None = None


class EarlierSchoolRecorded(PersonEvent, name="earlier-school-recorded", category="enrolment"):
    """It became known that a pupil was at another school or, later, more of the end of that time."""

    which: Stay
    said: StayEnd


class EarlierSchoolCorrected(PersonEvent, name="earlier-school-corrected", category="enrolment"):
    """What an earlier entry said of the end of a time at another school had been wrong."""

    which: Stay
    said: StayEnd
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class EarlierSchoolWithdrawnV1(PersonEvent, name="earlier-school-withdrawn", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    which: Stay
    corrects: EntryIndex
    reason: Text200


class EarlierSchoolWithdrawn(
    EarlierSchoolWithdrawnV1, name="earlier-school-withdrawn", version=2, category="enrolment"
):
    """The time at another school recorded at an earlier entry never was this pupil's, or not from that day."""

    evidence: Text200 | None = None


class YearElsewhere(Strict):
    """A school year at another school. ``year`` is the calendar year in which it ends, as the file has it."""

    year: Annotated[int, Field(ge=1988, le=2100)]
    school: SchoolName | None = None
    laestab: LaEstab | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Two statements of one key are about the same year at the same school."""
        return _school_key(self.laestab, self.school), self.year


class MarksSent(Strict):
    """Marks of sessions in a row, from a first day on, as the sender wrote them: they are shown, and not counted."""

    first: date
    marks: Marks


class YearCounted(Strict):
    """What the other school counted, in sessions, and its marks; None, or no marks, is what it did not say."""

    possible: Sessions | None = None
    attended: Sessions | None = None
    authorised: Sessions | None = None
    unauthorised: Sessions | None = None
    marks_sent: Annotated[tuple[MarksSent, ...], Field(max_length=20)] = ()


class EarlierAttendanceRecorded(PersonEvent, name="earlier-attendance-recorded", category="attendance"):
    """Another school's count of a pupil's sessions in a year became known; a later count stands beside it."""

    which: YearElsewhere
    said: YearCounted


class EarlierAttendanceCorrected(PersonEvent, name="earlier-attendance-corrected", category="attendance"):
    """The count that an earlier entry gives was not what the other school had counted."""

    which: YearElsewhere
    said: YearCounted
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class EarlierAttendanceWithdrawnV1(PersonEvent, name="earlier-attendance-withdrawn", category="attendance"):
    """What version 2 says, as written before evidence was asked for."""

    which: YearElsewhere
    corrects: EntryIndex
    reason: Text200


class EarlierAttendanceWithdrawn(
    EarlierAttendanceWithdrawnV1, name="earlier-attendance-withdrawn", version=2, category="attendance"
):
    """The count recorded at an earlier entry never was of this pupil, or of that year."""

    evidence: Text200 | None = None


def _school_key(laestab: str | None, school: str | None) -> str:
    return laestab or " ".join((school or "").split()).casefold()
