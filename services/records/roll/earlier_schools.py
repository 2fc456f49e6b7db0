"""Earlier schools: each time at another school, and each year's attendance there, recorded, corrected or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final, TypeAlias, TypeVar

from events.identifiers import SubjectId
from events.model import Event, Strict, Text200
from events.records.earlier_schools import (
    EarlierAttendanceCorrected,
    EarlierAttendanceRecorded,
    EarlierAttendanceWithdrawn,
    EarlierSchoolCorrected,
    EarlierSchoolRecorded,
    EarlierSchoolWithdrawn,
    Stay,
    StayEnd,
    YearCounted,
    YearElsewhere,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct


class _AboutPupil(Command):
    """``valid_on`` is the day from which what is said is known, or is so."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "earlier-schools"

    pupil: SubjectId
    valid_on: date


class _AboutSchool(_AboutPupil):
    which: Stay

    @property
    def stream(self) -> Stream:
        """A pupil's earlier schools are a stream of their own."""
        return Stream("earlier-schools", self.pupil)


class _AboutYear(_AboutPupil):
    which: YearElsewhere

    @property
    def stream(self) -> Stream:
        """What earlier schools counted is a stream of its own, as it is of another category."""
        return Stream("earlier-attendance", self.pupil)


class RecordEarlierSchool(_AboutSchool):
    """The pupil was there. What is not said of the end leaves as it is what is known of it."""

    said: StayEnd = StayEnd()


class CorrectEarlierSchool(_AboutSchool):
    """What is known of the end had been wrong; this is right."""

    said: StayEnd
    reason: Text200
    evidence: Text200 | None = None


class WithdrawEarlierSchool(_AboutSchool):
    """The pupil never was there, or not from that day; ``valid_on`` is the day from which it was recorded."""

    reason: Text200
    evidence: Text200 | None = None


class RecordEarlierAttendance(_AboutYear):
    """The other school counted this. What it does not say leaves as it is what is known."""

    said: YearCounted


class CorrectEarlierAttendance(_AboutYear):
    """The count recorded is not what the other school had counted; this is."""

    said: YearCounted
    reason: Text200
    evidence: Text200 | None = None


class WithdrawEarlierAttendance(_AboutYear):
    """The count never was of this pupil or year; ``valid_on`` is the day from which it was recorded."""

    reason: Text200
    evidence: Text200 | None = None


UNSAID: Final = (None, ())
"""What a field holds of which nothing is said."""

Key: TypeAlias = tuple[str, Any]
Said: TypeAlias = StayEnd | YearCounted
SaidT = TypeVar("SaidT", bound=Strict)

