"""What a record tells of court orders and markers, and what each took the place of, by brute force and not by the folds."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from events.codes.families import family_codes
from events.records import protection
from support import oracle_family
from support.oracle import Oracle

Fact: TypeAlias = tuple[str, int, date | None, str | None]
"""A section, the entry that tells a fact there, since when it is so, and what it replaced in words."""


class Telling(NamedTuple):
    """One telling of a thing, by the entry that tells it."""

    entry: int
    event: Any


def last_of(oracle: Oracle, who: bytes, gone: type[Any], key: str) -> dict[bytes, int]:
    """Give the last entry that says of each thing that it never was."""
    return {getattr(event, key): index for index, event in oracle.of(who, (gone,))}


def orders(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    kinds = (protection.CourtOrderRecorded, protection.CourtOrderCorrected)
    gone = last_of(oracle, pupil, protection.CourtOrderWithdrawn, "order")
    told: dict[bytes, list[Telling]] = {}
    for index, event in oracle.of(pupil, kinds):
        told.setdefault(event.order, []).append(Telling(index, event))
    for order, tellings in told.items():
        entry, now = tellings[-1]
        if now.valid_on > day:
            continue
        end = gone.get(order, 0)
        if end > entry:
            yield "protection", end, now.valid_on, _order(oracle, pupil, now, day)
        else:
            was = tellings[-2] if len(tellings) > 1 else None
            yield "protection", entry, now.valid_on, was and _before(
                _order(oracle, pupil, was.event, day), family_codes("court_order")[was.event.order_kind],
                was.event.valid_on, was.event.until, was.entry,
            )  # fmt: skip


def _before(text: str, kind: str, since: date, until: date | None, entry: int) -> str:
    """Write what stood before: an order or marker binds by its days, so these are always told."""
    last = f" to {until.isoformat()}" if until else ""
    return f"{kind.capitalize()}: {text} (from {since.isoformat()}{last}, entry {entry})"


def _order(oracle: Oracle, pupil: bytes, one: Any, day: date) -> str:
    forbids = "; ".join(family_codes("prohibition")[what] for what in one.forbids)
    whom = f"{name_of(oracle, pupil, one.restrains, day)}: " if one.restrains else ""
    where = f" Document: {one.document}." if one.document else ""
    return f"{whom}{forbids or family_codes('court_order')[one.order_kind]}.{where}"


def name_of(oracle: Oracle, pupil: bytes, person: bytes, day: date) -> str:
    if person == pupil:
        return "the pupil"
    linked = oracle_family.ever_linked(oracle, pupil)
    orders = (protection.CourtOrderRecorded, protection.CourtOrderCorrected)
    around = {event.restrains for _, event in oracle.of(pupil, orders)}
    for who in {pupil, *linked}:
        told = oracle.of(oracle.shown(who), (protection.NonDisclosureMarked, protection.NonDisclosureCorrected))
        around |= {getattr(getattr(event, "marking", event), "against", None) for _, event in told}
    # Who somebody is that neither a contact nor an order nor a marker names, a pupil's record does not say.
    known = oracle_family.called(oracle, person, day) if person in linked | around else ""
    return known or "somebody who is not among the contacts"


def markers(oracle: Oracle, pupil: bytes, day: date) -> Iterator[Fact]:
    for who in {pupil, *oracle_family.ever_linked(oracle, pupil)}:
        person = oracle.shown(who)
        kinds = (protection.NonDisclosureMarked, protection.NonDisclosureCorrected)
        events = oracle.of(person, kinds)
        chains: list[list[Telling]] = []
        for index, event in events:
            if isinstance(event, protection.NonDisclosureMarked):
                chains.append([Telling(index, event)])
                continue
            for chain in chains:
                if chain[-1].entry == event.corrects:
                    chain.append(Telling(index, event.marking))
        for chain in chains:
            yield from _marker(oracle, pupil, who, chain, day)


def _marker(oracle: Oracle, pupil: bytes, who: bytes, chain: Sequence[Telling], day: date) -> Iterator[Fact]:
    """Yield a marker as it was last told; one that should never have been, with what it was."""
    entry, now = chain[-1]
    before = chain[-2] if len(chain) > 1 else None
    since = _since(now) if now is not None else _since(before.event) if before else date.max
    if since > day:
        return
    if before is None:
        yield "protection", entry, since, None
        return
    told = _marking(oracle, pupil, who, before.event, day)
    if now is None:
        yield "protection", entry, since, told
    else:
        yield (
            "protection",
            entry,
            since,
            _before(told, "do not disclose", _since(before.event), before.event.until, before.entry),
        )


def _since(marked: Any) -> date:
    found: date = getattr(marked, "since", None) or marked.valid_on
    return found


def _marking(oracle: Oracle, pupil: bytes, who: bytes, one: Any, day: date) -> str:
    because = getattr(one, "because", None) or one.reason
    whom = name_of(oracle, pupil, one.against, day) if one.against else "anybody"
    covers = family_codes("withheld")[one.withholds]
    text = f"{name_of(oracle, pupil, who, day)}: {covers}, to {whom}. {because}"
    return text[0].upper() + text[1:]
