"""The page on which something is shared: what is asked, what the law answers and why, and only then the sending."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from events.identifiers import id_text
from events.model import Category
from law.gateways import purpose_title
from ledger.decider import Refused
from services.door import At, Door, Visit
from services.pages import forms
from services.pages.disclosures import Draw, Route, Sharing
from services.pages.sharing_forms import Wrong, chosen, fresh, problems, said_in
from services.records import queries as records
from services.records.answers import RESTRICTED, Asked, Records
from services.routes import COOKIE, an_id
from services.sharing import gate
from services.sharing.api import let_in_for
from services.sharing.asking import Asked as Question
from services.sharing.asking import ToKeepBack, ToSend
from services.sharing.exporters import newest
from services.sharing.exporters.all import EXPORTERS
from services.sharing.flow_queries import FIELDS, Known
from services.sharing.preview_api import Preview, preview_of
from services.sharing.recipient_queries import Choices, choices
from services.sharing.recipients_api import READ, SEEN

LISTED: Final[Sequence[Category]] = ("identity", "enrolment")
CHANNELS: Final[Mapping[str, str]] = {
    "by-hand": "By hand, on paper or a carrier", "by-word": "By word of mouth", "folder": "A folder",
    "sftp": "A server (SFTP)", "http": "A service (HTTP)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a form: the gate's answer, what would be seen, what is wrong, or where to go on (``went``)."""

    decision: gate.Decision | None = None
    wrong: Sequence[Wrong] = ()
    went: str | None = None
    preview: Preview | None = None


class SharePages:
    """Draws the form, and obeys it: asks the gate, sends, or writes down that it was decided not to."""

    def __init__(self, door: Door, records: Records, sharing: Sharing, draw: Draw) -> None:
        self._door, self._records, self._sharing, self._draw = door, records, sharing, draw

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        return (
            ("/schools/{organisation}/share", "GET", self.form),
            ("/schools/{organisation}/share", "POST", self.sent),
        )

    async def form(self, request: Request, organisation: str) -> Response:
        """Offer the form: first the recipient, as the law asks who it is; then what, of whom and why."""
        return await self._drawn(request, organisation)

    async def sent(self, request: Request, organisation: str) -> Response:
        """Ask the gate, give it, or decide not to; what was typed stays in the form until something has gone."""
        form = await forms.sent(request, self._door.signer)
        button = {"send": self._send, "keep": self._keep, "preview": self._preview}.get(form.text("do"), self._ask)
        try:
            answered = await button(form, organisation)
        except ValidationError as error:
            answered = Answered(wrong=problems(error))
        except Refused as refused:
            answered = Answered(wrong=[Wrong(refused.sentence, "")])
        if answered.went is not None:
            return RedirectResponse(f"/schools/{organisation}/{answered.went}", 303)
        return await self._drawn(request, organisation, form, answered)

    async def _ask(self, form: forms.Sent, organisation: str) -> Answered:
        asked = Question.model_validate_json(json.dumps(_question(form)))
        visit = await self._let_in(form, organisation, asked)
        return Answered((await self._sharing.sender.weigh(visit, asked)).decision)

    async def _preview(self, form: forms.Sent, organisation: str) -> Answered:
        asked = Question.model_validate_json(json.dumps(_question(form)))
        visit = await self._let_in(form, organisation, asked)
        shown = await preview_of(self._sharing.sender, self._records.reads, visit, asked)
        return Answered(shown.weighed.decision, preview=shown)

    async def _send(self, form: forms.Sent, organisation: str) -> Answered:
        body = {**_question(form), "disclosure": fresh(form), "previewed": _previewed(form)}
        asked = ToSend.model_validate_json(json.dumps(body))
        if asked.leaving_out and not form.text("left_out_because"):
            return Answered(wrong=[Wrong("Enter why these pupils are left out", "left_out_because")])
        left_out = _left_out(form) if asked.leaving_out else None
        visit = await self._let_in(form, organisation, asked)
        went = await self._sharing.sender.send(visit, asked, form.key)
        if went.sent and left_out is not None:
            # The form sent again sends nothing twice, and so writes down what an outage kept from this.
            await self._sharing.keeper.keep_back(visit, left_out, _key_beside(form))
        if went.sent:
            await self._sharing.deliverer.after_sending(visit, asked)
            told = f"pupils/{id_text(asked.pupils[0])}/disclosures" if asked.discreetly else None
            return Answered(went=told or f"disclosures/{id_text(asked.disclosure)}")
        kept = Wrong("Nothing was given. The register of disclosures says so, and why.", "")
        return Answered(went.decision, [kept])

    async def _keep(self, form: forms.Sent, organisation: str) -> Answered:
        said = _question(form)
        body = {name: said[name] for name in ("recipient", "sharing_purpose", "fields", "pupils", "cohort_on")}
        if not form.text("not_because"):
            return Answered(wrong=[Wrong("Enter why you decide not to share", "not_because")])
        asked = ToKeepBack.model_validate_json(
            json.dumps({**body, "decision": fresh(form), "reason": form.text("not_because")})
        )
        visit = await self._let_in(form, organisation, asked)
        await self._sharing.keeper.keep_back(visit, asked, form.key)
        return Answered(went="disclosures")

    async def _let_in(self, form: forms.Sent, organisation: str, asked: Question | ToKeepBack) -> Visit:
        return await let_in_for(self._door, self._sharing.sender, form.token, an_id(organisation), asked)

    async def _drawn(
        self, request: Request, organisation: str, form: forms.Sent | None = None, answered: Answered | None = None
    ) -> Response:
        where, cookie = an_id(organisation), request.cookies.get(COOKIE, "")
        visit = await self._door.enter(cookie, where, "share", READ, SEEN)
        await self._door.await_views(where, await self._door.log.size(where))
        named = await self._sharing.register.named(where)
        wanted = form.text("recipient") if form else request.query_params.get("recipient", "")
        recipient = named.recipients.get(an_id(wanted)) if wanted else None
        offered, people = Choices((), ()), dict[str, str]()
        shown, seen, left = answered.preview if answered else None, list[str](), list[str]()
        if recipient is not None:
            async with self._door.read(where) as reader:
                offered = await choices(reader, recipient.kind)
            seen = [id_text(one["subject"]) for one in shown.seen] if shown else []
            left = chosen(form, "leave") if form else []
            people = await self._people(request, where, [*seen, *left])
        typed = form.fields if form else {f"pupil.{request.query_params.get('pupil', '')}": "yes"}
        wrong = answered.wrong if answered else ()
        return await self._draw(
            Asked(visit, At(visit.today)), "share.html", 422 if wrong else 200, section="disclosures",
            form=self._door.signer.form_token(cookie), key=str(uuid4()), typed=typed, wrong=wrong, named=named,
            recipient=recipient, offered=offered, purposes=_titles(offered, named, recipient.kind if recipient else ""),
            people=people, field_titles=FIELDS, channels=CHANNELS, today=visit.today,
            exporters={name: one.title for name, _ in EXPORTERS if (one := newest(EXPORTERS, name))},
            decision=answered.decision if answered else None, pupil=request.query_params.get("pupil", ""),
            may_be_discreet=visit.role in ("head", "dsl"), preview=shown,
            leaving=sorted({*seen, *left}, key=lambda one: people.get(one, "")) if typed.get("cohort_on") else (),
            left=left,
        )  # fmt: skip

    async def _people(self, request: Request, where: bytes, also: Sequence[str]) -> dict[str, str]:
        """Give by name the roll, the pupil whom the page was opened for and ``also``; it is written down that it is."""
        visit = await self._door.enter(request.cookies.get(COOKIE), where, "list", READ, LISTED)
        asked = Asked(visit, At(visit.today))
        wanted = request.query_params.get("pupil")
        async with await self._records.whole(asked) as reader:
            index = (await reader.position()).index
            found = {one.subject: one.name for one in await records.on_roll(reader, asked.at.valid_on)}
            others = {an_id(one) for one in ([wanted, *also] if wanted else also)} - found.keys()
            if others:
                found |= await records.names(reader, sorted(others), asked.at.valid_on)
        shut = await self._records.shut(asked)
        found = {who: RESTRICTED if "identity" in shut.get(who, ()) else name for who, name in found.items()}
        await self._records.list_of(asked, "roll", found, index, LISTED)
        return {id_text(subject): name for subject, name in found.items()}


