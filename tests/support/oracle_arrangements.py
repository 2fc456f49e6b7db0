"""What a record should say of part-time timetables and other schools, worked out from the log's events by brute force."""

from datetime import date
from typing import Any

from events.records import dual_registration as dual
from events.records import part_time as part
from support.oracle import Oracle
from support.oracle_care import lasting, running

_TIMETABLES = (part.PartTimeAgreed, part.PartTimeEnded, part.PartTimeCorrected, part.PartTimeWithdrawn)
_OTHERS = (
    dual.DualRegistrationRecorded, dual.DualRegistrationEnded, dual.DualRegistrationCorrected,
    dual.DualRegistrationWithdrawn,
)  # fmt: skip
_FRIDAY = 5


def timetables_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, list[Any]]:
    """Give the part-time timetable of a day; of two merged records, each one's that differs."""
    return {"Part-time timetable": running(lasting(oracle.of(pupil, _TIMETABLES), "timetable"), day)}


def others_on(oracle: Oracle, pupil: bytes, day: date) -> list[Any]:
    """Give the other school of a day."""
    return running(lasting(oracle.of(pupil, _OTHERS), "other"), day)


def proposed(oracle: Oracle, pupil: bytes, day: date, session: str) -> set[str | None]:
    """Give which codes the agreements of a day may propose for a session; None where none is proposed.

    Where two merged records differ, either may be taken.
    """
    if day.isoweekday() > _FRIDAY:
        return {None}
    place = f"{day:%a} {session}".upper()
    elsewhere = [place in one.attends for one in others_on(oracle, pupil, day)] or [False]
    (timetables,) = timetables_on(oracle, pupil, day).values()
    at_home = [place not in one.attends for one in timetables] or [False]
    found: set[str | None] = {"D"} if any(elsewhere) else set()
    return found if all(elsewhere) else found | {"C2" if one else None for one in at_home}
