"""The pages: sign in, a school's registers of a day, its roll, and one pupil, now or as known at an earlier event."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from importlib import resources
from itertools import chain
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from events.identifiers import id_text, parse_id
from ledger.decider import Refused
from ledger.log import LogError
from services.auth import NotSignedIn
from services.door import Behind, Door, NotAllowed, NotFound
from services.governance import queries as governance
from services.pages import intake, look, timeline
from services.pages import pupil as one_pupil
from services.pages.admission import AdmissionPages
from services.pages.arrangements import ArrangementPages
from services.pages.consents import ConsentPages
from services.pages.disclosures import DisclosurePages, Sharing
from services.pages.law import LawPages
from services.pages.leavers import LeaverPages
from services.pages.moving import MovingPages
from services.pages.onward import OnwardPages
from services.pages.outcomes import OutcomePages
from services.pages.recipients import RecipientPages
from services.pages.register import RegisterPages
from services.pages.share import SharePages
from services.past import StillFolding
from services.pins import Pins
from services.problems import explained
from services.records import queries
from services.records.answers import READ, RECORD, Asked, Records
from services.records.api import span
from services.records.files.intake_api import SCOPE as INTAKE
from services.records.registers.patterns_api import patterns_of
from services.routes import COOKIE, a_date, a_number, an_id, received, token
from services.settings import Settings
from services.sharing.api import SCOPE as SHARING
from services.sharing.flow_queries import FIELDS
from services.sharing.onward_api import Onward
from services.strict_json import BadJson

Page = Callable[..., Awaitable[Response]]
SIGNED_IN_HOURS: Final = 8.0
WRITE: Final = ("attendance:write", "pupils:write")
"""What the forms on a pupil's page send; the cookie alone carries none of it."""
HISTORY_SHOWN: Final = 100
"""Events of a pupil that a page shows unless it is asked for all: seven years of marks would be megabytes."""
FORM_BYTES_MAX: Final = 10_000
TOLD: Final = (NotSignedIn, NotAllowed, NotFound, Refused, Behind, StillFolding, BadJson, LogError)
REFRESH_SECONDS: Final = "3"
"""After which a page that is still being put together asks again."""