def _question(form: forms.Sent) -> dict[str, Any]:
    """Give what a form asks, as the gate reads it."""
    number = form.text("file_number")
    said = said_in(form, "recipient", "sharing_purpose", "cohort_on", "necessity", "decided_because")
    return {
        **said, "fields": chosen(form, "field"), "pupils": chosen(form, "pupil") if not said["cohort_on"] else [],
        "leaving_out": chosen(form, "leave") if said["cohort_on"] else [],
        "exporter": form.text("exporter") or "spreadsheet", "channel": form.text("channel") or "by-hand",
        "file_number": int(number) if number.isascii() and number.isdigit() else 0,
        "discreetly": "discreet.yes" in form.fields,
    }  # fmt: skip


def _previewed(form: forms.Sent) -> dict[str, str] | None:
    """Give what the form says was looked at; it is None where nothing was."""
    made_at, digest = form.text("previewed_at"), form.text("previewed_sha256")
    return {"made_at": made_at, "sha256": digest} if made_at and digest else None


def _left_out(form: forms.Sent) -> ToKeepBack:
    """Give the decision, in the register of what was not shared, by which a return leaves out single pupils."""
    said = _question(form)
    kept = {name: said[name] for name in ("recipient", "sharing_purpose", "fields")}
    return ToKeepBack.model_validate_json(
        json.dumps({
            **kept, "pupils": said["leaving_out"], "decision": str(UUID(bytes=_key_beside(form), version=4)),
            "reason": form.text("left_out_because"),
        })
    )  # fmt: skip


def _key_beside(form: forms.Sent) -> bytes:
    """Give a second key of a form, always the same for the first."""
    return sha256(b"left out" + form.key).digest()[:16]


def _titles(offered: Choices, named: Known, kind: str) -> Mapping[str, str]:
    """Give each purpose with the titles of the laws that serve it for a kind of recipient."""
    found = {}
    for purpose in offered.purposes:
        laws = {
            row.title for row in named.laws.values()
            if row.withdrawn is None and purpose in row.purposes and kind in row.recipients
        }  # fmt: skip
        found[purpose] = f"{purpose_title(purpose)}: {'; '.join(sorted(laws))}"
    return found
