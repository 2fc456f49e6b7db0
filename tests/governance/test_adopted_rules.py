"""Adopted rules: a version once, newer ones after older ones, each name for one kind of rule."""

from datetime import date

import pytest
from support.given import given

from events.governance import (
    ClockRuleAdopted,
    CollectionFieldAdopted,
    FieldRuleAdopted,
    LawfulBasisAdopted,
    PurposeAdopted,
)
from services.governance.rules import (
    AdoptClockRule,
    AdoptCollectionField,
    AdoptFieldRule,
    AdoptLawfulBasis,
    AdoptPurpose,
    rules,
)

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
