"""Concerns for safety."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.concerns import Closing, Referral
from services.records.safeguarding import concerns
from support.commands.common import ADA, DAYS, GROUPS, PUPILS, Said, because, days, of_pupil

_CONCERN: Final[dict[str, Any]] = {"concern": st.sampled_from(GROUPS)}
_TOLD: Final[dict[str, Any]] = {
    **_CONCERN, "what": because, "account": st.just("A bruise.\nOn the arm."), "noticed_by": st.just("The teacher"),
}  # fmt: skip
_WRONG: Final = st.integers(1, 60)
ANY: Final = (
    of_pupil(concerns.RecordConcern, **_TOLD),
    of_pupil(concerns.CorrectConcern, **_TOLD, reason=because),
    of_pupil(concerns.ReferConcern, **_CONCERN, referred_to=because),
    of_pupil(concerns.CloseConcern, **_CONCERN, outcome=because),
    of_pupil(concerns.WithdrawConcern, **_CONCERN, reason=because),
    of_pupil(
        concerns.CorrectConcernReferral, **_CONCERN, wrong=_WRONG, reason=because,
        referral=st.none() | st.builds(Referral, on=days, referred_to=because),
    ),
    of_pupil(
        concerns.CorrectConcernClosing, **_CONCERN, wrong=_WRONG, reason=because,
        closing=st.none() | st.builds(Closing, on=days, outcome=because),
    ),
)  # fmt: skip
_ADAS: Final[dict[str, Any]] = {**ADA, "concern": GROUPS[0]}
ALL: Final[Sequence[Said]] = (
    concerns.RecordConcern(**ADA, concern=GROUPS[0], what="seen", account="A bruise.", noticed_by="The teacher"),
    concerns.CorrectConcern(
        **ADA, concern=GROUPS[0], what="seen", account="A graze.", noticed_by="The teacher", reason="rang"
    ),
    concerns.ReferConcern(pupil=PUPILS[0], valid_on=DAYS[1], concern=GROUPS[0], referred_to="Children's services"),
    concerns.CloseConcern(pupil=PUPILS[0], valid_on=DAYS[2], concern=GROUPS[0], outcome="Nothing more"),
    lambda newest: concerns.CorrectConcernClosing(
        **_ADAS, wrong=newest, closing=Closing(on=DAYS[3], outcome="Help given"), reason="seen"
    ),
    lambda newest: concerns.CorrectConcernReferral(
        **_ADAS,
        wrong=newest - 2,
        referral=Referral(on=DAYS[2], referred_to="The police"),
        reason="seen",
        evidence="log",
    ),
    concerns.WithdrawConcern(**_ADAS, reason="seen"),
)
