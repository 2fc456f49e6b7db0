"""Progress reports."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.progress import Progress, Sending, SubjectProgress
from services.records.learning import progress
from support.commands.common import ADA, CONTACTS, DAYS, GROUPS, Said, because, days, of_pupil

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
    of_pupil(
        progress.CorrectProgressSending,
        report=_reports,
        wrong=st.integers(1, 60),
        reason=because,
        sending=st.none() | st.builds(Sending, on=days, to=st.sampled_from(CONTACTS), channel=st.just("portal")),
    ),
)
ALL: Final[Sequence[Said]] = (
    progress.RecordProgressReport(**ADA, report=GROUPS[0], progress=_MATHS),
    progress.CorrectProgressReport(**ADA, report=GROUPS[0], progress=_TERM, reason="seen"),
    progress.SendProgressReport(**ADA, report=GROUPS[0], to=CONTACTS[0], channel="email"),
    lambda newest: progress.CorrectProgressSending(
        **ADA,
        report=GROUPS[0],
        wrong=newest,
        reason="seen",
        sending=Sending(on=DAYS[1], to=CONTACTS[0], channel="paper"),
    ),
    progress.WithdrawProgressReport(**ADA, report=GROUPS[0], reason="seen"),
)
