"""Admission: the school that a pupil attended last, and the day on which they are expected to attend here first."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.admission import (
    FirstDayExpected,
    FirstDayExpectedCorrected,
    LastSchoolCorrected,
    LastSchoolRecorded,
)
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct

SchoolName: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """What a pupil's admission says is a stream of its own."""
        return Stream("admission", self.pupil)


class RecordLastSchool(_AboutPupil):
    """``school`` is the one attended last before ``valid_on``, the starting day; None where there was none."""

    school: SchoolName | None


class CorrectLastSchool(_AboutPupil):
    """The school recorded for ``valid_on`` had been wrong."""

    school: SchoolName | None
    reason: Text200
    evidence: Text200 | None = None


class ExpectFirstDay(_AboutPupil):
    """The first day of attendance, as agreed or notified on ``valid_on``; None: the pupil is not expected any more."""

    first_day: date | None


class CorrectExpectedFirstDay(_AboutPupil):
    """The first day that was expected as of ``valid_on`` had been recorded wrongly."""

    first_day: date | None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The schools of before, each by the starting day that it belongs to; the first days expected, by when said."""

    last_schools: tuple[Noted[str | None], ...] = ()
    first_days: tuple[Noted[date | None], ...] = ()


def evolve(state: Admission, event: Event, index: int) -> Admission:
    """Fold one event."""
    corrects: int | None = getattr(event, "corrects", None)
    match event:
        case LastSchoolRecorded() | LastSchoolCorrected():
            school = Noted(event.school, event.valid_on, index)
            return replace(state, last_schools=noted(state.last_schools, school, corrects))
        case FirstDayExpected() | FirstDayExpectedCorrected():
            first = Noted(event.first_day, event.valid_on, index)
            return replace(state, first_days=noted(state.first_days, first, corrects))
        case _:
            return state


def decide(command: Command, state: Admission) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordLastSchool() | CorrectLastSchool():
            return Decided(_last_school(command, state.last_schools))
        case ExpectFirstDay() | CorrectExpectedFirstDay():
            return Decided(_first_day(command, state.first_days))
        case _:
            return Decided()


def _last_school(
    command: RecordLastSchool | CorrectLastSchool, known: tuple[Noted[str | None], ...]
) -> list[Event]:  # fmt: skip
    now = noted_on(known, command.valid_on)
    if now is not None and now.value == command.school:
        return []
    said: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on, "school": command.school}
    if isinstance(command, RecordLastSchool):
        return [LastSchoolRecorded(**said)]
    wrong = to_correct(known, command.valid_on)
    if wrong is None:
        raise Refused("No school of before is recorded for this pupil, so there is none to correct. Record it first.")
    return [LastSchoolCorrected(**said, corrects=wrong.entry, reason=command.reason, evidence=command.evidence)]


def _first_day(
    command: ExpectFirstDay | CorrectExpectedFirstDay, known: tuple[Noted[date | None], ...]
) -> list[Event]:  # fmt: skip
    now = noted_on(known, command.valid_on)
    if (now.value if now is not None else None) == command.first_day:
        return []
    said: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on, "first_day": command.first_day}
    if isinstance(command, ExpectFirstDay):
        return [FirstDayExpected(**said)]
    wrong = to_correct(known, command.valid_on)
    if wrong is None:
        raise Refused("No first day is recorded as expected of this pupil, so there is none to correct. Record it.")
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [FirstDayExpectedCorrected(**said, corrects=wrong.entry, **why)]


admission: Final = Decider(
    "records", Admission(), evolve, decide,
    commands=(RecordLastSchool, CorrectLastSchool, ExpectFirstDay, CorrectExpectedFirstDay),
    categories=("enrolment",),
)  # fmt: skip
