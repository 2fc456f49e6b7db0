"""What is known of a person's contacts and of how to reach them: the state on which commands about them are decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from events.model import Event
from events.records.common import FullName, PostalAddress
from events.records.contact_corrections import (
    ContactLinkCorrected,
    ContactNameChanged,
    ContactNameCorrected,
    EmailCorrected,
    EmailEnded,
    ParentalResponsibilityCorrected,
    ParentalResponsibilityRecorded,
    PhoneCorrected,
    PhoneEnded,
)
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from services.facts import Noted, noted

Called: TypeAlias = tuple[str | None, FullName]
"""Title and name."""
Link: TypeAlias = tuple[str, bool | None, int]
"""Relationship, parental responsibility as the link says it, place among the contacts."""
Responsible: TypeAlias = tuple[bool, str]
"""Whether somebody has parental responsibility, and how that is known."""
KeyT = TypeVar("KeyT", str, bytes)
ValueT = TypeVar("ValueT")
Series: TypeAlias = tuple[Noted[ValueT], ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached, by the day; of a pupil, what each contact is to them (None: ended)."""

    names: Series[Called] = ()
    addresses: Series[PostalAddress] = ()
    phones: Mapping[str, Series[str | None]] = field(default_factory=dict)
    emails: Series[str | None] = ()
    links: Mapping[bytes, Series[Link | None]] = field(default_factory=dict)
    responsible: Mapping[bytes, Series[Responsible]] = field(default_factory=dict)


def evolve(state: Reach, event: Event, index: int) -> Reach:
    """Fold one event."""
    corrects: int | None = getattr(event, "corrects", None)
    match event:
        case ContactRecorded() | ContactNameChanged() | ContactNameCorrected():
            name = Noted((event.title, event.full_name), event.valid_on, index)
            return replace(state, names=noted(state.names, name, corrects))
        case AddressChanged() | AddressCorrected():
            address = Noted(event.address, event.valid_on, index)
            return replace(state, addresses=noted(state.addresses, address, corrects))
        case PhoneChanged() | PhoneCorrected():
            number: Noted[str | None] = Noted(event.number, event.valid_on, index)
            return replace(state, phones=_with(state.phones, event.phone_type, number, corrects))
        case PhoneEnded():
            ended: Noted[str | None] = Noted(None, event.valid_on, index)
            return replace(state, phones=_with(state.phones, event.phone_type, ended))
        case EmailChanged() | EmailCorrected():
            return replace(state, emails=noted(state.emails, Noted(event.email, event.valid_on, index), corrects))
        case EmailEnded():
            return replace(state, emails=noted(state.emails, Noted(None, event.valid_on, index)))
        case _:
            return _of_links(state, event, index, corrects)


def _of_links(state: Reach, event: Event, index: int, corrects: int | None) -> Reach:
    match event:
        case ContactLinked() | ContactLinkCorrected():
            said = (event.relationship, event.parental_responsibility, event.priority)
            link: Noted[Link | None] = Noted(said, event.valid_on, index)
            return replace(state, links=_with(state.links, event.contact, link, corrects))
        case ContactUnlinked():
            unlinked: Noted[Link | None] = Noted(None, event.valid_on, index)
            return replace(state, links=_with(state.links, event.contact, unlinked))
        case ParentalResponsibilityRecorded() | ParentalResponsibilityCorrected():
            holds = Noted((event.holds, str(event.known_from)), event.valid_on, index)
            return replace(state, responsible=_with(state.responsible, event.contact, holds, corrects))
        case _:
            return state


def _with(
    known: Mapping[KeyT, Series[ValueT]], key: KeyT, item: Noted[ValueT], corrects: int | None = None
) -> Mapping[KeyT, Series[ValueT]]:
    return {**known, key: noted(known.get(key, ()), item, corrects)}
