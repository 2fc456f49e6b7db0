"""Special educational needs, health, and documents."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.health import Allergy, CarePlan, MedicalCondition
from events.records.sen import EhcPlan
from services.records.care import health, sen
from services.records.documents import documents
from support.commands.common import ADA, DAYS, PUPILS, Said, because, days, of_pupil

_CONDITIONS = [
    MedicalCondition(called=name, what_to_do=advice)
    for name, advice in (("Asthma", None), ("asthma", "Inhaler"), ("Gout", None))
]
_ALLERGIES = [Allergy(called="Nuts", severity=severity, what_to_do="Pen") for severity in ("mild", "life-threatening")]
_PLANS = [CarePlan(called="Asthma", agreed_with="Parents", review_on=day) for day in DAYS[:2]]
_EHC = [EhcPlan(), EhcPlan(authority="Fenshire")]
_ends, _needs = st.none() | days, st.sampled_from([("ASD",), ("ASD", "SLCN"), ()])
_named = st.sampled_from(["Asthma", "asthma", "Gout", "Nuts"])
_SCAN: Final[dict[str, Any]] = {
    "file_name": "plan.pdf", "content_type": "application/pdf", "size": 9, "chunks": 1, "ciphertext_digest": "a" * 64,
}  # fmt: skip
_kept: Final[dict[str, Any]] = {
    "document": st.sampled_from([b"scan".ljust(16, b"\0"), b"form".ljust(16, b"\0")]), "kept_as": st.sampled_from(["sen", "health", "contact"]),
}  # fmt: skip
_WRONG: Final[dict[str, Any]] = {**ADA, "started": DAYS[0], "reason": "seen"}
_OVER: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[2]}
_FILE: Final[dict[str, Any]] = {**ADA, "document": b"scan".ljust(16, b"\0"), "kept_as": "sen"}
ANY: Final = (
    of_pupil(documents.AddDocument, **_kept, **{name: st.just(value) for name, value in _SCAN.items()}),
    of_pupil(documents.WithdrawDocument, **_kept, reason=because),
    of_pupil(sen.StartSenProvision, provision=st.sampled_from("NKES"), until=_ends),
    of_pupil(sen.EndSenProvision),
    of_pupil(sen.CorrectSenProvision, started=days, provision=st.sampled_from("NKE"), until=_ends, reason=because),
    of_pupil(sen.RecordSenNeeds, needs=_needs),
    of_pupil(sen.CorrectSenNeeds, needs=_needs, reason=because),
    of_pupil(sen.IssueEhcPlan, plan=st.sampled_from(_EHC)),
    of_pupil(sen.CeaseEhcPlan),
    of_pupil(sen.CorrectEhcPlan, started=days, plan=st.sampled_from(_EHC), until=_ends, reason=because),
    of_pupil(health.RecordMedicalCondition, condition=st.sampled_from(_CONDITIONS)),
    of_pupil(health.EndMedicalCondition, called=_named),
    of_pupil(health.CorrectMedicalCondition, called=_named, started=days, condition=st.sampled_from(_CONDITIONS), until=_ends, reason=because),
    of_pupil(health.RecordAllergy, allergy=st.sampled_from(_ALLERGIES)),
    of_pupil(health.EndAllergy, called=_named),
    of_pupil(health.CorrectAllergy, called=_named, started=days, allergy=st.sampled_from(_ALLERGIES), until=_ends, reason=because),
    of_pupil(health.AgreeCarePlan, plan=st.sampled_from(_PLANS)),
    of_pupil(health.EndCarePlan, called=_named),
    of_pupil(health.CorrectCarePlan, called=_named, started=days, plan=st.sampled_from(_PLANS), until=_ends, reason=because),
    of_pupil(health.ReceiveMedicalFlag, flagged=st.booleans()),
    of_pupil(health.CorrectMedicalFlag, flagged=st.booleans(), reason=because),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    documents.AddDocument(**_FILE, **_SCAN),
    documents.WithdrawDocument(**{**_FILE, "valid_on": DAYS[2]}, reason="seen"),
    sen.StartSenProvision(**ADA, provision="K"),
    sen.CorrectSenProvision(**_WRONG, provision="E"),
    sen.EndSenProvision(**_OVER),
    sen.RecordSenNeeds(**ADA, needs=("ASD",)),
    sen.CorrectSenNeeds(**ADA, needs=("ASD", "SLCN"), reason="seen"),
    sen.IssueEhcPlan(**ADA),
    sen.CorrectEhcPlan(**_WRONG, plan=_EHC[1]),
    sen.CeaseEhcPlan(**_OVER),
    health.RecordMedicalCondition(**ADA, condition=_CONDITIONS[0]),
    health.CorrectMedicalCondition(**_WRONG, called="asthma", condition=_CONDITIONS[1]),
    health.EndMedicalCondition(**_OVER, called="Asthma"),
    health.RecordAllergy(**ADA, allergy=_ALLERGIES[0]),
    health.CorrectAllergy(**_WRONG, called="Nuts", allergy=_ALLERGIES[1]),
    health.EndAllergy(**_OVER, called="Nuts"),
    health.AgreeCarePlan(**ADA, plan=_PLANS[0]),
    health.CorrectCarePlan(**_WRONG, called="Asthma", plan=_PLANS[1]),
    health.EndCarePlan(**_OVER, called="Asthma"),
    health.ReceiveMedicalFlag(**ADA, flagged=True),
    health.CorrectMedicalFlag(**ADA, flagged=False, reason="seen"),
)
