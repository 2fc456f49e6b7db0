"""The future school as it is shown: what was told of it, by the day on which it was told."""

from typing import Final

from events.model import Recorded
from events.records.future_school import FutureSchool, FutureSchoolCorrected, FutureSchoolNotified
from ledger.view import AnyView, PersonRow, View
from services.facts import Dated, Provenance, added, corrected


class FutureSchoolRow(PersonRow):
    """The schools to which a pupil was to go; None where they were to stay after all."""

    told: tuple[Dated[FutureSchool | None], ...] = ()


future_schools = View("future_schools", version=1, row=FutureSchoolRow, key=["subject"], key_of=lambda r: (r.subject,))


@future_schools.on(FutureSchoolNotified, FutureSchoolCorrected)
def _told(
    row: FutureSchoolRow | None, recorded: Recorded[FutureSchoolNotified | FutureSchoolCorrected]
) -> FutureSchoolRow:
    body = recorded.body
    known = row or FutureSchoolRow(subject=body.subject)
    item = Dated[FutureSchool | None](value=body.future, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, FutureSchoolCorrected):
        return known.model_copy(update={"told": corrected(known.told, item, body.corrects)})
    return known.model_copy(update={"told": added(known.told, item)})


VIEWS: Final[tuple[AnyView, ...]] = (future_schools,)
"""Every view of future schools."""
