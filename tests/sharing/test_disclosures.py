"""What was given, and what became of it: once each, in an order that makes sense, and families' blindness on a day."""

from datetime import timedelta
from typing import Any

from support.commands.common import DAYS, PUPILS, STAFF
from support.commands.disclosures import DISCLOSURES, SENT
from support.given import given

from events.sharing.disclosures import (
    Delivered,
    DeliveryFailed,
    Disclosed,
    DisclosedDiscreetly,
    DisclosureRevealed,
    DisclosureWithheld,
    EmergencyReviewed,
    NotShared,
    Recalled,
    ReceiptConfirmed,
    SharingBlocked,
)
from services.sharing.disclosures import (
    ConfirmReceipt,
    Disclose,
    KeepBack,
    NoteDelivered,
    NoteFailed,
    Recall,
    ReviewEmergency,
    disclosures,
)
from services.sharing.discreet import DiscloseDiscreetly, RevealDisclosure, WithholdDisclosure, discreet

WHICH: dict[str, Any] = {"disclosure": DISCLOSURES[0]}
PROOF: dict[str, Any] = {"salt": "1" * 64, "commitment": "2" * 64}
CALM = SENT.model_copy(update={"sending": SENT.sending.model_copy(update={"emergency": False})})
GIVEN = Disclosed(**WHICH, known_at=9, valid_on=DAYS[1], parts={PUPILS[0]: SENT}, **PROOF)
ROUTINE = GIVEN.model_copy(update={"parts": {PUPILS[0]: CALM}})
HERS: dict[str, Any] = {"pupil": PUPILS[0], "disclosure": DISCLOSURES[0], "valid_on": DAYS[1]}


def test_facts_are_given_once() -> None:
    command = Disclose(**WHICH, known_at=9, valid_on=DAYS[1], sent={PUPILS[0]: SENT}, **PROOF)
    given(disclosures).when(command).then(GIVEN)
    other = command.model_copy(update={"commitment": "3" * 64})
    given(disclosures, GIVEN).when(other).then_refused("Use a fresh one")


def test_it_is_delivered_and_its_receipt_confirmed() -> None:
    given(disclosures, GIVEN).when(NoteDelivered(**WHICH, receipt="250 ok")).then(Delivered(**WHICH, receipt="250 ok"))
    delivered = Delivered(**WHICH)
    given(disclosures, GIVEN, delivered).when(ConfirmReceipt(**WHICH, valid_on=DAYS[2])).then(
        ReceiptConfirmed(**WHICH, valid_on=DAYS[2])
    )
    given(disclosures, GIVEN, delivered).when(NoteFailed(**WHICH, reason="x")).then_refused("did not fail")


def test_what_failed_may_be_tried_again_and_what_was_recalled_may_not() -> None:
    failed = DeliveryFailed(**WHICH, reason="no answer")
    given(disclosures, GIVEN).when(NoteFailed(**WHICH, reason="no answer")).then(failed)
    given(disclosures, GIVEN, failed).when(NoteDelivered(**WHICH)).then(Delivered(**WHICH))
    recalled = Recalled(**WHICH, reason="wrong school")
    given(disclosures, GIVEN).when(Recall(**WHICH, reason="wrong school")).then(recalled)
    given(disclosures, GIVEN, recalled).when(NoteDelivered(**WHICH)).then_refused("Do not deliver it")
    given(disclosures, GIVEN, recalled).when(ConfirmReceipt(**WHICH, valid_on=DAYS[2])).then_refused("recalled")


def test_only_what_went_in_an_emergency_is_reviewed() -> None:
    review = ReviewEmergency(**WHICH, found_right=False, reason="a call to the mother would have done")
    given(disclosures, GIVEN).when(review).then(
        EmergencyReviewed(**WHICH, found_right=False, reason="a call to the mother would have done")
    )
    given(disclosures, ROUTINE).when(review).then_refused("nothing to review")


def test_nothing_can_become_of_what_was_never_given() -> None:
    given(disclosures).when(NoteDelivered(**WHICH)).then_refused("There is no such disclosure")
    not_shared = NotShared(
        recipient=STAFF[0], sharing_purpose="crime", fields=("address",), reasons=("No law.",), by_gate=True
    )
    kept = SharingBlocked(decision=DISCLOSURES[0], parts={PUPILS[0]: not_shared})
    given(disclosures).when(KeepBack(**WHICH, not_shared={PUPILS[0]: not_shared})).then(kept)
    given(disclosures, kept).when(NoteDelivered(**WHICH)).then_refused("There is no such disclosure")


def test_a_disclosure_is_hidden_until_a_day_and_may_be_revealed_before() -> None:
    hide = WithholdDisclosure(**HERS, until=DAYS[3], reason="an inquiry", reviewer=STAFF[0])
    hidden = DisclosureWithheld(
        subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], until=DAYS[3], reason="an inquiry",
        reviewer=STAFF[0],
    )  # fmt: skip
    given(discreet).when(hide).then(hidden)
    reveal = RevealDisclosure(**HERS, reason="over")
    given(discreet, hidden).when(reveal).then(
        DisclosureRevealed(subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], reason="over")
    )
    given(discreet).when(reveal).then_refused("Nothing needs to be revealed")
    for until in (DAYS[1] - timedelta(days=1), DAYS[1] + timedelta(days=367)):
        given(discreet).when(hide.model_copy(update={"until": until})).then_refused("within a year")


def test_what_is_told_discreetly_is_told_once() -> None:
    tell = DiscloseDiscreetly(**HERS, known_at=9, sent=SENT, **PROOF)
    told = DisclosedDiscreetly(
        subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], known_at=9, sent=SENT, **PROOF
    )
    given(discreet).when(tell).then(told)
    given(discreet, told).when(tell.model_copy(update={"commitment": "3" * 64})).then_refused("Use a fresh one")
