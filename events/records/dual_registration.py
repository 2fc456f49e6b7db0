"""Dual registration: the other school at which a pupil is registered, and the sessions that are attended there.

Which of the two is the main one is the enrolment's status, M or S, and is not said here a second time.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.codes.week import WeekSessions
from events.identifiers import LaEstab
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText


class OtherSchool(Strict):
    """The other school, and the sessions of a week attended there; none where these are not known."""

    school: Annotated[PlainText, Field(min_length=1, max_length=100)]
    laestab: LaEstab | None = None
    attends: WeekSessions


class DualRegistrationRecorded(PersonEvent, name="dual-registration-recorded", category="enrolment"):
    """A pupil is registered at another school too, from ``valid_on``; a later record takes its place.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 10 (code D).
    """

    other: OtherSchool
    until: date | None = None


class DualRegistrationEnded(PersonEvent, name="dual-registration-ended", category="enrolment"):
    """The dual registration that started on a day ended; ``valid_on`` is its last day."""

    started: date


class DualRegistrationCorrected(PersonEvent, name="dual-registration-corrected", category="enrolment"):
    """A dual registration recorded at an earlier entry had been wrong: in its school, its sessions or its days."""

    other: OtherSchool
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class DualRegistrationWithdrawnV1(PersonEvent, name="dual-registration-withdrawn", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    corrects: EntryIndex
    reason: Text200


class DualRegistrationWithdrawn(
    DualRegistrationWithdrawnV1, name="dual-registration-withdrawn", version=2, category="enrolment"
):
    """The dual registration recorded at an earlier entry never was this pupil's; ``valid_on`` is its first day."""

    evidence: Text200 | None = None
