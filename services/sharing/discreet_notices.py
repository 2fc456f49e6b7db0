"""Notices of Article 19 that are themselves a secret: found by a look, then given, answered, chased or not possible."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from events.identifiers import SubjectId
from events.model import Event, PersonEvent
from events.sharing.ripple import NoticeNotPossible, RecipientActed, RecipientNotified, RecipientSilent
from events.sharing.ripple_discreet import (
    DiscreetNoticeNotPossible,
    NoticeFound,
    NoticesLookedFor,
    RecipientActedDiscreetly,
    RecipientNotifiedDiscreetly,
    RecipientSilentDiscreetly,
)
from ledger.decider import Command, Decided, Decider, Stream
from services.sharing.notices import (
    NoteNoticeNotPossible,
    NoteRecipientActed,
    NoteRecipientNotified,
    NoteRecipientSilent,
    OfNotice,
    Told,
    said_of,
)

LOOKS: Final = "discreet-looks"
"""Under which name the looks at one person stand."""
STEPS: Final = "discreet-notices"
"""Under which name stands what became of a pupil's discreet notices.

It is another stream than the looks', which are written by themselves: in clear nothing joins the two.
"""


class LookForNotices(Command):
    """It was looked whether a discreet notice is owed. Only the reaction to what was done sends this."""

    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "safeguarding"

    pupil: SubjectId
    valid_on: date
    look: SubjectId
    notices: tuple[NoticeFound, ...] = ()

    @property
    def stream(self) -> Stream:
        """The looks at one person are one stream."""
        return Stream(LOOKS, self.pupil)

    @property
    def about(self) -> tuple[bytes, ...]:
        """It rests on no look before it: the key of the reaction's command makes it happen once."""
        return ()


class OfDiscreetNotice(OfNotice):
    """What is told of one discreet notice."""

    purpose: ClassVar[str] = "safeguarding"

    @property
    def stream(self) -> Stream:
        """What became of a pupil's discreet notices is one stream."""
        return Stream(STEPS, self.pupil)


class NoteRecipientNotifiedDiscreetly(OfDiscreetNotice, NoteRecipientNotified):
    """The recipient was told."""


class NoteRecipientActedDiscreetly(OfDiscreetNotice, NoteRecipientActed):
    """The recipient said what they did."""


class NoteRecipientSilentDiscreetly(OfDiscreetNotice, NoteRecipientSilent):
    """The recipient has not answered, and was asked again: ``chased_by`` says how."""


class NoteDiscreetNoticeNotPossible(OfDiscreetNotice, NoteNoticeNotPossible):
    """Telling them is impossible, or would involve disproportionate effort."""


_OPENLY: Final[Mapping[type[PersonEvent], type[PersonEvent]]] = {
    RecipientNotifiedDiscreetly: RecipientNotified,
    RecipientActedDiscreetly: RecipientActed,
    RecipientSilentDiscreetly: RecipientSilent,
    DiscreetNoticeNotPossible: NoticeNotPossible,
}
_DISCREETLY: Final[Mapping[type[Event], type[PersonEvent]]] = {open_: secret for secret, open_ in _OPENLY.items()}
Looks = frozenset[bytes]
Steps = Mapping[bytes, Told]


def evolve_looks(state: Looks, event: Event, index: int) -> Looks:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one look."""
    return state | {event.look} if isinstance(event, NoticesLookedFor) else state


def look(command: Command, state: Looks) -> Decided:
    """Decide a look; the same one again yields no event."""
    if not isinstance(command, LookForNotices) or command.look in state:
        return Decided()
    return Decided([NoticesLookedFor(
        subject=command.pupil, valid_on=command.valid_on, look=command.look, notices=command.notices
    )])  # fmt: skip


def evolve(state: Steps, event: Event, index: int) -> Steps:  # noqa: ARG001  # the same shape in every aggregate
    """Fold what was told of a notice, as the same thing told openly is."""
    openly = _OPENLY.get(type(event)) if isinstance(event, PersonEvent) else None
    if openly is None:
        return state
    said = openly(**dict(event))
    notice: bytes = said.notice  # type: ignore[attr-defined]  # each of these names one
    return {**state, notice: state.get(notice, Told()).after(said)}


def decide(command: Command, state: Steps) -> Decided:
    """Decide what is told of a notice; that there is one, whoever lets the command in has seen."""
    if not isinstance(command, OfDiscreetNotice):
        return Decided()
    said = said_of(command, state.get(command.notice, Told()))
    return Decided([_DISCREETLY[type(said)](**dict(said))] if said else [])


looks: Final[Decider[Looks]] = Decider(
    "sharing", frozenset(), evolve_looks, look, commands=(LookForNotices,), categories=("safeguarding",), discreet=True
)
discreet_notices: Final[Decider[Steps]] = Decider(
    "sharing", {}, evolve, decide,
    commands=(
        NoteRecipientNotifiedDiscreetly, NoteRecipientActedDiscreetly, NoteRecipientSilentDiscreetly,
        NoteDiscreetNoticeNotPossible,
    ),
    categories=("safeguarding",), discreet=True, names=("notice",),
)  # fmt: skip
