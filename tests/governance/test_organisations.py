"""Organisations: a log begins once; memberships begin and end on days that fit together."""

from datetime import date
from typing import Any

import pytest
from support.given import given

from events.governance import OrganisationJoined, OrganisationLeft, OrganisationRegistered
from ledger.decider import Identifier
from services.governance.organisations import JoinOrganisation, LeaveOrganisation, RegisterOrganisation, organisations

SCHOOL, TRUST = b"s" * 16, b"t" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
REGISTERED = OrganisationRegistered(
    kind="establishment", title="Marsh Lane Infant School", urn="100000", laestab="9262000", school_type="16",
    valid_on=SEPTEMBER,
)  # fmt: skip


def register(**said: Any) -> RegisterOrganisation:
    return RegisterOrganisation.model_validate({"organisation": SCHOOL} | REGISTERED.model_dump() | said)


def join(day: date, kind: str = "trust") -> JoinOrganisation:
    return JoinOrganisation.model_validate({"body": TRUST, "body_kind": kind, "valid_on": day})


def leave(day: date) -> LeaveOrganisation:
    return LeaveOrganisation(body=TRUST, valid_on=day)


def joined(day: date) -> OrganisationJoined:
    return OrganisationJoined(body=TRUST, body_kind="trust", valid_on=day)


def left(day: date) -> OrganisationLeft:
    return OrganisationLeft(body=TRUST, valid_on=day)


def test_an_organisation_is_registered_once_and_its_urn_is_claimed() -> None:
    decided = given(organisations).when(register()).then(REGISTERED)
    assert decided.claims == [Identifier("urn", "100000", SCHOOL)]


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Mill Row Infant School"},
        {"urn": "100001"},
        {"valid_on": OCTOBER},
        {"kind": "trust"},
        {"laestab": None},
    ],
)
def test_a_registration_is_not_quietly_another_one(other: dict[str, Any]) -> None:
    given(organisations, REGISTERED).when(register(**other)).then_refused("already registered, with other details")


def test_a_school_has_a_urn() -> None:
    given(organisations).when(register(urn=None)).then_refused("six digits")
    trust = register(urn=None, kind="trust")
    assert (
        given(organisations).when(trust).then(REGISTERED.model_copy(update={"urn": None, "kind": "trust"})).claims == []
    )


def test_what_is_not_registered_is_a_member_of_nothing() -> None:
    given(organisations).when(join(SEPTEMBER)).then_refused("Register it first")
    given(organisations).when(leave(SEPTEMBER)).then_refused("Register it first")


def test_a_school_joins_and_leaves_a_trust() -> None:
    given(organisations, REGISTERED).when(join(SEPTEMBER)).then(joined(SEPTEMBER))
    given(organisations, REGISTERED, joined(SEPTEMBER)).when(leave(OCTOBER)).then(left(OCTOBER))


def test_a_trust_is_no_member_of_a_trust() -> None:
    trust = REGISTERED.model_copy(update={"kind": "trust"})
    given(organisations, trust).when(join(SEPTEMBER)).then_refused("of its own kind")


@pytest.mark.parametrize("command", [join(OCTOBER), join(date(2026, 8, 1)), join(SEPTEMBER, "federation")])
def test_a_membership_is_not_quietly_another_one(command: JoinOrganisation) -> None:
    given(organisations, REGISTERED, joined(SEPTEMBER)).when(command).then_refused("End that membership first")


def test_a_membership_ends_after_it_began_and_once() -> None:
    given(organisations, REGISTERED, joined(OCTOBER)).when(leave(MIDDLE)).then_refused("before its first")
    given(organisations, REGISTERED).when(leave(OCTOBER)).then_refused("is not a member")
    given(organisations, REGISTERED, joined(SEPTEMBER), left(OCTOBER)).when(leave(NOVEMBER)).then_refused("no longer")


def test_a_school_comes_back_after_it_left() -> None:
    history = (REGISTERED, joined(SEPTEMBER), left(OCTOBER))
    given(organisations, *history).when(join(OCTOBER)).then_refused("Check the date")
    given(organisations, *history).when(join(NOVEMBER)).then(joined(NOVEMBER))
