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
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, struck_out
from services.facts import Dated, Provenance, added, corrected, why

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


class Detail(Row):
    """What was told of somebody and put right: of which kind, what it said, and of which contact of theirs, if any."""

    kind: str
    said: str
    contact: bytes | None = None


class ReachRow(PersonRow):
    """How a person can be reached; for a contact their name; for a pupil their contacts. An e-mail of None ended.

    ``mistakes`` are details that never were so, and ends that were not, or not then.
    """

    names: tuple[Dated[Called], ...] = ()
    addresses: tuple[Dated[PostalAddress], ...] = ()
    phones: tuple[Dated[Phone], ...] = ()
    emails: tuple[Dated[str | None], ...] = ()
    links: tuple[Dated[Link], ...] = ()
    responsible: tuple[Dated[Responsible], ...] = ()
    mistakes: tuple[Deed[Detail], ...] = ()


contacts = View("contacts", version=5, row=ReachRow, key=["subject"], key_of=lambda r: (r.subject,))


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


@contacts.on(PhoneEndCorrected)
def _phone_ended_otherwise(row: ReachRow | None, recorded: Recorded[PhoneEndCorrected]) -> ReachRow | None:
    return _ended_otherwise(row, recorded, "phones")


@contacts.on(EmailEndCorrected)
def _email_ended_otherwise(row: ReachRow | None, recorded: Recorded[EmailEndCorrected]) -> ReachRow | None:
    return _ended_otherwise(row, recorded, "emails")


@contacts.on(ContactUnlinkCorrected)
def _unlinked_otherwise(row: ReachRow | None, recorded: Recorded[ContactUnlinkCorrected]) -> ReachRow | None:
    return _ended_otherwise(row, recorded, "links")


def _ended_otherwise(row: ReachRow | None, recorded: Recorded[Any], name: str) -> ReachRow | None:
    """Give a row with an end put right; a correction of what is not known, or no longer, is ignored."""
    series: tuple[Dated[Any], ...] = getattr(row, name, ())
    wrong = next((one for one in series if one.at.index == recorded.body.corrects), None)
    if row is None or wrong is None:
        return row
    ended, at = recorded.body.ended, Provenance.of(recorded)
    if ended is None:
        series = tuple(one for one in series if one is not wrong)
    else:
        same = [one for one in series if _of(one.value) == _of(wrong.value)]
        right: Dated[Any] = Dated.model_construct(value=wrong.value, since=ended, at=at)
        others = (one for one in series if _of(one.value) != _of(wrong.value))
        series = (*others, *corrected(same, right, wrong.at.index))
    detail = _detail(name, wrong.value, is_end=True)
    mistake = Deed(
        value=detail, on=ended or wrong.since, at=at, was=detail, was_on=wrong.since, was_at=wrong.at,
        never=ended is None, why=why(recorded.body),
    )  # fmt: skip
    return row.model_copy(update={name: series, "mistakes": (*row.mistakes, mistake)})


def _of(value: Any) -> object:
    """Give what tells apart the several facts that a series holds."""
    return getattr(value, "phone_type", None), getattr(value, "contact", None)


@contacts.on(ContactDetailWithdrawn)
def _never(row: ReachRow | None, recorded: Recorded[ContactDetailWithdrawn]) -> ReachRow | None:
    if row is None:
        return None  # What is said of a detail that can no longer be read.
    update: dict[str, Any] = {}
    mistakes = row.mistakes
    for name in ("addresses", "phones", "emails", "links", "responsible"):
        update[name], gone = struck_out(getattr(row, name), recorded)
        for one in gone:
            detail = _detail(name, one.value)
            mistakes = (*mistakes, Deed(**{**dict(one), "value": detail, "was": detail}))
    return row.model_copy(update={**update, "mistakes": mistakes})


def _detail(name: str, value: Any, *, is_end: bool = False) -> Detail:
    match value:
        case Phone():
            said = value.number or value.phone_type
        case Link():
            said = value.relationship
        case Responsible():
            said = "held" if value.holds else "not held"
        case PostalAddress():
            said = ", ".join((*value.lines, *([value.postcode] if value.postcode else [])))
        case _:
            said = value or ""
    return Detail(kind=f"end of {name}" if is_end else name, said=said, contact=getattr(value, "contact", None))


VIEWS: tuple[AnyView, ...] = (contacts,)
"""This feature's views."""
