"""Calendars: terms in order within a school year, and days within them without sessions."""

from datetime import date

import pytest
from support.given import given

from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from services.governance.calendars import PublishTermCalendar, RecordUnplannedClosure, SetInsetDay, calendars

AUTUMN, WINTER = (
    Term(first=date(2026, 9, 3), last=date(2026, 10, 23)),
    Term(first=date(2026, 11, 2), last=date(2026, 12, 18)),
)
PUBLISHED = TermCalendarPublished(school_year=2026, terms=(AUTUMN, WINTER))
DAY, HALF_TERM = date(2026, 9, 4), date(2026, 10, 28)


def publish(*terms: Term) -> PublishTermCalendar:
    return PublishTermCalendar(school_year=2026, terms=terms)


def close(day: date, reason: str = "snow") -> RecordUnplannedClosure:
    return RecordUnplannedClosure(date=day, reason=reason)


def test_a_calendar_is_published_and_replaced_by_a_later_one() -> None:
    given(calendars).when(publish(AUTUMN, WINTER)).then(PUBLISHED)
    given(calendars, PUBLISHED).when(publish(AUTUMN)).then(TermCalendarPublished(school_year=2026, terms=(AUTUMN,)))


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ((Term(first=AUTUMN.last, last=AUTUMN.first),), "ends before it begins"),
        ((WINTER, AUTUMN), "out of order"),
        ((AUTUMN, Term(first=AUTUMN.last, last=WINTER.last)), "overlap"),
        ((Term(first=date(2026, 8, 31), last=AUTUMN.last),), "outside the school year"),
        ((Term(first=WINTER.first, last=date(2027, 9, 1)),), "outside the school year"),
    ],
)
def test_terms_are_in_order_and_within_their_school_year(terms: tuple[Term, ...], says: str) -> None:
    given(calendars).when(publish(*terms)).then_refused(says)


def test_an_inset_day_is_set_once() -> None:
    given(calendars, PUBLISHED).when(SetInsetDay(date=DAY)).then(InsetDaySet(date=DAY))


def test_a_closure_is_recorded_once_with_its_reason() -> None:
    closed = UnplannedClosureRecorded(date=DAY, reason="snow")
    given(calendars, PUBLISHED).when(close(DAY)).then(closed)
    given(calendars, PUBLISHED, closed).when(close(DAY, "flood")).then_refused("with another reason")


@pytest.mark.parametrize("command", [SetInsetDay(date=HALF_TERM), close(HALF_TERM), close(date(2027, 9, 8))])
def test_a_day_outside_the_terms_needs_a_calendar_first(command: SetInsetDay | RecordUnplannedClosure) -> None:
    given(calendars, PUBLISHED).when(command).then_refused("Publish the term calendar")
