"""Agreements as they are shown, and which of them is live on a day."""

from datetime import date

from events.model import Recorded
from events.sharing.agreements import AgreementEnded, AgreementSigned, AgreementTerms
from ledger.view import AnyView, Row, View
from services.facts import Provenance


class Ending(Row):
    """The last day of an agreement that was ended before it ran out, and why."""

    last: date
    reason: str
    at: Provenance


class AgreementRow(Row):
    """An agreement with a recipient, from a day until a day, both inclusive."""

    agreement: bytes
    recipient: bytes
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    terms: AgreementTerms
    document: str
    since: date
    until: date
    ended: Ending | None = None
    at: Provenance

    @property
    def last(self) -> date:
        """The last day on which anything may be given under it."""
        return min(self.until, self.ended.last) if self.ended else self.until


agreements = View(
    "agreements", version=1, row=AgreementRow, key=["agreement"], key_of=lambda r: (r.event.agreement,),
    indexed=[["recipient"]],
)  # fmt: skip


@agreements.on(AgreementSigned)
def _signed(row: AgreementRow | None, recorded: Recorded[AgreementSigned]) -> AgreementRow:  # noqa: ARG001  # signed once
    body = recorded.body
    return AgreementRow(
        agreement=body.agreement, recipient=body.recipient, purposes=body.purposes, fields=body.fields,
        terms=body.terms, document=body.document, since=body.valid_on, until=body.until, at=Provenance.of(recorded),
    )  # fmt: skip


@agreements.on(AgreementEnded)
def _ended(row: AgreementRow | None, recorded: Recorded[AgreementEnded]) -> AgreementRow | None:
    body = recorded.body
    ending = Ending(last=body.valid_on, reason=body.reason, at=Provenance.of(recorded))
    return row.model_copy(update={"ended": ending}) if row else None


def live(agreement: AgreementRow, day: date) -> bool:
    """Whether anything may be given under an agreement on a day, the day of sending."""
    return agreement.since <= day <= agreement.last


VIEWS: tuple[AnyView, ...] = (agreements,)
