"""A record given to a person says to whom, sealed under the pupil's key, before it says what."""

from datetime import date
from typing import Any

from support.commands.disclosures import SENT
from support.folded import at, folded
from support.given import given

from events.sharing.disclosures import Disclosed
from events.sharing.persons import GivenToPerson
from services.sharing.disclosure_views import PersonGivenRow, persons_given
from services.sharing.disclosures import Disclose
from services.sharing.disclosures import disclosures as aggregate

ADA, BEN, EVAN, WHICH = (name.ljust(16, b"\0") for name in (b"ada", b"ben", b"evan", b"disclosure"))
DAY = date(2026, 9, 7)
PROOF: dict[str, Any] = {"salt": "1" * 64, "commitment": "2" * 64}
TOLD = Disclosed(disclosure=WHICH, known_at=9, valid_on=DAY, parts={ADA: SENT}, **PROOF)
NAMED = GivenToPerson(subject=ADA, valid_on=DAY, disclosure=WHICH, person=EVAN)


def disclose(*pupils: bytes, person: bytes | None = None) -> Disclose:
    return Disclose(
        disclosure=WHICH, known_at=9, valid_on=DAY, sent=dict.fromkeys(pupils, SENT), person=person, **PROOF
    )


def test_an_organisation_is_no_person() -> None:
    given(aggregate).when(disclose(ADA)).then(TOLD)


def test_whom_a_record_is_given_to_is_said_before_it() -> None:
    given(aggregate).when(disclose(ADA, person=EVAN)).then(NAMED, TOLD)
    given(aggregate, NAMED, TOLD).when(disclose(ADA, person=EVAN)).then()


def test_a_person_is_given_one_pupils_record() -> None:
    given(aggregate).when(disclose(ADA, BEN, person=EVAN)).then_refused("one pupil at a time")


def test_the_view_names_the_person() -> None:
    rows = folded(persons_given, NAMED, TOLD)
    assert list(rows.values()) == [PersonGivenRow(subject=ADA, disclosure=WHICH, person=EVAN, at=at(1))]
