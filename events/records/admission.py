"""What else the admission register must hold of a pupil: the school attended last, and the first day expected here."""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.model import PersonEvent, Text200
from events.records.common import EntryIndex
from events.text import PlainText


class LastSchoolRecorded(PersonEvent, name="last-school-recorded", category="enrolment"):
    """The school that a pupil attended before they came here became known; None: they attended none.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    school: Annotated[PlainText, Field(min_length=1, max_length=100)] | None


class LastSchoolCorrectedV1(PersonEvent, name="last-school-corrected", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    school: Annotated[PlainText, Field(min_length=1, max_length=100)] | None
    corrects: EntryIndex
    reason: Text200


class LastSchoolCorrected(LastSchoolCorrectedV1, name="last-school-corrected", version=2, category="enrolment"):
    """The school of before, as recorded at an earlier entry, had been wrong."""

    evidence: Text200 | None = None


class FirstDayExpected(PersonEvent, name="first-day-expected", category="enrolment"):
    """It was agreed or notified on ``valid_on`` on which day a pupil is to attend first; None: not any more.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8. The day on which they began is the
    enrolment's.
    """

    first_day: date | None


class FirstDayExpectedCorrected(PersonEvent, name="first-day-expected-corrected", category="enrolment"):
    """The first day of attendance that an earlier entry says was expected had been wrong."""

    first_day: date | None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
