"""The school to which a pupil is to go: its name, and the first day there, as far as this school was told."""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.identifiers import LaEstab
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText


class FutureSchool(Strict):
    """A school to come, and the first day there; None where it was not told."""

    school: Annotated[PlainText, Field(min_length=1, max_length=100)]
    laestab: LaEstab | None = None
    first_day: date | None = None


class FutureSchoolNotified(PersonEvent, name="future-school-notified", category="enrolment"):
    """It was notified on ``valid_on`` to which other school a pupil is to go; None: that this is not so any more.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    future: FutureSchool | None


class FutureSchoolCorrected(PersonEvent, name="future-school-corrected", category="enrolment"):
    """What an earlier entry says of the school to which a pupil is to go had been wrong."""

    future: FutureSchool | None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
