"""Adopted rules: a version once, newer ones after older ones, each name for one kind of rule."""

from datetime import date

import pytest
from support.given import given

from events.gateways import GatewayAdopted, PolicyAdopted, PolicyDocumentAdopted, RuleWithdrawn
from events.governance import (
    ClockRuleAdopted,
    CollectionFieldAdopted,
    FieldRuleAdopted,
    LawfulBasisAdopted,
    PurposeAdopted,
)
from services.governance.rule_commands import (
    KINDS,
    AdoptClockRule,
    AdoptCollectionField,
    AdoptFieldRule,
    AdoptGateway,
    AdoptLawfulBasis,
    AdoptPolicy,
    AdoptPolicyDocument,
    AdoptPurpose,
    WithdrawRule,
)
from services.governance.rules import rules

FIRST, SECOND = "1" * 64, "2" * 64
BASIS = LawfulBasisAdopted(
    rule="public-task", rule_version=1, digest=FIRST, citation="Art 6(1)(e)", in_force_from=date(2018, 5, 25)
)
CLOCK = ClockRuleAdopted(rule="unresolved-absence", rule_version=1, digest=FIRST, parameters={"school_days": 5})


def adopt_basis(version: int = 1, digest: str = FIRST, until: date | None = None) -> AdoptLawfulBasis:
    return AdoptLawfulBasis(
        rule=BASIS.rule, rule_version=version, digest=digest, citation=BASIS.citation,
        in_force_from=BASIS.in_force_from, in_force_until=until,
    )  # fmt: skip


def adopt_purpose(*bases: str, rule: str = "pupil-record") -> AdoptPurpose:
    return AdoptPurpose(rule=rule, rule_version=1, digest=FIRST, bases=bases, categories=("identity",))


def test_a_lawful_basis_is_adopted_and_replaced_by_a_newer_version() -> None:
    newer = BASIS.model_copy(update={"rule_version": 2, "digest": SECOND})
    given(rules).when(adopt_basis()).then(BASIS)
    given(rules, BASIS).when(adopt_basis(2, SECOND)).then(newer)
    given(rules, BASIS, newer).when(adopt_basis()).then_refused("Adopt a version after that one")


def test_a_version_has_one_text() -> None:
    given(rules, BASIS).when(adopt_basis(digest=SECOND)).then_refused("under a new version")


def test_a_lawful_basis_begins_before_it_ends() -> None:
    given(rules).when(adopt_basis(until=date(2018, 5, 24))).then_refused("ends before it begins")


def test_a_purpose_rests_on_bases_that_are_adopted() -> None:
    adopted = PurposeAdopted(
        rule="pupil-record", rule_version=1, digest=FIRST, bases=("public-task",), categories=("identity",)
    )
    given(rules, BASIS).when(adopt_purpose("public-task")).then(adopted)
    refused = given(rules, BASIS).when(adopt_purpose("public-task", "consent")).then_refused("lawful bases")
    assert refused.fields == {"missing": ["consent"]}


def test_a_purpose_rests_on_nothing_but_bases() -> None:
    refused = given(rules, BASIS, CLOCK).when(adopt_purpose(CLOCK.rule)).then_refused("lawful bases")
    assert refused.fields == {"missing": [CLOCK.rule]}


def test_a_clock_rule_is_adopted() -> None:
    command = AdoptClockRule(rule=CLOCK.rule, rule_version=1, digest=FIRST, parameters=CLOCK.parameters)
    given(rules).when(command).then(CLOCK)


def test_a_rule_against_fields_is_adopted() -> None:
    said = {"rule": "fields-not-collected", "rule_version": 1, "digest": FIRST, "not_collected": ("nationality",)}
    given(rules).when(AdoptFieldRule.model_validate(said)).then(FieldRuleAdopted.model_validate(said))


@pytest.mark.parametrize(
    "command",
    [
        AdoptClockRule(rule=BASIS.rule, rule_version=2, digest=SECOND, parameters={"school_days": 5}),
        AdoptClockRule(rule=BASIS.rule, rule_version=1, digest=FIRST, parameters={"school_days": 5}),
        adopt_purpose(BASIS.rule, rule=BASIS.rule),
    ],
)
def test_a_name_is_a_rules_of_one_kind(command: AdoptClockRule | AdoptPurpose) -> None:
    given(rules, BASIS).when(command).then_refused("under a name of its own")


def test_a_field_of_the_form_is_adopted_as_required_or_as_a_choice() -> None:
    adopted = CollectionFieldAdopted(
        rule="collect-religion", rule_version=1, digest=FIRST, item="religion", label="Religion", required=False,
        why="For meals.", citation="Art 13(2)(e)", in_force_from=date(2018, 5, 25),
    )  # fmt: skip
    adopt = AdoptCollectionField.model_validate(adopted.model_dump())
    given(rules).when(adopt).then(adopted)
    given(rules, adopted).when(adopt.model_copy(update={"digest": SECOND})).then_refused("under a new version")
    given(rules, CLOCK).when(adopt.model_copy(update={"rule": CLOCK.rule})).then_refused("under a name of its own")


