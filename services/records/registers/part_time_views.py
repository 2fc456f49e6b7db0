"""Part-time timetables as they are shown: each with its days, and what a correction found there."""

from datetime import date
from typing import Final

from events.codes.week import of_week
from events.records.part_time import PartTimeTimetable
from ledger.view import AnyView, PersonRow, View
from services.episodes import Lasting, running
from services.records.registers.part_time import KIND


class PartTimeRow(PersonRow):
    """A pupil's part-time timetables."""

    timetables: tuple[Lasting[PartTimeTimetable], ...] = ()

    def away(self, day: date, session: str) -> Lasting[PartTimeTimetable] | None:
        """Give the timetable by which a session is not attended, if there is one on that day."""
        found, place = running(self.timetables, day), of_week(day, session)
        return found if found and place and place not in found.value.attends else None


part_time_timetables = View(
    "part_time_timetables", version=3, row=PartTimeRow, key=["subject"], key_of=lambda r: (r.subject,)
)
KIND.show(part_time_timetables, "timetables", Lasting[PartTimeTimetable])

VIEWS: Final[tuple[AnyView, ...]] = (part_time_timetables,)
"""Every view of part-time timetables."""
