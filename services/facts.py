"""Dated facts: what was true from when, known since which entry and by whom; "current" is a question asked of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Generic, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from events.model import Recorded, Text200
from events.records.common import EntryIndex
from ledger.view import Row

LONDON: Final = ZoneInfo("Europe/London")
"""Statutory days are civil dates there."""

ValueT = TypeVar("ValueT")


class Corrects(Protocol):
    """What every correction says."""

    @property
    def corrects(self) -> EntryIndex:
        """The entry that was wrong."""

    @property
    def reason(self) -> Text200:
        """Why."""

    @property
    def evidence(self) -> Text200 | None:
        """What shows it."""


def why(said: Corrects) -> str:
    """Give why something was corrected, and what shows it, as it is read beside the fact."""
    return f"{said.reason} Evidence: {said.evidence}" if said.evidence else said.reason


class Provenance(Row):
    """Where a value comes from: the entry, when it was recorded (UTC), by whom in which role, from which file's row.

    ``reason`` is why an earlier entry was corrected, and what shows it, in the rows whose amendments are printed.
    """

    index: int
    recorded_at: datetime
    actor: bytes
    role: str
    connector: str | None = None
    batch: bytes | None = None
    row: int | None = None
    reason: str | None = None

    @classmethod
    def of(cls, recorded: Recorded[Any]) -> "Provenance":
        """Take it from an entry's header."""
        header, source = recorded.header, recorded.header.source
        return cls.model_construct(
            index=header.index, recorded_at=header.recorded_at, actor=header.actor, role=header.role,
            connector=source.connector if source else None, batch=source.batch if source else None,
            row=source.row if source else None,
        )  # fmt: skip

    @classmethod
    def with_reason(cls, recorded: Recorded[Any]) -> "Provenance":
        """Take it from an entry, with the reason of a correction; any other event's reason is a fact of its own."""
        body, at = recorded.body, cls.of(recorded)
        return at.model_copy(update={"reason": why(body)}) if hasattr(body, "corrects") else at


class Dated(Row, Generic[ValueT]):
    """A value, true from ``since`` on, until a later one; of a correction, also the wrong value and its entry."""

    value: ValueT
    since: date
    at: Provenance
    was: ValueT | None = None
    was_at: Provenance | None = None


@dataclass(frozen=True, slots=True)
class Was(Generic[ValueT]):
    """A value that was replaced, and the entry that it came from."""

    value: ValueT
    at: Provenance


def replaced(series: Iterable[Dated[ValueT]], item: Dated[ValueT]) -> Was[ValueT] | None:
    """Give what a value of a series replaced: the one that it corrected or, of a change, the one true before it."""
    if item.was_at is not None:  # what was wrong may have been that there is none
        return Was(cast("ValueT", item.was), item.was_at)
    before = [one for one in series if (one.since, one.at.index) < (item.since, item.at.index)]
    last = max(before, key=lambda one: (one.since, one.at.index), default=None)
    return Was(last.value, last.at) if last else None


class Since(Protocol):
    """What has a start and an entry it comes from."""

    @property
    def since(self) -> date:
        """The first day."""

    @property
    def at(self) -> Provenance:
        """Where it comes from."""


SinceT = TypeVar("SinceT", bound=Since)


def on(series: Iterable[SinceT], valid_on: date) -> SinceT | None:
    """Give what was true on a date: the value with the latest start that is not after it."""
    found: SinceT | None = None
    for item in series:
        if item.since <= valid_on and (found is None or (item.since, item.at.index) >= (found.since, found.at.index)):
            found = item
    return found


@dataclass(frozen=True, slots=True)
class Noted(Generic[ValueT]):
    """What a decider remembers of a dated fact; ``entry`` is what a correction of it names (0: not yet written)."""

    value: ValueT
    since: date
    entry: int


def noted_on(series: Sequence[Noted[ValueT]], day: date) -> Noted[ValueT] | None:
    """Give what a decider knows to be true on a day: the latest start that is not after it, of one day the last noted.

    The order of noting decides, not the entry: what has only just been decided has no entry yet.
    """
    return max((item for item in reversed(series) if item.since <= day), key=lambda item: item.since, default=None)


def to_correct(series: Sequence[Noted[ValueT]], day: date) -> Noted[ValueT] | None:
    """Give what a correction of a day is about: the value true on that day or, before the first one, the first."""
    return noted_on(series, day) or min(series, key=lambda item: item.since, default=None)


def noted(
    series: Sequence[Noted[ValueT]], item: Noted[ValueT], corrects: int | None = None
) -> tuple[Noted[ValueT], ...]:
    """Give a decider's series with a change or, with the entry it corrects, a correction, as ``corrected`` does."""
    rest = tuple(known for known in series if known.entry != corrects)
    wrong = next((known for known in series if known.entry == corrects), None)
    if wrong is not None and wrong.since < item.since and noted_on(rest, wrong.since) is None:
        item = replace(item, since=wrong.since)
    return (*rest, item)


def added(series: Sequence[Dated[ValueT]], item: Dated[ValueT]) -> tuple[Dated[ValueT], ...]:
    """Give a series with a change in its place."""
    return (*series, item)


def corrected(series: Sequence[Dated[ValueT]], item: Dated[ValueT], corrects: int) -> tuple[Dated[ValueT], ...]:
    """Give a series with the value of one entry replaced: it had been wrong, so it was never true.

    Where nothing else is known of the days from which the wrong value held, the right one holds from then on: a
    correction made today leaves no hole in the past.
    """
    rest = tuple(known for known in series if known.at.index != corrects)
    wrong = next((known for known in series if known.at.index == corrects), None)
    if wrong is not None:
        item = item.model_copy(update={"was": wrong.value, "was_at": wrong.at})
        if wrong.since < item.since and on(rest, wrong.since) is None:
            item = item.model_copy(update={"since": wrong.since})
    return (*rest, item)
