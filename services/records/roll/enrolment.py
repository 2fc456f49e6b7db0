"""Enrolment: a pupil's starting day, what they are enrolled as, and their last day."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from events.codes.deletion import DeletionGround, grounds_listed
from events.codes.people import EnrolmentStatus, NcYear
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.enrolment import (
    Enrolled,
    EnrolmentCorrected,
    LeavingCorrected,
    LeavingUndone,
    PupilLeft,
    StartingDayCorrected,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's enrolment is a stream of its own."""
        return Stream("enrolment", self.pupil)


class Enrol(_AboutPupil):
    """``valid_on`` is the starting day, or the day from which status or year group are these."""

    status: EnrolmentStatus
    year_group: NcYear


class Leave(_AboutPupil):
    """``valid_on`` is the last day on the roll; a status or year group that would have begun later never does.

    ``ground`` is the ground of regulation 9 on which the name is deleted; ``destination`` the school gone to, if known.
    """

    ground: DeletionGround | None = None
    destination: Text200 | None = None
    reason: Text200 | None = None


class CorrectStartingDay(_AboutPupil):
    """The starting day entered as ``wrong`` was ``valid_on`` in truth."""

    wrong: date
    reason: Text200
    evidence: Text200 | None = None


class CorrectEnrolment(_AboutPupil):
    """What the pupil is recorded as from the day ``valid_on`` had been wrong: this is the status and year group."""

    status: EnrolmentStatus
    year_group: NcYear
    reason: Text200
    evidence: Text200 | None = None


class CorrectLeaving(_AboutPupil):
    """The last leaving that is recorded was on ``valid_on``, on this ground, to this destination."""

    ground: DeletionGround | None = None
    destination: Text200 | None = None
    reason: Text200
    evidence: Text200 | None = None