Record: TypeAlias = RecordEarlierSchool | RecordEarlierAttendance
Correct: TypeAlias = CorrectEarlierSchool | CorrectEarlierAttendance
Withdraw: TypeAlias = WithdrawEarlierSchool | WithdrawEarlierAttendance


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of each time or year by its key, and the days whose statement was withdrawn."""

    known: Mapping[Key, tuple[Noted[Any], ...]] = field(default_factory=dict)
    withdrawn: frozenset[tuple[Key, date]] = frozenset()


def filled(known: SaidT, said: SaidT) -> SaidT:
    """Give what is known with what is said: what is not said blanks nothing."""
    return known.model_copy(update={name: value for name, value in said if value not in UNSAID})


def differs(known: Strict, said: Strict) -> bool:
    """Whether something is said that is not what is known."""
    return any(value not in UNSAID and getattr(known, name) not in (*UNSAID, value) for name, value in said)


def evolve(state: Earlier, event: Event, index: int) -> Earlier:
    """Fold one event."""
    match event:
        case EarlierSchoolWithdrawn() | EarlierAttendanceWithdrawn():
            key = event.which.key
            rest = tuple(one for one in state.known.get(key, ()) if one.entry != event.corrects)
            return Earlier({**state.known, key: rest}, state.withdrawn | {(key, event.valid_on)})
        case (
            EarlierSchoolRecorded()
            | EarlierSchoolCorrected()
            | EarlierAttendanceRecorded()
            | EarlierAttendanceCorrected()
        ):
            key = event.which.key
            item: Noted[Any] = Noted(event.said, event.valid_on, index)
            series = noted(state.known.get(key, ()), item, getattr(event, "corrects", None))
            return Earlier({**state.known, key: series}, state.withdrawn - {(key, event.valid_on)})
        case _:
            return state


def decide(command: Command, state: Earlier) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case RecordEarlierSchool() | RecordEarlierAttendance():
            return _record(command, state.known.get(command.which.key, ()))
        case CorrectEarlierSchool() | CorrectEarlierAttendance():
            return _correct(command, state.known.get(command.which.key, ()))
        case WithdrawEarlierSchool() | WithdrawEarlierAttendance():
            return _withdraw(command, state)
        case _:
            return Decided()


def _record(command: Record, series: tuple[Noted[Any], ...]) -> Decided:
    known = noted_on(series, command.valid_on)
    said: Said = command.said if known is None else filled(known.value, command.said)
    if known is not None and known.value == said:
        return Decided()
    if known is not None and known.since == command.valid_on and differs(known.value, command.said):
        raise Refused("Something else is recorded from that day. If it was wrong, correct it with a reason.")
    _refuse_impossible(command, said)
    told = {"subject": command.pupil, "valid_on": command.valid_on, "which": command.which, "said": said}
    kind = EarlierSchoolRecorded if isinstance(command, RecordEarlierSchool) else EarlierAttendanceRecorded
    return Decided([kind.model_validate(told)])


def _correct(command: Correct, series: tuple[Noted[Any], ...]) -> Decided:
    known = noted_on(series, command.valid_on)
    if known is not None and known.value == command.said:
        return Decided()
    wrong = to_correct(series, command.valid_on)
    if wrong is None:
        raise Refused("Nothing is recorded of that school then, so there is nothing to correct. Record it first.")
    _refuse_impossible(command, command.said)
    told = {"subject": command.pupil, "valid_on": command.valid_on, "which": command.which, "said": command.said}
    why = {"corrects": wrong.entry, "reason": command.reason, "evidence": command.evidence}
    kind = EarlierSchoolCorrected if isinstance(command, CorrectEarlierSchool) else EarlierAttendanceCorrected
    return Decided([kind.model_validate({**told, **why})])


def _withdraw(command: Withdraw, state: Earlier) -> Decided:
    key = command.which.key
    known = next((one for one in reversed(state.known.get(key, ())) if one.since == command.valid_on), None)
    if known is None:
        if (key, command.valid_on) in state.withdrawn:
            return Decided()
        raise Refused("Nothing is recorded of that school from that day. Look up the day in the pupil's record.")
    told = {
        "subject": command.pupil, "valid_on": command.valid_on, "which": command.which,
        "corrects": known.entry, "reason": command.reason, "evidence": command.evidence,
    }  # fmt: skip
    kind = EarlierSchoolWithdrawn if isinstance(command, WithdrawEarlierSchool) else EarlierAttendanceWithdrawn
    return Decided([kind.model_validate(told)])


def _refuse_impossible(command: Record | Correct, said: Said) -> None:
    if command.which.laestab is None and command.which.school is None:
        raise Refused("Say which school it was: give its name, its LAESTAB or both.")
    if isinstance(said, YearCounted):
        if said.possible is not None and max(_absences(said), said.attended or 0) > said.possible:
            raise Refused("More sessions are counted than were possible. Check the figures.")
        if not any(value not in UNSAID for _, value in said):
            raise Refused("Say what that school counted: give at least one figure.")
    elif (
        isinstance(command.which, Stay)
        and command.which.entered is not None
        and said.left is not None
        and said.left < command.which.entered
    ):
        raise Refused("The last day there is before the first one. Check both days.")


def _absences(said: YearCounted) -> int:
    return (said.authorised or 0) + (said.unauthorised or 0)


earlier_schools: Final[Decider[Earlier]] = Decider(
    "records", Earlier(), evolve, decide,
    commands=(RecordEarlierSchool, CorrectEarlierSchool, WithdrawEarlierSchool), categories=("enrolment",),
)  # fmt: skip
earlier_attendance: Final[Decider[Earlier]] = Decider(
    "records", Earlier(), evolve, decide,
    commands=(RecordEarlierAttendance, CorrectEarlierAttendance, WithdrawEarlierAttendance),
    categories=("attendance",),
)  # fmt: skip
