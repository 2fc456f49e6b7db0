"""Which rules are in force on a day for a type of school, and which change after it: what whoever adopts them asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from law.gateways import gateways
from law.rules import (
    DAY_NOT_APPOINTED,
    Rule,
    bank_holidays,
    clock_rules,
    collection_fields,
    field_rules,
    lawful_bases,
    purposes,
    rules_in_force,
)

ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
"""The first day of a weekend, as Python counts from Monday."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change to come: from a day on a rule is in force, or is so no longer; None where no day is appointed yet."""

    day: date | None
    becomes: Literal["in-force", "not-in-force"]
    kind: str
    rule: Rule


def adoptable_rules() -> Mapping[str, Sequence[Rule]]:
    """Give every version of the rules that an organisation adopts, by kind, as its rule book names the kinds."""
    return {
        "purpose": purposes(),
        "lawful-basis": lawful_bases(),
        "gateway": gateways(),
        "clock-rule": clock_rules(),
        "field-rule": field_rules(),
        "collection-field": collection_fields(),
    }


def in_force(on: date, school_type: str | None) -> Iterator[tuple[str, Rule]]:
    """Yield the rules in force on a day for a type of school, with their kinds."""
    for kind, rules in adoptable_rules().items():
        for rule in rules_in_force(rules, on, school_type):
            yield kind, rule


def changes(after: date, school_type: str | None) -> list[Change]:
    """Give what changes after a day for a type of school, the next first; what has no day yet comes last."""
    found = [
        change
        for kind, rules in adoptable_rules().items()
        for rule in rules
        if rule.fits(school_type)
        for change in _of(kind, rule, after)
    ]
    return sorted(found, key=lambda one: (one.day or DAY_NOT_APPOINTED, one.rule.id, one.rule.version))


def _of(kind: str, rule: Rule, after: date) -> Iterator[Change]:
    if rule.in_force_from > after:
        appointed = rule.in_force_from != DAY_NOT_APPOINTED
        yield Change(rule.in_force_from if appointed else None, "in-force", kind, rule)
    if rule.in_force_until is not None and rule.in_force_until >= after:
        yield Change(rule.in_force_until + ONE_DAY, "not-in-force", kind, rule)


def working_day_after(day: date, count: int) -> date:
    """Give the working day that is so many after a day: weekends and England's bank holidays are none."""
    while count:
        day += ONE_DAY
        count -= day.weekday() < SATURDAY and day not in bank_holidays()
    return day
