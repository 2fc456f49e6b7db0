"""What a record should say of a pupil's family, worked out from the log's events by brute force and not by the folds."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from events.records import contact_corrections as corrections
from events.records import contact_endings, contacts, disagreement, protection, residence
from support.oracle import Oracle, Said, said_of
from support.oracle_deeds import last_told

ADDRESSES = (contacts.AddressChanged, contacts.AddressCorrected, contact_endings.ContactDetailWithdrawn)
PHONES = (
    contacts.PhoneChanged, corrections.PhoneCorrected, corrections.PhoneEnded, contact_endings.PhoneEndCorrected,
    contact_endings.ContactDetailWithdrawn,
)  # fmt: skip
EMAILS = (
    contacts.EmailChanged, corrections.EmailCorrected, corrections.EmailEnded, contact_endings.EmailEndCorrected,
    contact_endings.ContactDetailWithdrawn,
)  # fmt: skip
_NAMES = (contacts.ContactRecorded, corrections.ContactNameChanged, corrections.ContactNameCorrected)
HOLDS = (
    corrections.ParentalResponsibilityRecorded, corrections.ParentalResponsibilityCorrected,
    contact_endings.ContactDetailWithdrawn,
)  # fmt: skip
LINKS = (
    contacts.ContactLinked, corrections.ContactLinkCorrected, contacts.ContactUnlinked,
    contact_endings.ContactUnlinkCorrected, contact_endings.ContactDetailWithdrawn,
)  # fmt: skip
_ENDED = (contacts.ContactUnlinked, contact_endings.ContactUnlinkCorrected)

_ORDER_LIFTS = (protection.CourtOrderLifted, protection.CourtOrderLiftingCorrected)
_MARKER_LIFTS = (protection.NonDisclosureLifted, protection.NonDisclosureLiftingCorrected)


def contacts_on(oracle: Oracle, pupil: bytes, day: date) -> dict[bytes, dict[str, Any]]:
    """Give everybody who was a contact on a day: their name, their responsibility, and how they are reached."""
    found = {}
    for contact in ever_linked(oracle, pupil):
        link = said_of(oracle.facts(pupil, LINKS, None, contact=contact), day)
        if link is None or isinstance(link.value, _ENDED):
            continue
        holds = said_of(oracle.facts(pupil, HOLDS, "holds", contact=contact), day)
        person = oracle.shown(contact)
        reached = oracle.record(person, day)
        found[contact] = {
            "name": called(oracle, contact, day),
            "responsibility": holds.value if holds else link.value.parental_responsibility,
            "address": reached["address"], "phones": reached["phones"], "emails": reached["emails"],
            "barred": barred(oracle, pupil, contact, day),
        }  # fmt: skip
    return found


def ever_linked(oracle: Oracle, pupil: bytes) -> set[bytes]:
    """Give everybody who is or was a pupil's contact."""
    return {
        contact
        for contact in {event.contact for _, event in oracle.of(pupil, LINKS[:2])}
        if any(not isinstance(one.value, _ENDED) for one in oracle.facts(pupil, LINKS, None, contact=contact))
    }


def called(oracle: Oracle, contact: bytes, day: date) -> str:
    """Give a contact's title and name on a day or, before the first one, the first."""
    said = oracle.facts(oracle.shown(contact), _NAMES, None)
    if not said:
        return ""
    event = (said_of(said, day) or min(said, key=lambda one: (one.since, one.entry))).value
    name = event.full_name
    forename, surname = name.preferred_forename or name.forename, name.preferred_surname or name.surname
    return " ".join(part for part in (event.title, forename, surname) if part)


def orders(oracle: Oracle, pupil: bytes) -> Iterator[tuple[Said, date | None]]:
    """Yield each order about a pupil as it was last told, with the first day without it, where that was told."""
    told: dict[bytes, Said] = {}
    lifted: dict[bytes, date | None] = {}
    kinds = (protection.CourtOrderRecorded, protection.CourtOrderCorrected, *_ORDER_LIFTS)
    for index, event in oracle.of(pupil, kinds):
        if not isinstance(event, _ORDER_LIFTS):
            told[event.order] = Said(event.valid_on, index, event)
        elif event.order in told:
            lifted[event.order] = _first_without(event)
    known = (protection.CourtOrderRecorded, protection.CourtOrderCorrected)
    stands = last_told(oracle, pupil, known, protection.CourtOrderWithdrawn, "order")
    for order, said in told.items():
        if order in stands:
            yield said, lifted.get(order)


