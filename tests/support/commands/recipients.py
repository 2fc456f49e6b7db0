"""Recipients, what they ask for, and what is agreed with them."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.sharing.agreements import AgreementTerms
from events.sharing.recipients import Route
from events.sharing.requests import Assessment
from ledger.decider import Command
from services.sharing.agreements import EndAgreement, SignAgreement
from services.sharing.recipients import (
    RegisterRecipient,
    RenameRecipient,
    RerouteRecipient,
    ResumeRecipient,
    SuspendRecipient,
    VerifyRecipient,
)
from services.sharing.requests import DecideRequest, RequestSharing
from support.commands.common import DAYS, STAFF, Said, any_of, because, days

RECIPIENTS: Final = [b"nurse".ljust(16, b"\0"), b"authority".ljust(16, b"\0")]
AGREEMENTS: Final = [b"agreement 1".ljust(16, b"\0"), b"agreement 2".ljust(16, b"\0")]
_ROUTES: Final = (Route(channel="sftp", endpoint="nursing-trust"),)
_TERMS: Final = AgreementTerms(
    confidentiality="The team", security="Encrypted", retention="A year", permitted_use="Health", onward_sharing="None"
)
_ANSWERS: Final = Assessment(who_asks="The team", for_what="Plans", how_sensitive="Health", how_handled="Encrypted")
_REQUESTS: Final = [b"request 1".ljust(16, b"\0"), b"request 2".ljust(16, b"\0")]
_NURSE: Final[dict[str, Any]] = {"recipient": RECIPIENTS[0], "valid_on": DAYS[0]}
_ASKED: Final[dict[str, Any]] = {"purposes": ("school-nursing",), "fields": ("full_name", "allergies")}
_recipients, _agreements = st.sampled_from(RECIPIENTS), st.sampled_from(AGREEMENTS)
_fields = st.sampled_from([("full_name",), ("full_name", "allergies"), ("address",)])


def _of_recipient(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return any_of(command, recipient=_recipients, valid_on=days, **fields)


ANY: Final[Sequence[st.SearchStrategy[Command]]] = (
    _of_recipient(RegisterRecipient, kind=st.just("school-nurse"), title=st.sampled_from(["Marsh Nursing", "Reed Nursing"])),
    _of_recipient(VerifyRecipient, how=st.just("register"), evidence=because, until=st.none() | days),
    _of_recipient(RenameRecipient, title=st.sampled_from(["Marsh Nursing", "Marsh Health"]), reason=because),
    _of_recipient(RerouteRecipient, routes=st.sampled_from([(), _ROUTES]), reason=because),
    _of_recipient(SuspendRecipient, reason=because),
    _of_recipient(ResumeRecipient, reason=because),
    _of_recipient(
        SignAgreement, agreement=_agreements, purposes=st.just(("school-nursing",)), fields=_fields, terms=st.just(_TERMS),
        document=because, until=st.just(DAYS[3]),
    ),
    _of_recipient(
        RequestSharing, request=st.sampled_from(_REQUESTS), purposes=st.just(("school-nursing",)), fields=_fields,
        assessment=st.just(_ANSWERS), by=st.sampled_from(STAFF),
    ),
    _of_recipient(
        DecideRequest, request=st.sampled_from(_REQUESTS), outcome=st.sampled_from(["approved", "narrowed", "refused"]),
        purposes=st.just(("school-nursing",)), fields=_fields, reason=because, by=st.sampled_from(STAFF),
    ),
    _of_recipient(EndAgreement, agreement=_agreements, reason=because),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    RegisterRecipient(**_NURSE, kind="school-nurse", title="Marsh Nursing"),
    VerifyRecipient(**_NURSE, how="called-back", evidence="rang"),
    RenameRecipient(**_NURSE, title="Marsh Health", reason="merged"),
    RerouteRecipient(**_NURSE, routes=_ROUTES, reason="a new server"),
    SuspendRecipient(**_NURSE, reason="a slip"),
    ResumeRecipient(**_NURSE, reason="settled"),
    RequestSharing(**_NURSE, **_ASKED, request=_REQUESTS[0], assessment=_ANSWERS, by=STAFF[0]),
    DecideRequest(**_NURSE, request=_REQUESTS[0], outcome="approved", reason="needed", by=STAFF[1]),
    SignAgreement(**_NURSE, **_ASKED, agreement=AGREEMENTS[0], terms=_TERMS, document="a folder", until=DAYS[3]),
    EndAgreement(**_NURSE, agreement=AGREEMENTS[0], reason="over"),
)