class UndoLeaving(_AboutPupil):
    """The leaving recorded for ``valid_on`` never happened."""

    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to a pupil's place on the roll: enrolled as something, or left on a ground."""

    entry: int
    day: date
    enrolled: tuple[str, str] | None = None
    ground: str | None = None
    destination: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What happened, in the order of the entries; a correction stands where the wrong one stood.

    ``undone`` are the days of leavings that were undone.
    """

    turns: tuple[Turn, ...] = ()
    undone: tuple[date, ...] = ()

    @property
    def now(self) -> tuple[Noted[tuple[str, str]], ...]:
        """Status and year group of the present time on the roll, by the day."""
        found: tuple[Noted[tuple[str, str]], ...] = ()
        for turn in self.turns:
            found = noted(found, Noted(turn.enrolled, turn.day, turn.entry)) if turn.enrolled else ()
        return found

    @property
    def leaving(self) -> Turn | None:
        """How the time before the present one ended."""
        return next((turn for turn in reversed(self.turns) if turn.enrolled is None), None)


def evolve(state: Enrolment, event: Event, index: int) -> Enrolment:
    """Fold one event."""
    match event:
        case Enrolled():
            return replace(state, turns=(*state.turns, Turn(index, event.valid_on, (event.status, event.year_group))))
        case PupilLeft():
            turn = Turn(index, event.valid_on, None, event.ground, event.destination, event.reason)
            return replace(state, turns=(*state.turns, turn))
        case StartingDayCorrected():
            return _replaced(state, event.corrects, lambda turn: replace(turn, entry=index, day=event.valid_on))
        case EnrolmentCorrected():
            as_now = (event.status, event.year_group)
            return _replaced(state, event.corrects, lambda turn: replace(turn, entry=index, enrolled=as_now))
        case LeavingCorrected():
            said = Turn(index, event.valid_on, None, event.ground, event.destination, event.reason)
            return _replaced(state, event.corrects, lambda _: said)
        case LeavingUndone():
            rest = tuple(turn for turn in state.turns if turn.entry != event.corrects)
            return Enrolment(rest, (*state.undone, event.valid_on))
        case _:
            return state


def _replaced(state: Enrolment, corrects: int, right: Callable[[Turn], Turn]) -> Enrolment:
    return replace(state, turns=tuple(right(turn) if turn.entry == corrects else turn for turn in state.turns))


def decide(command: Command, state: Enrolment) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case Enrol():
            return _enrol(command, state)
        case Leave():
            return _leave(command, state)
        case CorrectStartingDay():
            return _correct_start(command, state)
        case CorrectEnrolment():
            return _correct_enrolment(command, state)
        case CorrectLeaving():
            return _correct_leaving(command, state)
        case UndoLeaving():
            return _undo_leaving(command, state)
        case _:
            return Decided()


def _enrol(command: Enrol, state: Enrolment) -> Decided:
    if state.leaving is not None and command.valid_on <= state.leaving.day:
        raise Refused("The starting day is not after the pupil's last day here. Check both dates.")
    known = noted_on(state.now, command.valid_on)
    if known is not None and known.value == (command.status, command.year_group):
        return Decided()
    enrolled = Enrolled(
        subject=command.pupil, valid_on=command.valid_on, status=command.status, year_group=command.year_group
    )
    return Decided([enrolled])


def _leave(command: Leave, state: Enrolment) -> Decided:
    now, left = state.now, state.leaving
    if not now and left is not None:
        said = (command.valid_on, command.ground, command.destination, command.reason)
        if (left.day, left.ground, left.destination, left.reason) == said:
            return Decided()
        raise Refused(
            "This pupil's last day is already recorded, with another date, ground or reason. If that was wrong, "
            "correct the leaving; if the pupil came back, enrol them again first."
        )
    if not now:
        raise Refused("This pupil is not on the roll, so there is no last day to record. Enrol the pupil first.")
    if command.valid_on < min(spell.since for spell in now):
        raise Refused("The last day is before the starting day. Check both dates.")
    left_now = PupilLeft(
        subject=command.pupil, valid_on=command.valid_on, ground=_ground(command.ground),
        destination=command.destination, reason=command.reason,
    )  # fmt: skip
    return Decided([left_now])


def _ground(ground: str | None) -> str:
    """Give the ground. A name is deleted from the admission register on a ground of regulation 9 and no other."""
    if ground is None:
        raise Refused(f"Say on which ground the name is deleted from the admission register: {grounds_listed()}.")
    return ground


def _correct_start(command: CorrectStartingDay, state: Enrolment) -> Decided:
    place = next((at for at, one in enumerate(state.turns) if one.enrolled and one.day == command.wrong), None)
    if place is None:
        if any(one.enrolled and one.day == command.valid_on for one in state.turns):
            return Decided()
        raise Refused("No starting day of this pupil is recorded for that date. Look it up in the pupil's record.")
    turn = state.turns[place]
    if turn.day == command.valid_on:
        return Decided()
    before = [one for one in state.turns[:place] if one.enrolled is None]
    after = next((one for one in state.turns[place:] if one.enrolled is None), None)
    if before and command.valid_on <= before[-1].day:
        raise Refused("The starting day is not after the pupil's last day here. Check both dates.")
    if after is not None and command.valid_on > after.day:
        raise Refused("The starting day is after the last day that followed it. Check both dates.")
    corrected = StartingDayCorrected(
        subject=command.pupil, valid_on=command.valid_on, corrects=turn.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _correct_enrolment(command: CorrectEnrolment, state: Enrolment) -> Decided:
    as_now = (command.status, command.year_group)
    began = [one for one in state.turns if one.enrolled and one.day == command.valid_on]
    if not began:
        raise Refused("Nothing enrolled this pupil from that day. Look up since when the wrong value is recorded.")
    wrong = [one for one in began if one.enrolled != as_now]  # of two merged records perhaps two
    return Decided([
        EnrolmentCorrected(
            subject=command.pupil, valid_on=command.valid_on, status=command.status, year_group=command.year_group,
            corrects=one.entry, reason=command.reason, evidence=command.evidence,
        )
        for one in wrong
    ])  # fmt: skip


def _correct_leaving(command: CorrectLeaving, state: Enrolment) -> Decided:
    left = state.leaving
    if left is None:
        raise Refused("No leaving of this pupil is recorded, so there is none to correct. Record it first.")
    ground = _ground(command.ground)
    if (left.day, left.ground, left.destination) == (command.valid_on, ground, command.destination):
        return Decided()
    place = state.turns.index(left)
    starts = [turn.day for turn in _time_before(state, place)]
    if starts and command.valid_on < min(starts):
        raise Refused("The last day is before the starting day. Check both dates.")
    if state.now and command.valid_on >= min(spell.since for spell in state.now):
        raise Refused("The pupil was enrolled again by that day. Check both dates.")
    corrected = LeavingCorrected(
        subject=command.pupil, valid_on=command.valid_on, ground=ground, destination=command.destination,
        corrects=left.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _time_before(state: Enrolment, place: int) -> list[Turn]:
    """Give the enrolments of the time on the roll that a leaving ended."""
    found: list[Turn] = []
    for turn in state.turns[:place]:
        found = [*found, turn] if turn.enrolled else []
    return found


def _undo_leaving(command: UndoLeaving, state: Enrolment) -> Decided:
    left = state.leaving
    if left is None or left.day != command.valid_on:
        if command.valid_on in state.undone:
            return Decided()
        raise Refused("The pupil's latest leaving is not on that day. Look the date up in the pupil's record.")
    undone = LeavingUndone(
        subject=command.pupil, valid_on=command.valid_on, corrects=left.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([undone])


enrolment: Final = Decider(
    "records", Enrolment(), evolve, decide,
    commands=(Enrol, Leave, CorrectStartingDay, CorrectEnrolment, CorrectLeaving, UndoLeaving),
    categories=("enrolment",),
)  # fmt: skip
