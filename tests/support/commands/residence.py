"""With whom pupils live, and the addresses at which they are to live."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.residence import FutureAddress
from services.records.families import residence
from support.commands.common import ADA, ADDRESSES, CONTACTS, DAYS, PUPILS, Said, because, of_pupil

_PEOPLE: Final = [(), (CONTACTS[0],), tuple(CONTACTS), (PUPILS[1],)]
_FUTURES: Final = [
    None,
    FutureAddress(address=ADDRESSES[1], expected_on=DAYS[2], lives_with=(CONTACTS[0],), in_addition=False),
    FutureAddress(address=ADDRESSES[0], expected_on=DAYS[3], lives_with=(), in_addition=True),
]
_lives_with, _futures = st.sampled_from(_PEOPLE), st.sampled_from(_FUTURES)
ANY: Final = (
    of_pupil(residence.RecordResidence, lives_with=_lives_with),
    of_pupil(residence.CorrectResidence, lives_with=_lives_with, reason=because),
    of_pupil(residence.NotifyFutureAddress, future=_futures),
    of_pupil(residence.CorrectFutureAddress, future=_futures, reason=because),
)
ALL: Final[Sequence[Said]] = (
    residence.RecordResidence(**ADA, lives_with=(CONTACTS[0],)),
    residence.CorrectResidence(**ADA, lives_with=tuple(CONTACTS), reason="seen"),
    residence.NotifyFutureAddress(**ADA, future=_FUTURES[2]),
    residence.CorrectFutureAddress(**ADA, future=_FUTURES[1], reason="seen"),
)
