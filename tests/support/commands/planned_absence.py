"""Absences that are planned, and their withdrawal."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from services.records.registers import planned_absence
from support.commands.common import ADA, DAYS, Said, because, days, of_pupil

ANY: Final = (
    of_pupil(
        planned_absence.PlanAbsence,
        until=days,
        sessions=st.sampled_from(["AM", "both"]),
        code=st.sampled_from("IM"),
        reason=because,
    ),
    of_pupil(planned_absence.WithdrawAbsence, plan=st.integers(1, 40), reason=because),
)
ALL: Final[Sequence[Said]] = (
    planned_absence.PlanAbsence(**ADA, until=DAYS[1], code="I", reason="rang"),
    lambda newest: planned_absence.WithdrawAbsence(**ADA, plan=newest, reason="rang"),
)
