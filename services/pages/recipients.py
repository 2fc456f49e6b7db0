"""The pages of recipients: who may be given something, what is missing, and forms to register, verify and agree."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from events.identifiers import id_text
from law.gateways import shared_fields
from ledger.decider import Command, Refused, Step
from services.door import At, Door, NotAllowed, NotFound, Visit
from services.pages import forms
from services.pages.sharing_forms import FORMS, KINDS, Wrong, fresh, problems
from services.records.answers import Asked, Reads
from services.routes import COOKIE, a_date, an_id
from services.shared_facts import FactSource
from services.sharing import recipient_queries as queries
from services.sharing.api import COMMANDS, enter
from services.sharing.recipients_api import READ, SEEN

Draw = Callable[..., Awaitable[Response]]
Route = tuple[str, str, Callable[..., Awaitable[Response]]]
HEADINGS: Final[Mapping[str, str]] = {
    "verify": "How did you make sure of it?", "rename": "It has another name",
    "reroute": "It is reached in another way", "suspend": "Suspend this recipient", "resume": "Resume this recipient",
    "request": "Four questions before anything new is shared", "decide": "Decide this request",
    "sign": "Sign an agreement", "end": "End this agreement",
}  # fmt: skip
"""Each of a recipient's forms, by the last part of its address."""
_NAMES: Final[Mapping[str, str]] = {"decide": "request", "end": "agreement"}
"""The field that says which one a form is about."""
FIELDS: Final[Mapping[str, str]] = {one.field: one.title for one in shared_fields()}