class Pages:
    """Draws the pages from the answers that the API gives."""

    def __init__(self, door: Door, records: Records, settings: Settings, sharing: Sharing) -> None:
        self._door, self._records, self._settings, self._sharing = door, records, settings, sharing
        self._templates = look.environment()
        self.arrangements = ArrangementPages(door, records, self.draw_of)
        self.moving = MovingPages(door, records, self.draw_of)

    def draw(self, template: str, code: int = 200, **given: Any) -> Response:
        """Draw a page."""
        nobody = {"where": None, "school": None, "role": None, "section": None}
        text = self._templates.get_template(template).render({**nobody, **given})
        return HTMLResponse(text, code, headers=dict(look.HEADERS))

    async def draw_of(self, asked: Asked, template: str, code: int = 200, **given: Any) -> Response:
        """Draw a page of a school, for somebody who has been let in."""
        where = asked.visit.organisation
        async with self._door.read(where) as reader:
            about = await governance.about(reader)
        frame = {"where": id_text(where), "school": about.title if about else "Your school", "role": asked.visit.role}
        return self.draw(template, code, at=asked.at, **frame, **given)

    def told(self, page: Page) -> Page:
        """Draw a page's refusal as a page."""

        @wraps(page)
        async def tell(*given: Any, **named: Any) -> Response:
            try:
                return await page(*given, **named)
            except NotSignedIn:
                return RedirectResponse("/sign-in", 303)
            except TOLD as error:
                status, heading, sentence = explained(error)
                became = error.fields.get("pupil") if isinstance(error, Refused) else None
                refused = self.draw(
                    "refused.html", status, heading=heading, sentence=sentence, status=status,
                    became=f"/schools/{named['organisation']}/pupils/{became}" if became else None,
                )  # fmt: skip
                if isinstance(error, StillFolding):
                    refused.headers["Refresh"] = REFRESH_SECONDS
                return refused

        return tell

    async def start(self, request: Request) -> Response:
        """Show the caller's schools, or the only one's registers."""
        caller = self._door.signer.caller(token(request))
        found: list[dict[str, Any]] = []
        mine = self._door.feed.organisations() if caller.organisations is None else caller.organisations
        for organisation in sorted(mine):
            async with self._door.read(organisation) as reader:
                about = await governance.about(reader)
            if about is not None and about.kind == "establishment":
                found.append({"organisation": organisation, "title": about.title})
        if len(found) == 1:
            return RedirectResponse(f"/schools/{id_text(found[0]['organisation'])}/registers", 303)
        return self.draw("schools.html", schools=found)

    async def sign_in(self, request: Request) -> Response:
        """Offer the demo's people, or a field for a token."""
        del request
        return self.draw("sign_in.html", people=self._people(), wrong=None)

    async def signed_in(self, request: Request) -> Response:
        """Keep a valid token in a cookie that only this server sees; a change needs its form's own token beside it."""
        data = await received(request, FORM_BYTES_MAX)
        form = parse_qs(data.decode("utf-8", "replace"))
        given, person = form.get("token", [""])[0].strip(), form.get("person", [""])[0]
        if person.isascii() and person.isdigit() and int(person) < len(self._people()):
            one = self._people()[int(person)]
            given = self._door.signer.token(
                parse_id(one["subject"]),
                [parse_id(one["organisation"])],
                [READ, INTAKE, SHARING, *WRITE],
                SIGNED_IN_HOURS,
            )
        try:
            self._door.signer.caller(given)
        except NotSignedIn:
            wrong = "This token is not valid here. Ask for a new one" if given else "Enter your token"
            return self.draw("sign_in.html", 401, people=self._people(), wrong=wrong)
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, given, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return response

    async def sign_out(self, request: Request) -> Response:
        """Forget the cookie."""
        del request
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(COOKIE)
        return response

    async def registers(self, request: Request, organisation: str) -> Response:
        """Show a day's registers, the missing ones first, and the unresolved absences."""
        records = self._records
        where = an_id(organisation)
        asked = await records.asked(
            request, where, "list", ["attendance"], group=await records.own_groups(request, where)
        )
        day = a_date(request.query_params.get("date"), "The day") or asked.at.valid_on
        found, position = await records.registers(asked, day)
        unresolved = None if asked.visit.only_taught else (await records.unresolved(asked))[0]
        return await self.draw_of(
            asked, "registers.html", section="registers", day=day, registers=found, position=position,
            before=day - timedelta(days=1), after=day + timedelta(days=1), unresolved=unresolved,
        )  # fmt: skip

    async def roll(self, request: Request, organisation: str) -> Response:
        """Show the roll, or a group of it."""
        wanted = request.query_params.get("group")
        group = [an_id(wanted)] if wanted else []
        asked = await self._records.asked(request, an_id(organisation), "list", ["identity", "enrolment"], group=group)
        async with await self._records.whole(asked) as reader:
            position = await reader.position()
            about = await queries.group(reader, group[0]) if group else None
            only = await queries.in_group(reader, group[0], asked.at.valid_on) if group else None
            found = await queries.on_roll(reader, asked.at.valid_on, only)
        found = found if group else await self._records.masked(asked, found)  # a group's register must be taken
        shown = [one.subject for one in found]
        await self._records.list_of(asked, "roll", shown, position.index, ["identity", "enrolment"])
        group_title = about.title if about else None
        return await self.draw_of(
            asked, "roll.html", section="roll", pupils=found, position=position, group=group_title
        )

    async def absence_patterns(self, request: Request, organisation: str) -> Response:
        """Show a group's or a pupil's absences by weekday and session, and beside siblings."""
        asked, found, position = await patterns_of(request, an_id(organisation), self._records)
        query = request.query_params
        return await self.draw_of(
            asked, "absence_patterns.html", section="registers", found=found, position=position,
            group=query.get("group"), pupil=query.get("pupil"),
        )  # fmt: skip

    async def collection_form(self, request: Request, organisation: str) -> Response:
        """Show what the school asks families, field by field: required by which law, or a choice."""
        asked = await self._records.asked(request, an_id(organisation), "list", ["identity"])
        form, position = await self._records.collection_form(asked)
        return await self.draw_of(asked, "collection_form.html", section="roll", form=form, position=position)

    async def pupil(self, request: Request, organisation: str, subject: str) -> Response:
        """Show one pupil as known at an entry and true on a date."""
        who, where, records = an_id(subject), an_id(organisation), self._records
        step = a_number(request.query_params.get("event"), "The event")
        if step is not None:
            return await self._stepped(request, where, who, step)
        case = request.query_params.get("case")
        if request.query_params.get("known_at") and not one_pupil.is_case(case):
            return await self._which_case(request, where, who, 400 if case else 200)
        asked = await records.asked(request, where, "view", RECORD, [who])
        page = await records.page(asked, who, *span(request, asked.at.valid_on))
        held, rows = page.attendance, one_pupil.rows(page.record)
        told = timeline.together(timeline.lines(page.entries), await self._returns(asked, who))
        sections = one_pupil.sections(page.record)
        sources = [row.at for row in (*rows, *(row for _, found in sections for row in found))]
        return await self.draw_of(
            asked, "pupil.html", section="roll", subject=who, rows=rows, position=page.position, first=held.first,
            locked=one_pupil.locked(asked.visit),
            last=held.last, title=one_pupil.title(page.record), counted=held.summary, total=len(told),
            warnings=page.record.warnings, badges=one_pupil.badges(page.record, asked.at.valid_on),
            lines=told if request.query_params.get("history") == "all" else told[:HISTORY_SHOWN],
            sessions=one_pupil.sessions(held.marks, told), legend=one_pupil.legend(held.marks),
            may_replay=one_pupil.may_replay(asked.visit), today=asked.visit.today,
            names=await records.reads.names(where, sources), sections=sections,
            standing=await self._standing(asked, who, page.entries),
            forms=await self._forms(request, where, who) if asked.at.asked is None else (),
            calendar=one_pupil.calendar(held.marks, held.summary, held.first, held.last, held.open_days),
        )  # fmt: skip

    async def _forms(self, request: Request, where: bytes, who: bytes) -> list[tuple[str, str]]:
        """Give the forms of a pupil that somebody may send."""
        several = (self.arrangements, self.moving)
        return [form for pages in several for form in await pages.offered(request, where, who)]

    async def _returns(self, asked: Asked, who: bytes) -> Sequence[timeline.Line]:
        """Give the returns about everyone that a pupil was in, as lines of their history."""
        found = await self._sharing.register.returns(asked.visit, asked.at, who)
        names = await self._records.reads.names(asked.visit.organisation, [one.at for one in found])
        return timeline.of_returns(found, names, FIELDS)

    async def _which_case(self, request: Request, where: bytes, who: bytes, code: int) -> Response:
        """Ask whoever may replay for the number of the case that it is for."""
        visit = await self._door.enter(token(request), where, "replay", READ, RECORD, (), [who])
        query = request.query_params
        valid_on = a_date(query.get("valid_on"), "The date")
        at = await self._door.moment(where, query.get("known_at"), valid_on, None)
        at = replace(at, case=query.get("case"))  # as typed, so that it can be mended
        return await self.draw_of(Asked(visit, at), "case.html", code, section="roll", subject=who)

    async def _stepped(self, request: Request, where: bytes, who: bytes, step: int) -> Response:
        """Send whoever chose one of a pupil's events, by its place, to the address of that entry."""
        visit = await self._door.enter(token(request), where, "replay", READ, RECORD, (), [who])
        known = await one_pupil.moments(self._door, where, who, visit.categories)
        if not 1 <= step <= len(known):
            raise Refused("There is no such event of this pupil. Choose one of those on the page.")
        wanted = {name: request.query_params.get(name) for name in ("valid_on", "case")}
        if step < len(known):
            wanted["known_at"] = str(known[step - 1].index)
        else:
            wanted["case"] = None  # The latest event is the current record: that is no replay.
        query = urlencode({name: value for name, value in wanted.items() if value})
        return RedirectResponse(f"/schools/{id_text(where)}/pupils/{id_text(who)}?{query}", 303)

    async def _standing(self, asked: Asked, who: bytes, entries: Sequence[Mapping[str, Any]]) -> one_pupil.Standing:
        if asked.at.asked is None:
            known = [one_pupil.Moment(one["index"], one["recorded_at"]) for one in entries]
        else:
            known = await one_pupil.moments(self._door, asked.visit.organisation, who, asked.visit.categories)
        return one_pupil.standing(known, asked.at.asked)

    def _people(self) -> list[dict[str, str]]:
        if not self._settings.demo:
            return []
        path = self._settings.home / "people.json"
        return [one for one in json.loads(path.read_text()) if one["part"] != "connector"] if path.exists() else []


