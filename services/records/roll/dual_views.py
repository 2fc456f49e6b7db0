"""Dual registration as it is shown: each other school with its days, and what a correction found there."""

from datetime import date
from typing import Any, Final

from events.codes.week import of_week
from events.model import Recorded
from events.records.dual_registration import (
    DualRegistrationCorrected,
    DualRegistrationEnded,
    DualRegistrationRecorded,
    DualRegistrationWithdrawn,
    OtherSchool,
)
from ledger.view import AnyView, PersonRow, View
from services.episodes import Lasting, running, shown_over, shown_righted
from services.facts import Provenance


class DualRow(PersonRow):
    """The other schools at which a pupil is or was registered."""

    others: tuple[Lasting[OtherSchool], ...] = ()

    def away(self, day: date, session: str) -> Lasting[OtherSchool] | None:
        """Give the registration by which a session is attended elsewhere, if there is one on that day."""
        found, place = running(self.others, day), of_week(day, session)
        return found if found and place and place in found.value.attends else None


dual_registrations = View("dual_registrations", version=1, row=DualRow, key=["subject"], key_of=lambda r: (r.subject,))


def _row(row: DualRow | None, recorded: Recorded[Any]) -> DualRow:
    return row or DualRow(subject=recorded.body.subject)


def _lasting(recorded: Recorded[DualRegistrationRecorded | DualRegistrationCorrected]) -> Lasting[OtherSchool]:
    body = recorded.body
    return Lasting[OtherSchool](value=body.other, since=body.valid_on, until=body.until, at=Provenance.of(recorded))


@dual_registrations.on(DualRegistrationRecorded)
def _began(row: DualRow | None, recorded: Recorded[DualRegistrationRecorded]) -> DualRow:
    known = _row(row, recorded)
    return known.model_copy(update={"others": (*known.others, _lasting(recorded))})


@dual_registrations.on(DualRegistrationEnded)
def _ended(row: DualRow | None, recorded: Recorded[DualRegistrationEnded]) -> DualRow:
    known, body = _row(row, recorded), recorded.body
    return known.model_copy(update={"others": shown_over(known.others, body.started, body.valid_on)})


@dual_registrations.on(DualRegistrationCorrected)
def _corrected(row: DualRow | None, recorded: Recorded[DualRegistrationCorrected]) -> DualRow:
    known = _row(row, recorded)
    found = shown_righted(known.others, _lasting(recorded), recorded.body.corrects)
    return known.model_copy(update={"others": found})


@dual_registrations.on(DualRegistrationWithdrawn)
def _withdrawn(row: DualRow | None, recorded: Recorded[DualRegistrationWithdrawn]) -> DualRow:
    known = _row(row, recorded)
    rest = tuple(one for one in known.others if one.at.index != recorded.body.corrects)
    return known.model_copy(update={"others": rest})


VIEWS: Final[tuple[AnyView, ...]] = (dual_registrations,)
"""Every view of dual registration."""
