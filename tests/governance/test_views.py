"""What is shown of governance: the organisation and its memberships, staff with titles and roles, adopted rules."""

from datetime import date
from typing import Any

import pytest
from support.folded import ERASED, folded

from events.gateways import GatewayAdopted, RuleWithdrawn
from events.governance import (
    ClockRuleAdopted,
    JobTitleChanged,
    LawfulBasisAdopted,
    OrganisationJoined,
    OrganisationLeft,
    OrganisationRegistered,
    PurposeAdopted,
    RoleGranted,
    RoleWithdrawn,
    StaffRecorded,
)
from events.records.common import FullName
from services.governance import views
from services.governance.views import Membership, OrganisationRow, RuleRow

TRUST, TESS = b"t" * 16, b"s" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
NAME = FullName(surname="Larksong", forename="Tess")
REGISTERED = OrganisationRegistered(kind="establishment", title="Marsh Lane", urn="100000", valid_on=SEPTEMBER)


def joined(day: date) -> OrganisationJoined:
    return OrganisationJoined(body=TRUST, body_kind="trust", valid_on=day)


def left(day: date) -> OrganisationLeft:
    return OrganisationLeft(body=TRUST, valid_on=day)


def member(since: date, until: date | None = None) -> Membership:
    return Membership(body=TRUST, kind="trust", since=since, until=until)


@pytest.mark.parametrize(
    ("events", "memberships"),
    [
        ([], ()),
        ([joined(SEPTEMBER)], (member(SEPTEMBER),)),
        ([joined(SEPTEMBER), left(OCTOBER)], (member(SEPTEMBER, OCTOBER),)),
        ([joined(SEPTEMBER), left(OCTOBER), joined(NOVEMBER)], (member(SEPTEMBER, OCTOBER), member(NOVEMBER))),
    ],
)
def test_an_organisation_and_its_memberships(events: list[Any], memberships: tuple[Membership, ...]) -> None:
    row = OrganisationRow(
        kind="establishment", title="Marsh Lane", urn="100000", laestab=None, school_type=None, memberships=memberships
    )
    assert folded(views.organisation, REGISTERED, *events) == {(0,): row}


def test_memberships_of_nothing_are_nothing() -> None:
    assert folded(views.organisation, joined(SEPTEMBER), left(OCTOBER)) == {}


def person(*events: Any) -> Any:
    return folded(views.staff, *events)[TESS,]


def granted(day: date, role: Any = "head") -> RoleGranted:
    return RoleGranted(subject=TESS, valid_on=day, role=role)


def withdrawn(day: date) -> RoleWithdrawn:
    return RoleWithdrawn(subject=TESS, valid_on=day, role="head", reason="left the school")


def test_a_member_of_staff_has_a_name_and_titles() -> None:
    row = person(
        StaffRecorded(subject=TESS, valid_on=SEPTEMBER, full_name=NAME),
        JobTitleChanged(subject=TESS, valid_on=OCTOBER, job_title="Headteacher"),
    )
    assert [(item.value, item.since, item.at.index) for item in (*row.names, *row.titles)] == [
        (NAME, SEPTEMBER, 1), ("Headteacher", OCTOBER, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "days"),
    [
        ([granted(MIDDLE)], [MIDDLE, OCTOBER, NOVEMBER]),
        ([granted(MIDDLE), granted(SEPTEMBER)], [SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER]),
        ([granted(SEPTEMBER), withdrawn(OCTOBER)], [SEPTEMBER, MIDDLE]),
        ([granted(SEPTEMBER), withdrawn(SEPTEMBER)], []),
        ([granted(SEPTEMBER), withdrawn(NOVEMBER), withdrawn(MIDDLE)], [SEPTEMBER]),
        ([granted(MIDDLE), granted(SEPTEMBER), withdrawn(OCTOBER)], [SEPTEMBER, MIDDLE]),
        ([granted(OCTOBER), granted(SEPTEMBER), withdrawn(MIDDLE)], [SEPTEMBER]),
        ([granted(SEPTEMBER), withdrawn(MIDDLE), granted(NOVEMBER)], [SEPTEMBER, NOVEMBER]),
        ([granted(SEPTEMBER), withdrawn(MIDDLE), granted(OCTOBER), withdrawn(NOVEMBER)], [SEPTEMBER, OCTOBER]),
        ([ERASED, withdrawn(MIDDLE)], []),
    ],
)
def test_the_days_on_which_a_role_is_held(events: list[Any], days: list[date]) -> None:
    row = person(*events)
    assert [day for day in (SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER) if row.roles_on(day)] == days


def test_a_withdrawal_ends_that_role_alone() -> None:
    row = person(granted(SEPTEMBER), granted(SEPTEMBER, "dpo"), withdrawn(OCTOBER))
    assert [row.roles_on(day) for day in (SEPTEMBER, OCTOBER)] == [{"head", "dpo"}, {"dpo"}]


def test_the_newest_adoption_of_each_rule_is_shown() -> None:
    basis = LawfulBasisAdopted(
        rule="public-task", rule_version=1, digest="1" * 64, citation="Art 6(1)(e)", in_force_from=SEPTEMBER
    )
    purpose = PurposeAdopted(
        rule="pupil-record", rule_version=1, digest="2" * 64, bases=("public-task",), categories=("identity",)
    )
    clock = ClockRuleAdopted(rule="absence", rule_version=1, digest="3" * 64, parameters={"school_days": 5})
    newer = basis.model_copy(update={"rule_version": 2, "in_force_until": NOVEMBER})
    assert folded(views.rules, basis, purpose, clock, newer) == {
        ("public-task",): RuleRow(
            rule="public-task", kind="lawful-basis", version=2, digest="1" * 64, citation="Art 6(1)(e)",
            in_force_from=SEPTEMBER, in_force_until=NOVEMBER, index=4,
        ),
        ("pupil-record",): RuleRow(
            rule="pupil-record", kind="purpose", version=1, digest="2" * 64, bases=("public-task",),
            categories=("identity",), index=2,
        ),
        ("absence",): RuleRow(
            rule="absence", kind="clock-rule", version=1, digest="3" * 64, parameters={"school_days": 5}, index=3
        ),
    }  # fmt: skip


def test_a_rule_that_was_withdrawn_is_shown_no_longer() -> None:
    clock = ClockRuleAdopted(rule="absence", rule_version=1, digest="3" * 64, parameters={"school_days": 5})
    gateway = GatewayAdopted(
        rule="returning-leavers", rule_version=1, digest="1" * 64, title="Leavers", citation="reg 13", verified=False,
        in_force_from=SEPTEMBER, purposes=("leaver-return",), recipients=("authority",), fields=("upn",),
        article_6="6(1)(c)",
    )  # fmt: skip
    withdrawn_one = RuleWithdrawn(rule="absence", rule_version=1, reason="Repealed.")
    assert folded(views.rules, clock, gateway, withdrawn_one) == {
        ("returning-leavers",): RuleRow(
            rule="returning-leavers", kind="gateway", version=1, digest="1" * 64, title="Leavers", citation="reg 13",
            in_force_from=SEPTEMBER, index=2,
        ),
    }  # fmt: skip
