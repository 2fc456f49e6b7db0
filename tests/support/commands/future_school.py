"""The schools to which pupils are to go."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.future_school import FutureSchool
from services.records.roll import future_school
from support.commands.common import ADA, DAYS, Said, because, of_pupil

_MARSH = FutureSchool(school="Marsh End")
_FEN = FutureSchool(school="Fen Road", laestab="9262001", first_day=DAYS[3])
_FUTURES: Final = st.sampled_from([None, _MARSH, _FEN])
ANY: Final = (
    of_pupil(future_school.NotifyFutureSchool, future=_FUTURES),
    of_pupil(future_school.CorrectFutureSchool, future=_FUTURES, reason=because),
)
ALL: Final[Sequence[Said]] = (
    future_school.NotifyFutureSchool(**ADA, future=_MARSH),
    future_school.CorrectFutureSchool(**ADA, future=_FEN, reason="letter seen"),
)
