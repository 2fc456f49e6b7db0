"""The roll as it is shown: when a pupil was on it, as what, and on which ground a time on it ended."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from events.model import Recorded
from events.records.enrolment import (
    Enrolled,
    EnrolmentCorrected,
    LeavingCorrected,
    LeavingUndone,
    PupilLeft,
    StartingDayCorrected,
)
from ledger.view import PersonRow, Row, View
from services.facts import Provenance, Was, why


class Spell(Row):
    """A time on the roll, in a group or before a class: first and, where it has ended, last day."""

    since: date
    until: date | None = None
    status: str = ""
    year_group: str = ""
    at: Provenance


class LeftAs(Row):
    """What had been told of a leaving."""

    day: date
    ground: str | None
    destination: str | None


class Leaving(Row):
    """A last day on the roll: on which ground of regulation 9, to where, and what it replaced where it was corrected.

    ``ground`` is None only in what was written before a ground was asked for. ``was`` is what entry
    ``was_at`` had said.
    """

    day: date
    ground: str | None
    destination: str | None
    reason: str | None
    at: Provenance
    was: LeftAs | None = None
    was_at: Provenance | None = None


class EnrolledAs(Row):
    """From which day somebody was enrolled, and as what."""

    since: date
    status: str
    year_group: str


class Turn(Row):
    """One thing that happened to a pupil's place on the roll: a time began, or it ended.

    ``was`` is what a correction of the day, status or year group found there, which entry ``was_at`` said.
    """

    began: Spell | None = None
    ended: Leaving | None = None
    was: EnrolledAs | None = None
    was_at: Provenance | None = None

    @property
    def index(self) -> int:
        """The entry that says so."""
        said = self.began or self.ended
        return said.at.index if said else 0


class RollRow(PersonRow):
    """When a pupil was on the roll, as what and in which year group; ``turns`` are what that follows from, in order."""

    spells: tuple[Spell, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def leavings(self) -> list[Leaving]:
        """Each leaving that stands, in order."""
        return [turn.ended for turn in self.turns if turn.ended]


def corrected_from(row: RollRow, spell: Spell) -> Was[EnrolledAs] | None:
    """Give what a correction of a spell's first day, status or year group found there."""
    turn = next((one for one in row.turns if one.began and one.index == spell.at.index), None)
    return Was(turn.was, turn.was_at) if turn and turn.was and turn.was_at else None


def ended(spells: Sequence[Spell], last: date) -> tuple[Spell, ...]:
    """Give spells with the open ones ended; one that would have begun after the last day never came to be."""
    return tuple(
        spell.model_copy(update={"until": last}) if spell.until is None else spell
        for spell in spells
        if spell.until is not None or spell.since <= last
    )


roll = View("roll", version=4, row=RollRow, key=["subject"], key_of=lambda r: (r.subject,))


def _row(subject: bytes, turns: tuple[Turn, ...]) -> RollRow:
    """Give a row from all that happened: so a correction of the past is as if it had been written right."""
    spells: tuple[Spell, ...] = ()
    for turn in turns:
        if turn.began is not None:
            spells = (*spells, turn.began)
        elif turn.ended is not None:
            spells = ended(spells, turn.ended.day)
    return RollRow(subject=subject, spells=spells, turns=turns)


def _turns(row: RollRow | None) -> tuple[Turn, ...]:
    return row.turns if row else ()


@roll.on(Enrolled)
def _enrolled(row: RollRow | None, recorded: Recorded[Enrolled]) -> RollRow:
    body = recorded.body
    spell = Spell(since=body.valid_on, status=body.status, year_group=body.year_group, at=Provenance.of(recorded))
    return _row(body.subject, (*_turns(row), Turn(began=spell)))


def _leaving(recorded: Recorded[Any], wrong: Leaving | None = None) -> Leaving:
    body = recorded.body
    was = LeftAs(day=wrong.day, ground=wrong.ground, destination=wrong.destination) if wrong else None
    return Leaving(
        day=body.valid_on, ground=body.ground, destination=body.destination,
        reason=why(body) if isinstance(body, LeavingCorrected) else body.reason,
        at=Provenance.of(recorded), was=was, was_at=wrong.at if wrong else None,
    )  # fmt: skip


@roll.on(PupilLeft)
def _left(row: RollRow | None, recorded: Recorded[PupilLeft]) -> RollRow:
    return _row(recorded.body.subject, (*_turns(row), Turn(ended=_leaving(recorded))))


@roll.on(StartingDayCorrected)
def _started(row: RollRow | None, recorded: Recorded[StartingDayCorrected]) -> RollRow | None:
    if row is None:
        return None
    right: dict[str, object] = {"since": recorded.body.valid_on, "at": Provenance.with_reason(recorded)}
    turns = tuple(
        _corrected(turn, turn.began, right) if turn.began and turn.index == recorded.body.corrects else turn
        for turn in row.turns
    )
    return _row(row.subject, turns)


@roll.on(EnrolmentCorrected)
def _enrolled_otherwise(row: RollRow | None, recorded: Recorded[EnrolmentCorrected]) -> RollRow | None:
    if row is None:
        return None
    body = recorded.body
    right = {"status": body.status, "year_group": body.year_group, "at": Provenance.with_reason(recorded)}
    turns = tuple(
        _corrected(turn, turn.began, right) if turn.began and turn.index == body.corrects else turn
        for turn in row.turns
    )
    return _row(row.subject, turns)


def _corrected(turn: Turn, began: Spell, right: dict[str, object]) -> Turn:
    was = EnrolledAs(since=began.since, status=began.status, year_group=began.year_group)
    return turn.model_copy(update={"began": began.model_copy(update=right), "was": was, "was_at": began.at})


@roll.on(LeavingCorrected)
def _left_otherwise(row: RollRow | None, recorded: Recorded[LeavingCorrected]) -> RollRow | None:
    if row is None:
        return None
    turns = tuple(
        Turn(ended=_leaving(recorded, turn.ended)) if turn.ended and turn.index == recorded.body.corrects else turn
        for turn in row.turns
    )
    return _row(row.subject, turns)


@roll.on(LeavingUndone)
def _never_left(row: RollRow | None, recorded: Recorded[LeavingUndone]) -> RollRow | None:
    if row is None:
        return None
    return _row(row.subject, tuple(turn for turn in row.turns if turn.index != recorded.body.corrects))


VIEWS: Final = (roll,)
"""Every view of the roll."""
