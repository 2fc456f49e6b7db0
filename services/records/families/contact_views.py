"""What is shown of contacts: how each person can be reached and, of a pupil, who their contacts are; all dated."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from events.model import Recorded
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
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected

ValueT = TypeVar("ValueT")


class Called(Row):
    """What a contact is called."""

    title: str | None
    full_name: FullName


class Phone(Row):
    """One number of one type."""

    phone_type: str
    number: str
    ended: bool = False


class Link(Row):
    """Who somebody is to a pupil."""

    contact: bytes
    relationship: str
    parental_responsibility: bool | None
    priority: int
    ended: bool = False


class Responsible(Row):
    """Whether somebody has parental responsibility for a pupil, and how that is known."""

    contact: bytes
    holds: bool
    source: str


class ReachRow(PersonRow):
    """How a person can be reached; for a contact their name; for a pupil their contacts. An e-mail of None ended."""

    names: tuple[Dated[Called], ...] = ()
    addresses: tuple[Dated[PostalAddress], ...] = ()
    phones: tuple[Dated[Phone], ...] = ()
    emails: tuple[Dated[str | None], ...] = ()
    links: tuple[Dated[Link], ...] = ()
    responsible: tuple[Dated[Responsible], ...] = ()


contacts = View("contacts", version=4, row=ReachRow, key=["subject"], key_of=lambda r: (r.subject,))


def _reach(row: ReachRow | None, recorded: Recorded[Any]) -> ReachRow:
    return row or ReachRow(subject=recorded.body.subject)


def _with(
    series: Sequence[Dated[ValueT]], recorded: Recorded[Any], value: ValueT,
    same: Callable[[ValueT], object] = lambda _: None,
) -> tuple[Dated[ValueT], ...]:  # fmt: skip
    """Give a series with a change or a correction; ``same`` tells apart the several facts that a series holds."""
    since, at = recorded.body.valid_on, Provenance.with_reason(recorded)
    item: Dated[ValueT] = Dated.model_construct(value=value, since=since, at=at)
    corrects: int | None = getattr(recorded.body, "corrects", None)
    if corrects is None:
        return added(series, item)
    others = tuple(one for one in series if same(one.value) != same(value))
    return (*others, *corrected([one for one in series if same(one.value) == same(value)], item, corrects))


@contacts.on(ContactRecorded, ContactNameChanged, ContactNameCorrected)
def _called(row: ReachRow | None, recorded: Recorded[Any]) -> ReachRow:
    known, body = _reach(row, recorded), recorded.body
    called = Called(title=body.title, full_name=body.full_name)
    return known.model_copy(update={"names": _with(known.names, recorded, called)})


@contacts.on(AddressChanged, AddressCorrected)
def _address(row: ReachRow | None, recorded: Recorded[AddressChanged | AddressCorrected]) -> ReachRow:
    known = _reach(row, recorded)
    return known.model_copy(update={"addresses": _with(known.addresses, recorded, recorded.body.address)})


@contacts.on(PhoneChanged, PhoneCorrected)
def _phone(row: ReachRow | None, recorded: Recorded[PhoneChanged | PhoneCorrected]) -> ReachRow:
    known = _reach(row, recorded)
    phone = Phone(phone_type=recorded.body.phone_type, number=recorded.body.number)
    return known.model_copy(update={"phones": _with(known.phones, recorded, phone, lambda one: one.phone_type)})


@contacts.on(PhoneEnded)
def _no_phone(row: ReachRow | None, recorded: Recorded[PhoneEnded]) -> ReachRow:
    known = _reach(row, recorded)
    ended = Phone(phone_type=recorded.body.phone_type, number="", ended=True)
    return known.model_copy(update={"phones": _with(known.phones, recorded, ended)})


@contacts.on(EmailChanged, EmailCorrected, EmailEnded)
def _email(row: ReachRow | None, recorded: Recorded[EmailChanged | EmailCorrected | EmailEnded]) -> ReachRow:
    known, body = _reach(row, recorded), recorded.body
    email = None if isinstance(body, EmailEnded) else body.email
    return known.model_copy(update={"emails": _with(known.emails, recorded, email)})


@contacts.on(ContactLinked, ContactLinkCorrected)
def _linked(row: ReachRow | None, recorded: Recorded[ContactLinked | ContactLinkCorrected]) -> ReachRow:
    body, known = recorded.body, _reach(row, recorded)
    link = Link(
        contact=body.contact, relationship=body.relationship, parental_responsibility=body.parental_responsibility,
        priority=body.priority,
    )  # fmt: skip
    return known.model_copy(update={"links": _with(known.links, recorded, link, lambda one: one.contact)})


@contacts.on(ContactUnlinked)
def _unlinked(row: ReachRow | None, recorded: Recorded[ContactUnlinked]) -> ReachRow:
    known = _reach(row, recorded)
    last = [item.value for item in known.links if item.value.contact == recorded.body.contact]
    if not last:
        return known
    ended = last[-1].model_copy(update={"ended": True})
    return known.model_copy(update={"links": _with(known.links, recorded, ended)})


@contacts.on(ParentalResponsibilityRecorded, ParentalResponsibilityCorrected)
def _responsible(
    row: ReachRow | None, recorded: Recorded[ParentalResponsibilityRecorded | ParentalResponsibilityCorrected]
) -> ReachRow:  # fmt: skip
    known, body = _reach(row, recorded), recorded.body
    holds = Responsible(contact=body.contact, holds=body.holds, source=body.known_from)
    series = _with(known.responsible, recorded, holds, lambda one: one.contact)
    return known.model_copy(update={"responsible": series})


VIEWS: tuple[AnyView, ...] = (contacts,)
"""This feature's views."""
