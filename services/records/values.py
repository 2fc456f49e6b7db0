"""One value of a record as it is asked for: since when it is true, whence, what it replaced, and who disputes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.facts import Dated, Provenance, Was, on, replaced
from services.records.families.disagreement_views import Notes


@dataclass(frozen=True, slots=True)
class Value:
    """One value, since when it is true and where it comes from; what it replaced, and what is said against it."""

    value: Any
    since: date
    at: Provenance
    was: Was[Any] | None = None
    note: str | None = None


def value_on(series: Sequence[Dated[Any]], day: date, notes: Notes, field: str | None = None) -> Value | None:
    """Give what a series says on a day; None where it says nothing yet, or what it said has ended."""
    item = on(series, day)
    if item is None or has_ended(item.value):
        return None
    was = replaced(series, item)
    return Value(
        item.value, item.since, item.at, None if was is None or has_ended(was.value) else was,
        notes.of(item.at.index, field),
    )  # fmt: skip


def has_ended(value: Any) -> bool:
    """Whether a value of a series says that there is none any more."""
    return value is None or bool(getattr(value, "ended", False))
