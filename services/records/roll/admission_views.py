"""Admission as it is shown: the school attended last, by the starting day it belongs to; the first day expected."""

from datetime import date
from typing import Final

from events.model import Recorded
from events.records.admission import (
    FirstDayExpected,
    FirstDayExpectedCorrected,
    LastSchoolCorrected,
    LastSchoolRecorded,
)
from ledger.view import AnyView, PersonRow, View
from services.facts import Dated, Provenance, added, corrected


class AdmissionRow(PersonRow):
    """The schools that a pupil attended before they came, None where it is known that there was none.

    ``first_days`` are those on which they were expected, by the day on which that was agreed or notified; None where
    they were not expected any more.
    """

    last_schools: tuple[Dated[str | None], ...] = ()
    first_days: tuple[Dated[date | None], ...] = ()


admissions = View("admissions", version=4, row=AdmissionRow, key=["subject"], key_of=lambda r: (r.subject,))


@admissions.on(LastSchoolRecorded, LastSchoolCorrected)
def _last_school(
    row: AdmissionRow | None, recorded: Recorded[LastSchoolRecorded | LastSchoolCorrected]
) -> AdmissionRow:
    body = recorded.body
    known = row or AdmissionRow(subject=body.subject)
    item = Dated[str | None](value=body.school, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, LastSchoolCorrected):
        return known.model_copy(update={"last_schools": corrected(known.last_schools, item, body.corrects)})
    return known.model_copy(update={"last_schools": added(known.last_schools, item)})


@admissions.on(FirstDayExpected, FirstDayExpectedCorrected)
def _first_day(
    row: AdmissionRow | None, recorded: Recorded[FirstDayExpected | FirstDayExpectedCorrected]
) -> AdmissionRow:
    body = recorded.body
    known = row or AdmissionRow(subject=body.subject)
    item = Dated[date | None](value=body.first_day, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, FirstDayExpectedCorrected):
        return known.model_copy(update={"first_days": corrected(known.first_days, item, body.corrects)})
    return known.model_copy(update={"first_days": added(known.first_days, item)})


VIEWS: Final[tuple[AnyView, ...]] = (admissions,)
"""Every view of admission."""
