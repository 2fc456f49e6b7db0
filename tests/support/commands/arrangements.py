"""Part-time timetables and dual registrations: agreed, ended, corrected and withdrawn."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.dual_registration import OtherSchool
from events.records.part_time import PartTimeTimetable
from services.records.registers import part_time
from services.records.roll import dual_registration
from support.commands.common import ADA, DAYS, PUPILS, Said, because, days, of_pupil

_TIMETABLES = [
    PartTimeTimetable.model_validate({"attends": attends, "review_on": day, "agreed_with": "Parents"})
    for attends, day in ((("MON AM", "TUE AM"), DAYS[2]), (("MON AM",), DAYS[1]), ((), DAYS[2]))
]
_OTHERS = [
    OtherSchool(school="Fen Road", laestab="9262001", attends=("MON PM",)),
    OtherSchool(school="Marsh End", attends=("MON PM", "TUE PM")),
]
_timetables, _others, _ends = st.sampled_from(_TIMETABLES), st.sampled_from(_OTHERS), st.none() | days
_OVER: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[2]}
_WRONG: Final[dict[str, Any]] = {**ADA, "started": DAYS[0], "reason": "seen"}
ANY: Final = (
    of_pupil(part_time.AgreePartTime, timetable=_timetables, until=days),
    of_pupil(part_time.EndPartTime),
    of_pupil(part_time.CorrectPartTime, started=days, timetable=_timetables, until=days, reason=because),
    of_pupil(part_time.WithdrawPartTime, reason=because),
    of_pupil(dual_registration.RecordDualRegistration, other=_others, until=_ends),
    of_pupil(dual_registration.EndDualRegistration),
    of_pupil(dual_registration.CorrectDualRegistration, started=days, other=_others, until=_ends, reason=because),
    of_pupil(dual_registration.WithdrawDualRegistration, reason=because),
)
ALL: Final[Sequence[Said]] = (
    part_time.AgreePartTime(**ADA, timetable=_TIMETABLES[0], until=DAYS[3]),
    part_time.CorrectPartTime(**_WRONG, timetable=_TIMETABLES[1], until=DAYS[3]),
    part_time.EndPartTime(**_OVER),
    part_time.WithdrawPartTime(**ADA, reason="seen"),
    dual_registration.RecordDualRegistration(**ADA, other=_OTHERS[0]),
    dual_registration.CorrectDualRegistration(**_WRONG, other=_OTHERS[1]),
    dual_registration.EndDualRegistration(**_OVER),
    dual_registration.WithdrawDualRegistration(**ADA, reason="seen"),
)
