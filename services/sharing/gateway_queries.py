"""By which law data may be given on a day, what of it changes next, and what the organisation keeps back of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeVar

from law.rules import clock_rules
from ledger.view import Reader
from services.sharing import gate
from services.sharing.gateway_views import (
    REVIEW_CLOCK,
    GatewayRow,
    PolicyDocumentRow,
    PolicyRow,
    gateways,
    policies,
    policy_documents,
    review_clocks,
)

RowT = TypeVar("RowT", GatewayRow, PolicyRow)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A change to come: from a day on a version of a rule is in force, or is so no longer."""

    day: date
    becomes: Literal["in-force", "not-in-force"]
    rule: str
    rule_version: int
    title: str
    citation: str


async def in_force(reader: Reader, on: date, school_type: str | None) -> list[GatewayRow]:
    """Give, of every gateway adopted for a type of school, the version in force on a day; none that was withdrawn."""
    return [one for one in await to_weigh(reader, on, school_type) if _is_in_force(one, on)]


async def to_weigh(reader: Reader, on: date, school_type: str | None) -> list[GatewayRow]:
    """Give the gateways that the gate weighs: as above, and of what is not in force the version next or last in force.

    So that the gate can say since or until when a law is in force, and not only that there is none.
    """
    versions = _gone_by([one for one in await reader.find(gateways) if _fits(one, school_type)])
    return [_of_day(several, on) for several in versions]


async def upcoming(reader: Reader, on: date, school_type: str | None) -> list[Change]:
    """Give what changes after a day in the law that was adopted, the next first."""
    found = []
    for several in _gone_by([one for one in await reader.find(gateways) if _fits(one, school_type)]):
        for one in several:
            if one.in_force_from > on:
                found.append(_change(one, one.in_force_from, "in-force"))
            if one.in_force_until is not None and one.in_force_until >= on:
                found.append(_change(one, one.in_force_until + ONE_DAY, "not-in-force"))
    return sorted(found, key=lambda change: (change.day, change.rule, change.rule_version))


async def own_policies(reader: Reader, on: date) -> list[gate.Policy]:
    """Give what the organisation keeps back by its own rules on a day."""
    kept = [_of_day(several, on) for several in _gone_by(await reader.find(policies))]
    return [
        gate.Policy(
            one.rule, one.rule_version, frozenset(one.fields), frozenset(one.recipients), frozenset(one.purposes)
        )
        for one in kept
        if _is_in_force(one, on)
    ]


async def review_days(reader: Reader) -> int:
    """Give within how many working days somebody else looks at what went at once: as adopted, else as law/ says."""
    row = await reader.get(review_clocks, REVIEW_CLOCK)
    if row is not None:
        return row.working_days
    return [one for one in clock_rules() if one.id == REVIEW_CLOCK][-1].parameters["working_days"]


async def documents(reader: Reader) -> list[PolicyDocumentRow]:
    """Give the appropriate policy documents that the organisation goes by."""
    return await reader.find(policy_documents)


def undocumented(gateway: GatewayRow, adopted: Iterable[PolicyDocumentRow], today: date) -> bool:
    """Whether a gateway asks for an appropriate policy document and none serves for the conditions it rests on.

    One that should have been looked at again serves no longer (Data Protection Act 2018 Schedule 1 paragraph 40).
    """
    spoken = {paragraph for one in adopted if today <= one.review_on for paragraph in one.conditions}
    return gateway.policy_document and not _resting(gateway) <= spoken


def reviewed_by(gateway: GatewayRow, adopted: Iterable[PolicyDocumentRow]) -> date | None:
    """Give by when the documents that speak for a gateway's conditions were to be looked at; None: none do for all."""
    found = {paragraph: one.review_on for one in adopted for paragraph in one.conditions}
    days = [found.get(one) for one in _resting(gateway)]
    return min((one for one in days if one), default=None) if all(days) else None


def _resting(gateway: GatewayRow) -> set[int]:
    return {one for one in (gateway.schedule_1, gateway.article_10) if one is not None}


def _gone_by(rows: Iterable[RowT]) -> list[list[RowT]]:
    """Give the versions of each rule that were not withdrawn, in order; none of a rule whose newest version was."""
    by_rule: dict[str, list[RowT]] = {}
    for one in rows:
        by_rule.setdefault(one.rule, []).append(one)
    ordered = [sorted(several, key=lambda one: one.rule_version) for several in by_rule.values()]
    standing = [several for several in ordered if several[-1].withdrawn is None]
    return [[one for one in several if one.withdrawn is None] for several in standing]


def _of_day(several: Sequence[RowT], on: date) -> RowT:
    """Give the newest version in force on a day; else the next one to be, and else the last one that was."""
    on_the_day = [one for one in several if _is_in_force(one, on)]
    if on_the_day:
        return on_the_day[-1]
    later = [one for one in several if one.in_force_from > on]
    return min(later, key=lambda one: one.in_force_from) if later else several[-1]


def _is_in_force(row: GatewayRow | PolicyRow, on: date) -> bool:
    return row.in_force_from <= on and (row.in_force_until is None or on <= row.in_force_until)


def _fits(row: GatewayRow, school_type: str | None) -> bool:
    if row.except_school_types and (school_type is None or school_type in row.except_school_types):
        return False
    return "*" in row.school_types or school_type in row.school_types


def _change(one: GatewayRow, day: date, becomes: Literal["in-force", "not-in-force"]) -> Change:
    return Change(day, becomes, one.rule, one.rule_version, one.title, one.citation)
