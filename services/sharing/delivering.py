"""Carries what was disclosed to its recipient: made again from the log, once, and only as long as it may be given."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from events.identifiers import id_text
from events.sharing.disclosures import (
    Delivered,
    DeliveryFailed,
    DiscreetOutcomeNoted,
    FailureReason,
    Recalled,
    ReceiptConfirmed,
)
from ledger.decider import Command, Refused, Step, Stream
from services.door import Door, Visit
from services.sharing.asking import ToSend
from services.sharing.delivery import AnyEndpoint, Endpoints, Parcel, Undelivered
from services.sharing.delivery.carrying import carry
from services.sharing.disclosures import NoteCarried, NoteFailed, disclosures
from services.sharing.discreet import NoteDiscreetOutcome, discreet
from services.sharing.recipient_views import recipients, usable
from services.sharing.remaking import Original, Remaker
from services.sharing.sending import Sender

CARRIED: Final = frozenset({"folder", "sftp", "http"})
"""Ways that Rollbook itself goes; what is handed over or told, a person takes, and says so."""
NOT_CONFIGURED: Final = (
    "The recipient's route of this kind is not configured here. Ask whoever runs Rollbook here, then try again."
)
NO_LONGER: Final = (
    "This may not be given any more, so it was not carried. Ask the gate for its reasons, and recall it or mend them."
)
"""All that stands in clear: the reasons themselves would say to whom it was to go."""
REASON_MAX: Final = 200
"""Characters of a reason, as the event keeps it."""
State = Literal["recorded", "delivered", "failed", "recalled"]
Carry = Callable[[AnyEndpoint, Parcel], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Came:
    """What came of carrying: how far the disclosure is, and why it is no further, in a sentence."""

    state: State
    index: int | None = None
    receipt: str | None = None
    reason: str | None = None


@dataclass
class Deliverer:
    """Carries disclosures, each by one task at a time. ``endpoints`` are the installation's own."""

    door: Door
    sender: Sender
    remaker: Remaker
    endpoints: Endpoints
    carry: Carry = carry
    _under_way: dict[bytes, asyncio.Lock] = field(default_factory=dict)

    async def deliver(self, visit: Visit, disclosure: bytes, pupil: bytes | None = None) -> Came:
        """Carry what was disclosed, unless it arrived before. Raises NotFound, and Refused where nobody carries it.

        ``pupil`` finds what was told discreetly. Whoever calls has let the visitor in for its fields.
        """
        lock = self._under_way.setdefault(disclosure, asyncio.Lock())
        try:
            async with lock:
                return await self._once(visit, disclosure, pupil)
        finally:
            if not lock.locked():
                self._under_way.pop(disclosure, None)

    async def after_sending(self, visit: Visit, asked: ToSend) -> Came | None:
        """Carry what was just disclosed; None where Rollbook does not go that way itself."""
        if asked.channel not in CARRIED:
            return None
        return await self.deliver(visit, asked.disclosure, asked.pupils[0] if asked.discreetly else None)

    async def _once(self, visit: Visit, disclosure: bytes, pupil: bytes | None) -> Came:
        original = await self.remaker.original(visit.organisation, disclosure, pupil)
        if original.sending.channel not in CARRIED:
            raise Refused("A person hands this over or tells it. Do that, and record that it was delivered.")
        state = await self._state(visit.organisation, disclosure, pupil)
        if state == "delivered":
            return Came("delivered")
        if state == "recalled":
            raise Refused("This was recalled before it was delivered. Do not deliver it.")
        try:
            endpoint = await self._endpoint(visit, original)
            await self._refuse_what_changed(visit, disclosure, original)
            file = await self.remaker.again(visit.organisation, original)
            receipt = await self.carry(endpoint, Parcel(id_text(disclosure), file))
        except (Undelivered, Refused) as error:
            reason, code = str(error)[:REASON_MAX], _code(error)
            noted = await self._note(visit, _failed(visit, disclosure, pupil, reason, code))
            return Came("failed", noted, reason=reason)
        return Came(
            "delivered", await self._note(visit, _delivered(visit, disclosure, pupil, receipt)), receipt=receipt
        )

    async def _note(self, visit: Visit, command: Command) -> int:
        step = Step(discreet if isinstance(command, NoteDiscreetOutcome) else disclosures, command)
        return (await self.door.carry_out(visit, "sharing", [step], os.urandom(16))).index

    async def _endpoint(self, visit: Visit, original: Original) -> AnyEndpoint:
        """Give where a recipient is reached today. Raises Undelivered."""
        await self.door.await_views(visit.organisation, await self.door.log.size(visit.organisation))
        async with self.door.read(visit.organisation) as reader:
            row = await reader.get(recipients, original.sending.recipient)
        trouble = usable(row, visit.today) if row else "There is no such recipient any more."
        if row is None or trouble is not None:
            raise Undelivered(trouble or NOT_CONFIGURED, "recipient-unusable")
        names = [one.endpoint for one in row.routes if one.channel == original.sending.channel and one.endpoint]
        found = [self.endpoints[one] for one in names if one in self.endpoints]
        fitting = [one for one in found if one.kind == original.sending.channel]
        if not fitting:
            raise Undelivered(NOT_CONFIGURED, "not-configured")
        return fitting[0]

    async def _refuse_what_changed(self, visit: Visit, disclosure: bytes, original: Original) -> None:
        """See that it may still be given: a consent may have been withdrawn while it lay here. Raises Undelivered."""
        sending, pupils = original.sending, original.pupils
        asked = ToSend(
            disclosure=disclosure, recipient=sending.recipient, sharing_purpose=sending.sharing_purpose,
            fields=sending.fields, pupils=tuple(pupils or ()),
            cohort_on=original.valid_on if pupils is None else None, leaving_out=tuple(sorted(original.left_out)),
            on=original.valid_on, person=original.person, necessity=sending.necessity,
            decided_because=sending.decided_because,
        )  # fmt: skip
        decision = await self.sender.still(visit, asked)
        if decision.outcome != "allowed":
            raise Undelivered(NO_LONGER, "not-allowed-any-more")

    async def _state(self, organisation: bytes, disclosure: bytes, pupil: bytes | None) -> State:
        """Give how far it came, from the log itself: a view might be a moment behind, and it would go twice."""
        codec, state = self.door.codec, "recorded"
        if pupil is None:
            stream = Stream("disclosure", disclosure).id(organisation)
        else:
            stream = Stream("discreet-disclosures", pupil).discreet_id(codec.vault, organisation)
        for stored in (await self.door.log.stream(organisation, stream)).entries:
            event = (await asyncio.to_thread(codec.open, stored)).event
            match event:
                case Delivered() | ReceiptConfirmed():
                    state = "delivered"
                case DeliveryFailed():
                    state = "failed"
                case Recalled():
                    state = "recalled"
                case DiscreetOutcomeNoted() if event.disclosure == disclosure:
                    state = _STATES[event.outcome]
        return _state_of(state)


_STATES: Final = {
    "delivered": "delivered", "receipt-confirmed": "delivered", "failed": "failed", "recalled": "recalled",
}  # fmt: skip


def _state_of(text: str) -> State:
    match text:
        case "delivered" | "failed" | "recalled":
            return text
        case _:
            return "recorded"


def _delivered(visit: Visit, disclosure: bytes, pupil: bytes | None, receipt: str) -> Command:
    if pupil is None:
        return NoteCarried(disclosure=disclosure, receipt=receipt)
    return NoteDiscreetOutcome(pupil=pupil, disclosure=disclosure, valid_on=visit.today, outcome="delivered")


def _code(error: Undelivered | Refused) -> FailureReason:
    return error.code if isinstance(error, Undelivered) else "cannot-be-made-again"


def _failed(visit: Visit, disclosure: bytes, pupil: bytes | None, reason: str, code: FailureReason) -> Command:
    if pupil is None:
        return NoteFailed(disclosure=disclosure, reason=code)
    return NoteDiscreetOutcome(
        pupil=pupil, disclosure=disclosure, valid_on=visit.today, outcome="failed", reason=reason
    )
