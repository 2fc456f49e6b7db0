"""Episodes: what was so from a first to a last day, told apart by the day on which each began."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar

from events.model import Event
from ledger.decider import Decided, Refused
from ledger.view import Row
from services.facts import Provenance

ValueT = TypeVar("ValueT")


class Lasts(Protocol):
    """What has a first day and perhaps a last one."""

    @property
    def since(self) -> date:
        """The first day."""

    @property
    def until(self) -> date | None:
        """The last day, where it is known."""


LastsT = TypeVar("LastsT", bound=Lasts)


@dataclass(frozen=True, slots=True)
class Episode(Generic[ValueT]):
    """What a decider remembers of an episode; ``entry`` is what a correction of it names.

    ``ended`` is whether an event said that it was over; else ``until`` was said when it began, or put right.
    """

    value: ValueT
    since: date
    until: date | None
    entry: int
    ended: bool = False


class Lasting(Row, Generic[ValueT]):
    """An episode as a view keeps it; ``replaced`` is what a correction found there."""

    value: ValueT
    since: date
    until: date | None = None
    replaced: ValueT | None = None
    at: Provenance


def running(series: Iterable[LastsT], day: date) -> LastsT | None:
    """Give the episode of a day: the one that began last, if it has not ended before the day."""
    last = max((one for one in series if one.since <= day), key=lambda one: one.since, default=None)
    return None if last is None or (last.until is not None and last.until < day) else last


# For deciders -----------------------------------------------------------------------------------------------------


def is_new(series: Sequence[Episode[ValueT]], value: ValueT, since: date, until: date | None = None) -> bool:
    """Whether an episode is news. Raises Refused where another began on that day: that one would have been wrong.

    Without ``until`` nothing is said of the end, so an episode that is known to have ended stays so.
    """
    _refuse_backwards(since, until)
    known = running(series, since) or beginning(series, since)
    if known is not None and known.value == value and until in (None, known.until):
        return False
    if beginning(series, since) is not None:
        raise Refused(
            "Something else is already recorded from that day. If it was wrong, send a correction with the reason; if "
            "it has ended, send its end."
        )
    return True


def to_end(series: Sequence[Episode[ValueT]], day: date, *, agreed: bool = False) -> list[Episode[ValueT]]:
    """Give what ends on a day, of two merged records perhaps two; nothing where it is known to have ended then.

    Where there is nothing that could end, that is refused, and so is what has ended on another day: that end would have
    been wrong, so a correction says so. With ``agreed``, a last day that was said at the start was only a plan, which
    an earlier end takes the place of.
    """
    known = running(series, day)
    if known is None:
        raise Refused("There is nothing of this kind on that day that could end. Check the day, and what is recorded.")
    begun_then = [one for one in series if one.since == known.since and one.until != day]
    if any(one.until is not None and (one.ended or not agreed) for one in begun_then):
        raise Refused(
            "Another last day of this is recorded already. If that one is wrong, send a correction with the reason."
        )
    return begun_then


def ends(over_now: Sequence[Episode[ValueT]], event: Callable[[Episode[ValueT]], Event]) -> Decided:
    """Give the end of each episode, whose event names its first day only, with the entry that it is about."""
    return Decided([event(one) for one in over_now], ends=[one.entry for one in over_now])


def to_correct(
    series: Sequence[Episode[ValueT]], started: date, right_one: Episode[ValueT],
    into: Sequence[Episode[ValueT]] | None = None,
) -> list[Episode[ValueT]]:  # fmt: skip
    """Give the episodes to correct, by the day they began; none where the record says already what is right.

    Of two records that were merged each may have one from that day: only both put right say one thing. ``into`` is
    the series to which what is right belongs, where that is another: a thing may have had a wrong name.
    """
    said = _said(right_one)
    _refuse_backwards(right_one.since, right_one.until)
    right = [one for one in (series if into is None else into) if one.since == right_one.since]
    wrong = [one for one in series if one.since == started and _said(one) != said]
    if not wrong and any(_said(one) == said for one in right):
        return []
    if not wrong:
        raise Refused("Nothing of this kind is recorded from that day. Look up from which day the wrong one is.")
    if any(_said(one) != said and one not in wrong for one in right):
        raise Refused("Another one is recorded from that day. Correct that one first, or choose the right day.")
    return wrong


def begun(series: Sequence[Episode[ValueT]], item: Episode[ValueT]) -> tuple[Episode[ValueT], ...]:
    """Give a decider's series with an episode more."""
    return (*series, item)


def over(series: Sequence[Episode[ValueT]], started: date, last: date) -> tuple[Episode[ValueT], ...]:
    """Give a decider's series with the episode of a first day ended."""
    return tuple(replace(one, until=last, ended=True) if one.since == started else one for one in series)


def righted(series: Sequence[Episode[ValueT]], item: Episode[ValueT], corrects: int) -> tuple[Episode[ValueT], ...]:
    """Give a decider's series with the episode of an entry replaced."""
    return (*(one for one in series if one.entry != corrects), item)


def beginning(series: Iterable[LastsT], since: date) -> LastsT | None:
    """Give the episode that began on a day."""
    return next((one for one in series if one.since == since), None)


def _said(one: Episode[ValueT] | Lasting[ValueT]) -> tuple[ValueT, date, date | None]:
    return one.value, one.since, one.until


def _refuse_backwards(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise Refused("The last day is before the first one. Check both days.")


# For views --------------------------------------------------------------------------------------------------------


def shown_over(series: Sequence[Lasting[ValueT]], started: date, last: date) -> tuple[Lasting[ValueT], ...]:
    """Give a view's series with the episode of a first day ended. It stays the one of its own entry."""
    return tuple(one.model_copy(update={"until": last}) if one.since == started else one for one in series)


def shown_righted(
    series: Sequence[Lasting[ValueT]], item: Lasting[ValueT], corrects: int
) -> tuple[Lasting[ValueT], ...]:
    """Give a view's series with the episode of an entry replaced, and what it replaced beside it."""
    wrong = next((one for one in series if one.at.index == corrects), None)
    item = item if wrong is None else item.model_copy(update={"replaced": wrong.value})
    return (*(one for one in series if one.at.index != corrects), item)


def one_at_a_time(series: Sequence[Lasting[ValueT]]) -> list[Lasting[ValueT]]:
    """Give episodes of which the next one ends the one before, on the day before, unless that had ended earlier.

    What two merged records both say is given once. Where they differ of one day, both are given: neither ended the
    other, and a person must say which is right.
    """
    ordered = sorted(series, key=lambda one: one.since)
    firsts = sorted({one.since for one in ordered})
    found: list[Lasting[ValueT]] = []
    for one in ordered:
        following = next((first for first in firsts if first > one.since), None)
        if following is not None and (one.until is None or one.until >= following):
            one = one.model_copy(update={"until": following - timedelta(days=1)})  # noqa: PLW2901  # the same
        found = [*(known for known in found if _said(known) != _said(one)), one]
    return found
