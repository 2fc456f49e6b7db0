"""The gateways load, are complete, name what Articles 9 and 10 ask for, and a wrong one is refused with what would be."""

from datetime import date

import pytest

from events.model import CATEGORIES
from law import gateways, releases
from law.gateways import Gateway, category_of, schedule_1, shared_fields
from law.rules import DAY_NOT_APPOINTED, LawError, Rule, load, rules_in_force

INFANT, NURSERY, ACADEMY, PROVIDER = "16", "50", "49", "early-years-provider"
NEVER_SHARED = {"nationality", "country_of_birth"}
GOOD = """
[[rule]]
id = "a-gateway"
version = 1
title = "A gateway"
citation = "An Act, section 1"
in_force_from = 2024-08-19
purposes = ["school-census"]
recipients = ["dfe"]
fields = ["full_name", "ethnicity"]
article_6 = "6(1)(c)"
article_9 = "9(2)(g)"
schedule_1 = 6
policy_document = true
verified = false
"""
PLAIN = GOOD.replace(', "ethnicity"', "").replace('article_9 = "9(2)(g)"\nschedule_1 = 6\npolicy_document = true\n', "")


def gateway(text: str) -> Gateway:
    (found,) = load("x.toml", Gateway, text)
    return found


def names(on: date, school_type: str | None = INFANT) -> set[str]:
    return {rule.id for rule in rules_in_force(gateways.gateways(), on, school_type)}


def test_daily_attendance_is_shared_by_law_from_19_august_2024_and_not_a_day_earlier() -> None:
    assert "daily-attendance" not in names(date(2024, 8, 18))
    assert "daily-attendance" in names(date(2024, 8, 19))
    assert "daily-attendance" not in names(date(2026, 9, 3), NURSERY)
    assert "daily-attendance" not in names(date(2026, 9, 3), None)
    (found,) = [one for one in gateways.gateways() if one.id == "daily-attendance"]
    assert "reg 5A" in found.citation
    assert set(found.fields) == {
        "full_name", "date_of_birth", "upn", "sex", "ethnicity", "looked_after", "sen_provision", "ehc_plan",
        "free_school_meals", "enrolment", "attendance",
    }  # fmt: skip


def test_a_pupil_stands_in_the_early_years_census_or_in_the_schools_and_never_in_both() -> None:
    assert {"early-years-census", "school-census"} & names(date(2026, 9, 3)) == {"school-census"}
    assert {"early-years-census", "school-census"} & names(date(2026, 9, 3), PROVIDER) == {"early-years-census"}


def test_a_parents_own_right_to_the_educational_record_is_a_maintained_schools() -> None:
    assert "educational-record-to-parents" in names(date(2026, 9, 3))
    assert "educational-record-to-parents" not in names(date(2026, 9, 3), ACADEMY)


def test_a_duty_that_is_not_commenced_is_in_force_on_no_day() -> None:
    (found,) = [one for one in gateways.gateways() if one.id == "information-sharing-duty"]
    assert (found.in_force_from, found.verified) == (DAY_NOT_APPOINTED, False)
    assert "information-sharing-duty" not in names(date(2100, 1, 1))
    assert releases.in_force(found) == "from a day to be appointed"


def test_nationality_and_country_of_birth_are_known_by_name_and_in_no_gateway() -> None:
    assert {one.field for one in shared_fields()} >= NEVER_SHARED
    assert not [one.id for one in gateways.gateways() if set(one.fields) & NEVER_SHARED]


def test_what_goes_at_once_is_what_saves_a_child() -> None:
    assert {one.id for one in gateways.gateways() if one.emergency} == {"protecting-children", "vital-interests"}
    assert [one.id for one in gateways.gateways() if one.agreement] == ["processing"]
    assert {one.id: one.ages_from for one in gateways.gateways() if one.ages_from} == {"youth-support": 13}
    assert {"school-nursing", "crime"} <= {one.id for one in gateways.gateways() if one.necessity}
    assert {"crime", "court-order"} <= {one.id for one in gateways.gateways() if one.person}


def test_explicit_consent_vital_interests_and_legal_claims_rest_on_no_condition_of_schedule_1() -> None:
    free = {one.article_9 for one in gateways.gateways() if one.article_9 and one.schedule_1 is None}
    assert free == {"9(2)(a)", "9(2)(c)", "9(2)(f)"}
    assert {one.article_9 for one in gateways.gateways() if one.schedule_1} == {"9(2)(g)", "9(2)(h)"}


def test_every_field_has_a_category_and_can_be_given_or_is_never_shared() -> None:
    given = {field for one in gateways.gateways() for field in one.fields}
    assert {one.field for one in shared_fields()} - given == NEVER_SHARED
    assert {one.category for one in shared_fields()} <= set(CATEGORIES)
    assert category_of("allergies") == "health"
    with pytest.raises(LawError, match="shoe_size is no field"):
        category_of("shoe_size")
    assert {one.paragraph for one in schedule_1() if one.policy_document} == {1, 6, 8, 10, 18}


