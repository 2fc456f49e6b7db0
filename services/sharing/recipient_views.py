"""Recipients as they are shown, and whether anything may be given to one."""

from datetime import date
from typing import Any

from events.model import Recorded
from events.sharing.recipients import (
    OrganisationNumber,
    RecipientRegistered,
    RecipientRenamed,
    RecipientRerouted,
    RecipientResumed,
    RecipientSuspended,
    RecipientVerified,
    Route,
)
from ledger.view import AnyView, Row, View
from services.facts import Dated, Provenance, added


class Verification(Row):
    """How somebody made sure of a recipient, on which day, and until when it holds."""

    how: str
    evidence: str
    day: date
    until: date | None
    at: Provenance


class Suspension(Row):
    """Why nothing is given to a recipient."""

    reason: str
    since: date
    at: Provenance


class RecipientRow(Row):
    """A recipient: its names, ways and numbers, and what was made sure of.

    ``verification`` is the last one; ``changed`` is what changed since it, by which it no longer holds.
    """

    recipient: bytes
    kind: str
    title: str
    titles: tuple[Dated[str], ...]
    laestab: str | None
    urn: str | None
    numbers: tuple[OrganisationNumber, ...]
    routes: tuple[Route, ...]
    verification: Verification | None = None
    changed: str | None = None
    suspension: Suspension | None = None
    at: Provenance

    @property
    def verified_on(self) -> date | None:
        """The day on which it was verified as it is now; None where it was not."""
        return self.verification.day if self.verification and self.changed is None else None


recipients = View("recipients", version=1, row=RecipientRow, key=["recipient"], key_of=lambda r: (r.event.recipient,))


@recipients.on(RecipientRegistered)
def _registered(row: RecipientRow | None, recorded: Recorded[RecipientRegistered]) -> RecipientRow:  # noqa: ARG001  # once
    body, at = recorded.body, Provenance.of(recorded)
    return RecipientRow(
        recipient=body.recipient, kind=body.kind, title=body.title,
        titles=(Dated[str](value=body.title, since=body.valid_on, at=at),), laestab=body.laestab, urn=body.urn,
        numbers=body.numbers, routes=body.routes, at=at,
    )  # fmt: skip


def _became(row: RecipientRow | None, **became: Any) -> RecipientRow | None:
    return row.model_copy(update=became) if row else None


@recipients.on(RecipientVerified)
def _verified(row: RecipientRow | None, recorded: Recorded[RecipientVerified]) -> RecipientRow | None:
    body = recorded.body
    made = Verification(
        how=body.how, evidence=body.evidence, day=body.valid_on, until=body.until, at=Provenance.of(recorded)
    )
    return _became(row, verification=made, changed=None)


@recipients.on(RecipientRenamed)
def _renamed(row: RecipientRow | None, recorded: Recorded[RecipientRenamed]) -> RecipientRow | None:
    body = recorded.body
    named = Dated[str](value=body.title, since=body.valid_on, at=Provenance.of(recorded))
    return _became(row, title=body.title, titles=added(row.titles if row else (), named), changed="renamed")


@recipients.on(RecipientRerouted)
def _rerouted(row: RecipientRow | None, recorded: Recorded[RecipientRerouted]) -> RecipientRow | None:
    return _became(row, routes=recorded.body.routes, changed=(row and row.changed) or "rerouted")


@recipients.on(RecipientSuspended)
def _suspended(row: RecipientRow | None, recorded: Recorded[RecipientSuspended]) -> RecipientRow | None:
    body = recorded.body
    return _became(row, suspension=Suspension(reason=body.reason, since=body.valid_on, at=Provenance.of(recorded)))


@recipients.on(RecipientResumed)
def _resumed(row: RecipientRow | None, recorded: Recorded[RecipientResumed]) -> RecipientRow | None:  # noqa: ARG001
    return _became(row, suspension=None)


def usable(recipient: RecipientRow, day: date) -> str | None:
    """Give why nothing may be given to a recipient on a day, as a sentence; None where nothing stands in the way.

    ``day`` is the day of sending, not the one that the data is about. A suspension and a change stop everything from
    the moment they are recorded, whatever day they name.
    """
    if recipient.suspension is not None:
        return "This recipient is suspended. Resume it once the reason is settled."
    if recipient.verification is None:
        return "This recipient was never verified. Make sure who it is and how it is reached, and record that."
    if recipient.changed == "renamed":
        return "This recipient was renamed since it was verified. Verify it under its new name."
    if recipient.changed is not None:
        return "This recipient is reached in another way since it was verified. Verify that way."
    if recipient.verification.until is not None and day > recipient.verification.until:
        return "What was verified of this recipient has lapsed. Verify it again."
    return None


VIEWS: tuple[AnyView, ...] = (recipients,)
