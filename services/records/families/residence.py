"""Residence: with whom a pupil normally lives, and a future address that a parent told of; each said, or corrected."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.residence import (
    FutureAddress,
    FutureAddressCorrected,
    FutureAddressNotified,
    ResidenceCorrected,
    ResidenceRecorded,
    Residents,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """Where a pupil lives, and with whom, is a stream of its own."""
        return Stream("residence", self.pupil)


class RecordResidence(_AboutPupil):
    """The pupil normally lives with these contacts from ``valid_on`` on; with none of them where none is named."""

    lives_with: Residents


class CorrectResidence(_AboutPupil):
    """With whom the pupil lived from ``valid_on`` on had been recorded wrongly."""

    lives_with: Residents
    reason: Text200
    evidence: Text200 | None = None


class NotifyFutureAddress(_AboutPupil):
    """A parent said on ``valid_on`` where the pupil is to live, or (None) that the pupil is not to move after all."""

    future: FutureAddress | None


class CorrectFutureAddress(_AboutPupil):
    """What a parent is recorded to have said of a future address by ``valid_on`` had been wrong."""

    future: FutureAddress | None
    reason: Text200
    evidence: Text200 | None = None


InResidence: TypeAlias = RecordResidence | CorrectResidence | NotifyFutureAddress | CorrectFutureAddress


def named_in(command: InResidence) -> tuple[bytes, ...]:
    """Give whom a command names as somebody with whom the pupil lives, or is to live."""
    if isinstance(command, RecordResidence | CorrectResidence):
        return command.lives_with
    return command.future.lives_with if command.future else ()


@dataclass(frozen=True, slots=True)
class Residence:
    """With whom a pupil lives, by the day; and what was said of a future address, by the day on which it was said."""

    lives_with: tuple[Noted[tuple[bytes, ...]], ...] = ()
    futures: tuple[Noted[FutureAddress | None], ...] = ()


def evolve(state: Residence, event: Event, index: int) -> Residence:
    """Fold one event."""
    corrects: int | None = getattr(event, "corrects", None)
    match event:
        case ResidenceRecorded() | ResidenceCorrected():
            lives = Noted(event.lives_with, event.valid_on, index)
            return replace(state, lives_with=noted(state.lives_with, lives, corrects))
        case FutureAddressNotified() | FutureAddressCorrected():
            future = Noted(event.future, event.valid_on, index)
            return replace(state, futures=noted(state.futures, future, corrects))
        case _:
            return state


def decide(command: Command, state: Residence) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordResidence() | CorrectResidence():
            return Decided(_lives(command, state))
        case NotifyFutureAddress() | CorrectFutureAddress():
            return Decided(_future(command, state))
        case _:
            return Decided()


def _lives(command: RecordResidence | CorrectResidence, state: Residence) -> list[Event]:
    wanted = in_order(command.lives_with)
    known = noted_on(state.lives_with, command.valid_on)
    if known is not None and known.value == wanted:
        return []
    said: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on, "lives_with": wanted}
    if isinstance(command, RecordResidence):
        return [ResidenceRecorded(**said)]
    wrong = to_correct(state.lives_with, command.valid_on)
    if wrong is None:
        raise Refused("With whom this pupil lives is not recorded, so there is nothing to correct. Record it first.")
    return [ResidenceCorrected(**said, corrects=wrong.entry, reason=command.reason, evidence=command.evidence)]


def _future(command: NotifyFutureAddress | CorrectFutureAddress, state: Residence) -> list[Event]:
    wanted = command.future
    if wanted is not None:
        wanted = wanted.model_copy(update={"lives_with": in_order(wanted.lives_with)})
        if wanted.expected_on < command.valid_on:
            raise Refused(
                "The day from which the pupil is to live there is before the day on which the school was told. Check "
                "the two days; where the pupil lives there already, record a change of address."
            )
    known = noted_on(state.futures, command.valid_on)
    if (known.value if known is not None else None) == wanted:
        return []
    said: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on, "future": wanted}
    if isinstance(command, NotifyFutureAddress):
        return [FutureAddressNotified(**said)]
    wrong = to_correct(state.futures, command.valid_on)
    if wrong is None:
        raise Refused("No future address of this pupil is recorded, so there is none to correct. Record it first.")
    return [FutureAddressCorrected(**said, corrects=wrong.entry, reason=command.reason, evidence=command.evidence)]


def in_order(lives_with: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Give people in the order of their ids and each once, however they were named."""
    return tuple(sorted(set(lives_with)))


residence: Final = Decider(
    "records", Residence(), evolve, decide,
    commands=(RecordResidence, CorrectResidence, NotifyFutureAddress, CorrectFutureAddress), categories=("contact",),
)  # fmt: skip
