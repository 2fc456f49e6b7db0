"""Dual registration as it is shown: each other school with its days, and what a correction found there."""

from datetime import date
from typing import Final

from events.codes.week import of_week
from events.records.dual_registration import OtherSchool
from ledger.view import AnyView, PersonRow, View
from services.episodes import Lasting, running
from services.records.roll.dual_registration import KIND


class DualRow(PersonRow):
    """The other schools at which a pupil is or was registered."""

    others: tuple[Lasting[OtherSchool], ...] = ()

    def away(self, day: date, session: str) -> Lasting[OtherSchool] | None:
        """Give the registration by which a session is attended elsewhere, if there is one on that day."""
        found, place = running(self.others, day), of_week(day, session)
        return found if found and place and place in found.value.attends else None


dual_registrations = View("dual_registrations", version=3, row=DualRow, key=["subject"], key_of=lambda r: (r.subject,))
KIND.show(dual_registrations, "others", Lasting[OtherSchool])

VIEWS: Final[tuple[AnyView, ...]] = (dual_registrations,)
"""Every view of dual registration."""
