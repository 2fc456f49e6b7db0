"""Admission: the school that a pupil attended last, which the admission register must hold."""

from datetime import date
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.admission import LastSchoolCorrected, LastSchoolRecorded
from events.text import PlainText
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct

SchoolName: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date
    school: SchoolName | None

    @property
    def stream(self) -> Stream:
        """What a pupil's admission says is a stream of its own."""
        return Stream("admission", self.pupil)


class RecordLastSchool(_AboutPupil):
    """``school`` is the one attended last before ``valid_on``, the starting day; None where there was none."""


class CorrectLastSchool(_AboutPupil):
    """The school recorded for ``valid_on`` had been wrong."""

    reason: Text200


Known: TypeAlias = tuple[Noted[str | None], ...]
"""The schools of before, each by the starting day that it belongs to."""


def evolve(state: Known, event: Event, index: int) -> Known:
    """Fold one event."""
    match event:
        case LastSchoolRecorded():
            return noted(state, Noted(event.school, event.valid_on, index))
        case LastSchoolCorrected():
            return noted(state, Noted(event.school, event.valid_on, index), event.corrects)
        case _:
            return state


def decide(command: Command, state: Known) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not isinstance(command, RecordLastSchool | CorrectLastSchool):
        return Decided()
    known = noted_on(state, command.valid_on)
    if known is not None and known.value == command.school:
        return Decided()
    said = {"subject": command.pupil, "valid_on": command.valid_on, "school": command.school}
    if isinstance(command, RecordLastSchool):
        return Decided([LastSchoolRecorded.model_validate(said)])
    wrong = to_correct(state, command.valid_on)
    if wrong is None:
        raise Refused("No school of before is recorded for this pupil, so there is none to correct. Record it first.")
    return Decided([
        LastSchoolCorrected.model_validate({**said, "corrects": wrong.entry, "reason": command.reason})
    ])  # fmt: skip


admission: Final[Decider[Known]] = Decider(
    "records", (), evolve, decide, commands=(RecordLastSchool, CorrectLastSchool), categories=("enrolment",)
)
