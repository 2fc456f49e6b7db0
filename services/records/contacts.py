"""Contacts: people of their own, linked to a pupil; and how a pupil or contact can be reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import Field

from events.codes.people import PhoneType, Relationship
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import FullName, PostalAddress
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct


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


_Link: TypeAlias = tuple[str, bool | None, int]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached, by the day; of a pupil, the links to each contact (None: unlinked)."""

    full_name: FullName | None = None
    title: str | None = None
    addresses: tuple[Noted[PostalAddress], ...] = ()
    phones: Mapping[str, tuple[Noted[str], ...]] = field(default_factory=dict)
    emails: tuple[Noted[str], ...] = ()
    links: Mapping[bytes, tuple[Noted[_Link | None], ...]] = field(default_factory=dict)


def evolve(state: Reach, event: Event, index: int) -> Reach:
    """Fold one event."""
    match event:
        case ContactRecorded():
            return replace(state, full_name=event.full_name, title=event.title)
        case AddressChanged():
            return replace(state, addresses=noted(state.addresses, Noted(event.address, event.valid_on, index)))
        case AddressCorrected():
            item = Noted(event.address, event.valid_on, index)
            return replace(state, addresses=noted(state.addresses, item, event.corrects))
        case PhoneChanged():
            numbers = noted(state.phones.get(event.phone_type, ()), Noted(event.number, event.valid_on, index))
            return replace(state, phones={**state.phones, event.phone_type: numbers})
        case EmailChanged():
            return replace(state, emails=noted(state.emails, Noted(event.email, event.valid_on, index)))
        case ContactLinked():
            link = (event.relationship, event.parental_responsibility, event.priority)
            return _linked(state, event.contact, Noted(link, event.valid_on, index))
        case ContactUnlinked():
            return _linked(state, event.contact, Noted(None, event.valid_on, index))
        case _:
            return state


def _linked(state: Reach, contact: bytes, item: Noted[_Link | None]) -> Reach:
    return replace(state, links={**state.links, contact: noted(state.links.get(contact, ()), item)})


def decide(command: Command, state: Reach) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case RecordContact():
            event: Event | None = _record(command, state)
        case LinkContact():
            event = _link(command, state)
        case UnlinkContact():
            event = _unlink(command, state)
        case ChangeAddress() | CorrectAddress():
            event = _address(command, state)
        case ChangePhone() if _is_news(state.phones.get(command.phone_type, ()), command, command.number):
            event = PhoneChanged(
                subject=command.person, valid_on=command.valid_on, phone_type=command.phone_type, number=command.number
            )
        case ChangeEmail() if _is_news(state.emails, command, command.email):
            event = EmailChanged(subject=command.person, valid_on=command.valid_on, email=command.email)
        case _:
            event = None
    return Decided([event] if event else [])


def _is_news(series: Sequence[Noted[Any]], command: _AboutPerson, wanted: object) -> bool:
    known = noted_on(series, command.valid_on)
    return known is None or known.value != wanted


def _record(command: RecordContact, state: Reach) -> Event | None:
    if state.full_name is None:
        return ContactRecorded(
            subject=command.person, valid_on=command.valid_on, title=command.title, full_name=command.full_name
        )
    if (state.full_name, state.title) != (command.full_name, command.title):
        raise Refused(
            "This contact is already recorded under another name or title. Record the new contact as another person."
        )
    return None


def _link(command: LinkContact, state: Reach) -> Event | None:
    if command.contact == command.person:
        raise Refused("A pupil cannot be their own contact. Check who the contact is.")
    wanted = (command.relationship, command.parental_responsibility, command.priority)
    if not _is_news(state.links.get(command.contact, ()), command, wanted):
        return None
    return ContactLinked(
        subject=command.person, valid_on=command.valid_on, contact=command.contact,
        relationship=command.relationship, parental_responsibility=command.parental_responsibility,
        priority=command.priority,
    )  # fmt: skip


def _unlink(command: UnlinkContact, state: Reach) -> Event | None:
    links = state.links.get(command.contact, ())
    if any(link.since > command.valid_on and link.value is not None for link in links):
        # Unlinked before that, the person would be the pupil's contact again from then on.
        raise Refused(
            "This person became the pupil's contact, or was given another place among the contacts, only after that "
            "day. Send the day on which it ended."
        )
    known = noted_on(links, command.valid_on)
    if known is None or known.value is None:
        return None
    return ContactUnlinked(
        subject=command.person, valid_on=command.valid_on, contact=command.contact, reason=command.reason
    )


def _address(command: ChangeAddress | CorrectAddress, state: Reach) -> Event | None:
    if not _is_news(state.addresses, command, command.address):
        return None
    if isinstance(command, ChangeAddress):
        return AddressChanged(subject=command.person, valid_on=command.valid_on, address=command.address)
    wrong = to_correct(state.addresses, command.valid_on)
    if wrong is None:
        raise Refused("There is no address to correct. Send it as a change, with the day from which it holds.")
    return AddressCorrected(
        subject=command.person, valid_on=command.valid_on, address=command.address,
        corrects=wrong.entry, reason=command.reason,
    )  # fmt: skip


contacts: Final = Decider(
    "records",
    Reach(),
    evolve,
    decide,
    commands=(RecordContact, LinkContact, UnlinkContact, ChangeAddress, CorrectAddress, ChangePhone, ChangeEmail),
    categories=("contact",),
)
