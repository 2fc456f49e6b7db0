"""Progress reports."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.progress import Progress, SubjectProgress
from services.records.learning import progress
from support.commands.common import ADA, CONTACTS, GROUPS, Said, because, of_pupil

_MATHS = Progress(
    school_year=2026, subjects=(SubjectProgress(taught="Maths", statement="Counts well.", effort="good"),)
)
_TERM = Progress(school_year=2026, term="autumn", comment="A calm start.")
_reports, _said = st.sampled_from(GROUPS), st.sampled_from([_MATHS, _TERM])
ANY: Final = (
    of_pupil(progress.RecordProgressReport, report=_reports, progress=_said),
    of_pupil(progress.CorrectProgressReport, report=_reports, progress=_said, reason=because),
    of_pupil(progress.WithdrawProgressReport, report=_reports, reason=because),
    of_pupil(
        progress.SendProgressReport,
        report=_reports,
        to=st.sampled_from(CONTACTS),
        channel=st.sampled_from(["email", "paper"]),
    ),
)
ALL: Final[Sequence[Said]] = (
    progress.RecordProgressReport(**ADA, report=GROUPS[0], progress=_MATHS),
    progress.CorrectProgressReport(**ADA, report=GROUPS[0], progress=_TERM, reason="seen"),
    progress.SendProgressReport(**ADA, report=GROUPS[0], to=CONTACTS[0], channel="email"),
    progress.WithdrawProgressReport(**ADA, report=GROUPS[0], reason="seen"),
)
