"""Part-time timetables as they are shown: each with its days, and what a correction found there."""

from datetime import date
from typing import Any, Final

from events.codes.week import of_week
from events.model import Recorded
from events.records.part_time import (
    PartTimeAgreed,
    PartTimeCorrected,
    PartTimeEnded,
    PartTimeTimetable,
    PartTimeWithdrawn,
)
from ledger.view import AnyView, PersonRow, View
from services.episodes import Lasting, running, shown_over, shown_righted
from services.facts import Provenance


class PartTimeRow(PersonRow):
    """A pupil's part-time timetables."""

    timetables: tuple[Lasting[PartTimeTimetable], ...] = ()

    def away(self, day: date, session: str) -> Lasting[PartTimeTimetable] | None:
        """Give the timetable by which a session is not attended, if there is one on that day."""
        found, place = running(self.timetables, day), of_week(day, session)
        return found if found and place and place not in found.value.attends else None


part_time_timetables = View(
    "part_time_timetables", version=1, row=PartTimeRow, key=["subject"], key_of=lambda r: (r.subject,)
)


def _row(row: PartTimeRow | None, recorded: Recorded[Any]) -> PartTimeRow:
    return row or PartTimeRow(subject=recorded.body.subject)


def _lasting(recorded: Recorded[PartTimeAgreed | PartTimeCorrected]) -> Lasting[PartTimeTimetable]:
    body = recorded.body
    return Lasting[PartTimeTimetable](
        value=body.timetable, since=body.valid_on, until=body.until, at=Provenance.of(recorded)
    )


@part_time_timetables.on(PartTimeAgreed)
def _began(row: PartTimeRow | None, recorded: Recorded[PartTimeAgreed]) -> PartTimeRow:
    known = _row(row, recorded)
    return known.model_copy(update={"timetables": (*known.timetables, _lasting(recorded))})


@part_time_timetables.on(PartTimeEnded)
def _ended(row: PartTimeRow | None, recorded: Recorded[PartTimeEnded]) -> PartTimeRow:
    known, body = _row(row, recorded), recorded.body
    return known.model_copy(update={"timetables": shown_over(known.timetables, body.started, body.valid_on)})


@part_time_timetables.on(PartTimeCorrected)
def _corrected(row: PartTimeRow | None, recorded: Recorded[PartTimeCorrected]) -> PartTimeRow:
    known = _row(row, recorded)
    found = shown_righted(known.timetables, _lasting(recorded), recorded.body.corrects)
    return known.model_copy(update={"timetables": found})


@part_time_timetables.on(PartTimeWithdrawn)
def _withdrawn(row: PartTimeRow | None, recorded: Recorded[PartTimeWithdrawn]) -> PartTimeRow:
    known = _row(row, recorded)
    rest = tuple(one for one in known.timetables if one.at.index != recorded.body.corrects)
    return known.model_copy(update={"timetables": rest})


VIEWS: Final[tuple[AnyView, ...]] = (part_time_timetables,)
"""Every view of part-time timetables."""
