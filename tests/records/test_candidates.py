"""Candidates for a match: what agrees, what differs, and twins, who are never proposed."""

from dataclasses import replace
from datetime import date

import pytest
from support.school import upn

from events.records.common import PostalAddress
from services.records.pupils.candidates import Person, address_key, compared

HOME = address_key(PostalAddress(lines=("1 Reed Lane",), postcode="NR1 1AA"))
ADA = Person(
    frozenset({"lark"}), frozenset({"ada"}), date(2020, 5, 6), "F", upn(1), frozenset({upn(9)}), frozenset(), HOME
)
DUPLICATE = replace(ADA, upn=None, former_upns=frozenset())
TWIN = replace(ADA, forenames=frozenset({"ida"}), upn=upn(2), former_upns=frozenset())
AWAY = address_key(PostalAddress(lines=("4 Mill Row",)))


@pytest.mark.parametrize(
    ("other", "verdict", "differs"),
    [
        (DUPLICATE, "likely the same child", []),
        (replace(DUPLICATE, address=AWAY), "likely the same child", ["address"]),
        (replace(DUPLICATE, sex="M"), "possibly the same child", ["sex"]),
        (replace(DUPLICATE, surnames=frozenset({"wren"})), "possibly the same child", ["surname"]),
        (replace(DUPLICATE, surnames=frozenset({"wren"}), upn=upn(9)), "likely the same child", ["surname"]),
        (replace(TWIN, former_upns=frozenset({upn(1)})), "likely the same child", ["forename"]),
        (TWIN, "likely twins", ["UPN", "forename"]),
        (replace(TWIN, address=None), "likely twins", ["UPN", "forename"]),
        (replace(TWIN, address=AWAY), "possibly the same child", ["UPN", "forename", "address"]),
    ],
)
def test_the_evidence_decides(other: Person, verdict: str, differs: list[str]) -> None:
    for found in (compared(ADA, other), compared(other, ADA)):
        assert found is not None
        assert (found[0], found[2]) == (verdict, differs)


def test_a_sibling_or_a_namesake_is_no_candidate() -> None:
    assert compared(ADA, replace(TWIN, date_of_birth=date(2018, 1, 2))) is None
    assert compared(ADA, replace(DUPLICATE, date_of_birth=date(2018, 1, 2))) is None
    assert compared(ADA, Person(surnames=ADA.surnames, forenames=ADA.forenames)) is None


def test_a_candidates_number_is_evidence_whatever_the_names_are() -> None:
    numbered = replace(ADA, ucis=frozenset({"689990980001D"}))
    married = Person(surnames=frozenset({"wren"}), forenames=frozenset({"ida"}), ucis=numbered.ucis)
    assert compared(numbered, married) == ("likely the same child", ["UCI"], ["surname", "forename"])
    assert compared(numbered, replace(married, ucis=frozenset({"681990012058G"}))) is None


def test_an_address_is_compared_without_case_and_spaces() -> None:
    assert address_key(PostalAddress(lines=("1, REED LANE", "Norwich"), postcode="nr11aa")) == HOME
