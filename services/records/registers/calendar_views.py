"""What is shown of time: a school year's terms, and the days within them on which no session is held."""

from datetime import date

from events.codes.calendar import school_year
from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from events.model import Recorded
from ledger.view import AnyView, Row, View


class CalendarRow(Row):
    """A school year's days: terms, and the days within them on which no session is held."""

    school_year: int
    terms: tuple[Term, ...] = ()
    bank_holidays: tuple[date, ...] = ()
    inset: tuple[date, ...] = ()
    closed: tuple[date, ...] = ()


def _year(recorded: Recorded[TermCalendarPublished | InsetDaySet | UnplannedClosureRecorded]) -> tuple[int]:
    body = recorded.body
    return (body.school_year if isinstance(body, TermCalendarPublished) else school_year(body.date),)


calendar = View("calendar", version=1, row=CalendarRow, key=["school_year"], key_of=_year)


@calendar.on(TermCalendarPublished)
def _published(row: CalendarRow | None, recorded: Recorded[TermCalendarPublished]) -> CalendarRow:
    body = recorded.body
    known = row or CalendarRow(school_year=body.school_year)
    return known.model_copy(update={"terms": body.terms, "bank_holidays": body.bank_holidays})


@calendar.on(InsetDaySet)
def _inset(row: CalendarRow | None, recorded: Recorded[InsetDaySet]) -> CalendarRow:
    known = row or CalendarRow(school_year=school_year(recorded.body.date))
    return known.model_copy(update={"inset": tuple(sorted({*known.inset, recorded.body.date}))})


@calendar.on(UnplannedClosureRecorded)
def _closed(row: CalendarRow | None, recorded: Recorded[UnplannedClosureRecorded]) -> CalendarRow:
    known = row or CalendarRow(school_year=school_year(recorded.body.date))
    return known.model_copy(update={"closed": tuple(sorted({*known.closed, recorded.body.date}))})


VIEWS: tuple[AnyView, ...] = (calendar,)
