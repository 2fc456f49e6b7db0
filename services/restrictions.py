"""Restrictions of processing as rights and sharing each fold them: which data of a person may not be used, and when."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from events.model import CATEGORIES, Category, Recorded
from events.rights.restriction import ProcessingRestricted, RestrictionLiftAnnounced, RestrictionLifted
from ledger.view import PersonRow, Row, View
from services.facts import Provenance

RESTRICTED: Final = "Processing is restricted"
"""What stands in a list for a name that may not be used."""


class Restriction(Row):
    """One restriction; ``until`` is the first day without it, once it is lifted."""

    since: date
    categories: tuple[Category, ...]
    on_ground: str
    case: str
    at: Provenance
    announced_on: date | None = None
    lifts_on: date | None = None
    announced_at: Provenance | None = None
    until: date | None = None
    reason: str | None = None
    lifted_at: Provenance | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


class RestrictionRow(PersonRow):
    """A person's restrictions, in the order in which they were made."""

    restrictions: tuple[Restriction, ...] = ()


def restricted(row: RestrictionRow | None, category: Category, day: date) -> bool:
    """Whether data of a category may not be used on a day."""
    return category in restricted_categories(row, day)


def restricted_categories(row: RestrictionRow | None, day: date) -> frozenset[Category]:
    """Give the categories whose data may not be used on a day."""
    return frozenset(of for one in (row.restrictions if row else ()) if one.holds(day) for of in one.categories)


def view_of(name: str) -> View[RestrictionRow]:
    """Give a service's own view of restrictions, under a name of its own."""
    made = View(name, version=1, row=RestrictionRow, key=["subject"], key_of=lambda recorded: (recorded.subject,))
    made.on(ProcessingRestricted)(_restricted)
    made.on(RestrictionLiftAnnounced)(_announced)
    made.on(RestrictionLifted)(_lifted)
    return made


_RECORD: Final[tuple[Category, ...]] = tuple(one for one in CATEGORIES if one != "access")
"""What "all" means: that reads are written down is no use of a pupil's record, and goes on."""


def _restricted(row: RestrictionRow | None, recorded: Recorded[ProcessingRestricted]) -> RestrictionRow:
    body = recorded.body
    found = Restriction(
        since=body.valid_on, categories=body.categories or _RECORD, on_ground=body.on_ground, case=body.case,
        at=Provenance.of(recorded),
    )  # fmt: skip
    return RestrictionRow(subject=body.subject, restrictions=(*(row.restrictions if row else ()), found))


def _announced(row: RestrictionRow | None, recorded: Recorded[RestrictionLiftAnnounced]) -> RestrictionRow | None:
    body = recorded.body
    return _changed(
        row, body.restriction, announced_on=body.valid_on, lifts_on=body.lifts_on, announced_at=Provenance.of(recorded)
    )


def _lifted(row: RestrictionRow | None, recorded: Recorded[RestrictionLifted]) -> RestrictionRow | None:
    body = recorded.body
    return _changed(row, body.restriction, until=body.valid_on, reason=body.reason, lifted_at=Provenance.of(recorded))


def _changed(row: RestrictionRow | None, entry: int, **became: Any) -> RestrictionRow | None:
    known: Iterable[Restriction] = row.restrictions if row else ()
    found = tuple(one.model_copy(update=became) if one.at.index == entry else one for one in known)
    return row.model_copy(update={"restrictions": found}) if row else None
