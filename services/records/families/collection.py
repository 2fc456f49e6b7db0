"""Collection: what a family was asked, gave and declined; an answer names the entry at which its question was shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from events.model import Event
from events.records.collection import Asked, FieldDeclined, FieldGiven, FieldShown, NoticeGiven
from events.records.collection_corrections import (
    Answered,
    FieldAnswerCorrected,
    FieldShowingCorrected,
    NoticeGivingCorrected,
    NoticeReceived,
    Showing,
)
from ledger.decider import Command, Decided, Decider, Refused
from services.deeds import Told
from services.records.families.collection_commands import (
    CorrectAnswer,
    CorrectNoticeGiving,
    CorrectShowing,
    DeclineField,
    GiveField,
    GiveNotice,
    ShowFields,
)

__all__ = [
    "CorrectAnswer", "CorrectNoticeGiving", "CorrectShowing", "DeclineField", "GiveField", "GiveNotice", "ShowFields",
    "collection", "decide",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Collected:
    """What was shown, answered and given, by entry; ``first`` is at which entry what was put right was shown first."""

    shown: Told[Showing] = field(default_factory=Told)
    answers: Told[Answered] = field(default_factory=Told)
    notices: Told[NoticeReceived] = field(default_factory=Told)
    first: Mapping[int, int] = field(default_factory=dict)

    def question(self, answer: Answered) -> Asked | None:
        """Give the field that an answer is to. Raises Refused where it was shown to somebody else."""
        root = self.first.get(answer.shown)
        found = next((shown for entry, shown in self.shown.standing.items() if self.first[entry] == root), None)
        asked = next((one for one in found.asked if one.item == answer.item), None) if found else None
        if found is not None and asked is not None and found.to != answer.by:
            raise Refused("This field was shown to somebody else. Record what this person was shown.")
        return asked

    def answers_to(self, entry: int) -> Iterator[Answered]:
        """Yield the answers to what was shown at an entry, or at the one that it put right."""
        yield from (one for one in self.answers.standing.values() if one.shown == self.first.get(entry, entry))


def evolve(state: Collected, event: Event, index: int) -> Collected:
    """Fold one event."""
    match event:
        case FieldShown():
            shown = state.shown.told(index, _showing(event))
            return replace(state, shown=shown, first={**state.first, index: index})
        case FieldShowingCorrected():
            first = {**state.first, index: state.first.get(event.corrects, event.corrects)}
            return replace(state, shown=state.shown.put_right(event.corrects, index, event.showing), first=first)
        case FieldGiven() | FieldDeclined():
            return replace(state, answers=state.answers.told(index, _answered(event)))
        case FieldAnswerCorrected():
            return replace(state, answers=state.answers.put_right(event.corrects, index, event.answer))
        case NoticeGiven():
            return replace(state, notices=state.notices.told(index, _received(event)))
        case NoticeGivingCorrected():
            return replace(state, notices=state.notices.put_right(event.corrects, index, event.received))
        case _:
            return state


def _showing(said: FieldShown | ShowFields) -> Showing:
    return Showing(on=said.valid_on, to=said.to, wording=said.wording, channel=said.channel, asked=said.asked)


def _answered(said: FieldGiven | FieldDeclined | GiveField | DeclineField) -> Answered:
    return Answered(
        on=said.valid_on, item=said.item, shown=said.shown, by=said.by,
        given=isinstance(said, FieldGiven | GiveField), because=getattr(said, "reason", None),
    )  # fmt: skip


def _received(said: NoticeGiven | GiveNotice) -> NoticeReceived:
    return NoticeReceived(on=said.valid_on, notice_version=said.notice_version, digest=said.digest, to=said.to)


def decide(command: Command, state: Collected) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case ShowFields():
            event = _show(command, state)
        case GiveField() | DeclineField():
            event = _answer(command, state)
        case GiveNotice():
            event = _give_notice(command, state)
        case CorrectShowing():
            event = _correct_showing(command, state)
        case CorrectAnswer():
            event = _correct_answer(command, state)
        case CorrectNoticeGiving() if state.notices.is_news(command.wrong, command.received):
            event = NoticeGivingCorrected(**_why(command), received=command.received)
        case _:
            event = None
    return Decided([event] if event else [])


def _show(command: ShowFields, state: Collected) -> Event | None:
    if state.shown.has(_showing(command)):
        return None
    return FieldShown(
        subject=command.pupil, valid_on=command.valid_on, to=command.to, wording=command.wording,
        channel=command.channel, asked=command.asked,
    )  # fmt: skip


def _answer(command: GiveField | DeclineField, state: Collected) -> Event | None:
    wanted = _fitting(state, _answered(command))
    before = [one for one in state.answers.standing.values() if (one.shown, one.item) == (wanted.shown, wanted.item)]
    if before and before[-1] == wanted:
        return None
    about: dict[str, Any] = {
        "subject": command.pupil, "valid_on": command.valid_on, "item": command.item, "shown": wanted.shown,
        "by": command.by,
    }  # fmt: skip
    return FieldGiven(**about) if wanted.given else FieldDeclined(**about, reason=wanted.because)


def _fitting(state: Collected, answer: Answered) -> Answered:
    """Give an answer to the entry at which its field was first shown. Raises Refused where it does not fit."""
    asked = state.question(answer)
    if asked is None:
        raise Refused("That entry does not show this field to the family. Record first what they were shown.")
    if asked.required and not answer.given and answer.because is None:
        raise Refused("The law requires an answer to this. If the family still declines, send its reason.")
    if answer.given and answer.because is not None:
        raise Refused("A field that was given was not declined. Leave the family's reason out, or say it was declined.")
    return answer.model_copy(update={"shown": state.first[answer.shown]})


def _give_notice(command: GiveNotice, state: Collected) -> Event | None:
    wanted = _received(command)
    if any(one.model_copy(update={"on": wanted.on}) == wanted for one in state.notices.standing.values()):
        return None
    return NoticeGiven(
        subject=command.pupil, valid_on=command.valid_on, notice_version=command.notice_version,
        digest=command.digest, to=command.to,
    )  # fmt: skip


def _correct_showing(command: CorrectShowing, state: Collected) -> Event | None:
    if not state.shown.is_news(command.wrong, command.showing):
        return None
    right = command.showing
    for answer in state.answers_to(command.wrong):
        if right is None or right.to != answer.by or answer.item not in {one.item for one in right.asked}:
            raise Refused(
                "The family answered what it was shown there. Correct those answers first, then what was shown."
            )
    return FieldShowingCorrected(**_why(command), showing=right)


def _correct_answer(command: CorrectAnswer, state: Collected) -> Event | None:
    right = command.answer
    if right is not None and right.shown in state.first:
        right = right.model_copy(update={"shown": state.first[right.shown]})
    if not state.answers.is_news(command.wrong, right):
        return None
    right = None if right is None else _fitting(state, right)
    return FieldAnswerCorrected(**_why(command), answer=right)


def _why(command: CorrectShowing | CorrectAnswer | CorrectNoticeGiving) -> dict[str, Any]:
    return {
        "subject": command.pupil, "valid_on": command.valid_on, "corrects": command.wrong, "reason": command.reason,
        "evidence": command.evidence,
    }  # fmt: skip


collection: Final = Decider(
    "records",
    Collected(),
    evolve,
    decide,
    commands=(ShowFields, GiveField, DeclineField, GiveNotice, CorrectShowing, CorrectAnswer, CorrectNoticeGiving),
    categories=("correspondence",),
    names=("corrects", "shown"),
)
