"""The rules load, are dated and cited, and a released one never changes."""

from datetime import date
from pathlib import Path

import pytest

from events.model import CATEGORIES
from law import releases, rules
from law.rules import (
    LawError,
    LawfulBasis,
    bank_holidays,
    clock_rules,
    field_not_collected,
    lawful_bases,
    load,
    purposes,
    rule_against,
)

ROOT = Path(__file__).resolve().parents[2]
GOOD = """
[[rule]]
id = "a-basis"
version = 1
title = "A basis"
citation = "An Act, section 1"
in_force_from = 2024-08-19
article_6 = "6(1)(c)"
verified = false
"""


def test_every_basis_a_purpose_rests_on_exists_and_every_category_is_known() -> None:
    known = {basis.id for basis in lawful_bases()}
    for purpose in purposes():
        assert set(purpose.bases) <= known
        assert set(purpose.categories) <= set(CATEGORIES)


def test_a_rule_is_in_force_between_its_dates_and_not_a_day_longer() -> None:
    def on(day: date) -> set[str]:
        return {basis.id for basis in rules.rules_in_force(lawful_bases(), day, None)}

    assert "attendance-regulations-2006" in on(date(2024, 8, 18))
    assert "attendance-regulations-2024" not in on(date(2024, 8, 18))
    assert "attendance-regulations-2024" in on(date(2024, 8, 19))
    assert "attendance-regulations-2006" not in on(date(2024, 8, 19))


def test_a_rule_for_one_school_type_is_not_in_force_for_another() -> None:
    text = GOOD + 'school_types = ["academy"]\n'
    found = load("x.toml", LawfulBasis, text)
    assert rules.rules_in_force(found, date(2025, 1, 1), "academy")
    assert not rules.rules_in_force(found, date(2025, 1, 1), "maintained")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml", "is not TOML"),
        (GOOD.replace('article_6 = "6(1)(c)"\n', ""), "a-basis: article_6"),
        (GOOD.replace("version = 1", "version = 2"), "version 2 should be 1"),
        (GOOD + GOOD.replace("version = 1", "version = 2").replace("2024-08-19", "2020-01-01"), "before the one it"),
        (GOOD.replace("verified = false", "verified = false\nin_force_until = 2020-01-01"), "ends before it begins"),
    ],
)
def test_a_file_that_is_not_right_says_which_rule_and_what_would_be(text: str, says: str) -> None:
    with pytest.raises(LawError, match=r"x\.toml") as caught:
        load("x.toml", LawfulBasis, text)
    assert says in str(caught.value)


def test_no_released_rule_was_changed_and_none_is_unreleased(monkeypatch: pytest.MonkeyPatch) -> None:
    assert releases.release_text() == (ROOT / "law" / releases.RELEASED).read_text()
    changed = tuple(
        rule.model_copy(update={"parameters": {"school_days": 6}}) if rule.id == "unresolved-n-days" else rule
        for rule in clock_rules()
    )
    monkeypatch.setattr(releases, "clock_rules", lambda: changed)
    with pytest.raises(LawError, match="unresolved-n-days 1 was released"):
        releases.release_text()


def test_the_documentation_is_current() -> None:
    assert (ROOT / "docs" / "law.md").read_text() == releases.markdown(), "run make docs"


def test_every_rule_is_cited() -> None:
    assert all(rule.citation and rule.title for rule in releases.every_rule())


def test_bank_holidays_fall_on_weekdays_and_on_the_days_that_are_known() -> None:
    known = {date(2026, 12, 25), date(2026, 12, 28), date(2026, 4, 3), date(2027, 12, 27), date(2023, 5, 8)}
    assert known <= bank_holidays()
    assert all(day.weekday() < 5 for day in bank_holidays())
    assert len([day for day in bank_holidays() if day.year == 2026]) == 8


@pytest.mark.parametrize(
    ("spelling", "field"),
    [
        ("Nationality", "nationality"),
        ("country of birth", "country_of_birth"),
        ("COB", "country_of_birth"),
        ("Country", None),
        ("NAWdetails", "welsh_details"),
        ("northing", "map_reference"),
        ("UPRN", "map_reference"),
        ("ApplicationReference", "application_reference"),
        ("Sex", None),
    ],
)
def test_a_field_that_is_not_collected_is_known_by_each_spelling(spelling: str, field: str | None) -> None:
    assert field_not_collected(spelling, date(2026, 9, 3)) == field


def test_a_field_is_refused_by_the_rule_of_its_day() -> None:
    rule = rule_against("nationality", date(2026, 9, 3))
    assert rule is not None
    assert (rule.id, rule.version) == ("fields-not-collected", 1)
    assert rule_against("nationality", date(2018, 5, 24)) is None
    assert rule_against("surname", date(2026, 9, 3)) is None
