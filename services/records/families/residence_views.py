"""Residence as it is shown: with whom a pupil lives, and what a parent said of a future address, by the day of each."""

from typing import Final

from events.model import Recorded
from events.records.residence import (
    FutureAddress,
    FutureAddressCorrected,
    FutureAddressNotified,
    ResidenceCorrected,
    ResidenceRecorded,
)
from ledger.view import AnyView, PersonRow, View
from services.facts import Dated, Provenance, added, corrected


class ResidenceRow(PersonRow):
    """With whom a pupil normally lives, and the future addresses told of; None where there is none any more."""

    lives_with: tuple[Dated[tuple[bytes, ...]], ...] = ()
    futures: tuple[Dated[FutureAddress | None], ...] = ()

    @property
    def named(self) -> tuple[bytes, ...]:
        """Everybody whom this names."""
        futures = (who for one in self.futures if one.value for who in one.value.lives_with)
        return tuple(dict.fromkeys([*(who for one in self.lives_with for who in one.value), *futures]))


residences = View("residences", version=2, row=ResidenceRow, key=["subject"], key_of=lambda r: (r.subject,))


@residences.on(ResidenceRecorded, ResidenceCorrected)
def _lives(row: ResidenceRow | None, recorded: Recorded[ResidenceRecorded | ResidenceCorrected]) -> ResidenceRow:
    body = recorded.body
    known = row or ResidenceRow(subject=body.subject)
    item = Dated[tuple[bytes, ...]](value=body.lives_with, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, ResidenceCorrected):
        return known.model_copy(update={"lives_with": corrected(known.lives_with, item, body.corrects)})
    return known.model_copy(update={"lives_with": added(known.lives_with, item)})


@residences.on(FutureAddressNotified, FutureAddressCorrected)
def _future(
    row: ResidenceRow | None, recorded: Recorded[FutureAddressNotified | FutureAddressCorrected]
) -> ResidenceRow:
    body = recorded.body
    known = row or ResidenceRow(subject=body.subject)
    item = Dated[FutureAddress | None](value=body.future, since=body.valid_on, at=Provenance.with_reason(recorded))
    if isinstance(body, FutureAddressCorrected):
        return known.model_copy(update={"futures": corrected(known.futures, item, body.corrects)})
    return known.model_copy(update={"futures": added(known.futures, item)})


VIEWS: Final[tuple[AnyView, ...]] = (residences,)
"""Every view of residence."""
