"""The admission register's section says of a day what had happened by then, and nothing that came after."""

import asyncio
from datetime import date
from typing import Any

from support.folded import folded

from events.records.enrolment import Enrolled, PupilLeft
from ledger.view import MemoryReader, MemoryRows, Position
from services.records.roll.admission_queries import ADMISSION
from services.records.roll.roll_views import roll

ADA = b"a" * 16
SEPTEMBER, DECEMBER = date(2026, 9, 3), date(2026, 12, 18)


def test_a_leaving_is_shown_from_its_day_on() -> None:
    began = Enrolled(subject=ADA, valid_on=SEPTEMBER, status="C", year_group="4")
    left = PupilLeft(subject=ADA, valid_on=DECEMBER, ground="another-school")
    rows = MemoryRows()
    rows.save(roll, folded(roll, began, left))
    reader = MemoryReader(rows, Position(2, None))

    def shown(day: date) -> list[Any]:
        return [one.value for one in asyncio.run(_read(reader, day))]

    assert shown(date(2026, 12, 17)) == []
    assert shown(DECEMBER) == [DECEMBER]


async def _read(reader: MemoryReader, day: date) -> list[Any]:
    return list(await ADMISSION.read(reader, ADA, day))