class RecipientPages:
    """Draws the list and each recipient; each form carries the token of its sign-in (see services.pages.forms)."""

    def __init__(self, door: Door, reads: Reads, facts: FactSource, draw: Draw) -> None:
        self._door, self._reads, self._facts, self._draw = door, reads, facts, draw

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        base = "/schools/{organisation}/recipients"
        return (
            (base, "GET", self.listed), (base, "POST", self.registered), (f"{base}/{{recipient}}", "GET", self.one),
            (f"{base}/{{recipient}}/{{what}}", "GET", self.form), (f"{base}/{{recipient}}/{{what}}", "POST", self.sent),
        )  # fmt: skip

    async def listed(self, request: Request, organisation: str) -> Response:
        """Show every recipient, those that lack something first, and the agreements by what runs out next."""
        return await self._listed(request, organisation)

    async def registered(self, request: Request, organisation: str) -> Response:
        """Register a recipient."""
        form = await forms.sent(request, self._door.signer)
        recipient = fresh(form)
        wrong = await self._carried_out(form, organisation, "register", recipient)
        if wrong:
            return await self._listed(request, organisation, form, wrong)
        return RedirectResponse(f"/schools/{organisation}/recipients/{recipient}", 303)

    async def one(self, request: Request, organisation: str, recipient: str) -> Response:
        """Show one recipient: what was made sure of, what was agreed, what it asked for, and what can be done."""
        visit, day = await self._enter(request, organisation)
        found, _ = await self._found(visit, day, recipient)
        asked = [one.at for one in found.requests] + [one.decision.at for one in found.requests if one.decision]
        signed = [one.agreement.at for one in found.agreements]
        checked = [found.recipient.verification.at] if found.recipient.verification else []
        return await self._drawn(
            request, visit, "recipient.html", found=found, may_agree=await self._may_agree(request, visit),
            names=await self._reads.names(visit.organisation, [*asked, *signed, *checked, found.recipient.at]),
        )  # fmt: skip

    async def form(self, request: Request, organisation: str, recipient: str, what: str) -> Response:
        """Offer one of a recipient's forms."""
        return await self._form(request, organisation, recipient, what)

    async def sent(self, request: Request, organisation: str, recipient: str, what: str) -> Response:
        """Carry one of a recipient's forms out; where something is wrong, say so beside what was typed."""
        form = await forms.sent(request, self._door.signer)
        wrong = await self._carried_out(form, organisation, _known(what), id_text(an_id(recipient)))
        if wrong:
            return await self._form(request, organisation, recipient, what, form, wrong)
        return RedirectResponse(f"/schools/{organisation}/recipients/{recipient}", 303)

    async def _carried_out(self, form: forms.Sent, organisation: str, what: str, recipient: str) -> Sequence[Wrong]:
        """Carry a form out; gives what is wrong with it, and nothing where it was carried out."""
        kind, asked = FORMS[what]
        try:
            command: Command = kind.model_validate_json(json.dumps(asked(form, recipient)))
        except ValidationError as error:
            return problems(error)
        where = an_id(organisation)
        visit, command = await enter(self._door, self._facts, form.token, where, command)
        try:
            await self._door.carry_out(visit, "sharing", [Step(COMMANDS[kind], command)], form.key)
        except Refused as refused:
            return [Wrong(refused.sentence, "")]
        return []

    async def _listed(
        self, request: Request, organisation: str, form: forms.Sent | None = None, wrong: Sequence[Wrong] = ()
    ) -> Response:
        visit, day = await self._enter(request, organisation)
        async with self._door.read(visit.organisation) as reader:
            found = await queries.listed(reader, day)
            signed = await queries.agreed(reader, day)
        return await self._drawn(
            request, visit, "recipients.html", form, wrong, day=day, recipients=found, agreements=signed
        )

    async def _form(
        self, request: Request, organisation: str, recipient: str, what: str, form: forms.Sent | None = None,
        wrong: Sequence[Wrong] = (),
    ) -> Response:  # fmt: skip
        visit, day = await self._enter(request, organisation)
        found, of_law = await self._found(visit, day, recipient)
        chosen = (form.text(_NAMES.get(what, "")) if form else request.query_params.get(_NAMES.get(what, ""))) or ""
        choices = _choices(_known(what), found, of_law, chosen)
        typed = form.fields if form else {}
        ticked = queries.Choices(
            [one for one in choices.purposes if f"purpose.{one}" in typed],
            [one for one in choices.fields if f"field.{one}" in typed],
        )  # fmt: skip
        return await self._drawn(
            request, visit, "recipient_form.html", form, wrong, row=found.recipient, which=what, chosen=chosen,
            heading=HEADINGS[what], choices=choices, ticked=ticked if form or what == "request" else choices,
        )  # fmt: skip

    async def _found(self, visit: Visit, day: date, recipient: str) -> tuple[queries.ListedRecipient, queries.Choices]:
        async with self._door.read(visit.organisation) as reader:
            found = await queries.one(reader, an_id(recipient), day)
            if found is None:
                raise NotFound("There is no such recipient. Start from the list.")
            return found, await queries.choices(reader, found.recipient.kind)

    async def _enter(self, request: Request, organisation: str) -> tuple[Visit, date]:
        """Let a reader in once the views know what was just changed, and give the day asked about."""
        where = an_id(organisation)
        visit = await self._door.enter(request.cookies.get(COOKIE), where, "share", READ, SEEN)
        await self._door.await_views(where, await self._door.log.size(where))
        return visit, a_date(request.query_params.get("on"), "The day") or visit.today

    async def _may_agree(self, request: Request, visit: Visit) -> bool:
        try:
            await self._door.enter(request.cookies.get(COOKIE), visit.organisation, "agree", "sharing:write", SEEN)
        except NotAllowed:
            return False
        return True

    async def _drawn(
        self, request: Request, visit: Visit, template: str, form: forms.Sent | None = None,
        wrong: Sequence[Wrong] = (), **given: Any,
    ) -> Response:  # fmt: skip
        own = self._door.signer.form_token(request.cookies.get(COOKIE, ""))
        return await self._draw(
            Asked(visit, At(visit.today)), template, 422 if wrong else 200, section="recipients", form=own,
            key=str(uuid4()), typed=form.fields if form else {}, wrong=wrong, kinds=KINDS, field_titles=FIELDS,
            today=visit.today, me=visit.caller.subject, **given,
        )  # fmt: skip


def _known(what: str) -> str:
    if what not in HEADINGS:
        raise NotFound("There is nothing under this address. Check it, or start from the list.")
    return what


def _choices(what: str, found: queries.ListedRecipient, of_law: queries.Choices, chosen: str) -> queries.Choices:
    """Give the purposes and fields that a form offers: of the law, of a request, or of what was granted.

    An agreement holds only what was granted to the recipient, or agreed with it before.
    """
    if what == "request":
        return of_law
    if what == "decide":
        asked = [one for one in found.requests if id_text(one.request) == chosen and one.decision is None]
        if not asked:
            raise NotFound("There is no such request, or it is decided. Start from the recipient's page.")
        return queries.Choices(asked[0].purposes, asked[0].fields)
    decided = [(one.decision.purposes, one.decision.fields) for one in found.requests if one.decision]
    signed = [(one.agreement.purposes, one.agreement.fields) for one in found.agreements]
    return queries.Choices(
        sorted({purpose for purposes, _ in (*decided, *signed) for purpose in purposes}),
        sorted({field for _, fields in (*decided, *signed) for field in fields}),
    )
