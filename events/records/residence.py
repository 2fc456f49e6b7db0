"""Where a pupil lives or is to live: with which of their parents or contacts, and at which address from a later day.

An address that holds already is said in contacts; a move that has happened is an address that changed.
"""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex, PostalAddress

Residents: TypeAlias = Annotated[tuple[SubjectId, ...], Field(max_length=6)]
"""Contacts with whom a pupil lives, in the order of their ids and each once; none where they live with none of them."""


class FutureAddress(Strict):
    """Where a pupil is to live: with whom, expected from which day, and whether beside the present address."""

    address: PostalAddress
    expected_on: date
    lives_with: Residents
    in_addition: bool


class ResidenceRecorded(PersonEvent, name="residence-recorded", category="contact"):
    """With which of their contacts a pupil normally lives, from a date on.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    lives_with: Residents


class ResidenceCorrected(PersonEvent, name="residence-corrected", category="contact"):
    """With whom a pupil lives, as recorded at an earlier entry, had been wrong all along."""

    lives_with: Residents
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class FutureAddressNotified(PersonEvent, name="future-address-notified", category="contact"):
    """A parent said on ``valid_on`` that a pupil is to live at another address; None: that this is not so any more.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    future: FutureAddress | None


class FutureAddressCorrected(PersonEvent, name="future-address-corrected", category="contact"):
    """What an earlier entry says that a parent had said of a future address had been wrong."""

    future: FutureAddress | None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
