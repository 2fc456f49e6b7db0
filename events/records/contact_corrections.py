"""What ends a number or address, corrects what was recorded of contacts, and says who has parental responsibility."""

from typing import Annotated

from pydantic import Field

from events.codes.families import ResponsibilitySource
from events.codes.people import PhoneType, Relationship
from events.identifiers import SubjectId
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex, FullName
from events.text import PlainText


class PhoneCorrectedV1(PersonEvent, name="phone-corrected", category="contact"):
    """What version 2 says, as written before evidence was asked for."""

    phone_type: PhoneType
    number: Annotated[PlainText, Field(min_length=3, max_length=30)]
    corrects: EntryIndex
    reason: Text200


class PhoneCorrected(PhoneCorrectedV1, name="phone-corrected", version=2, category="contact"):
    """A number recorded at an earlier entry had been wrong all along."""

    evidence: Text200 | None = None


class PhoneEnded(PersonEvent, name="phone-ended", category="contact"):
    """A person's number of one type is theirs no longer; the date is the first day without it."""

    phone_type: PhoneType
    reason: Text200


class EmailCorrectedV1(PersonEvent, name="email-corrected", category="contact"):
    """What version 2 says, as written before evidence was asked for."""

    email: Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
    corrects: EntryIndex
    reason: Text200


class EmailCorrected(EmailCorrectedV1, name="email-corrected", version=2, category="contact"):
    """An e-mail address recorded at an earlier entry had been wrong all along."""

    evidence: Text200 | None = None


class EmailEnded(PersonEvent, name="email-ended", category="contact"):
    """A person's e-mail address is theirs no longer; the date is the first day without it."""

    reason: Text200


class ContactNameChanged(PersonEvent, name="contact-name-changed", category="identity"):
    """A contact took another name or title from a date on."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName


class ContactNameCorrectedV1(PersonEvent, name="contact-name-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName
    corrects: EntryIndex
    reason: Text200


class ContactNameCorrected(ContactNameCorrectedV1, name="contact-name-corrected", version=2, category="identity"):
    """A contact's name or title recorded at an earlier entry had been wrong all along."""

    evidence: Text200 | None = None


class ContactLinkCorrectedV1(PersonEvent, name="contact-link-corrected", category="contact"):
    """What version 2 says, as written before evidence was asked for."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: Annotated[int, Field(ge=1, le=99)]
    corrects: EntryIndex
    reason: Text200


class ContactLinkCorrected(ContactLinkCorrectedV1, name="contact-link-corrected", version=2, category="contact"):
    """Who somebody is to a pupil, or their place among the contacts, had been recorded wrongly at an earlier entry."""

    evidence: Text200 | None = None


class ParentalResponsibilityRecorded(PersonEvent, name="parental-responsibility-recorded", category="contact"):
    """Whether a contact has parental responsibility for a pupil from a date on, and how the school knows.

    Children Act 1989, sections 2 to 4A.
    """

    contact: SubjectId
    holds: bool
    known_from: ResponsibilitySource


class ParentalResponsibilityCorrected(PersonEvent, name="parental-responsibility-corrected", category="contact"):
    """What an earlier entry said of a contact's parental responsibility had been wrong all along."""

    contact: SubjectId
    holds: bool
    known_from: ResponsibilitySource
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
