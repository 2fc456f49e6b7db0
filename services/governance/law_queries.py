"""The law on a day, for one organisation: what is in force, what of it the organisation goes by, what changes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from law import days
from law.gateways import Gateway
from law.releases import says
from law.rules import Rule
from ledger.view import Reader
from services.governance import queries
from services.governance.adopting import of_law
from services.governance.views import RuleRow, rules

OWN: Final = ("policy", "policy-document")
"""Kinds of rule that are the organisation's own words: no law has them."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule in force: what it says and where, and in which version, by which entry, the organisation adopted it.

    ``undocumented``: it asks for an appropriate policy document, and none that was adopted speaks for its condition
    and is not to be looked at again first.
    """

    kind: str
    rule: str
    version: int
    title: str
    says: str
    citation: str
    in_force_from: date
    in_force_until: date | None
    verified: bool
    note: str | None
    adopted_version: int | None
    adopted: int | None
    undocumented: bool


@dataclass(frozen=True, slots=True)
class ToCome:
    """A change in the law; ``day`` is None where none is appointed yet."""

    day: date | None
    becomes: str
    kind: str
    rule: str
    version: int
    title: str
    citation: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Law:
    """The law on a day for a type of school (None: not known), and the organisation's own rules.

    ``to_adopt`` is what of it is released and not gone by: a newer version than the adopted one, or none was adopted.
    """

    on: date
    school_type: str | None
    in_force: Sequence[InForce]
    to_adopt: Sequence[InForce]
    changes: Sequence[ToCome]
    own: Sequence[RuleRow]


async def law_on(reader: Reader, on: date) -> Law:
    """Give the law on a day, and what of it the organisation has adopted as known now."""
    about = await queries.about(reader)
    school_type = about.school_type if about else None
    adopted = {row.rule: row for row in await reader.find(rules)}
    return law_for(on, school_type, adopted)


def law_for(on: date, school_type: str | None, adopted: Mapping[str, RuleRow]) -> Law:
    """Give the law on a day for a type of school, beside what was adopted of it."""
    standing = [row for row in adopted.values() if row.review_on is None or on <= row.review_on]
    documented = {paragraph for row in standing for paragraph in row.conditions}
    now = [_in_force(kind, rule, adopted.get(rule.id), documented) for kind, rule in days.in_force(on, school_type)]
    offered = {command.rule for command in of_law(on, school_type)}
    return Law(
        on,
        school_type,
        now,
        [one for one in now if one.rule in offered and one.version > (one.adopted_version or 0)],
        [_to_come(one) for one in days.changes(on, school_type)],
        [row for row in adopted.values() if row.kind in OWN],
    )


def _in_force(kind: str, rule: Rule, row: RuleRow | None, documented: set[int]) -> InForce:
    return InForce(
        kind, rule.id, rule.version, rule.title, says(rule), rule.citation, rule.in_force_from, rule.in_force_until,
        rule.verified, rule.note, row.version if row else None, row.index if row else None,
        isinstance(rule, Gateway) and not rule.is_documented(documented),
    )  # fmt: skip


def _to_come(one: days.Change) -> ToCome:
    rule = one.rule
    return ToCome(one.day, one.becomes, one.kind, rule.id, rule.version, rule.title, rule.citation, rule.verified)