GATEWAY = GatewayAdopted(
    rule="daily-attendance", rule_version=1, digest=FIRST, title="Daily attendance", citation="reg 5A",
    in_force_from=date(2024, 8, 19), except_school_types=("50",), verified=False, purposes=("daily-attendance",),
    recipients=("dfe",), fields=("upn", "attendance"), article_6="6(1)(c)", article_9="9(2)(g)", schedule_1=6,
    article_10=6, policy_document=True,
)  # fmt: skip
POLICY = PolicyAdopted(
    rule="no-photographs-to-newspapers", rule_version=1, digest=FIRST, title="Photographs", reason="Governors, 4 May.",
    in_force_from=date(2026, 5, 4), fields=("photograph",), recipients=("other",),
)  # fmt: skip
DOCUMENT = PolicyDocumentAdopted(
    rule="appropriate-policy-document", rule_version=1, digest=FIRST, title="Special category data", conditions=(6, 18),
    review_on=date(2027, 9, 1),
)  # fmt: skip
PURPOSE = PurposeAdopted(
    rule="pupil-record", rule_version=1, digest=FIRST, bases=("public-task",), categories=("identity",)
)


def withdraw(rule: str, version: int = 1) -> WithdrawRule:
    return WithdrawRule(rule=rule, rule_version=version, reason="Repealed.")


def withdrawn(rule: str, version: int = 1) -> RuleWithdrawn:
    return RuleWithdrawn(rule=rule, rule_version=version, reason="Repealed.")


@pytest.mark.parametrize(
    ("kind", "adopted"), [(AdoptGateway, GATEWAY), (AdoptPolicy, POLICY), (AdoptPolicyDocument, DOCUMENT)]
)
def test_a_gateway_a_policy_and_a_policy_document_are_adopted(
    kind: type[AdoptGateway], adopted: GatewayAdopted
) -> None:
    adopt = kind.model_validate(adopted.model_dump())
    given(rules).when(adopt).then(adopted)
    given(rules, adopted).when(adopt.model_copy(update={"digest": SECOND})).then_refused("under a new version")
    newer = {"rule_version": 2, "digest": SECOND}
    given(rules, adopted).when(adopt.model_copy(update=newer)).then(adopted.model_copy(update=newer))


def test_every_adoption_says_what_its_command_does() -> None:
    for command, event in KINDS.items():
        assert set(command.model_fields) == set(event.model_fields)


def test_a_gateway_and_a_policy_begin_before_they_end() -> None:
    gateway = AdoptGateway.model_validate({**GATEWAY.model_dump(), "in_force_until": date(2024, 8, 18)})
    policy = AdoptPolicy.model_validate({**POLICY.model_dump(), "in_force_until": date(2026, 5, 3)})
    for adopt in (gateway, policy):
        given(rules).when(adopt).then_refused("ends before it begins")


def test_a_policy_that_keeps_everything_from_everybody_is_none() -> None:
    nothing = AdoptPolicy.model_validate({**POLICY.model_dump(), "fields": (), "recipients": ()})
    given(rules).when(nothing).then_refused("Say what this policy keeps back")


def test_a_rule_is_withdrawn_and_may_be_adopted_again() -> None:
    adopt = AdoptGateway.model_validate(GATEWAY.model_dump())
    given(rules, GATEWAY).when(withdraw(GATEWAY.rule)).then(withdrawn(GATEWAY.rule))
    given(rules, GATEWAY, withdrawn(GATEWAY.rule)).when(adopt).then(GATEWAY)
    given(rules, GATEWAY, withdrawn(GATEWAY.rule)).when(adopt.model_copy(update={"digest": SECOND})).then_refused(
        "under a new version"
    )


def test_only_the_version_that_counts_can_be_withdrawn() -> None:
    newer = GATEWAY.model_copy(update={"rule_version": 2, "digest": SECOND})
    given(rules).when(withdraw(GATEWAY.rule)).then_refused("nothing to withdraw")
    given(rules, GATEWAY, newer).when(withdraw(GATEWAY.rule)).then_refused("Withdraw the newest version")
    given(rules, GATEWAY, newer).when(withdraw(GATEWAY.rule, 2)).then(withdrawn(GATEWAY.rule, 2))


def test_a_basis_on_which_a_purpose_rests_is_not_withdrawn_before_it() -> None:
    refused = given(rules, BASIS, PURPOSE).when(withdraw(BASIS.rule)).then_refused("Purposes rest on this")
    assert refused.fields == {"rules": [PURPOSE.rule]}
    given(rules, BASIS, PURPOSE, withdrawn(PURPOSE.rule)).when(withdraw(BASIS.rule)).then(withdrawn(BASIS.rule))
    gone = (BASIS, withdrawn(BASIS.rule))
    given(rules, *gone).when(adopt_purpose("public-task")).then_refused("Adopt the lawful bases")


def test_the_purpose_of_the_rule_book_itself_stays() -> None:
    kept = PURPOSE.model_copy(update={"rule": "accountability"})
    given(rules, BASIS, kept).when(withdraw("accountability")).then_refused("Adopt its next version")
