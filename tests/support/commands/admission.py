"""What the admission register holds beside identity and roll."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from services.records.roll import admission
from support.commands.common import ADA, DAYS, Said, because, days, of_pupil

ANY: Final = (
    of_pupil(admission.RecordLastSchool, school=st.sampled_from([None, "Fen Road"])),
    of_pupil(admission.CorrectLastSchool, school=st.just("Marsh End"), reason=because),
    of_pupil(admission.ExpectFirstDay, first_day=st.none() | days),
    of_pupil(admission.CorrectExpectedFirstDay, first_day=st.none() | days, reason=because),
)
ALL: Final[Sequence[Said]] = (
    admission.RecordLastSchool(**ADA, school="Fen Road"),
    admission.CorrectLastSchool(**ADA, school="Marsh End", reason="seen"),
    admission.ExpectFirstDay(**ADA, first_day=DAYS[1]),
    admission.CorrectExpectedFirstDay(**ADA, first_day=DAYS[2], reason="seen"),
)
