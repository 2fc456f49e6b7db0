"""The sharing service over HTTP: the gate, what was sent and what was not, and what families may be told of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.model import Category
from ledger.decider import Command, Decider, Refused, decided_by
from services.door import Door, Visit
from services.permission import Action
from services.routes import Answered, add_commands, an_id, body, command_key, token
from services.shared_facts import FactSource
from services.sharing import gate, noticing, withholding
from services.sharing.agreements import agreements
from services.sharing.asking import Asked, AskedInParts, ToDeliver, ToKeepBack, ToSendInParts, in_fields
from services.sharing.consent_purposes import DefineConsentPurpose, consent_purposes
from services.sharing.consents import AboutConsent, consents
from services.sharing.consents_api import check, check_purpose
from services.sharing.delivering import Deliverer
from services.sharing.disclosures import (
    Disclose,
    DiscloseCohort,
    KeepBack,
    KeepBackCohort,
    NoteCarried,
    ReviewEmergency,
    disclosures,
)
from services.sharing.discreet import DiscloseDiscreetly, ReviewDiscreetEmergency, WithholdDisclosure, discreet
from services.sharing.discreet_notices import LookForNotices, OfDiscreetNotice, discreet_notices, looks
from services.sharing.exporters import newest
from services.sharing.exporters.all import EXPORTERS
from services.sharing.keeping import Keeper
from services.sharing.kept_back import KeepBackDiscreetly, kept_discreetly
from services.sharing.notices import OweNotice, notices
from services.sharing.onward import ImportExternalShares, onward
from services.sharing.recipients import recipients
from services.sharing.requests import DecideRequest, RequestSharing, requests
from services.sharing.sending import Sender

SCOPE: Final = "sharing:write"
BASE: Final = "/api/organisations/{organisation}/sharing"
DECIDERS: Final[tuple[Decider[Any], ...]] = (
    agreements, consent_purposes, consents, disclosures, discreet, discreet_notices, kept_discreetly, looks, notices,
    onward, recipients, requests,
)  # fmt: skip
"""The service's aggregates; a feature adds its own here."""
COMMANDS: Final = decided_by(DECIDERS)
OPEN: Final[tuple[Category, ...]] = ("correspondence",)
SECRET: Final[tuple[Category, ...]] = ("correspondence", "safeguarding")
"""Categories of a disclosure itself; with the second, of one that was told discreetly."""
OF_THE_GATE: Final = (
    Disclose,
    DiscloseCohort,
    DiscloseDiscreetly,
    KeepBack,
    KeepBackCohort,
    KeepBackDiscreetly,
    LookForNotices,
    NoteCarried,
    OweNotice,
)
"""What only the gate sends, once it has decided, or a carrier or a reaction: these have no address of their own."""


