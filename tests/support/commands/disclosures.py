"""What was given to others, what was not, what became of it, and what families may not yet see."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import strategies as st

from events.sharing.disclosures import Cohort, NotShared, Sending, Sent
from events.sharing.words import FieldSent, Party
from services.sharing import disclosures, discreet, kept_back
from support.commands.common import CONTACTS, DAYS, PUPILS, STAFF, Said, any_of, because, days, of_pupil, pupils
from support.commands.recipients import RECIPIENTS

DISCLOSURES: Final = [f"disclosure {number}".encode().ljust(16, b"\0") for number in range(4)]
_PROOF: Final[dict[str, Any]] = {"salt": "1" * 64, "commitment": "2" * 64}
SENDING: Final = Sending(
    recipient=RECIPIENTS[0], recipient_kind="school-nurse", to=Party(title="Marsh Nursing"),
    sender=Party(title="Marsh Lane", laestab="9262000"), sharing_purpose="school-nursing", gateway="school-nursing",
    gateway_version=1, fields=("full_name", "allergies"), channel="by-hand", exporter="spreadsheet", exporter_version=1,
    made_at=datetime(2026, 9, 15, 9, tzinfo=UTC), emergency=True,
)  # fmt: skip
CALM: Final = SENDING.model_copy(update={"emergency": False})
SENT: Final = Sent(
    sending=SENDING, sent_by=STAFF[1], fields=(FieldSent(field="full_name", entries=(7,)),), withheld=("address",)
)
_COHORT: Final = Cohort(
    predicate="on-roll", predicate_version=1, reference_date=DAYS[1], known_at=9, excluded=(PUPILS[0],)
)
_KEPT: Final[dict[str, Any]] = {
    "recipient": RECIPIENTS[0], "sharing_purpose": "crime", "fields": ("address",), "reasons": ("No law.",), "by_gate": True,
}  # fmt: skip
_disclosures = st.sampled_from(DISCLOSURES)
_sent = st.sampled_from([{PUPILS[0]: SENT}, {PUPILS[0]: SENT, PUPILS[1]: SENT}])
_about: Final[dict[str, st.SearchStrategy[Any]]] = {"disclosure": _disclosures}
_proof: Final = {name: st.just(value) for name, value in _PROOF.items()}
ANY: Final = (
    any_of(disclosures.Disclose, **_about, known_at=st.integers(1, 9), valid_on=days, sent=_sent, **_proof),
    any_of(disclosures.DiscloseCohort, **_about, cohort=st.just(_COHORT), sending=st.just(CALM), pupils=st.just(3), **_proof),
    any_of(disclosures.NoteDelivered, **_about),
    any_of(disclosures.NoteCarried, **_about, receipt=st.just("HTTP 201")),
    any_of(disclosures.ConfirmReceipt, **_about, valid_on=days),
    any_of(disclosures.NoteFailed, **_about, reason=st.sampled_from(["not-reached", "not-taken"])),
    any_of(disclosures.Recall, **_about, reason=st.sampled_from(["wrong-pupil", "not-allowed"])),
    any_of(disclosures.ReviewEmergency, **_about, found_right=st.booleans(), reason=because),
    any_of(disclosures.KeepBack, **_about, not_shared=st.builds(lambda who: {who: NotShared(**_KEPT)}, pupils)),
    any_of(disclosures.KeepBackCohort, **_about, cohort_on=days, **{name: st.just(value) for name, value in _KEPT.items()}),
    of_pupil(discreet.DiscloseDiscreetly, **_about, known_at=st.integers(1, 9), sent=st.just(SENT), **_proof),
    of_pupil(discreet.NoteDiscreetOutcome, **_about, outcome=st.sampled_from(["delivered", "failed"])),
    of_pupil(discreet.ReviewDiscreetEmergency, **_about, found_right=st.booleans(), reason=because),
    of_pupil(discreet.WithholdDisclosure, **_about, until=st.just(DAYS[3]), reason=because, reviewer=st.sampled_from(STAFF)),
    of_pupil(discreet.RevealDisclosure, **_about, reason=because),
    of_pupil(kept_back.KeepBackDiscreetly, decision=_disclosures, not_shared=st.just(NotShared(**_KEPT))),
)  # fmt: skip
_FIRST: Final[dict[str, Any]] = {"disclosure": DISCLOSURES[0]}
_SECRET: Final[dict[str, Any]] = {"pupil": PUPILS[0], "disclosure": DISCLOSURES[3], "valid_on": DAYS[1]}
ALL: Final[Sequence[Said]] = (
    disclosures.Disclose(**_FIRST, known_at=9, valid_on=DAYS[1], sent={PUPILS[0]: SENT, PUPILS[1]: SENT}, **_PROOF),
    disclosures.Disclose(
        disclosure=b"to a person".ljust(16, b"\0"),
        known_at=9,
        valid_on=DAYS[1],
        sent={PUPILS[0]: SENT},
        person=CONTACTS[0],
        **_PROOF,
    ),
    disclosures.NoteFailed(**_FIRST, reason="not-reached"),
    disclosures.NoteCarried(**_FIRST, receipt="done"),
    disclosures.ConfirmReceipt(**_FIRST, valid_on=DAYS[2]),
    disclosures.ReviewEmergency(**_FIRST, found_right=True, reason="right"),
    disclosures.Recall(**_FIRST, reason="wrong-recipient"),
    disclosures.DiscloseCohort(disclosure=DISCLOSURES[1], cohort=_COHORT, sending=CALM, pupils=3, **_PROOF),
    disclosures.KeepBack(disclosure=DISCLOSURES[2], not_shared={PUPILS[0]: NotShared(**_KEPT)}),
    disclosures.KeepBackCohort(disclosure=b"kept".ljust(16, b"\0"), cohort_on=DAYS[1], **_KEPT),
    discreet.DiscloseDiscreetly(**_SECRET, known_at=9, sent=SENT, **_PROOF),
    discreet.NoteDiscreetOutcome(**_SECRET, outcome="delivered"),
    discreet.ReviewDiscreetEmergency(**_SECRET, found_right=True, reason="right"),
    discreet.WithholdDisclosure(**_SECRET, until=DAYS[3], reason="an inquiry", reviewer=STAFF[0]),
    discreet.RevealDisclosure(**_SECRET, reason="the inquiry is over"),
    kept_back.KeepBackDiscreetly(
        pupil=PUPILS[0], decision=DISCLOSURES[3], valid_on=DAYS[1], not_shared=NotShared(**_KEPT)
    ),
)
