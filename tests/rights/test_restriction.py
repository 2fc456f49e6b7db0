"""Restriction of processing: on a ground of the law, and lifted only once the person has been told."""

from datetime import date, timedelta
from typing import Any

from support.folded import at, folded
from support.given import given

from events.model import CATEGORIES
from events.rights.restriction import ProcessingRestricted, RestrictionLiftAnnounced, RestrictionLifted
from services.restrictions import Restriction, RestrictionRow, restricted, restricted_categories
from services.rights.restriction import AnnounceLift, LiftRestriction, RestrictProcessing, restriction
from services.rights.restriction_views import restrictions
from services.sharing.restriction_views import restrictions as of_sharing

ADA = bytes([1]) * 16
DAY = date(2026, 9, 7)
NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=9)
ASKED: dict[str, Any] = {"valid_on": DAY, "categories": ("contact",), "on_ground": "accuracy-contested", "case": "R-12"}
RESTRICTED = ProcessingRestricted(subject=ADA, **ASKED)
ANNOUNCED = RestrictionLiftAnnounced(subject=ADA, valid_on=NEXT, restriction=1, lifts_on=LATER)
LIFTED = RestrictionLifted(subject=ADA, valid_on=LATER, restriction=1, reason="The address was right.")
LIFT = LiftRestriction(person=ADA, valid_on=LATER, restriction=1, reason="The address was right.")


def test_it_begins_on_a_ground_for_a_case_and_once() -> None:
    given(restriction).when(RestrictProcessing(person=ADA, **ASKED)).then(RESTRICTED)
    whole = {**ASKED, "categories": None, "on_ground": "needed-for-claims"}
    given(restriction, RESTRICTED).when(RestrictProcessing(person=ADA, **whole)).then(
        ProcessingRestricted(subject=ADA, **whole)
    )
    nothing = RestrictProcessing(person=ADA, **{**ASKED, "categories": ()})
    given(restriction).when(nothing).then_refused("Say which kinds")


def test_it_is_lifted_only_after_the_person_was_told_and_not_before_the_day_they_were_told() -> None:
    given(restriction, RESTRICTED).when(LIFT).then_refused("Article 18(3)")
    given(restriction, RESTRICTED, ANNOUNCED).when(LIFT).then(LIFTED)
    early = LIFT.model_copy(update={"valid_on": NEXT})
    given(restriction, RESTRICTED, ANNOUNCED).when(early).then_refused("told a later day")
    given(restriction, RESTRICTED, ANNOUNCED, LIFTED).when(RestrictProcessing(person=ADA, **ASKED)).then(RESTRICTED)


def test_that_it_will_be_lifted_is_told_of_one_that_stands() -> None:
    tell = AnnounceLift(person=ADA, valid_on=NEXT, restriction=1, lifts_on=LATER)
    given(restriction, RESTRICTED).when(tell).then(ANNOUNCED)
    given(restriction).when(tell).then_refused("Look it up")
    given(restriction).when(LIFT).then_refused("Look it up")
    again = tell.model_copy(update={"lifts_on": LATER + timedelta(days=1)})
    given(restriction, RESTRICTED, ANNOUNCED, LIFTED).when(again).then_refused("lifted before")
    back = tell.model_copy(update={"lifts_on": DAY})
    given(restriction, RESTRICTED).when(back).then_refused("Check the two days")


def test_it_holds_from_its_first_day_until_it_is_lifted_and_no_other_category() -> None:
    row = folded(restrictions, RESTRICTED)[ADA,]
    days = (DAY - timedelta(days=1), DAY, LATER)
    assert [restricted(row, "contact", day) for day in days] == [False, True, True]
    assert not restricted(row, "health", DAY)
    assert not restricted(None, "contact", DAY)
    lifted = folded(restrictions, RESTRICTED, ANNOUNCED, LIFTED)[ADA,]
    assert [restricted(lifted, "contact", day) for day in (DAY, LATER - timedelta(days=1), LATER)] == [
        True,
        True,
        False,
    ]
    assert lifted == RestrictionRow(
        subject=ADA,
        restrictions=(
            Restriction(
                since=DAY, categories=("contact",), on_ground="accuracy-contested", case="R-12", at=at(1),
                announced_on=NEXT, lifts_on=LATER, announced_at=at(2), until=LATER, reason="The address was right.",
                lifted_at=at(3),
            ),
        ),
    )  # fmt: skip


def test_a_restriction_of_everything_is_of_the_whole_record_and_ends_alone() -> None:
    whole = RESTRICTED.model_copy(update={"categories": None})
    row = folded(restrictions, RESTRICTED, whole, ANNOUNCED, LIFTED)[ADA,]
    assert restricted_categories(row, LATER) == frozenset(CATEGORIES) - {"access"}
    assert folded(of_sharing, RESTRICTED, whole, ANNOUNCED, LIFTED)[ADA,] == row
