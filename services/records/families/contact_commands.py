"""What the office may send about contacts: who they are, who they are to a pupil, and how a person is reached."""

from datetime import date
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field

from events.codes.families import ResponsibilitySource
from events.codes.people import PhoneType, Relationship
from events.identifiers import SubjectId
from events.model import Text200
from events.records.common import FullName, PostalAddress
from events.text import PlainText
from ledger.decider import Command, Stream

_Title: TypeAlias = Annotated[PlainText, Field(max_length=20)]
_Number: TypeAlias = Annotated[PlainText, Field(min_length=3, max_length=30)]
_Email: TypeAlias = Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
_Place: TypeAlias = Annotated[int, Field(ge=1, le=99)]


class AboutPerson(Command):
    """``person`` is a pupil or a contact."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """How a person can be reached, and who their contacts are, is a stream of its own."""
        return Stream("contacts", self.person)


class RecordContact(AboutPerson):
    """A parent, carer or other contact becomes known."""

    title: _Title | None = None
    full_name: FullName


class LinkContact(AboutPerson):
    """Somebody is the pupil's contact, or is so in another capacity or order than before."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: _Place


class UnlinkContact(AboutPerson):
    """Somebody is no longer the pupil's contact."""

    contact: SubjectId
    reason: Text200


class ChangeAddress(AboutPerson):
    """The person lives here from ``valid_on`` on."""

    address: PostalAddress


class CorrectAddress(AboutPerson):
    """The address had been wrong; this is what it was from ``valid_on`` on."""

    address: PostalAddress
    reason: Text200
    evidence: Text200 | None = None


class ChangePhone(AboutPerson):
    """The person's number of one type."""

    phone_type: PhoneType
    number: _Number


class ChangeEmail(AboutPerson):
    """The person's e-mail address."""

    email: _Email


class ChangeContactName(AboutPerson):
    """The contact is called this from ``valid_on`` on."""

    title: _Title | None = None
    full_name: FullName


class CorrectContactName(AboutPerson):
    """The contact's name or title had been wrong; this is what it was from ``valid_on`` on."""

    title: _Title | None = None
    full_name: FullName
    reason: Text200
    evidence: Text200 | None = None


class CorrectLink(AboutPerson):
    """Who the contact is to the pupil, or their place among the contacts, had been wrong."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: _Place
    reason: Text200
    evidence: Text200 | None = None


class RecordParentalResponsibility(AboutPerson):
    """The contact has, or has not, parental responsibility for the pupil from ``valid_on`` on; how that is known."""

    contact: SubjectId
    holds: bool
    known_from: ResponsibilitySource


class CorrectParentalResponsibility(AboutPerson):
    """What was recorded of the contact's parental responsibility had been wrong."""

    contact: SubjectId
    holds: bool
    known_from: ResponsibilitySource
    reason: Text200
    evidence: Text200 | None = None


class CorrectPhone(AboutPerson):
    """The number of this type had been wrong; this is what it was from ``valid_on`` on."""

    phone_type: PhoneType
    number: _Number
    reason: Text200
    evidence: Text200 | None = None


class EndPhone(AboutPerson):
    """The person's number of this type is theirs no longer; ``valid_on`` is the first day without it."""

    phone_type: PhoneType
    reason: Text200


class CorrectEmail(AboutPerson):
    """The e-mail address had been wrong; this is what it was from ``valid_on`` on."""

    email: _Email
    reason: Text200
    evidence: Text200 | None = None


class EndEmail(AboutPerson):
    """The person's e-mail address is theirs no longer; ``valid_on`` is the first day without it."""

    reason: Text200
