"""Contacts: every contact is a subject of their own, so that one can be erased without the other."""

from typing import Annotated

from pydantic import Field

from events.codes.people import PhoneType, Relationship
from events.identifiers import SubjectId
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex, FullName, PostalAddress
from events.text import PlainText


class ContactRecorded(PersonEvent, name="contact-recorded", category="identity"):
    """A parent, carer or other contact became known. They are never matched to another pupil's contact by name."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName


class ContactLinked(PersonEvent, name="contact-linked", category="contact"):
    """A pupil's contact: who they are to the pupil, and in which order the school calls (1 first)."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: Annotated[int, Field(ge=1, le=99)]


class ContactUnlinked(PersonEvent, name="contact-unlinked", category="contact"):
    """Somebody is no longer a pupil's contact."""

    contact: SubjectId
    reason: Text200


class AddressChanged(PersonEvent, name="address-changed", category="contact"):
    """A pupil or contact lives at another address from a date on, or their first address became known."""

    address: PostalAddress


class AddressCorrectedV1(PersonEvent, name="address-corrected", category="contact"):
    """What version 2 says, as written before evidence was asked for."""

    address: PostalAddress
    corrects: EntryIndex
    reason: Text200


class AddressCorrected(AddressCorrectedV1, name="address-corrected", version=2, category="contact"):
    """An address recorded at an earlier entry had been wrong all along."""

    evidence: Text200 | None = None


class PhoneChanged(PersonEvent, name="phone-changed", category="contact"):
    """A pupil's or contact's telephone number of one type, from a date on."""

    phone_type: PhoneType
    number: Annotated[PlainText, Field(min_length=3, max_length=30)]


class EmailChanged(PersonEvent, name="email-changed", category="contact"):
    """A pupil's or contact's e-mail address, from a date on."""

    email: Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
