"""The page of one disclosure and its forms: received, recalled, reviewed, and whether the family is shown it yet."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from events.model import Category
from ledger.decider import Command, Refused, Step
from services.door import At, Door, NotFound, Visit
from services.governance import queries as governance
from services.pages import forms
from services.pages.disclosures import Draw, Route, Sharing
from services.pages.sharing_forms import Wrong, problems, said_in
from services.records.answers import Asked, Reads
from services.routes import COOKIE, an_id
from services.sharing import disclosures, discreet
from services.sharing.api import COMMANDS, enter
from services.sharing.disclosure_queries import Filter
from services.sharing.flow_queries import FIELDS
from services.sharing.recipients_api import READ


def _review(form: forms.Sent) -> dict[str, Any]:
    return {"found_right": form.text("found_right") == "yes", **said_in(form, "reason")}


def _fields(*names: str) -> Callable[[forms.Sent], dict[str, Any]]:
    return lambda form: said_in(form, *names)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its heading, the command that it sends, and how its fields become that; ``secret`` is about a pupil."""

    heading: str
    command: type[Command]
    said: Callable[[forms.Sent], dict[str, Any]]
    secret: bool = False


FORMS: Final[Mapping[str, Form]] = {
    "confirm": Form("They have received it", disclosures.ConfirmReceipt, _fields("valid_on")),
    "recall": Form("It should not have been given", disclosures.Recall, _fields("reason")),
    "review": Form("Review this emergency", disclosures.ReviewEmergency, _review),
    "review-discreetly": Form(
        "Review this emergency", discreet.ReviewDiscreetEmergency,
        lambda form: {**_review(form), **said_in(form, "valid_on")}, secret=True,
    ),
    "withhold": Form(
        "Do not show this to the family yet", discreet.WithholdDisclosure,
        _fields("valid_on", "until", "reason", "reviewer"), secret=True,
    ),
    "outcome": Form(
        "What became of it", discreet.NoteDiscreetOutcome, _fields("valid_on", "outcome", "reason"), secret=True
    ),
    "reveal": Form("Show this to the family", discreet.RevealDisclosure, _fields("valid_on", "reason"), secret=True),
}  # fmt: skip
"""Each form by the last part of its address."""


class OutcomePages:
    """Draws a disclosure and its forms; each form carries the token of its sign-in (see services.pages.forms)."""

    def __init__(self, door: Door, reads: Reads, sharing: Sharing, draw: Draw) -> None:
        self._door, self._reads, self._register, self._draw = door, reads, sharing.register, draw
        self._facts = sharing.facts

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        one = "/schools/{organisation}/disclosures/{disclosure}"
        of_pupil = "/schools/{organisation}/pupils/{pupil}/disclosures/{disclosure}/{what}"
        return (
            (one, "GET", self.one), (f"{one}/{{what}}", "GET", self.form), (f"{one}/{{what}}", "POST", self.sent),
            (of_pupil, "GET", self.form), (of_pupil, "POST", self.sent),
        )  # fmt: skip

    async def one(self, request: Request, organisation: str, disclosure: str) -> Response:
        """Show one disclosure: to whom, for what, by which law, why, and how far it came."""
        where, which = an_id(organisation), an_id(disclosure)
        await self._door.await_views(where, await self._door.log.size(where))
        visit, at = await self._register.asked(request, where, "list")
        told = await self._register.told(visit, at, Filter(disclosure=which))
        if not told.lines:
            raise NotFound("There is no such disclosure. Look it up in the register of disclosures.")
        return await self._draw(
            Asked(visit, at), "disclosure.html", section="disclosures", line=told.lines[0], named=told.named,
            field_titles=FIELDS, today=visit.today,
            names=await self._reads.names(where, [told.lines[0].at]),
        )  # fmt: skip

    async def form(
        self, request: Request, organisation: str, disclosure: str, what: str, pupil: str | None = None
    ) -> Response:
        """Offer one of the forms."""
        return await self._drawn(request, organisation, disclosure, _known(what, pupil), pupil)

    async def sent(
        self, request: Request, organisation: str, disclosure: str, what: str, pupil: str | None = None
    ) -> Response:
        """Carry a form out; where something is wrong, say so beside what was typed."""
        form = await forms.sent(request, self._door.signer)
        wrong = await self._carried_out(form, organisation, disclosure, _known(what, pupil), pupil)
        if wrong:
            return await self._drawn(request, organisation, disclosure, what, pupil, form, wrong)
        there = f"pupils/{pupil}/disclosures" if pupil else f"disclosures/{disclosure}"
        return RedirectResponse(f"/schools/{organisation}/{there}", 303)

    async def _carried_out(
        self, form: forms.Sent, organisation: str, disclosure: str, what: str, pupil: str | None
    ) -> Sequence[Wrong]:
        kind, where = FORMS[what].command, an_id(organisation)
        body = {"disclosure": disclosure, **({"pupil": pupil} if pupil else {}), **FORMS[what].said(form)}
        try:
            command: Command = kind.model_validate_json(json.dumps(body))
            visit, command = await enter(self._door, self._facts, form.token, where, command)
            await self._door.carry_out(visit, "sharing", [Step(COMMANDS[kind], command)], form.key)
        except ValidationError as error:
            return problems(error)
        except Refused as refused:
            return [Wrong(refused.sentence, "")]
        return []

    async def _drawn(
        self, request: Request, organisation: str, disclosure: str, what: str, pupil: str | None,
        form: forms.Sent | None = None, wrong: Sequence[Wrong] = (),
    ) -> Response:  # fmt: skip
        visit = await self._enter(request, organisation, what)
        async with self._door.read(visit.organisation) as reader:
            reviewers = await governance.in_roles(reader, ("head", "dsl"), visit.today)
        there = f"/schools/{organisation}" + (f"/pupils/{pupil}" if pupil else "")
        return await self._draw(
            Asked(visit, At(visit.today)), "disclosure_form.html", 422 if wrong else 200, section="disclosures",
            form=self._door.signer.form_token(request.cookies.get(COOKIE, "")), key=str(uuid4()),
            typed=form.fields if form else {}, wrong=wrong, which=what, heading=FORMS[what].heading,
            back=f"{there}/disclosures" + ("" if pupil else f"/{disclosure}"),
            action=f"{there}/disclosures/{disclosure}/{what}", reviewers=reviewers, today=visit.today,
        )  # fmt: skip

    async def _enter(self, request: Request, organisation: str, what: str) -> Visit:
        where = an_id(organisation)
        seen: Sequence[Category] = ("safeguarding",) if FORMS[what].secret else ("correspondence",)
        visit = await self._door.enter(request.cookies.get(COOKIE), where, "share", READ, seen)
        await self._door.await_views(where, await self._door.log.size(where))
        return visit


def _known(what: str, pupil: str | None) -> str:
    if what not in FORMS or FORMS[what].secret != (pupil is not None):
        raise NotFound("There is nothing under this address. Check it, or start from the register of disclosures.")
    return what
