"""Deeds: what was done about something on a day, such as a referral; told once, or put right by its entry."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Generic, TypeVar

from events.model import Recorded
from ledger.decider import Refused
from ledger.view import Row
from services.facts import Corrects, Dated, Provenance, why

ValueT = TypeVar("ValueT")
_UNKNOWN: Final = (
    "That entry tells nothing of the kind about this person. Look it up in the record, then send its number."
)
_BEFORE: Final = "That entry was put right before. Look up the entry that stands in its place, and correct that one."


class Deed(Row, Generic[ValueT]):
    """What was done, on a day, and the entry that tells it; of a corrected one what was told before, and why not so.

    ``never`` is whether it was not done at all: it is kept so that its correction stays readable.
    """

    value: ValueT
    on: date
    at: Provenance
    was: ValueT | None = None
    was_on: date | None = None
    was_at: Provenance | None = None
    never: bool = False
    why: str | None = None


class Never(Row):
    """That what was told never was so: by which entry, and why."""

    at: Provenance
    why: str


CorrectsT = TypeVar("CorrectsT", bound=Corrects)


def put_right(
    deeds: Sequence[Deed[ValueT]], recorded: Recorded[CorrectsT], right: tuple[date, ValueT] | None
) -> tuple[Deed[ValueT], ...]:
    """Give deeds with one corrected in its place, or never done; a correction of what is not known is ignored."""
    body, at = recorded.body, Provenance.of(recorded)

    def corrected(wrong: Deed[ValueT]) -> Deed[ValueT]:
        on, value = right or (wrong.on, wrong.value)
        return wrong.model_copy(update={
            "on": on, "value": value, "at": at, "was": wrong.value, "was_on": wrong.on, "was_at": wrong.at,
            "never": right is None, "why": why(body),
        })  # fmt: skip

    return tuple(corrected(one) if one.at.index == body.corrects else one for one in deeds)


def never(recorded: Recorded[CorrectsT]) -> Never:
    """Give what a withdrawal says of the thing that it withdraws."""
    return Never(at=Provenance.of(recorded), why=why(recorded.body))


def struck_out(
    series: Sequence[Dated[ValueT]], recorded: Recorded[CorrectsT]
) -> tuple[tuple[Dated[ValueT], ...], tuple[Deed[ValueT], ...]]:
    """Give a dated series without what an entry had said, which never was so, and that as what never was."""
    body, at = recorded.body, Provenance.of(recorded)
    gone = tuple(
        Deed(
            value=one.value, on=one.since, at=at, was=one.value, was_on=one.since, was_at=one.at, never=True,
            why=why(body),
        )
        for one in series
        if one.at.index == body.corrects
    )  # fmt: skip
    return tuple(one for one in series if one.at.index != body.corrects), gone


def is_to_strike(standing: Iterable[int], struck: Collection[int], wrong: int) -> bool:
    """Whether an entry still has to be struck out. Raises Refused where none of the kind is known under its number."""
    if wrong in standing:
        return True
    if wrong not in struck:
        raise Refused(_UNKNOWN)
    return False


def last(deeds: Sequence[Deed[ValueT]]) -> Deed[ValueT] | None:
    """Give the one of several deeds that counts where only one can: the last word that was not taken back."""
    return next((one for one in reversed(deeds) if not one.never), None)


@dataclass(frozen=True, slots=True)
class Told(Generic[ValueT]):
    """What a decider remembers of deeds: those that stand, by their entries, and to what each wrong one was put."""

    standing: Mapping[int, ValueT] = field(default_factory=dict)
    replaced: Mapping[int, ValueT | None] = field(default_factory=dict)

    def told(self, entry: int, what: ValueT) -> "Told[ValueT]":
        """Give this with a deed."""
        return Told({**self.standing, entry: what}, self.replaced)

    def put_right(self, corrects: int, entry: int, right: ValueT | None) -> "Told[ValueT]":
        """Give this with a deed corrected in its place; without ``right`` it was never done."""
        if corrects not in self.standing:
            return self
        standing = {
            (entry if at == corrects else at): (right if at == corrects and right is not None else what)
            for at, what in self.standing.items()
            if at != corrects or right is not None
        }
        return Told(standing, {**self.replaced, corrects: right})

    def is_news(self, wrong: int, right: ValueT | None) -> bool:
        """Whether a correction of an entry says anything new. Raises Refused where there is nothing to correct."""
        if wrong in self.standing:
            return self.standing[wrong] != right
        if wrong not in self.replaced:
            raise Refused(_UNKNOWN)
        if self.replaced[wrong] != right:
            raise Refused(_BEFORE)
        return False

    def has(self, what: ValueT) -> bool:
        """Whether a deed is told already."""
        return what in self.standing.values()

    @property
    def last(self) -> ValueT | None:
        """The last word, where only one can count."""
        return next(reversed(list(self.standing.values())), None)
