"""What a school asks consent for, whom it asked about a pupil, and what they answered."""

from collections.abc import Sequence
from typing import Any, Final, get_args

from hypothesis import strategies as st

from events.sharing.consents import Answer
from ledger.decider import Command
from services.governance.rule_commands import AdoptClockRule, WithdrawRule
from services.sharing.consent_purposes import DefineConsentPurpose, wording
from services.sharing.consents import (
    CorrectConsentAnswer,
    GiveConsent,
    RefuseConsent,
    RequestConsent,
    WithdrawConsent,
    WithdrawObjection,
)
from support.commands.common import ADA, CONTACTS, DAYS, PUPILS, Said, any_of, because, days, of_pupil
from support.commands.opening import RULE

TEXT: Final = "We would like to use photographs of your child."
_DEFINE: Final[dict[str, Any]] = {
    "consent_purpose": "photographs", "title": "Photographs", "text": TEXT, "givers": ("parent", "pupil"),
    "valid_months": 12, "conflicts": "any-objection", "recipients": (b"n" * 16,), "fields": ("photograph",),
}  # fmt: skip
_PURPOSES = st.sampled_from(["photographs", "fingerprints"])
_ASKED: Final[dict[str, st.SearchStrategy[Any]]] = {
    "consent_purpose": _PURPOSES, "channel": st.sampled_from(["paper", "spoken"]),
}  # fmt: skip
_TEXT: Final[dict[str, st.SearchStrategy[Any]]] = {
    "purpose_version": st.integers(1, 2), "wording": st.just(wording(TEXT)),
}  # fmt: skip
_BY: Final[dict[str, st.SearchStrategy[Any]]] = {
    "by": st.sampled_from([*CONTACTS, PUPILS[0]]), "capacity": st.sampled_from(["parent", "parent", "pupil", "other"]),
}  # fmt: skip
ANY: Final[Sequence[st.SearchStrategy[Command]]] = (
    any_of(
        DefineConsentPurpose, consent_purpose=_PURPOSES, purpose_version=st.integers(1, 2), valid_on=days,
        title=st.just("A purpose"), text=st.just(TEXT), biometric=st.booleans(), givers=st.just(("parent", "pupil")),
        conflicts=st.sampled_from(["any-objection", "latest-answer", "competent-pupil"]),
        valid_months=st.sampled_from([None, 1]),
    ),
    of_pupil(
        RequestConsent, asked_of=st.sampled_from(CONTACTS), capacity=st.just("parent"), **_ASKED, **_TEXT,
    ),
    of_pupil(GiveConsent, **_ASKED, **_TEXT, **_BY),
    of_pupil(RefuseConsent, **_ASKED, **_TEXT, **_BY),
    of_pupil(WithdrawConsent, **_ASKED, **_BY),
    of_pupil(WithdrawObjection, **_ASKED, **_BY),
    of_pupil(
        CorrectConsentAnswer, corrects=st.integers(1, 60), answer=st.sampled_from(get_args(Answer)), reason=because,
        **_ASKED, **_TEXT, **_BY,
    ),
)  # fmt: skip
_DANA: Final[dict[str, Any]] = {
    **ADA, "consent_purpose": "photographs", "by": CONTACTS[0], "capacity": "parent", "channel": "paper",
}  # fmt: skip
_SHOWN: Final[dict[str, Any]] = {"purpose_version": 1, "wording": wording(TEXT)}
ALL: Final[Sequence[Said]] = (
    AdoptClockRule(rule="consent-competence", parameters={"years": 12}, **RULE),
    AdoptClockRule(rule="age-of-majority", parameters={"years": 18}, **RULE),
    WithdrawRule(rule="age-of-majority", rule_version=1, reason="another is right"),
    DefineConsentPurpose(**_DEFINE, purpose_version=1, valid_on=DAYS[0]),
    RequestConsent(
        **ADA, consent_purpose="photographs", asked_of=CONTACTS[0], capacity="parent", channel="paper", **_SHOWN
    ),
    GiveConsent(**_DANA, **_SHOWN),
    WithdrawConsent(**_DANA),
    WithdrawObjection(**_DANA),
    RefuseConsent(**_DANA, **_SHOWN),
    lambda newest: CorrectConsentAnswer(
        **_DANA, **_SHOWN, answer="given", corrects=newest, reason="read the wrong line"
    ),
)
