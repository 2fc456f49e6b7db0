"""Agreements: signed once, unchanged, live between two days unless ended earlier."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.folded import at, folded
from support.given import given

from events.model import Event
from events.sharing.agreements import AgreementEnded, AgreementSigned, AgreementTerms
from events.sharing.recipients import RecipientRegistered
from events.sharing.requests import SharingRequestDecided
from services.sharing.agreement_views import AgreementRow, agreements, live
from services.sharing.agreements import EndAgreement, SignAgreement
from services.sharing.agreements import agreements as aggregate

NURSE, PAPER = b"nurse".ljust(16, b"\0"), b"agreement".ljust(16, b"\0")
FIRST, LAST = date(2026, 9, 7), date(2027, 8, 31)
DAY = timedelta(days=1)
REGISTERED = RecipientRegistered(recipient=NURSE, kind="school-nurse", title="Nursing", routes=(), valid_on=FIRST)
SIGN: dict[str, Any] = {
    "agreement": PAPER, "recipient": NURSE, "purposes": ("school-nursing",), "fields": ("full_name", "allergies"),
    "terms": AgreementTerms(
        confidentiality="The team alone", security="Encrypted", retention="Until the pupil leaves",
        permitted_use="Health at school", onward_sharing="None",
    ),
    "document": "Cabinet 3, folder 12", "valid_on": FIRST, "until": LAST,
}  # fmt: skip
SIGNED = AgreementSigned(**SIGN)
GRANTED = SharingRequestDecided(
    request=b"request".ljust(16, b"\0"), recipient=NURSE, outcome="narrowed", purposes=("school-nursing",),
    fields=("full_name", "allergies"), reason="needed", decided_by=b"head".ljust(16, b"\0"), valid_on=FIRST,
)  # fmt: skip


def end(day: date) -> EndAgreement:
    return EndAgreement(agreement=PAPER, recipient=NURSE, valid_on=day, reason="Breach")


def ended(day: date) -> AgreementEnded:
    return AgreementEnded(agreement=PAPER, recipient=NURSE, valid_on=day, reason="Breach")


def test_an_agreement_is_signed_once_and_never_changed() -> None:
    given(aggregate).when(SignAgreement(**SIGN)).then_refused("register it first")
    given(aggregate, REGISTERED, GRANTED).when(SignAgreement(**SIGN)).then(SIGNED)
    more = SignAgreement(**{**SIGN, "fields": ("full_name", "address")})
    given(aggregate, REGISTERED, SIGNED).when(more).then_refused("Use a fresh one")
    backwards = SignAgreement(**{**SIGN, "until": FIRST - DAY})
    given(aggregate, REGISTERED).when(backwards).then_refused("ends before it begins")


def test_what_is_new_was_asked_for_and_decided_first() -> None:
    given(aggregate, REGISTERED).when(SignAgreement(**SIGN)).then_refused("Answer the four questions")
    refused = GRANTED.model_copy(update={"outcome": "refused", "purposes": (), "fields": ()})
    given(aggregate, REGISTERED, refused).when(SignAgreement(**SIGN)).then_refused("Answer the four questions")
    more = SignAgreement(**{**SIGN, "fields": ("full_name", "address")})
    said = given(aggregate, REGISTERED, GRANTED).when(more).then_refused("let somebody else decide")
    assert said.fields == {"new_purposes": ["school-nursing"], "new_fields": ["address"]}
    for_more = SignAgreement(**{**SIGN, "purposes": ("school-nursing", "crime")})
    given(aggregate, REGISTERED, GRANTED).when(for_more).then_refused("Answer the four questions")
    again = {**SIGN, "agreement": b"the next".ljust(16, b"\0"), "fields": ("allergies",), "until": LAST + 365 * DAY}
    given(aggregate, REGISTERED, SIGNED).when(SignAgreement(**again)).then(AgreementSigned(**again))


def test_it_ends_on_a_day_of_its_own_time_and_only_earlier() -> None:
    given(aggregate, REGISTERED).when(end(FIRST)).then_refused("no such agreement")
    given(aggregate, REGISTERED, SIGNED).when(end(FIRST + 9 * DAY)).then(ended(FIRST + 9 * DAY))
    given(aggregate, REGISTERED, SIGNED, ended(FIRST + 9 * DAY)).when(end(FIRST + DAY)).then(ended(FIRST + DAY))
    given(aggregate, REGISTERED, SIGNED, ended(FIRST)).when(end(FIRST + DAY)).then_refused("ended earlier")
    given(aggregate, REGISTERED, SIGNED).when(end(LAST + DAY)).then_refused("runs out before")
    given(aggregate, REGISTERED, SIGNED).when(end(FIRST - DAY)).then_refused("before its first")


@pytest.mark.parametrize(
    ("events", "day", "is_live"),
    [
        ((), FIRST - DAY, False),
        ((), FIRST, True),
        ((), LAST, True),
        ((), LAST + DAY, False),
        ((ended(FIRST + DAY),), FIRST + DAY, True),
        ((ended(FIRST + DAY),), FIRST + 2 * DAY, False),
    ],
)
def test_it_is_live_between_two_days(events: tuple[Event, ...], day: date, is_live: bool) -> None:
    row: AgreementRow = folded(agreements, SIGNED, *events)[PAPER,]
    assert live(row, day) == is_live


def test_its_row_says_what_was_agreed_and_where_it_is_kept() -> None:
    row: AgreementRow = folded(agreements, SIGNED, ended(FIRST))[PAPER,]
    assert (row.recipient, row.purposes, row.document) == (NURSE, SIGNED.purposes, SIGNED.document)
    assert row.terms.retention == "Until the pupil leaves"
    assert row.at == at(1)
    assert row.ended is not None
    assert row.ended.at == at(2)
