"""Term calendars: the days a school means to be open, less INSET days, bank holidays and closures nobody planned."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events.codes.calendar import school_year
from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from events.model import Event, Text200
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfCalendar(Command):
    scope: ClassVar[str] = "calendar:write"
    purpose: ClassVar[str] = "school-administration"

    @property
    def stream(self) -> Stream:
        """A school's calendar is one stream."""
        return Stream("calendar")


class PublishTermCalendar(_OfCalendar):
    """The terms of a school year, half terms apart; a later one for the same year replaces it."""

    school_year: Annotated[int, Field(ge=2000, le=2100)]
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=12)]
    bank_holidays: Annotated[tuple[date, ...], Field(max_length=20)] = ()


class SetInsetDay(_OfCalendar):
    """Staff are in and pupils are not."""

    date: date


class RecordUnplannedClosure(_OfCalendar):
    """The whole school was closed unexpectedly."""

    date: date
    reason: Text200


@dataclass(frozen=True, slots=True)
class Calendar:
    """Terms by school year, and the days without sessions; a closure with its reason."""

    terms: Mapping[int, tuple[tuple[Term, ...], tuple[date, ...]]] = field(default_factory=dict)
    inset: frozenset[date] = frozenset()
    closed: Mapping[date, str] = field(default_factory=dict)


def evolve(state: Calendar, event: Event, index: int) -> Calendar:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case TermCalendarPublished():
            return replace(state, terms={**state.terms, event.school_year: (event.terms, event.bank_holidays)})
        case InsetDaySet():
            return replace(state, inset=state.inset | {event.date})
        case UnplannedClosureRecorded():
            return replace(state, closed={**state.closed, event.date: event.reason})
        case _:
            return state


def decide(command: Command, state: Calendar) -> Decided:
    """Decide a command; a day that is already so yields no event."""
    match command:
        case PublishTermCalendar():
            return _publish(command, state)
        case SetInsetDay() if command.date not in state.inset:
            _refuse_outside_terms(command.date, state)
            return Decided([InsetDaySet(date=command.date)])
        case RecordUnplannedClosure() if command.date not in state.closed:
            _refuse_outside_terms(command.date, state)
            return Decided([UnplannedClosureRecorded(date=command.date, reason=command.reason)])
        case RecordUnplannedClosure() if state.closed[command.date] != command.reason:
            raise Refused("This day's closure is already recorded, with another reason. Check which day is meant.")
        case _:
            return Decided()


def _publish(command: PublishTermCalendar, state: Calendar) -> Decided:
    if state.terms.get(command.school_year) == (command.terms, command.bank_holidays):
        return Decided()
    before: date | None = None
    for term in command.terms:
        if term.last < term.first:
            raise Refused("A term ends before it begins. Check its two dates.")
        if before is not None and term.first <= before:
            raise Refused("Two terms overlap, or are out of order. List them by date, half terms apart.")
        if {school_year(term.first), school_year(term.last)} != {command.school_year}:
            raise Refused("A term lies outside the school year, which runs from 1 September to 31 August.")
        before = term.last
    published = TermCalendarPublished(
        school_year=command.school_year, terms=command.terms, bank_holidays=command.bank_holidays
    )
    return Decided([published])


def _refuse_outside_terms(day: date, state: Calendar) -> None:
    terms, _ = state.terms.get(school_year(day), ((), ()))
    if not any(term.first <= day <= term.last for term in terms):
        raise Refused("That day is outside the published terms. Publish the term calendar for its school year first.")


calendars: Final = Decider(
    "governance",
    Calendar(),
    evolve,
    decide,
    commands=(PublishTermCalendar, SetInsetDay, RecordUnplannedClosure),
)
