"""What corrects who belonged to a group and who taught it: the day, or that it was never so."""

from datetime import date

from events.identifiers import GroupId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex


class GroupJoiningCorrected(PersonEvent, name="group-joining-corrected", category="enrolment"):
    """A pupil joined a group on another day than an earlier entry said; without ``joined`` they did not join then."""

    group: GroupId
    joined: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class GroupLeavingCorrected(PersonEvent, name="group-leaving-corrected", category="enrolment"):
    """A pupil's last day in a group was another than an earlier entry said; without ``left`` they did not leave."""

    group: GroupId
    left: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class Teaching(Strict):
    """From which day a member of staff teaches a group and, where it is known, until which."""

    since: date
    until: date | None = None


class GroupTeachingCorrected(PersonEvent, name="group-teaching-corrected", category="enrolment"):
    """The days on which somebody taught a group were others than an earlier entry said; without any, they did not."""

    group: GroupId
    teaching: Teaching | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
