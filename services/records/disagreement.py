"""Disagreement: a family's own words beside a fact that the school has not corrected."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, NamedTuple, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.disagreement import (
    DisputedField,
    StatementOfDisagreementAdded,
    StatementOfDisagreementWithdrawn,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _OfPerson(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    person: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What is disputed about a person is a stream of its own."""
        return Stream("disagreement", self.person)


class AddStatementOfDisagreement(_OfPerson):
    """Keep what somebody says against the entry ``disputes``; ``fact`` is which fact of it, where it holds several."""

    disputes: EntryIndex
    fact: DisputedField | None = None
    text: Annotated[PlainText, Field(min_length=1, max_length=2000)]


class WithdrawStatementOfDisagreement(_OfPerson):
    """The statement added at an entry is shown no longer."""

    statement: EntryIndex
    reason: Text200


class Statement(NamedTuple):
    """What a statement says, and whether it still stands."""

    disputes: int
    of: str | None
    text: str
    stands: bool = True


Statements: TypeAlias = Mapping[int, Statement]
"""Statements by the entry that added them."""


def evolve(state: Statements, event: Event, index: int) -> Statements:
    """Fold one event."""
    match event:
        case StatementOfDisagreementAdded():
            return {**state, index: Statement(event.disputes, event.fact, event.text)}
        case StatementOfDisagreementWithdrawn() if event.statement in state:
            return {**state, event.statement: state[event.statement]._replace(stands=False)}
        case _:
            return state


def decide(command: Command, state: Statements) -> Decided:
    """Decide a command; a statement that stands already yields no event."""
    match command:
        case AddStatementOfDisagreement():
            if Statement(command.disputes, command.fact, command.text) in state.values():
                return Decided()
            added = StatementOfDisagreementAdded(
                subject=command.person, valid_on=command.valid_on, disputes=command.disputes, fact=command.fact,
                text=command.text,
            )  # fmt: skip
            return Decided([added])
        case WithdrawStatementOfDisagreement():
            known = state.get(command.statement)
            if known is None:
                raise Refused("That entry adds no statement of disagreement about this person. Look it up again.")
            if not known.stands:
                return Decided()
            withdrawn = StatementOfDisagreementWithdrawn(
                subject=command.person, valid_on=command.valid_on, statement=command.statement, reason=command.reason
            )
            return Decided([withdrawn])
        case _:
            return Decided()


disagreement: Final[Decider[Statements]] = Decider(
    "records",
    {},
    evolve,
    decide,
    commands=(AddStatementOfDisagreement, WithdrawStatementOfDisagreement),
    categories=("correspondence",),
    names=("statement",),
)
