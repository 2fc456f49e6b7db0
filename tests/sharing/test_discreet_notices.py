"""Discreet notices: looked for once, told as openly owed ones are, and of one length whether any was found or not."""

from typing import Any

from support.commands.common import ADA, PUPILS
from support.commands.discreet_notices import FOUND, LOOK, NOTICES
from support.folded import folded
from support.given import given

from events.model import Event
from events.sharing.ripple_discreet import (
    DiscreetNoticeNotPossible,
    NoticesLookedFor,
    RecipientActedDiscreetly,
    RecipientNotifiedDiscreetly,
    RecipientSilentDiscreetly,
    look_of,
    numbered,
)
from ledger.discreet import DISCREET_STEP
from ledger.padding import stepped
from ledger.shape import encode, shape
from services.sharing.discreet_notices import (
    LookForNotices,
    NoteDiscreetNoticeNotPossible,
    NoteRecipientActedDiscreetly,
    NoteRecipientNotifiedDiscreetly,
    NoteRecipientSilentDiscreetly,
    discreet_notices,
    looks,
)
from services.sharing.notice_views import LookRow
from services.sharing.notice_views import looks as view

OF: dict[str, Any] = {"subject": PUPILS[0], "valid_on": ADA["valid_on"], "notice": NOTICES[0]}
LOOKED = NoticesLookedFor(subject=PUPILS[0], valid_on=ADA["valid_on"], look=LOOK, notices=FOUND)
TOLD = RecipientNotifiedDiscreetly(**OF, channel="by-hand")
SILENT = RecipientSilentDiscreetly(**OF, chased_by="rang")
ACTED = RecipientActedDiscreetly(**OF, acted="corrected")
CANNOT = DiscreetNoticeNotPossible(**OF, found="impossible", reason="Dissolved.")
HERS: dict[str, Any] = {**ADA, "notice": NOTICES[0]}


def test_it_is_looked_once() -> None:
    given(looks).when(LookForNotices(**ADA, look=LOOK, notices=FOUND)).then(LOOKED)
    given(looks).when(LookForNotices(**ADA, look=LOOK)).then(LOOKED.model_copy(update={"notices": ()}))


def test_they_are_told_then_chased_then_answer() -> None:
    chase = NoteRecipientSilentDiscreetly(**HERS, chased_by="rang")
    answer = NoteRecipientActedDiscreetly(**HERS, acted="corrected")
    given(discreet_notices).when(chase).then_refused("Nobody has told them")
    given(discreet_notices).when(NoteRecipientNotifiedDiscreetly(**HERS, channel="by-hand")).then(TOLD)
    given(discreet_notices, TOLD).when(chase).then(SILENT)
    given(discreet_notices, TOLD, SILENT).when(answer).then(ACTED)
    given(discreet_notices, TOLD, ACTED).when(chase).then_refused("They answered")
    other = answer.model_copy(update={"notice": NOTICES[1]})
    given(discreet_notices, TOLD).when(other).then_refused("Nobody has told them")


def test_it_may_be_found_not_possible_only_before_it_was_done() -> None:
    cannot = NoteDiscreetNoticeNotPossible(**HERS, found="impossible", reason="Dissolved.")
    given(discreet_notices).when(cannot).then(CANNOT)
    given(discreet_notices, TOLD).when(cannot).then_refused("was possible")


def test_each_stays_open_until_they_answered_and_an_empty_look_is_no_row() -> None:
    def row(*events: Event) -> LookRow:
        found = folded(view, LOOKED, *events)[PUPILS[0], LOOK]
        assert isinstance(found, LookRow)
        return found

    states = [[(one.state, one.open) for one in row(*events).notices] for events in ((), (TOLD, SILENT), (TOLD, ACTED))]
    assert states == [
        [("owed", True), ("owed", True)], [("silent", True), ("owed", True)], [("acted", False), ("owed", True)],
    ]  # fmt: skip
    rest = CANNOT.model_copy(update={"notice": NOTICES[1]})
    assert (row(TOLD, ACTED).open, row(TOLD, ACTED, rest).open) == (True, False)
    assert folded(view, LOOKED.model_copy(update={"notices": ()}), TOLD) == {}


def test_a_look_is_as_long_whether_it_found_two_notices_or_none() -> None:
    lengths = {
        stepped(len(encode(shape(NoticesLookedFor).pack(LOOKED.model_copy(update={"notices": one})))), DISCREET_STEP)
        for one in ((), FOUND[:1], FOUND)
    }
    assert lengths == {DISCREET_STEP}


def test_a_notice_names_its_look() -> None:
    assert {look_of(one) for one in NOTICES} == {LOOK}
    assert len({LOOK, *(numbered(LOOK, number) for number in range(1, 501))}) == 501
