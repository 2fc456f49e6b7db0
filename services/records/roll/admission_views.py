"""Admission as it is shown: the school attended last, dated by the starting day that it belongs to."""

from typing import Final

from events.model import Recorded
from events.records.admission import LastSchoolCorrected, LastSchoolRecorded
from ledger.view import AnyView, PersonRow, View
from services.facts import Dated, Provenance, added, corrected


class AdmissionRow(PersonRow):
    """The schools that a pupil attended before they came; None where it is known that there was none."""

    last_schools: tuple[Dated[str | None], ...] = ()


admissions = View("admissions", version=2, row=AdmissionRow, key=["subject"], key_of=lambda r: (r.subject,))


@admissions.on(LastSchoolRecorded, LastSchoolCorrected)
def _last_school(
    row: AdmissionRow | None, recorded: Recorded[LastSchoolRecorded | LastSchoolCorrected]
) -> AdmissionRow:
    body = recorded.body
    known = row.last_schools if row else ()
    item = Dated[str | None](value=body.school, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, LastSchoolCorrected):
        return AdmissionRow(subject=body.subject, last_schools=corrected(known, item, body.corrects))
    return AdmissionRow(subject=body.subject, last_schools=added(known, item))


VIEWS: Final[tuple[AnyView, ...]] = (admissions,)
"""Every view of admission."""