def mount(app: FastAPI, door: Door, records: Records, settings: Settings, pins: Pins, sharing: Sharing) -> None:
    """Give an app the pages and what they look like."""
    pages = Pages(door, records, settings, sharing)
    register = RegisterPages(door, records, pins, look.environment(), pages.draw_of)
    admission = AdmissionPages(door, records, pins, look.environment(), pages.draw_of)
    law = LawPages(door, pages.draw_of)
    consent = ConsentPages(door, records.reads, sharing.consents, pages.draw_of)
    app.mount("/static", StaticFiles(directory=str(resources.files("services.pages") / "static")), "static")
    own: tuple[intake.Route, ...] = (
        ("/", "GET", pages.start),
        ("/sign-in", "GET", pages.sign_in),
        ("/sign-in", "POST", pages.signed_in),
        ("/sign-out", "POST", pages.sign_out),
        ("/schools/{organisation}/registers", "GET", pages.registers),
        ("/schools/{organisation}/absence-patterns", "GET", pages.absence_patterns),
        ("/schools/{organisation}/register-print", "GET", register.page),
        ("/schools/{organisation}/register-print.pdf", "GET", register.pdf),
        ("/schools/{organisation}/admission-register", "GET", admission.page),
        ("/schools/{organisation}/admission-register.pdf", "GET", admission.pdf),
        ("/schools/{organisation}/roll", "GET", pages.roll),
        ("/schools/{organisation}/collection-form", "GET", pages.collection_form),
        ("/schools/{organisation}/law", "GET", law.page),
        ("/schools/{organisation}/law/adopt", "POST", law.adopted),
        ("/schools/{organisation}/pupils/{subject}", "GET", pages.pupil),
        ("/schools/{organisation}/consents", "GET", consent.of_purpose),
        ("/schools/{organisation}/pupils/{subject}/consents", "GET", consent.of_pupil),
    )
    desks = (
        intake.IntakePages(door, records.reads, pages.draw_of),
        RecipientPages(door, records.reads, sharing.facts, pages.draw_of),
        OnwardPages(Onward(door, records.reads, sharing.facts), pages.draw_of),
        DisclosurePages(door, records.reads, sharing, pages.draw_of),
        OutcomePages(door, records.reads, sharing, pages.draw_of),
        SharePages(door, records, sharing, pages.draw_of),
        LeaverPages(door, sharing.leaving, pages.draw_of),
    )
    for path, method, page in chain(
        own, pages.arrangements.routes(), pages.moving.routes(), *(desk.routes() for desk in desks)
    ):
        app.add_api_route(path, pages.told(page), methods=[method], include_in_schema=False, response_model=None)
