"""What recipients asked for: the four questions and their answers, by whom, and what somebody else decided."""

from datetime import date

from events.model import Recorded
from events.sharing.requests import Assessment, SharingRequestDecided, SharingRequested
from ledger.view import AnyView, Row, View
from services.facts import Provenance


class RequestDecision(Row):
    """What was decided of a request: what of it may be agreed, by whom and why."""

    outcome: str
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    reason: str
    decided_by: bytes
    day: date
    at: Provenance


class RequestRow(Row):
    """A request with its assessment; without a decision, somebody has still to decide."""

    request: bytes
    recipient: bytes
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    assessment: Assessment
    author: bytes
    day: date
    decision: RequestDecision | None = None
    at: Provenance


requests = View(
    "sharing_requests", version=1, row=RequestRow, key=["request"], key_of=lambda r: (r.event.request,),
    indexed=[["recipient"]],
)  # fmt: skip


@requests.on(SharingRequested)
def _requested(row: RequestRow | None, recorded: Recorded[SharingRequested]) -> RequestRow:  # noqa: ARG001  # asked once
    body = recorded.body
    return RequestRow(
        request=body.request, recipient=body.recipient, purposes=body.purposes, fields=body.fields,
        assessment=body.assessment, author=body.author, day=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip


@requests.on(SharingRequestDecided)
def _decided(row: RequestRow | None, recorded: Recorded[SharingRequestDecided]) -> RequestRow | None:
    body = recorded.body
    decision = RequestDecision(
        outcome=body.outcome, purposes=body.purposes, fields=body.fields, reason=body.reason,
        decided_by=body.decided_by, day=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip
    return row.model_copy(update={"decision": decision}) if row else None


VIEWS: tuple[AnyView, ...] = (requests,)
