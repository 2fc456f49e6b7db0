"""What was given, and what became of it: once each, in an order that makes sense, and families' blindness on a day."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from support.commands.common import DAYS, PUPILS, STAFF
from support.commands.disclosures import DISCLOSURES, SENT
from support.given import given

from events.sharing.disclosures import (
    Cohort,
    CohortDisclosed,
    Delivered,
    DeliveryFailed,
    Disclosed,
    DisclosedDiscreetly,
    DisclosureRevealed,
    DisclosureWithheld,
    DiscreetEmergencyReviewed,
    EmergencyReviewed,
    NotShared,
    Recalled,
    ReceiptConfirmed,
    Reviewed,
    SharingBlocked,
)
from services.sharing.disclosures import (
    ConfirmReceipt,
    Disclose,
    DiscloseCohort,
    KeepBack,
    NoteCarried,
    NoteDelivered,
    NoteFailed,
    Recall,
    ReviewEmergency,
    disclosures,
)
from services.sharing.discreet import (
    DiscloseDiscreetly,
    RevealDisclosure,
    ReviewDiscreetEmergency,
    WithholdDisclosure,
    discreet,
)

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
    given(disclosures, GIVEN).when(NoteCarried(**WHICH, receipt="250 ok")).then(Delivered(**WHICH, receipt="250 ok"))
    given(disclosures, GIVEN).when(NoteDelivered(**WHICH)).then(Delivered(**WHICH))
    delivered = Delivered(**WHICH)
    given(disclosures, GIVEN, delivered).when(ConfirmReceipt(**WHICH, valid_on=DAYS[2])).then(
        ReceiptConfirmed(**WHICH, valid_on=DAYS[2])
    )
    given(disclosures, GIVEN, delivered).when(NoteFailed(**WHICH, reason="not-taken")).then_refused("did not fail")


def test_what_failed_may_be_tried_again_and_what_was_recalled_may_not() -> None:
    failed = DeliveryFailed(**WHICH, reason="not-reached")
    given(disclosures, GIVEN).when(NoteFailed(**WHICH, reason="not-reached")).then(failed)
    given(disclosures, GIVEN, failed).when(NoteDelivered(**WHICH)).then(Delivered(**WHICH))
    recalled = Recalled(**WHICH, reason="wrong-recipient")
    given(disclosures, GIVEN).when(Recall(**WHICH, reason="wrong-recipient")).then(recalled)
    given(disclosures, GIVEN, recalled).when(NoteDelivered(**WHICH)).then_refused("Do not deliver it")
    given(disclosures, GIVEN, recalled).when(ConfirmReceipt(**WHICH, valid_on=DAYS[2])).then_refused("recalled")


def test_only_what_went_in_an_emergency_is_reviewed() -> None:
    review = ReviewEmergency(**WHICH, found_right=False, reason="a call to the mother would have done")
    given(disclosures, GIVEN).when(review).then(
        EmergencyReviewed(
            **WHICH, found_right=False, parts={PUPILS[0]: Reviewed(reason="a call to the mother would have done")}
        )
    )
    given(disclosures, GIVEN).when(review.model_copy(update={"by": SENT.sent_by})).then_refused("somebody else")
    given(disclosures, ROUTINE).when(review).then_refused("nothing to review")


def test_what_was_told_discreetly_in_an_emergency_is_reviewed_discreetly() -> None:
    told = DisclosedDiscreetly(
        subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], known_at=9, sent=SENT, **PROOF
    )
    review = ReviewDiscreetEmergency(**HERS, found_right=True, reason="he was on his way")
    given(discreet, told).when(review).then(
        DiscreetEmergencyReviewed(
            subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], found_right=True, reason=review.reason
        )
    )
    given(discreet, told).when(review.model_copy(update={"by": SENT.sent_by})).then_refused("somebody else")
    given(discreet, told.model_copy(update={"sent": CALM})).when(review).then_refused("nothing to review")
    given(discreet).when(review).then_refused("There is no such disclosure")


def test_of_a_return_about_everyone_no_reasons_are_kept_and_it_is_no_emergency() -> None:
    cohort = Cohort(predicate="on-roll", predicate_version=1, reference_date=DAYS[1], known_at=9)
    calm = CALM.sending
    why = calm.model_copy(update={"necessity": "Ada Lark is ill", "decided_because": "Ada Lark said so"})
    command = DiscloseCohort(**WHICH, cohort=cohort, sending=why, pupils=3, **PROOF)
    given(disclosures).when(command).then(CohortDisclosed(**WHICH, cohort=cohort, sending=calm, pupils=3, **PROOF))
    given(disclosures).when(command.model_copy(update={"sending": SENT.sending})).then_refused("never about everyone")


def test_what_stands_in_clear_of_a_disclosure_is_codes_and_a_carriers_words() -> None:
    for event in (Recalled, DeliveryFailed):
        with pytest.raises(ValidationError):
            event.model_validate({**WHICH, "reason": "Ada Lark's father rang"})
    with pytest.raises(ValidationError):
        Delivered.model_validate({**WHICH, "receipt": "für Ada"})
    assert "reason" not in EmergencyReviewed.model_fields


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


def test_what_was_told_discreetly_may_be_shown_without_having_been_hidden_until_a_day() -> None:
    told = DisclosedDiscreetly(
        subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], known_at=9, sent=SENT, **PROOF
    )
    given(discreet, told).when(RevealDisclosure(**HERS, reason="over")).then(
        DisclosureRevealed(subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], reason="over")
    )


def test_what_is_told_discreetly_is_told_once() -> None:
    tell = DiscloseDiscreetly(**HERS, known_at=9, sent=SENT, **PROOF)
    told = DisclosedDiscreetly(
        subject=PUPILS[0], disclosure=DISCLOSURES[0], valid_on=DAYS[1], known_at=9, sent=SENT, **PROOF
    )
    given(discreet).when(tell).then(told)
    given(discreet, told).when(tell.model_copy(update={"commitment": "3" * 64})).then_refused("Use a fresh one")
