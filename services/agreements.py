"""Agreements: what is to be so from a first day to a last one, ended early, corrected, or withdrawn as never made.

Each kind has four events of its own, which say the same four things; so one piece decides and shows them all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

from events.model import Event, PersonEvent, Recorded
from ledger.decider import Decided, Refused
from ledger.view import PersonRow, View
from services.episodes import (
    Episode,
    Lasting,
    beginning,
    begun,
    ends,
    is_new,
    over,
    righted,
    shown_over,
    shown_righted,
    to_correct,
    to_end,
)
from services.facts import Provenance

ValueT = TypeVar("ValueT")
RowT = TypeVar("RowT", bound=PersonRow)


@dataclass(frozen=True, slots=True)
class Standing(Generic[ValueT]):
    """What a decider remembers: the agreements that stand, and the first days of those withdrawn."""

    agreed: tuple[Episode[ValueT], ...] = ()
    withdrawn: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Days(Generic[ValueT]):
    """What is agreed of a pupil, from a first day to a last one, where that is known."""

    pupil: bytes
    first: date
    until: date | None
    value: ValueT


@dataclass(frozen=True, slots=True)
class Kind(Generic[ValueT]):
    """A kind of agreement: its events, their field that holds what is agreed, and the refusal where none began."""

    field: str
    began: type[PersonEvent]
    ended: type[PersonEvent]
    corrected: type[PersonEvent]
    withdrawn: type[PersonEvent]
    none_began: str

    def evolve(self, state: Standing[ValueT], event: Event, index: int) -> Standing[ValueT]:
        """Fold one event."""
        said: Any = event
        if isinstance(event, self.began):
            return replace(state, agreed=begun(state.agreed, self._episode(said, index)))
        if isinstance(event, self.ended):
            return replace(state, agreed=over(state.agreed, said.started, said.valid_on))
        if isinstance(event, self.corrected):
            return replace(state, agreed=righted(state.agreed, self._episode(said, index), said.corrects))
        if isinstance(event, self.withdrawn):
            rest = tuple(one for one in state.agreed if one.entry != said.corrects)
            return Standing(rest, state.withdrawn | {said.valid_on})
        return state

    def begin(self, state: Standing[ValueT], days: Days[ValueT]) -> Decided:
        """Decide that something is agreed."""
        is_news = is_new(state.agreed, days.value, days.first, days.until)
        return Decided([_made(self.began, **self._said(days))] if is_news else [])

    def end(self, state: Standing[ValueT], pupil: bytes, last: date) -> Decided:
        """Decide that the agreement of a day ended with it."""
        over_now = to_end(state.agreed, last, agreed=True)
        return ends(over_now, lambda one: _made(self.ended, subject=pupil, valid_on=last, started=one.since))

    def correct(
        self, state: Standing[ValueT], started: date, days: Days[ValueT], reason: str, evidence: str | None
    ) -> Decided:
        """Decide that what is recorded from a day had been wrong."""
        wrong = to_correct(state.agreed, started, Episode(days.value, days.first, days.until, 0))
        why = {"reason": reason, "evidence": evidence}
        return Decided([_made(self.corrected, **self._said(days), corrects=one.entry, **why) for one in wrong])

    def withdraw(
        self, state: Standing[ValueT], pupil: bytes, first: date, reason: str, evidence: str | None
    ) -> Decided:
        """Decide that what is recorded from a day never was agreed. Raises Refused where nothing is."""
        wrong = beginning(state.agreed, first)
        if wrong is None and first in state.withdrawn:
            return Decided()
        if wrong is None:
            raise Refused(self.none_began)
        return Decided([
            _made(
                self.withdrawn, subject=pupil, valid_on=first, corrects=wrong.entry, reason=reason, evidence=evidence
            )
        ])  # fmt: skip

    def show(self, view: View[RowT], series: str, item: Callable[..., Lasting[ValueT]]) -> None:
        """Fold the four events into the field ``series`` of a view's rows; ``item`` makes each agreement there."""

        def began(row: RowT | None, recorded: Recorded[Any]) -> RowT:
            return folded(row, recorded, lambda known: (*known, lasting(recorded)))

        def ended(row: RowT | None, recorded: Recorded[Any]) -> RowT:
            body = recorded.body
            return folded(row, recorded, lambda known: shown_over(known, body.started, body.valid_on))

        def corrected(row: RowT | None, recorded: Recorded[Any]) -> RowT:
            wrong = recorded.body.corrects
            return folded(row, recorded, lambda known: shown_righted(known, lasting(recorded), wrong))

        def withdrawn(row: RowT | None, recorded: Recorded[Any]) -> RowT:
            wrong = recorded.body.corrects
            return folded(row, recorded, lambda known: tuple(one for one in known if one.at.index != wrong))

        def folded(row: RowT | None, recorded: Recorded[Any], fold: Callable[[Any], object]) -> RowT:
            known = row or view.row(subject=recorded.body.subject)
            return known.model_copy(update={series: fold(getattr(known, series))})

        def lasting(recorded: Recorded[Any]) -> Lasting[ValueT]:
            body, at = recorded.body, Provenance.with_reason(recorded)
            return item(value=getattr(body, self.field), since=body.valid_on, until=body.until, at=at)

        view.on(self.began)(began)
        view.on(self.ended)(ended)
        view.on(self.corrected)(corrected)
        view.on(self.withdrawn)(withdrawn)

    def _episode(self, said: Any, index: int) -> Episode[ValueT]:
        return Episode(getattr(said, self.field), said.valid_on, said.until, index)

    def _said(self, days: Days[ValueT]) -> dict[str, Any]:
        return {"subject": days.pupil, "valid_on": days.first, self.field: days.value, "until": days.until}


def _made(kind: type[PersonEvent], **said: Any) -> Event:
    return kind(**said)
