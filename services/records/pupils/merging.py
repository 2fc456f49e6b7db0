"""Merging two records of one child, and parting them when that was wrong. All of a school's merges are one stream.

A merge may end where another begins, so each is decided on all of them: no record is ever merged into itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId, id_text
from events.model import Event, Text200
from events.records.merging import Merging, Parting, PupilsMerged, PupilsUnmerged
from ledger.decider import Command, Decided, Decider, Refused, Stream

MERGES: Final = Stream("merges")


class _Merge(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    survivor: SubjectId
    merged: SubjectId
    reason: Text200

    @property
    def stream(self) -> Stream:
        """A school's merges are one stream."""
        return MERGES


class MergePupils(_Merge):
    """Two records are of one child: show and keep them as ``survivor`` from now on."""


class UnmergePupils(_Merge):
    """That merge was wrong: the two are different children."""

    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """Into whom a record is merged, and by which entry (0: not yet written)."""

    survivor: bytes
    entry: int


State: TypeAlias = Mapping[bytes, Merged]


def evolve(state: State, event: Event, index: int) -> State:
    """Fold one merge, or the end of one."""
    match event:
        case PupilsMerged():
            return {**state, event.merged: Merged(event.survivor, index)}
        case PupilsUnmerged():
            return {merged: into for merged, into in state.items() if merged != event.merged}
        case _:
            return state


def decide(command: Command, state: State) -> Decided:
    """Decide a merge or the end of one; what is so already yields no event."""
    if isinstance(command, MergePupils):
        return _merge(command, state)
    if not isinstance(command, UnmergePupils):
        return Decided()
    known = state.get(command.merged)
    if known is None or known.survivor != command.survivor:
        return Decided()
    parts = {pupil: Parting(reason=command.reason, evidence=command.evidence) for pupil in _both(command)}
    parted = PupilsUnmerged(survivor=command.survivor, merged=command.merged, corrects=known.entry, parts=parts)
    return Decided([parted])


def _merge(command: MergePupils, state: State) -> Decided:
    if command.survivor == command.merged:
        raise Refused("These are the same record. Look up the other record of this child.")
    known = state.get(command.merged)
    if known is not None and known.survivor == command.survivor:
        return Decided()
    for pupil in (command.merged, command.survivor):
        if pupil in state:
            raise Refused(IS_MERGED, pupil=id_text(state[pupil].survivor))
    parts = {pupil: Merging(reason=command.reason) for pupil in _both(command)}
    return Decided([PupilsMerged(survivor=command.survivor, merged=command.merged, parts=parts)])


def _both(command: _Merge) -> tuple[bytes, bytes]:
    return command.survivor, command.merged


IS_MERGED: Final = "This pupil was merged into another record. Open that one, or part the two first."

_NONE: Final[State] = {}
merging: Final = Decider(
    "records", _NONE, evolve, decide, commands=(MergePupils, UnmergePupils), categories=("identity",), apart=True
)
