"""Pastoral notes: written down once, and corrected with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.pastoral import NoteText, PastoralNoteCorrected, PastoralNoteRecorded, PastoralNoteWithdrawn
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _AboutNote(Command):
    """``note`` is an id that the caller chooses for one note, so that the same one sent twice is one."""

    scope: ClassVar[str] = "pastoral:write"
    purpose: ClassVar[str] = "pastoral-care"

    pupil: SubjectId
    note: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's notes are a stream of their own."""
        return Stream("pastoral", self.pupil)


class RecordPastoralNote(_AboutNote):
    """Something about the pupil is to be remembered, of ``valid_on``."""

    text: NoteText


class CorrectPastoralNote(_AboutNote):
    """The note had been wrong; this is right."""

    text: NoteText
    reason: Text200
    evidence: Text200 | None = None


class WithdrawPastoralNote(_AboutNote):
    """The note never was about this pupil: it was made on the wrong record, or by mistake."""

    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a decider remembers of a note; ``entry`` is what a correction names."""

    said: tuple[date, str]
    entry: int
    withdrawn: bool = False


Notes: TypeAlias = Mapping[bytes, Note]
_NOTHING: Final[Notes] = {}


def evolve(state: Notes, event: Event, index: int) -> Notes:
    """Fold one event."""
    match event:
        case PastoralNoteRecorded():
            return {**state, event.note: Note((event.valid_on, event.text), index)}
        case PastoralNoteCorrected() if event.note in state:
            return {**state, event.note: Note((event.valid_on, event.text), index)}
        case PastoralNoteWithdrawn() if event.note in state:
            return {**state, event.note: replace(state[event.note], withdrawn=True)}
        case _:  # Also what is said of a note that can no longer be read, or was another pupil's all along.
            return state


def decide(command: Command, state: Notes) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordPastoralNote():
            event: Event | None = _record(command, state.get(command.note))
        case CorrectPastoralNote():
            event = _correct(command, _known(command, state))
        case WithdrawPastoralNote():
            event = _withdraw(command, _known(command, state))
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordPastoralNote, note: Note | None) -> Event | None:
    if note is not None:
        _refuse_withdrawn(note)
        if note.said == (command.valid_on, command.text):
            return None
        raise Refused("This note is already recorded, and says something else. Correct it with a reason.")
    return PastoralNoteRecorded(subject=command.pupil, valid_on=command.valid_on, note=command.note, text=command.text)


def _correct(command: CorrectPastoralNote, note: Note) -> Event | None:
    _refuse_withdrawn(note)
    if note.said == (command.valid_on, command.text):
        return None
    return PastoralNoteCorrected(
        subject=command.pupil, valid_on=command.valid_on, note=command.note, text=command.text, corrects=note.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _withdraw(command: WithdrawPastoralNote, note: Note) -> Event | None:
    if note.withdrawn:
        return None
    return PastoralNoteWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, note=command.note, corrects=note.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _known(command: _AboutNote, state: Notes) -> Note:
    note = state.get(command.note)
    if note is None:
        raise Refused("There is no such note about this pupil. Look it up in the pupil's record, then send its id.")
    return note


def _refuse_withdrawn(note: Note) -> None:
    if note.withdrawn:
        raise Refused("This note was withdrawn, as it never was about this pupil. Record the right one anew.")


pastoral: Final = Decider(
    "records",
    _NOTHING,
    evolve,
    decide,
    commands=(RecordPastoralNote, CorrectPastoralNote, WithdrawPastoralNote),
    categories=("pastoral",),
    names=("corrects", "note"),
)
"""Notes of pastoral care."""
