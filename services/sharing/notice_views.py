"""Notices of Article 19 as they are shown: who must be told of what, and what became of it; discreet ones apart."""

from datetime import date
from typing import Any, Final

from events.model import Recorded
from events.sharing.ripple import (
    NoticeNotPossible,
    NoticeOwed,
    RecipientActed,
    RecipientNotified,
    RecipientSilent,
)
from events.sharing.ripple_discreet import (
    DiscreetNoticeNotPossible,
    NoticesLookedFor,
    RecipientActedDiscreetly,
    RecipientNotifiedDiscreetly,
    RecipientSilentDiscreetly,
    look_of,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance


class NoticeStep(Row):
    """Something that was told of a notice: what, on which day, in which words, by whom."""

    what: str
    on: date
    said: str
    at: Provenance


class NoticeRow(PersonRow):
    """A notice owed about a pupil: ``state`` is the last that is known; it is open until answered or not possible."""

    notice: bytes
    recipient: bytes
    ripples: str
    since_entry: int
    disclosures: tuple[bytes, ...]
    field_names: tuple[str, ...]
    told_entries: tuple[int, ...]
    owed_on: date
    at: Provenance
    state: str = "owed"
    open: bool = True
    steps: tuple[NoticeStep, ...] = ()


class LookRow(PersonRow):
    """What a look found: discreet notices, for nobody's eyes but those who may know that there are any."""

    look: bytes
    notices: tuple[NoticeRow, ...]
    open: bool = True


def _of(recorded: Recorded[Any]) -> tuple[bytes, ...]:
    return recorded.body.subject, recorded.body.notice


def _of_look(recorded: Recorded[Any]) -> tuple[bytes, ...]:
    body = recorded.body
    return body.subject, body.look if isinstance(body, NoticesLookedFor) else look_of(body.notice)


notices: Final = View(
    "notices", version=1, row=NoticeRow, key=["subject", "notice"], key_of=_of, indexed=[["open"], ["since_entry"]]
)
looks: Final = View(
    "discreet_notices",
    version=1,
    row=LookRow,
    key=["subject", "look"],
    key_of=_of_look,
    indexed=[["open"]],
)
VIEWS: Final[tuple[AnyView, ...]] = (notices, looks)


@notices.on(NoticeOwed)
def _owed(row: NoticeRow | None, recorded: Recorded[NoticeOwed]) -> NoticeRow:
    body = recorded.body
    return row or NoticeRow(
        subject=body.subject, notice=body.notice, recipient=body.recipient, ripples=body.ripples,
        since_entry=body.since_entry, disclosures=body.disclosures, field_names=body.field_names,
        told_entries=body.told_entries, owed_on=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip


@notices.on(RecipientNotified)
def _notified(row: NoticeRow | None, recorded: Recorded[RecipientNotified]) -> NoticeRow | None:
    return _stepped(row, recorded, "notified", recorded.body.channel, still_open=True)


@notices.on(RecipientSilent)
def _silent(row: NoticeRow | None, recorded: Recorded[RecipientSilent]) -> NoticeRow | None:
    return _stepped(row, recorded, "silent", recorded.body.chased_by, still_open=True)


@notices.on(RecipientActed)
def _acted(row: NoticeRow | None, recorded: Recorded[RecipientActed]) -> NoticeRow | None:
    return _stepped(row, recorded, "acted", recorded.body.acted, still_open=False)


@notices.on(NoticeNotPossible)
def _not_possible(row: NoticeRow | None, recorded: Recorded[NoticeNotPossible]) -> NoticeRow | None:
    said = f"{recorded.body.found}: {recorded.body.reason}"
    return _stepped(row, recorded, "not-possible", said, still_open=False)


def _stepped(
    row: NoticeRow | None, recorded: Recorded[Any], what: str, said: str, *, still_open: bool
) -> NoticeRow | None:
    if row is None:
        return None
    step = NoticeStep(what=what, on=recorded.body.valid_on, said=said, at=Provenance.of(recorded))
    # Whoever has answered is done with, also where a letter to them is written down only afterwards.
    became = {"state": what, "open": still_open} if row.state != "acted" or what == "acted" else {}
    return row.model_copy(update={**became, "steps": (*row.steps, step)})


# What was found by a look, and what became of each


@looks.on(NoticesLookedFor, where=lambda recorded: bool(recorded.body.notices))
def _found(row: LookRow | None, recorded: Recorded[NoticesLookedFor]) -> LookRow:
    body, at = recorded.body, Provenance.of(recorded)
    return row or LookRow(subject=body.subject, look=body.look, notices=tuple(
        NoticeRow(
            subject=body.subject, notice=one.notice, recipient=one.recipient, ripples=one.ripples,
            since_entry=one.since_entry, disclosures=one.disclosures, field_names=one.field_names,
            told_entries=one.told_entries, owed_on=body.valid_on, at=at,
        )
        for one in body.notices
    ))  # fmt: skip


@looks.on(RecipientNotifiedDiscreetly, RecipientSilentDiscreetly, RecipientActedDiscreetly, DiscreetNoticeNotPossible)
def _told_discreetly(row: LookRow | None, recorded: Recorded[Any]) -> LookRow | None:
    if row is None:
        return None
    told = tuple(
        (_step_of(one, recorded) or one) if one.notice == recorded.body.notice else one for one in row.notices
    )  # fmt: skip
    return row.model_copy(update={"notices": told, "open": any(one.open for one in told)})


def _step_of(row: NoticeRow, recorded: Recorded[Any]) -> NoticeRow | None:
    match recorded.body:
        case RecipientNotifiedDiscreetly(channel=channel):
            return _stepped(row, recorded, "notified", channel, still_open=True)
        case RecipientSilentDiscreetly(chased_by=chased_by):
            return _stepped(row, recorded, "silent", chased_by, still_open=True)
        case RecipientActedDiscreetly(acted=acted):
            return _stepped(row, recorded, "acted", acted, still_open=False)
        case DiscreetNoticeNotPossible(found=found, reason=reason):
            return _stepped(row, recorded, "not-possible", f"{found}: {reason}", still_open=False)
        case _:
            return None
