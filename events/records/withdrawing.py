"""Withdrawals: an entry that should never have been made, such as one of a file that was undone.

A withdrawal is no correction: it puts no other value in the place of the wrong one, and leaves what was known before.
"""

from collections.abc import Mapping
from typing import Final

from events.model import Category, EntryWithdrawn


class IdentityEntryWithdrawn(EntryWithdrawn, name="identity-entry-withdrawn", category="identity"):
    """An entry that says who somebody is is taken to have never been."""


class ContactEntryWithdrawn(EntryWithdrawn, name="contact-entry-withdrawn", category="contact"):
    """An entry that says how somebody is reached or whose contact they are is taken to have never been."""


class EnrolmentEntryWithdrawn(EntryWithdrawn, name="enrolment-entry-withdrawn", category="enrolment"):
    """An entry that says where a pupil belongs is taken to have never been."""


class AttendanceEntryWithdrawn(EntryWithdrawn, name="attendance-entry-withdrawn", category="attendance"):
    """An entry that says what was counted of a pupil's attendance is taken to have never been. No mark ever is."""


class CharacteristicsEntryWithdrawn(EntryWithdrawn, name="characteristics-entry-withdrawn", category="characteristics"):
    """An entry that says what a pupil's characteristics are is taken to have never been."""


class AssessmentEntryWithdrawn(EntryWithdrawn, name="assessment-entry-withdrawn", category="assessment"):
    """An entry that says how a pupil was assessed is taken to have never been."""


class HealthEntryWithdrawn(EntryWithdrawn, name="health-entry-withdrawn", category="health"):
    """An entry that says a pupil's health is taken to have never been."""


class SenEntryWithdrawn(EntryWithdrawn, name="sen-entry-withdrawn", category="sen"):
    """An entry that says a pupil's special educational needs is taken to have never been."""


WITHDRAWN: Final[Mapping[Category, type[EntryWithdrawn]]] = {
    "identity": IdentityEntryWithdrawn,
    "contact": ContactEntryWithdrawn,
    "enrolment": EnrolmentEntryWithdrawn,
    "attendance": AttendanceEntryWithdrawn,
    "characteristics": CharacteristicsEntryWithdrawn,
    "assessment": AssessmentEntryWithdrawn,
    "health": HealthEntryWithdrawn,
    "sen": SenEntryWithdrawn,
}
"""The withdrawal of each category that files write. Marks are amended instead: both must stay readable."""