def router(door: Door, sender: Sender, keeper: Keeper, deliverer: Deliverer, facts: FactSource) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["sharing"])

    async def let_in(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        return await enter(door, facts, token(request), organisation, command)

    own = {kind: decider for kind, decider in COMMANDS.items() if kind not in OF_THE_GATE}
    add_commands(made, door, "sharing", own, let_in)

    @made.post(f"{BASE}/decide", name="decide-sharing", openapi_extra={"x-scope": SCOPE})
    async def decide(request: Request, organisation: str) -> Response:
        """Say whether this may be given, by which law, and why; nothing is given and nothing written."""
        door.signer.caller(token(request))
        asked = in_fields(await body(request, AskedInParts))
        visit = await let_in_for(door, sender, token(request), an_id(organisation), asked)
        weighed = await sender.weigh(visit, asked)
        said = {"decision": decision_json(weighed.decision), "known_at": weighed.known_at}
        return Answered({**said, "sections_left_out": lacking(asked)})

    @made.post(f"{BASE}/send", name="send", openapi_extra={"x-scope": SCOPE})
    async def send(request: Request, organisation: str) -> Response:
        """Decide, write down what leaves and let it leave; or write down that nothing did."""
        door.signer.caller(token(request))
        asked = in_fields(await body(request, ToSendInParts))
        visit = await let_in_for(door, sender, token(request), an_id(organisation), asked)
        went = await sender.send(visit, asked, command_key(request))
        came = await deliverer.after_sending(visit, asked) if went.sent else None
        return Answered(
            {
                "index": went.index, "changed": went.decision is not None, "disclosure": asked.disclosure,
                "sent": went.sent, "decision": decision_json(went.decision) if went.decision else None,
                "file": went.file.name if went.file else None, "delivery": came,
                "left_out": list(went.left_out), "sections_left_out": lacking(asked),
            },
            200 if went.sent else 409,
        )  # fmt: skip

    _add_after(made, door, sender, keeper, deliverer)
    return made


def _add_after(made: APIRouter, door: Door, sender: Sender, keeper: Keeper, deliverer: Deliverer) -> None:
    """Add what is done besides sending: carrying what was sent again, and deciding not to send."""

    @made.post(f"{BASE}/deliver", name="deliver", openapi_extra={"x-scope": SCOPE})
    async def deliver(request: Request, organisation: str) -> Response:
        """Try again to carry what was disclosed; what arrived before is not carried twice."""
        door.signer.caller(token(request))
        wanted, where = await body(request, ToDeliver), an_id(organisation)
        secret = wanted.pupil is not None
        visit = await door.enter(token(request), where, "share", SCOPE, SECRET if secret else OPEN)
        original = await deliverer.remaker.original(where, wanted.disclosure, wanted.pupil)
        visit = await door.enter(
            token(request), where, "share", SCOPE,
            sender.of_fields(original.sending.fields) | frozenset(SECRET if secret else OPEN),
        )  # fmt: skip
        came = await deliverer.deliver(visit, wanted.disclosure, wanted.pupil)
        return Answered(came, 200 if came.state == "delivered" else 409)

    @made.post(f"{BASE}/decide-not", name="decide-not-to-share", openapi_extra={"x-scope": SCOPE})
    async def decide_not(request: Request, organisation: str) -> Response:
        """Write down that somebody decided not to give this, and why."""
        door.signer.caller(token(request))
        asked = await body(request, ToKeepBack)
        visit = await let_in_for(door, sender, token(request), an_id(organisation), asked)
        answer = await keeper.keep_back(visit, asked, command_key(request))
        return Answered({"index": answer.index, "changed": answer.changed, "decision": asked.decision})


async def enter(
    door: Door, facts: FactSource, given: str | None, organisation: bytes, command: Command
) -> tuple[Visit, Command]:
    """Let a caller in for a command, and refuse what does not fit; give it with what Rollbook itself knows of them."""
    categories = COMMANDS[type(command)].categories
    visit = await door.enter(given, organisation, action_of(command), command.scope, categories)
    if isinstance(command, RequestSharing | DecideRequest | ReviewEmergency | ReviewDiscreetEmergency):
        command = command.model_copy(update={"by": visit.caller.subject})
    if isinstance(command, ImportExternalShares) and command.as_at > visit.today:
        raise Refused("The list is dated after today. Enter the day that it says of itself.")
    if isinstance(command, WithholdDisclosure):
        await withholding.check(door, visit, command)
    if isinstance(command, OfDiscreetNotice):
        await noticing.check(door, visit, command)
    if isinstance(command, AboutConsent):
        await check(door, visit, command, facts)
    if isinstance(command, DefineConsentPurpose):
        await check_purpose(door, visit, command)
    return visit, command


def action_of(command: Command) -> Action:
    """Give the action that a command is: sharing, unless it says itself that it is another."""
    action: Action = getattr(command, "action", "share")
    return action


async def let_in_for(
    door: Door, sender: Sender, given: str | None, organisation: bytes, asked: Asked | ToKeepBack
) -> Visit:
    """Let a caller in who may share what is asked about."""
    discreetly = isinstance(asked, Asked) and asked.discreetly
    return await door.enter(given, organisation, "share", SCOPE, sender.categories(asked.fields, discreetly=discreetly))


def lacking(asked: Asked) -> Sequence[str]:
    """Name each section of the file that what is asked leaves out, wholly or in part."""
    exporter = newest(EXPORTERS, asked.exporter)
    return exporter.left_out(asked.fields) if exporter else ()


def decision_json(decision: gate.Decision) -> Mapping[str, Any]:
    """Give a decision as JSON: its outcome, the tree of reasons, and what stands in its way by name."""
    return {
        "outcome": decision.outcome,
        "gateway": decision.gateway.rule if decision.gateway else None,
        "gateway_version": decision.gateway.rule_version if decision.gateway else None,
        "citation": decision.gateway.citation if decision.gateway else None,
        "blocked": list(decision.blocked),
        "pupils_against": dict(decision.pupils_against),
        "reason": _reason_json(decision.reason),
    }


def _reason_json(reason: gate.Reason) -> Mapping[str, Any]:
    inner: Sequence[Mapping[str, Any]] = [_reason_json(one) for one in reason.because]
    return {
        "sentence": reason.sentence, "outcome": reason.outcome, "rule": reason.rule,
        "rule_version": reason.rule_version, "citation": reason.citation, "because": inner,
    }  # fmt: skip
