"""Earlier schools, and what these counted."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from hypothesis import strategies as st

from events.records.earlier_schools import MarksSent, Stay, StayEnd, YearCounted, YearElsewhere
from services.records.pupils import numbers
from services.records.roll import earlier_schools as ask
from support.commands.common import ADA, Said, because, of_pupil

_FEN = Stay(school="Fen Road", laestab="9269901", entered=date(2024, 9, 3))
_STAYS = st.sampled_from([_FEN, _FEN.model_copy(update={"school": "Fen Rd"}), Stay(school="Marsh End")])
_LEFT = StayEnd(left=date(2026, 7, 17))
_ENDS = st.sampled_from([StayEnd(), _LEFT, StayEnd(reason="MOVED"), StayEnd(left=date(2026, 7, 20), ground="8")])
_YEAR = YearElsewhere(year=2026, school="Fen Road", laestab="9269901")
_YEARS = st.sampled_from([_YEAR, _YEAR.model_copy(update={"year": 2025})])
_MARKS = (MarksSent(first=date(2025, 9, 3), marks="/\\I\\"),)
_COUNT = YearCounted(possible=380, attended=370, authorised=8, unauthorised=2)
_COUNTS = st.sampled_from([_COUNT, YearCounted(possible=190), YearCounted(authorised=9, marks_sent=_MARKS)])
UCIS: Final = ("689990980001D", "681990012058G")
ANY: Final = (
    of_pupil(ask.RecordEarlierSchool, which=_STAYS, said=_ENDS),
    of_pupil(ask.CorrectEarlierSchool, which=_STAYS, said=_ENDS, reason=because),
    of_pupil(ask.WithdrawEarlierSchool, which=_STAYS, reason=because),
    of_pupil(ask.RecordEarlierAttendance, which=_YEARS, said=_COUNTS),
    of_pupil(ask.CorrectEarlierAttendance, which=_YEARS, said=_COUNTS, reason=because),
    of_pupil(ask.WithdrawEarlierAttendance, which=_YEARS, reason=because),
    of_pupil(numbers.RecordUci, uci=st.sampled_from(UCIS)),
    of_pupil(numbers.CorrectUci, uci=st.sampled_from(UCIS), reason=because),
)
ALL: Final[Sequence[Said]] = (
    ask.RecordEarlierSchool(**ADA, which=_FEN, said=StayEnd()),
    ask.CorrectEarlierSchool(**ADA, which=_FEN, said=_LEFT, reason="letter seen"),
    ask.WithdrawEarlierSchool(**ADA, which=_FEN, reason="another child's"),
    ask.RecordEarlierAttendance(**ADA, which=_YEAR, said=_COUNT),
    ask.CorrectEarlierAttendance(**ADA, which=_YEAR, said=YearCounted(possible=190), reason="letter seen"),
    ask.WithdrawEarlierAttendance(**ADA, which=_YEAR, reason="another child's"),
    numbers.RecordUci(**ADA, uci=UCIS[0]),
    numbers.CorrectUci(**ADA, uci=UCIS[1], reason="letter seen"),
)