def _first_without(event: Any) -> date | None:
    """Give the first day without what was lifted: a correction says it, or that there is none."""
    corrects = (protection.CourtOrderLiftingCorrected, protection.NonDisclosureLiftingCorrected)
    return event.lifted if isinstance(event, corrects) else event.valid_on


def markers(oracle: Oracle, person: bytes) -> Iterator[tuple[Said, date | None]]:
    """Yield each marker on a person, with the first day without it: of one id marked twice, both stand."""
    kinds = (protection.NonDisclosureMarked, *_MARKER_LIFTS)
    events = oracle.of(oracle.shown(person), kinds)
    for index, event in events:
        if isinstance(event, protection.NonDisclosureMarked):
            lifts = [
                _first_without(later)
                for at, later in events
                if at > index and isinstance(later, _MARKER_LIFTS) and later.marker == event.marker
            ]
            said: Said | None = Said(event.valid_on, index, event)
            for at, later in oracle.of(oracle.shown(person), (protection.NonDisclosureCorrected,)):
                if said is not None and later.corrects == said.entry:
                    said = Said(later.marking.since, at, later.marking) if later.marking else None
            if said is not None:
                yield said, lifts[-1] if lifts else None


def _holds(said: Said, lifted: date | None, day: date) -> bool:
    last = min([one for one in (said.value.until, lifted - timedelta(days=1) if lifted else None) if one], default=None)
    return said.since <= day and (last is None or day <= last)


def orders_on(oracle: Oracle, pupil: bytes, day: date) -> set[tuple[Any, ...]]:
    """Give the orders about a pupil that are in force on a day."""
    return {
        (said.value.order_kind, said.value.restrains, tuple(sorted(said.value.forbids)), said.since, said.entry)
        for said, lifted in orders(oracle, pupil)
        if _holds(said, lifted, day)
    }


def markers_on(oracle: Oracle, pupil: bytes, day: date) -> set[tuple[Any, ...]]:
    """Give the markers on a pupil, and on everybody who is or was a contact, that are in force on a day."""
    return {
        (who, said.value.withholds, said.value.against, said.since, said.entry)
        for who in {pupil, *ever_linked(oracle, pupil)}
        for said, lifted in markers(oracle, who)
        if _holds(said, lifted, day)
    }


def barred(oracle: Oracle, pupil: bytes, person: bytes, day: date) -> set[tuple[str, bytes]]:
    """Give what may not be told to a person, of whom; whoever is held to be that person is bound as they are."""

    def same(one: bytes | None) -> bool:
        return one is not None and oracle.shown(one) == oracle.shown(person)

    everybody = {pupil, *ever_linked(oracle, pupil)}
    found: set[tuple[str, bytes]] = set()
    for _, restrains, forbids, _, _ in orders_on(oracle, pupil, day):
        if same(restrains):
            # Where a child lives is where any of the child's contacts may live.
            found |= {(what, who) for what in forbids for who in (everybody if what == "address" else {pupil})}
    for who, covers, against, _, _ in markers_on(oracle, pupil, day):
        if against is None or same(against):
            found.add((covers, who))
    return {(what, who) for what, who in found if not same(who)}


def disputed(oracle: Oracle, person: bytes, entry: int, field: str | None = None) -> list[str]:
    """Give what is said against a fact of an entry about somebody, in the order in which it was said."""
    gone = (
        disagreement.StatementOfDisagreementWithdrawn, disagreement.ConcernDisputeWithdrawn,
        disagreement.ExclusionDisputeWithdrawn,
    )  # fmt: skip
    withdrawn = {event.statement for _, event in oracle.of(person, gone)}
    added = (
        disagreement.StatementOfDisagreementAdded, disagreement.ConcernDisputed, disagreement.ExclusionDisputed,
    )  # fmt: skip
    return [
        event.text
        for index, event in oracle.of(person, added)
        if event.disputes == entry and index not in withdrawn and getattr(event, "fact", None) in (None, field)
    ]


def residence_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, Any]:
    """Give with whom a pupil lives on a day, and what was said by then of a future address, until they live there."""
    lives = said_of(oracle.facts(pupil, (residence.ResidenceRecorded, residence.ResidenceCorrected), "lives_with"), day)
    future = said_of(
        oracle.facts(pupil, (residence.FutureAddressNotified, residence.FutureAddressCorrected), "future"), day
    )
    if future is not None and future.value is not None:
        is_there = oracle.record(pupil, day)["address"] == future.value.address
        future = None if is_there else future
    return {
        "Normally lives with": [lives.value] if lives else [],
        "Future address": [future.value] if future else [],
    }
