"""Notices of Article 19: each step once, in an order that makes sense, and open until it is done with."""

from datetime import date
from typing import Any

from support.folded import folded
from support.given import given

from events.model import Event
from events.sharing.ripple import (
    NoticeNotPossible,
    NoticeOwed,
    RecipientActed,
    RecipientNotified,
    RecipientSilent,
)
from services.sharing.notice_views import NoticeRow
from services.sharing.notice_views import notices as view
from services.sharing.notices import (
    NoteNoticeNotPossible,
    NoteRecipientActed,
    NoteRecipientNotified,
    NoteRecipientSilent,
    OweNotice,
    notices,
)

ADA, BEA = bytes([1]) * 16, bytes([2]) * 16
NOTICE, NURSE, SENT = (name.ljust(16, b"\0") for name in (b"notice", b"nurse", b"sent"))
DAY = date(2026, 9, 7)
OF: dict[str, Any] = {"valid_on": DAY, "notice": NOTICE}
WHAT: dict[str, Any] = {
    "recipient": NURSE, "ripples": "correction", "since_entry": 9, "disclosures": (SENT,), "field_names": ("address",),
    "told_entries": (7,),
}  # fmt: skip
OWED = NoticeOwed(subject=ADA, **OF, **WHAT)
TOLD = RecipientNotified(subject=ADA, **OF, channel="by-hand")
ACTED = RecipientActed(subject=ADA, **OF, acted="corrected")
SILENT = RecipientSilent(subject=ADA, **OF, chased_by="A second letter.")
CANNOT = NoticeNotPossible(subject=ADA, **OF, found="impossible", reason="The trust was dissolved.")


def test_it_is_owed_once() -> None:
    given(notices).when(OweNotice(pupil=ADA, **OF, **WHAT)).then(OWED)


def test_they_are_told_then_chased_then_answer() -> None:
    tell = NoteRecipientNotified(pupil=ADA, **OF, channel="by-hand")
    chase = NoteRecipientSilent(pupil=ADA, **OF, chased_by="A second letter.")
    answer = NoteRecipientActed(pupil=ADA, **OF, acted="corrected")
    given(notices).when(tell).then_refused("No such notice")
    given(notices, OWED).when(tell.model_copy(update={"pupil": BEA})).then_refused("No such notice")
    given(notices, OWED).when(tell).then(TOLD)
    given(notices, OWED).when(chase).then_refused("Nobody has told them")
    given(notices, OWED).when(answer).then_refused("Nobody has told them")
    given(notices, OWED, TOLD).when(chase).then(SILENT)
    given(notices, OWED, TOLD, SILENT).when(answer).then(ACTED)
    given(notices, OWED, TOLD, ACTED).when(chase).then_refused("They answered")


def test_it_may_be_found_not_possible_only_before_it_was_done() -> None:
    cannot = NoteNoticeNotPossible(pupil=ADA, **OF, found="impossible", reason="The trust was dissolved.")
    given(notices, OWED).when(cannot).then(CANNOT)
    given(notices, OWED, TOLD).when(cannot).then_refused("was possible")


def test_it_stays_open_until_they_answered_or_cannot_be_told() -> None:
    def row(*events: Event) -> NoticeRow:
        found = folded(view, OWED, *events)[ADA, NOTICE]
        assert isinstance(found, NoticeRow)
        return found

    states = [(one.state, one.open) for one in (row(), row(TOLD), row(TOLD, SILENT), row(TOLD, ACTED), row(CANNOT))]
    assert states == [
        ("owed", True), ("notified", True), ("silent", True), ("acted", False), ("not-possible", False),
    ]  # fmt: skip
    assert [one.said for one in row(TOLD, SILENT, ACTED).steps] == ["by-hand", "A second letter.", "corrected"]
    assert row().told_entries == (7,)