def test_a_right_gateway_loads() -> None:
    assert gateway(GOOD).fits(INFANT)
    assert gateway(PLAIN).article_9 is None
    excepting = gateway(GOOD + 'except_school_types = ["50"]\n')
    assert [excepting.fits(one) for one in (INFANT, NURSERY, None)] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("ethnicity", "shoe_size"), "there is no such field: shoe_size"),
        (GOOD.replace('"dfe"', '"newspaper"'), "there is no such recipient: newspaper"),
        (PLAIN.replace('"full_name"', '"full_name", "religion"'), "religion is special category data"),
        (GOOD.replace("schedule_1 = 6\n", ""), "Article 9(2)(g) needs a condition of DPA 2018 Schedule 1"),
        (GOOD.replace("9(2)(g)", "9(2)(c)"), "leave schedule_1 out"),
        (GOOD.replace("9(2)(g)", "9(2)(a)"), "leave schedule_1 out"),
        (GOOD.replace("9(2)(g)", "9(2)(f)"), "leave schedule_1 out"),
        (PLAIN + "schedule_1 = 6\n", "leave schedule_1 out"),
        (GOOD.replace("9(2)(g)", "9(2)(h)"), "paragraph 6 of Schedule 1 is not for Article 9(2)(h)"),
        (GOOD.replace("schedule_1 = 6", "schedule_1 = 7"), "there is no such paragraph of Schedule 1: 7"),
        (GOOD.replace("policy_document = true\n", ""), "asks for an appropriate policy document"),
        (PLAIN + "policy_document = true\n", "none of its conditions asks for an appropriate policy document"),
        (GOOD.replace("ethnicity", "attendance"), "attendance may be criminal-offence data"),
        (GOOD + "article_10 = 6\n", "leave article_10 out"),
        (GOOD.replace("6(1)(c)", "6(1)(a)"), "consent is asked for exactly where Article 6(1)(a)"),
        (GOOD + 'consent = "photographs"\n', "consent is asked for exactly where Article 6(1)(a)"),
        (GOOD.replace("6(1)(c)", "our policy"), "article_6"),
        (GOOD + 'kind = "policy"\n', "kind: Extra inputs are not permitted"),
        (GOOD + "ages_from = 13\nages_until = 4\n", "the ages end before they begin"),
    ],
)
def test_a_gateway_that_is_not_right_is_refused_with_what_would_be(text: str, says: str) -> None:
    with pytest.raises(LawError, match=r"x\.toml, a-gateway") as caught:
        gateway(text)
    assert says in str(caught.value)


def test_paragraph_10_asks_for_no_policy_document_towards_the_police() -> None:
    towards = GOOD.replace("schedule_1 = 6", "schedule_1 = 10").replace("policy_document = true\n", "")
    assert gateway(towards.replace('"dfe"', '"police"')).schedule_1 == 10
    with pytest.raises(LawError, match="asks for an appropriate policy document"):
        gateway(towards)


def test_a_name_is_a_rules_of_one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    (first, *_), kinds = gateways.gateways(), dict(releases.by_kind())
    twice = Rule.model_validate({**first.model_dump(include=set(Rule.model_fields))})
    monkeypatch.setattr(releases, "by_kind", lambda: {**kinds, "Another kind": (twice,)})
    with pytest.raises(LawError, match="names rules of two kinds"):
        releases.release_text()


def test_a_released_gateway_cannot_change_or_go(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = gateways.gateways()
    wider = first.model_copy(update={"fields": (*first.fields, "documents")})
    for changed in ((wider, *rest), tuple(rest)):
        monkeypatch.setattr(releases, "gateways", lambda changed=changed: changed)
        with pytest.raises(LawError, match=f"{first.id} 1 was released and cannot change or go"):
            releases.release_text()
    newer = first.model_copy(update={"version": 2})
    monkeypatch.setattr(releases, "gateways", lambda: (first, newer, *rest))
    assert f'"{first.id} 2" = ' in releases.release_text()


def test_every_purpose_of_a_gateway_has_a_title_of_its_own_and_what_protects_a_child_goes_discreetly() -> None:
    used = {purpose for one in gateways.gateways() for purpose in one.purposes}
    assert used == {one.purpose for one in gateways.sharing_purposes()}
    assert gateways.purpose_title("school-nursing") == "The school nurse"
    assert gateways.purpose_title("a-play") == "A play"
    today = date(2026, 9, 3)
    secret = {purpose for purpose in used if gateways.goes_discreetly(purpose, today)}
    assert secret == {"child-protection-transfer", "safeguarding"}
    assert not gateways.goes_discreetly("safeguarding", date(2018, 5, 24))
    with pytest.raises(LawError, match="no such purpose: a-play"):
        gateway(GOOD.replace("school-census", "a-play"))
