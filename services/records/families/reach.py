"""What is known of a person's contacts and of how to reach them: the state on which commands about them are decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeAlias, TypeVar

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
from events.records.contact_endings import (
    ContactDetailWithdrawn,
    ContactUnlinkCorrected,
    EmailEndCorrected,
    PhoneEndCorrected,
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
    ends: Mapping[int, date | None] = field(default_factory=dict)
    """To which day each end that was corrected was put, by the entry that had told it; to None: it was no end."""
    struck: frozenset[int] = frozenset()
    """The entries whose details never were so."""


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
        case PhoneEndCorrected() | EmailEndCorrected() | ContactUnlinkCorrected():
            return _of_ends(state, event, index)
        case ContactDetailWithdrawn():
            return _without(state, event.corrects)
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


def _of_ends(state: Reach, event: PhoneEndCorrected | EmailEndCorrected | ContactUnlinkCorrected, index: int) -> Reach:
    state = replace(state, ends={**state.ends, event.corrects: event.ended})

    def right(series: Series[Any]) -> Series[Any]:
        if all(one.entry != event.corrects for one in series):
            return series
        if event.ended is None:
            return _struck(series, event.corrects)
        return noted(series, Noted(None, event.ended, index), event.corrects)

    match event:
        case PhoneEndCorrected():
            phones = {
                kind: right(series) if kind == event.phone_type else series for kind, series in state.phones.items()
            }
            return replace(state, phones=phones)
        case EmailEndCorrected():
            return replace(state, emails=right(state.emails))
        case ContactUnlinkCorrected():
            links = {who: right(series) if who == event.contact else series for who, series in state.links.items()}
            return replace(state, links=links)


def _without(state: Reach, entry: int) -> Reach:
    """Give the state without what an entry told; whoever has no link left never was a contact."""
    links = {who: _struck(series, entry) for who, series in state.links.items()}
    return replace(
        state,
        addresses=_struck(state.addresses, entry),
        phones={kind: _struck(series, entry) for kind, series in state.phones.items()},
        emails=_struck(state.emails, entry),
        links={who: series for who, series in links.items() if series},
        responsible={who: _struck(series, entry) for who, series in state.responsible.items()},
        struck=state.struck | {entry},
    )


def _struck(series: Series[ValueT], entry: int) -> Series[ValueT]:
    return tuple(one for one in series if one.entry != entry)


def _with(
    known: Mapping[KeyT, Series[ValueT]], key: KeyT, item: Noted[ValueT], corrects: int | None = None
) -> Mapping[KeyT, Series[ValueT]]:
    return {**known, key: noted(known.get(key, ()), item, corrects)}
