"""Disagreement with what is itself kept discreetly: as little of it may be seen in the log as of what it is about."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, NamedTuple, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.disagreement import (
    ConcernDisputed,
    ConcernDisputeWithdrawn,
    ExclusionDisputed,
    ExclusionDisputeWithdrawn,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.records.families.disagreement import NO_STATEMENT

Words: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=2000)]


class _OfConcern(Command):
    scope: ClassVar[str] = "safeguarding:write"
    purpose: ClassVar[str] = "safeguarding"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What is disputed of a person's concerns is a stream of its own, which nobody without keys can guess."""
        return Stream("concern-disputes", self.person)


class DisputeConcern(_OfConcern):
    """Keep what somebody says against the entry ``disputes``, which is about a concern."""

    disputes: EntryIndex
    text: Words


class WithdrawConcernDispute(_OfConcern):
    """What the entry ``statement`` says against a concern is shown no longer."""

    statement: EntryIndex
    reason: Text200


class _OfExclusion(Command):
    scope: ClassVar[str] = "pastoral:write"
    purpose: ClassVar[str] = "pastoral-care"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """As for concerns."""
        return Stream("exclusion-disputes", self.person)


class DisputeExclusion(_OfExclusion):
    """Keep what somebody says against the entry ``disputes``, which is about an exclusion."""

    disputes: EntryIndex
    text: Words


class WithdrawExclusionDispute(_OfExclusion):
    """What the entry ``statement`` says against an exclusion is shown no longer."""

    statement: EntryIndex
    reason: Text200


class Dispute(NamedTuple):
    """What a statement says, and whether it still stands."""

    disputes: int
    text: str
    stands: bool = True


Disputes: TypeAlias = Mapping[int, Dispute]
"""Statements by the entry that added them."""


def evolve(state: Disputes, event: Event, index: int) -> Disputes:
    """Fold one event."""
    match event:
        case ConcernDisputed() | ExclusionDisputed():
            return {**state, index: Dispute(event.disputes, event.text)}
        case ConcernDisputeWithdrawn() | ExclusionDisputeWithdrawn() if event.statement in state:
            return {**state, event.statement: state[event.statement]._replace(stands=False)}
        case _:
            return state


def decide(command: Command, state: Disputes) -> Decided:
    """Decide a command; a statement that stands already yields no event."""
    match command:
        case DisputeConcern() | DisputeExclusion():
            if Dispute(command.disputes, command.text) in state.values():
                return Decided()
            added = ConcernDisputed if isinstance(command, DisputeConcern) else ExclusionDisputed
            return Decided([added(
                subject=command.person, valid_on=command.valid_on, disputes=command.disputes, text=command.text
            )])  # fmt: skip
        case WithdrawConcernDispute() | WithdrawExclusionDispute():
            known = state.get(command.statement)
            if known is None:
                raise Refused(NO_STATEMENT)
            is_concern = isinstance(command, WithdrawConcernDispute)
            gone = ConcernDisputeWithdrawn if is_concern else ExclusionDisputeWithdrawn
            withdrawn = gone(
                subject=command.person, valid_on=command.valid_on, statement=command.statement, reason=command.reason
            )
            return Decided([withdrawn] if known.stands else [])
        case _:
            return Decided()


concern_disputes: Final[Decider[Disputes]] = Decider(
    "records",
    {},
    evolve,
    decide,
    commands=(DisputeConcern, WithdrawConcernDispute),
    categories=("safeguarding",),
    discreet=True,
    names=("statement",),
)
"""What is said against concerns; only the safeguarding lead and the head may send these."""

exclusion_disputes: Final[Decider[Disputes]] = Decider(
    "records",
    {},
    evolve,
    decide,
    commands=(DisputeExclusion, WithdrawExclusionDispute),
    categories=("pastoral",),
    discreet=True,
    names=("statement",),
)
"""What is said against suspensions and exclusions."""
