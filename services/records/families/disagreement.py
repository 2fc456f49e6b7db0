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
from events.records.documents import DocumentCategory
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.records.documents.kept_for import PURPOSES

NO_STATEMENT: Final = "That entry adds no statement of disagreement about this person. Look it up again."


class _OfPerson(Command):
    scope: ClassVar[str] = "pupils:write"

    person: SubjectId
    valid_on: date
    kept_as: DocumentCategory = "correspondence"
    """The category of the entry that is disputed; whatever is sent, Rollbook looks it up."""

    @property
    def purpose(self) -> str:  # type: ignore[override]  # that of the category, which each statement has of its entry
        """For which purpose what is said of this category is kept."""
        return PURPOSES[self.kept_as]

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
    kept_as: DocumentCategory = "correspondence"
    stands: bool = True


Statements: TypeAlias = Mapping[int, Statement]
"""Statements by the entry that added them."""


def evolve(state: Statements, event: Event, index: int) -> Statements:
    """Fold one event."""
    match event:
        case StatementOfDisagreementAdded():
            return {**state, index: Statement(event.disputes, event.fact, event.text, event.kept_as)}
        case StatementOfDisagreementWithdrawn() if event.statement in state:
            return {**state, event.statement: state[event.statement]._replace(stands=False)}
        case _:
            return state


def decide(command: Command, state: Statements) -> Decided:
    """Decide a command; a statement that stands already yields no event."""
    match command:
        case AddStatementOfDisagreement():
            if Statement(command.disputes, command.fact, command.text, command.kept_as) in state.values():
                return Decided()
            added = StatementOfDisagreementAdded(
                subject=command.person, valid_on=command.valid_on, kept_as=command.kept_as, disputes=command.disputes,
                fact=command.fact, text=command.text,
            )  # fmt: skip
            return Decided([added])
        case WithdrawStatementOfDisagreement():
            known = state.get(command.statement)
            if known is None or known.kept_as != command.kept_as:
                raise Refused(NO_STATEMENT)
            if not known.stands:
                return Decided()
            withdrawn = StatementOfDisagreementWithdrawn(
                subject=command.person, valid_on=command.valid_on, kept_as=command.kept_as,
                statement=command.statement, reason=command.reason,
            )  # fmt: skip
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
