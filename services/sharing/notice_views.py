"""Notices of Article 19 as they are shown: who must be told of what, and what became of it."""

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


def _of(recorded: Recorded[Any]) -> tuple[bytes, ...]:
    return recorded.body.subject, recorded.body.notice


notices: Final = View(
    "notices", version=1, row=NoticeRow, key=["subject", "notice"], key_of=_of, indexed=[["open"], ["since_entry"]]
)
VIEWS: Final[tuple[AnyView, ...]] = (notices,)


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
