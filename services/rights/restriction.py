"""Restriction of processing: it begins on a ground of the law, and ends only once the person has been told."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from events.governance import CaseNumber
from events.identifiers import SubjectId
from events.model import Category, Event, Text200
from events.records.common import EntryIndex
from events.rights.restriction import (
    ProcessingRestricted,
    RestrictionGround,
    RestrictionLiftAnnounced,
    RestrictionLifted,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _AboutPerson(Command):
    scope: ClassVar[str] = "rights:write"
    purpose: ClassVar[str] = "sharing"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A person's restrictions are a stream of their own."""
        return Stream("restrictions", self.person)


class RestrictProcessing(_AboutPerson):
    """Keep and do not use data of these categories (left out: of all) from ``valid_on`` on, for a case."""

    categories: tuple[Category, ...] | None = None
    on_ground: RestrictionGround
    case: CaseNumber


class AnnounceLift(_AboutPerson):
    """The person was told, on ``valid_on``, that the restriction made at an entry will be lifted on a day."""

    restriction: EntryIndex
    lifts_on: date


class LiftRestriction(_AboutPerson):
    """The restriction made at an entry ends; ``valid_on`` is the first day without it."""

    restriction: EntryIndex
    reason: Text200


@dataclass(frozen=True, slots=True)
class Known:
    """A restriction so far: what was said, of what the person was told last, and whether it was lifted."""

    entry: int
    said: ProcessingRestricted
    announced: RestrictionLiftAnnounced | None = None
    lifted: bool = False


State = tuple[Known, ...]


def evolve(state: State, event: Event, index: int) -> State:
    """Fold one event."""
    match event:
        case ProcessingRestricted():
            return (*state, Known(index, event))
        case RestrictionLiftAnnounced():
            return tuple(replace(one, announced=event) if one.entry == event.restriction else one for one in state)
        case RestrictionLifted():
            return tuple(replace(one, lifted=True) if one.entry == event.restriction else one for one in state)
        case _:
            return state


def decide(command: Command, state: State) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RestrictProcessing():
            return _restrict(command, state)
        case AnnounceLift():
            return _announce(command, _named(command.restriction, state))
        case LiftRestriction():
            return _lift(command, _named(command.restriction, state))
        case _:
            return Decided()


def _restrict(command: RestrictProcessing, state: State) -> Decided:
    if command.categories is not None and not command.categories:
        raise Refused("Say which kinds of data are restricted, or leave that out to restrict all of them.")
    kinds = None if command.categories is None else tuple(sorted(set(command.categories)))
    said = ProcessingRestricted(
        subject=command.person,
        valid_on=command.valid_on,
        categories=kinds,
        on_ground=command.on_ground,
        case=command.case,
    )
    if any(one.said == said and not one.lifted for one in state):
        return Decided()
    return Decided([said])


def _announce(command: AnnounceLift, known: Known) -> Decided:
    said = RestrictionLiftAnnounced(
        subject=command.person, valid_on=command.valid_on, restriction=command.restriction, lifts_on=command.lifts_on
    )
    if known.announced == said:
        return Decided()
    if known.lifted:
        raise Refused("This restriction was lifted before. There is nothing more to announce.")
    if command.valid_on < known.said.valid_on or command.lifts_on < command.valid_on:
        raise Refused("The person is told after the restriction began and before it is lifted. Check the two days.")
    return Decided([said])


def _lift(command: LiftRestriction, known: Known) -> Decided:
    if known.lifted:
        return Decided()
    if known.announced is None:
        raise Refused(
            "Tell the person first that the restriction will be lifted (UK GDPR Article 18(3)), and record on which "
            "day you told them. Then lift it."
        )
    if command.valid_on < known.announced.lifts_on:
        raise Refused("The person was told a later day. Lift it on that day, or tell them of the earlier one first.")
    lifted = RestrictionLifted(
        subject=command.person, valid_on=command.valid_on, restriction=command.restriction, reason=command.reason
    )
    return Decided([lifted])


def _named(entry: int, state: State) -> Known:
    for one in state:
        if one.entry == entry:
            return one
    raise Refused("No restriction of this person was made at that entry. Look it up among their restrictions.")


restriction: Final[Decider[State]] = Decider(
    "rights",
    (),
    evolve,
    decide,
    commands=(RestrictProcessing, AnnounceLift, LiftRestriction),
    categories=("correspondence",),
    names=("restriction",),
)
