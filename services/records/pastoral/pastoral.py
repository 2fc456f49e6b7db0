"""Pastoral notes: written down once, and corrected with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.pastoral import NoteText, PastoralNoteCorrected, PastoralNoteRecorded
from ledger.decider import Command, Decided, Decider, Refused, Stream


class _AboutNote(Command):
    """``note`` is an id that the caller chooses for one note, so that the same one sent twice is one."""

    scope: ClassVar[str] = "pastoral:write"
    purpose: ClassVar[str] = "pastoral-care"

    pupil: SubjectId
    note: SubjectId
    valid_on: date
    text: NoteText

    @property
    def stream(self) -> Stream:
        """A pupil's notes are a stream of their own."""
        return Stream("pastoral", self.pupil)


class RecordPastoralNote(_AboutNote):
    """Something about the pupil is to be remembered, of ``valid_on``."""


class CorrectPastoralNote(_AboutNote):
    """The note had been wrong; this is right."""

    reason: Text200


@dataclass(frozen=True, slots=True)
class Note:
    """What a decider remembers of a note; ``entry`` is what a correction names."""

    said: tuple[date, str]
    entry: int


Notes: TypeAlias = Mapping[bytes, Note]
_NOTHING: Final[Notes] = {}


def evolve(state: Notes, event: Event, index: int) -> Notes:
    """Fold one event."""
    match event:
        case PastoralNoteRecorded() | PastoralNoteCorrected():
            return {**state, event.note: Note((event.valid_on, event.text), index)}
        case _:
            return state


def decide(command: Command, state: Notes) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    if not isinstance(command, _AboutNote):
        return Decided()
    note = state.get(command.note)
    if note is not None and note.said == (command.valid_on, command.text):
        return Decided()
    if isinstance(command, CorrectPastoralNote):
        if note is None:
            raise Refused("There is no such note about this pupil. Look it up in the pupil's record, then send its id.")
        return Decided([PastoralNoteCorrected(
            subject=command.pupil, valid_on=command.valid_on, note=command.note, text=command.text,
            corrects=note.entry, reason=command.reason,
        )])  # fmt: skip
    if note is not None:
        raise Refused("This note is already recorded, and says something else. Correct it with a reason.")
    return Decided([
        PastoralNoteRecorded(subject=command.pupil, valid_on=command.valid_on, note=command.note, text=command.text)
    ])  # fmt: skip


pastoral: Final = Decider(
    "records",
    _NOTHING,
    evolve,
    decide,
    commands=(RecordPastoralNote, CorrectPastoralNote),
    categories=("pastoral",),
    names=("corrects", "note"),
)
"""Notes of pastoral care."""
