"""The section of a pupil's record on temporary part-time timetables, in words."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from events.records.part_time import PartTimeTimetable
from ledger.view import Reader
from services.episodes import one_at_a_time
from services.records.registers.part_time_views import part_time_timetables
from services.records.section import Fact, Section, lasted


async def _read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    row = await reader.get(part_time_timetables, subject)
    return lasted("Part-time timetable", one_at_a_time(row.timetables), valid_on, in_words) if row else []


def in_words(timetable: PartTimeTimetable) -> str:
    """Write a timetable."""
    attends = ", ".join(timetable.attends) or "no session"
    review = f"{timetable.review_on.day} {timetable.review_on:%B %Y}"
    return f"Attends {attends}. Agreed with {timetable.agreed_with}. To be reviewed on {review}."


SECTION: Final = Section("part-time", "Part-time timetable", "attendance", _read)
"""DfE, Working together to improve school attendance."""
