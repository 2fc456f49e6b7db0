"""Where a pupil belongs: on the roll, in a group, with whoever teaches it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from events.codes.deletion import DeletionGround
from events.codes.people import EnrolmentStatus, NcYear
from events.identifiers import GroupId
from events.model import Event, Part, PersonEvent, RegisterEvent, Text200
from events.records.common import EntryIndex
from events.text import PlainText


class Enrolled(PersonEvent, name="enrolled", category="enrolment"):
    """A pupil's starting day: their name stands in the admission register from ``valid_on``.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    status: EnrolmentStatus
    year_group: NcYear


class PupilLeftV1(PersonEvent, name="pupil-left", category="enrolment"):
    """A pupil's last day on the roll was ``valid_on``, as written before a ground of regulation 9 was asked for.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 9.
    """

    reason: Text200


class PupilLeft(PersonEvent, name="pupil-left", version=2, category="enrolment"):
    """A pupil's last day on the roll was ``valid_on``; their name is deleted on this ground.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 9. ``ground`` is None only in what was
    written before a ground was asked for; ``destination`` is the school or address they went to, where known.
    """

    ground: DeletionGround | None
    destination: Text200 | None = None
    reason: Text200 | None = None

    @staticmethod
    def upcast_v1_v2(event: PupilLeftV1) -> "PupilLeft":
        """Give what version 1 said: a reason in words, and no ground."""
        return PupilLeft(subject=event.subject, valid_on=event.valid_on, ground=None, reason=event.reason)


class StartingDayCorrectedV1(PersonEvent, name="starting-day-corrected", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    corrects: EntryIndex
    reason: Text200


class StartingDayCorrected(StartingDayCorrectedV1, name="starting-day-corrected", version=2, category="enrolment"):
    """The day from which an earlier entry enrolled a pupil had been wrong: it was ``valid_on``."""

    evidence: Text200 | None = None


class EnrolmentCorrected(PersonEvent, name="enrolment-corrected", category="enrolment"):
    """The status or the year group with which an earlier entry enrolled a pupil had been wrong all along.

    ``valid_on`` is the day from which that entry, or its own correction, enrolled the pupil: this corrects no day.
    """

    status: EnrolmentStatus
    year_group: NcYear
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class LeavingCorrectedV1(PersonEvent, name="leaving-corrected", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    ground: DeletionGround
    destination: Text200 | None = None
    corrects: EntryIndex
    reason: Text200


class LeavingCorrected(LeavingCorrectedV1, name="leaving-corrected", version=2, category="enrolment"):
    """A last day, ground or destination recorded at an earlier entry had been wrong: these are right."""

    evidence: Text200 | None = None


class LeavingUndoneV1(PersonEvent, name="leaving-undone", category="enrolment"):
    """What version 2 says, as written before evidence was asked for."""

    corrects: EntryIndex
    reason: Text200


class LeavingUndone(LeavingUndoneV1, name="leaving-undone", version=2, category="enrolment"):
    """A leaving recorded at an earlier entry never happened: the pupil was on the roll all along."""

    evidence: Text200 | None = None


class GroupFormed(Event, name="group-formed"):
    """A registration group or class exists for a school year (named by the year it begins in)."""

    group: GroupId
    kind: Literal["registration", "class"]
    title: Annotated[PlainText, Field(min_length=1, max_length=60)]
    school_year: Annotated[int, Field(ge=2000, le=2100)]
    year_group: NcYear | None = None


class Place(Part):
    """A pupil's place in a group. The group and the date are in the plain part; this says only that it was theirs."""


class GroupJoined(RegisterEvent[Place], name="group-joined", category="enrolment"):
    """Pupils belong to a group from a date on."""

    group: GroupId
    date: date


class GroupLeft(RegisterEvent[Place], name="group-left", category="enrolment"):
    """Pupils no longer belong to a group; the date is their last day in it."""

    group: GroupId
    date: date


class GroupTaughtBy(PersonEvent, name="group-taught-by", category="enrolment"):
    """A member of staff teaches a group from ``valid_on`` until, where it is known, a last day."""

    group: GroupId
    until: date | None = None
