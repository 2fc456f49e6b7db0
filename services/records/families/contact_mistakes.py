"""What the office may say of contacts that was wrong to say: an end that was not then, a detail that never was so."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar, Final

from events.codes.people import PhoneType
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.contact_endings import (
    ContactDetailWithdrawn,
    ContactUnlinkCorrected,
    EmailEndCorrected,
    PhoneEndCorrected,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.deeds import Told, is_to_strike
from services.facts import Noted, noted_on
from services.records.families.reach import Reach, evolve


class _OfEntry(Command):
    """``wrong`` is the entry that was wrong, and ``valid_on`` the day it gives; ``person`` is a pupil or a contact."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    person: SubjectId
    valid_on: date
    wrong: EntryIndex
    reason: Text200
    evidence: Text200 | None = None

    @property
    def stream(self) -> Stream:
        """Of the same stream as what it corrects."""
        return Stream("contacts", self.person)


class CorrectPhoneEnd(_OfEntry):
    """The number of this type ended on another day (``ended`` is the first without it), or (None) it had not ended."""

    phone_type: PhoneType
    ended: date | None = None


class CorrectEmailEnd(_OfEntry):
    """The e-mail address ended on another day, ``ended`` being the first without it; or (None) it had not ended."""

    ended: date | None = None


class CorrectUnlink(_OfEntry):
    """The contact was the pupil's until another day, ``ended`` being the first on which not; or (None) still is."""

    contact: SubjectId
    ended: date | None = None


class WithdrawContactDetail(_OfEntry):
    """The address, number, e-mail address, link or parental responsibility that the entry tells never was so."""


def decide(command: Command, state: Reach) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case CorrectPhoneEnd():
            is_news = _is_news(command, state, state.phones.get(command.phone_type, ()))
            event: Event = PhoneEndCorrected(**_said(command), phone_type=command.phone_type, ended=command.ended)
        case CorrectEmailEnd():
            is_news = _is_news(command, state, state.emails)
            event = EmailEndCorrected(**_said(command), ended=command.ended)
        case CorrectUnlink():
            is_news = _is_news(command, state, state.links.get(command.contact, ()))
            event = ContactUnlinkCorrected(**_said(command), contact=command.contact, ended=command.ended)
        case WithdrawContactDetail():
            is_news = is_to_strike(_told(state), state.struck, command.wrong)
            event = ContactDetailWithdrawn(**_said(command))
        case _:
            return Decided()
    return Decided([event] if is_news else [])


def _said(command: _OfEntry) -> dict[str, Any]:
    return {
        "subject": command.person, "valid_on": command.valid_on, "corrects": command.wrong, "reason": command.reason,
        "evidence": command.evidence,
    }  # fmt: skip


def _is_news(
    command: CorrectPhoneEnd | CorrectEmailEnd | CorrectUnlink, state: Reach, series: Sequence[Noted[Any]]
) -> bool:
    """Whether an end is corrected anew. Raises Refused where none is told there, or something else was said between."""
    wrong = next((one for one in series if one.entry == command.wrong and one.value is None), None)
    ends = Told({one.entry: one.since for one in series if one.value is None}, state.ends)
    if not ends.is_news(command.wrong, command.ended) or wrong is None:
        return False
    rest = [one for one in series if one is not wrong]
    if command.ended is not None and noted_on(rest, command.ended) != noted_on(rest, wrong.since):
        raise Refused(
            "Between that day and the one recorded something else was said of it, which would end with it. Send a day "
            "on which the one that ended was still the newest."
        )
    return True


def _told(state: Reach) -> Iterator[int]:
    """Yield the entries that tell a detail which stands."""
    several: tuple[Sequence[Noted[Any]], ...] = (
        state.addresses,
        *state.phones.values(),
        state.emails,
        *state.links.values(),
        *state.responsible.values(),
    )
    for series in several:
        yield from (one.entry for one in series if one.value is not None)


contact_mistakes: Final = Decider(
    "records",
    Reach(),
    evolve,
    decide,
    commands=(CorrectPhoneEnd, CorrectEmailEnd, CorrectUnlink, WithdrawContactDetail),
    categories=("contact",),
)
