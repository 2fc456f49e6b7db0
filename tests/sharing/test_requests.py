"""Nothing new is given before four questions are answered and somebody else has decided."""

from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.sharing.recipients import RecipientRegistered
from events.sharing.requests import Assessment, SharingRequestDecided, SharingRequested
from services.sharing.request_views import RequestRow, requests
from services.sharing.requests import DecideRequest, RequestSharing
from services.sharing.requests import requests as aggregate

NURSE, WISH = b"nurse".ljust(16, b"\0"), b"request".ljust(16, b"\0")
OFFICE, HEAD = b"office".ljust(16, b"\0"), b"head".ljust(16, b"\0")
DAY = date(2026, 9, 7)
OF: dict[str, Any] = {"request": WISH, "recipient": NURSE, "valid_on": DAY}
REGISTERED = RecipientRegistered(recipient=NURSE, kind="school-nurse", title="Nursing", routes=(), valid_on=DAY)
ASK: dict[str, Any] = {
    **OF, "purposes": ("school-nursing",), "fields": ("full_name", "allergies"),
    "assessment": Assessment(
        who_asks="The nursing team of the trust", for_what="Care plans", how_sensitive="Health, Article 9",
        how_handled="Two nurses, encrypted, until the pupil leaves",
    ),
}  # fmt: skip
REQUESTED = SharingRequested(**ASK, author=OFFICE)
DECIDE: dict[str, Any] = {**OF, "reason": "The nurse needs it for plans."}


def decided(outcome: Any, purposes: tuple[str, ...] = (), fields: tuple[str, ...] = ()) -> SharingRequestDecided:
    return SharingRequestDecided(**DECIDE, outcome=outcome, purposes=purposes, fields=fields, decided_by=HEAD)


def test_a_request_answers_the_four_questions_and_names_who_answered_them() -> None:
    given(aggregate).when(RequestSharing(**ASK, by=OFFICE)).then_refused("register it first")
    given(aggregate, REGISTERED).when(RequestSharing(**ASK, by=OFFICE)).then(REQUESTED)
    other = RequestSharing(**{**ASK, "fields": ("address",)}, by=OFFICE)
    given(aggregate, REGISTERED, REQUESTED).when(other).then_refused("Use a fresh one")


def test_somebody_else_decides_it_once() -> None:
    approve = DecideRequest(**DECIDE, outcome="approved", by=HEAD)
    approved = decided("approved", ("school-nursing",), ("full_name", "allergies"))
    given(aggregate, REGISTERED).when(approve).then_refused("no such request")
    given(aggregate, REGISTERED, REQUESTED).when(approve).then(approved)
    own = DecideRequest(**DECIDE, outcome="approved", by=OFFICE)
    given(aggregate, REGISTERED, REQUESTED).when(own).then_refused("Ask somebody else to decide")
    refuse = DecideRequest(**DECIDE, outcome="refused", by=HEAD)
    given(aggregate, REGISTERED, REQUESTED).when(refuse).then(decided("refused"))
    given(aggregate, REGISTERED, REQUESTED, approved).when(refuse).then_refused("let the recipient ask anew")


def test_it_is_narrowed_to_less_and_never_to_more() -> None:
    def narrow(**to: Any) -> DecideRequest:
        return DecideRequest(**DECIDE, outcome="narrowed", by=HEAD, **to)

    asked = given(aggregate, REGISTERED, REQUESTED)
    less = narrow(purposes=("school-nursing",), fields=("full_name",))
    asked.when(less).then(decided("narrowed", ("school-nursing",), ("full_name",)))
    asked.when(narrow(purposes=("school-nursing",))).then_refused("which fields are left")
    asked.when(narrow(purposes=("school-nursing",), fields=("address",))).then_refused("than was asked for")
    asked.when(narrow(purposes=("crime",), fields=("full_name",))).then_refused("than was asked for")


def test_its_row_shows_the_answers_and_the_decision() -> None:
    row: RequestRow = folded(requests, REQUESTED, decided("refused"))[WISH,]
    assert row.assessment.how_sensitive == "Health, Article 9"
    assert (row.author, row.at) == (OFFICE, at(1))
    assert row.decision is not None
    assert (row.decision.outcome, row.decision.decided_by, row.decision.at) == ("refused", HEAD, at(2))
    assert folded(requests, REQUESTED)[WISH,].decision is None
