"""Temporary part-time timetables: what a register may be offered for the sessions that are not attended, and no mark.

DfE, Working together to improve school attendance: agreed with the parent, for a time, with a day of review.
"""

from datetime import date

from events.codes.calendar import school_year
from events.codes.week import WeekSessions
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex


class PartTimeTimetable(Strict):
    """Which sessions of a week the pupil attends, when that is looked at again, and with whom it was agreed."""

    attends: WeekSessions
    review_on: date
    agreed_with: Text200


class PartTimeAgreed(PersonEvent, name="part-time-timetable-agreed", category="attendance"):
    """A pupil attends part of the week from ``valid_on`` to a last day; a later agreement takes its place."""

    timetable: PartTimeTimetable
    until: date

    @property
    def period(self) -> int:
        """Agreements are kept, and go, by the school year in which they begin."""
        return school_year(self.valid_on)


class PartTimeEnded(PersonEvent, name="part-time-timetable-ended", category="attendance"):
    """The timetable that started on a day ended otherwise than agreed; ``valid_on`` is its last day."""

    started: date

    @property
    def period(self) -> int:
        """As for the agreement."""
        return school_year(self.started)


class PartTimeCorrected(PersonEvent, name="part-time-timetable-corrected", category="attendance"):
    """A timetable recorded at an earlier entry had been wrong: in its sessions, its days, or what was agreed."""

    timetable: PartTimeTimetable
    until: date
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

    @property
    def period(self) -> int:
        """As for the agreement."""
        return school_year(self.valid_on)


class PartTimeWithdrawnV1(PersonEvent, name="part-time-timetable-withdrawn", category="attendance"):
    """What version 2 says, as written before evidence was asked for."""

    corrects: EntryIndex
    reason: Text200

    @property
    def period(self) -> int:
        """As for the agreement."""
        return school_year(self.valid_on)


class PartTimeWithdrawn(PartTimeWithdrawnV1, name="part-time-timetable-withdrawn", version=2, category="attendance"):
    """The timetable recorded at an earlier entry was never agreed for this pupil; ``valid_on`` is its first day."""

    evidence: Text200 | None = None
