"""Concerns for safety."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from services.records.safeguarding import concerns
from support.commands.common import ADA, DAYS, GROUPS, PUPILS, Said, because, of_pupil

_CONCERN: Final[dict[str, Any]] = {"concern": st.sampled_from(GROUPS)}
_TOLD: Final[dict[str, Any]] = {
    **_CONCERN, "what": because, "account": st.just("A bruise.\nOn the arm."), "noticed_by": st.just("The teacher"),
}  # fmt: skip
ANY: Final = (
    of_pupil(concerns.RecordConcern, **_TOLD),
    of_pupil(concerns.CorrectConcern, **_TOLD, reason=because),
    of_pupil(concerns.ReferConcern, **_CONCERN, referred_to=because),
    of_pupil(concerns.CloseConcern, **_CONCERN, outcome=because),
)
ALL: Final[Sequence[Said]] = (
    concerns.RecordConcern(**ADA, concern=GROUPS[0], what="seen", account="A bruise.", noticed_by="The teacher"),
    concerns.CorrectConcern(
        **ADA, concern=GROUPS[0], what="seen", account="A graze.", noticed_by="The teacher", reason="rang"
    ),
    concerns.ReferConcern(pupil=PUPILS[0], valid_on=DAYS[1], concern=GROUPS[0], referred_to="Children's services"),
    concerns.CloseConcern(pupil=PUPILS[0], valid_on=DAYS[2], concern=GROUPS[0], outcome="Nothing more"),
)
