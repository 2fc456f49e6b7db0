"""Contacts: people of their own, linked to a pupil; and how a pupil or contact can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events.codes.people import PhoneType, Relationship
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    FullName,
    PhoneChanged,
    PostalAddress,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _AboutPerson(Command):
    """``person`` is a pupil or a contact."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """How a person can be reached, and who their contacts are, is a stream of its own."""
        return Stream("contacts", self.person)


class RecordContact(_AboutPerson):
    """A parent, carer or other contact becomes known."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName


class LinkContact(_AboutPerson):
    """Somebody is the pupil's contact, or is so in another capacity or order than before."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: Annotated[int, Field(ge=1, le=99)]


class UnlinkContact(_AboutPerson):
    """Somebody is no longer the pupil's contact."""

    contact: SubjectId
    reason: Text200


class ChangeAddress(_AboutPerson):
    """The person lives here from ``valid_on`` on."""

    address: PostalAddress


class CorrectAddress(_AboutPerson):
    """The address had been wrong; this is what it was from ``valid_on`` on."""

    address: PostalAddress
    reason: Text200


class ChangePhone(_AboutPerson):
    """The person's number of one type."""

    phone_type: PhoneType
    number: Annotated[PlainText, Field(min_length=3, max_length=30)]


class ChangeEmail(_AboutPerson):
    """The person's e-mail address."""

    email: Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached, and a pupil's contacts by subject."""

    full_name: FullName | None = None
    title: str | None = None
    address: PostalAddress | None = None
    address_entry: int = 0
    phones: Mapping[str, str] = field(default_factory=dict)
    email: str | None = None
    links: Mapping[bytes, tuple[str, bool | None, int]] = field(default_factory=dict)


def evolve(state: Reach, event: Event, index: int) -> Reach:
    """Fold one event."""
    match event:
        case ContactRecorded():
            return replace(state, full_name=event.full_name, title=event.title)
        case AddressChanged() | AddressCorrected():
            return replace(state, address=event.address, address_entry=index)
        case PhoneChanged():
            return replace(state, phones={**state.phones, event.phone_type: event.number})
        case EmailChanged():
            return replace(state, email=event.email)
        case ContactLinked():
            link = (event.relationship, event.parental_responsibility, event.priority)
            return replace(state, links={**state.links, event.contact: link})
        case ContactUnlinked():
            return replace(state, links={who: link for who, link in state.links.items() if who != event.contact})
        case _:
            return state


def decide(command: Command, state: Reach) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordContact() | LinkContact() | UnlinkContact():
            event: Event | None = _contact(command, state)
        case ChangeAddress() | CorrectAddress():
            event = _address(command, state)
        case ChangePhone() if state.phones.get(command.phone_type) != command.number:
            event = PhoneChanged(
                subject=command.person, valid_on=command.valid_on, phone_type=command.phone_type, number=command.number
            )
        case ChangeEmail() if state.email != command.email:
            event = EmailChanged(subject=command.person, valid_on=command.valid_on, email=command.email)
        case _:
            event = None
    return Decided([event] if event else [])


def _contact(command: RecordContact | LinkContact | UnlinkContact, state: Reach) -> Event | None:
    match command:
        case RecordContact() if (state.full_name, state.title) == (command.full_name, command.title):
            return None
        case RecordContact() if state.full_name is not None:
            raise Refused(
                "This contact is already recorded under another name. Record the new contact as another person."
            )
        case RecordContact():
            return ContactRecorded(
                subject=command.person, valid_on=command.valid_on, title=command.title, full_name=command.full_name
            )
        case LinkContact():
            wanted = (command.relationship, command.parental_responsibility, command.priority)
            if state.links.get(command.contact) == wanted:
                return None
            return ContactLinked(
                subject=command.person, valid_on=command.valid_on, contact=command.contact,
                relationship=command.relationship, parental_responsibility=command.parental_responsibility,
                priority=command.priority,
            )  # fmt: skip
        case UnlinkContact():
            if command.contact not in state.links:
                return None
            return ContactUnlinked(
                subject=command.person, valid_on=command.valid_on, contact=command.contact, reason=command.reason
            )


def _address(command: ChangeAddress | CorrectAddress, state: Reach) -> Event | None:
    if command.address == state.address:
        return None
    if isinstance(command, ChangeAddress):
        return AddressChanged(subject=command.person, valid_on=command.valid_on, address=command.address)
    if state.address is None:
        raise Refused("There is no address to correct. Send it as a change, with the day from which it holds.")
    return AddressCorrected(
        subject=command.person, valid_on=command.valid_on, address=command.address,
        corrects=state.address_entry, reason=command.reason,
    )  # fmt: skip


contacts: Final = Decider("records", Reach(), evolve, decide)
