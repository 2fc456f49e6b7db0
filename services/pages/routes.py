"""The pages: sign in, a school's registers of a day, its roll, and one pupil with the calendar and the entry slider."""

import json
from collections.abc import Awaitable, Callable
from functools import wraps
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from events.identifiers import id_text, parse_id
from ledger.decider import Refused
from ledger.log import LogError
from services.auth import NotSignedIn
from services.door import Behind, Door, NotAllowed, NotFound
from services.governance import queries as governance
from services.pages import look
from services.pages.charts import calendar_svg
from services.problems import explained
from services.records import queries
from services.records.answers import SCHOOL, Marks, Records
from services.records.api import span
from services.routes import COOKIE, a_date, an_id, received, token
from services.settings import Settings

Page = Callable[..., Awaitable[Response]]
SIGNED_IN_HOURS: Final = 8.0
FORM_BYTES_MAX: Final = 10_000
TOLD: Final = (NotSignedIn, NotAllowed, NotFound, Refused, Behind, LogError)


class Pages:
    """Draws the pages from the answers that the API gives."""

    def __init__(self, door: Door, records: Records, settings: Settings) -> None:
        self._door, self._records, self._settings = door, records, settings
        self._templates = look.environment()

    def draw(self, template: str, code: int = 200, **given: Any) -> Response:
        """Draw a page."""
        text = self._templates.get_template(template).render({"where": None, "role": None, **given})
        return HTMLResponse(text, code, headers=dict(look.HEADERS))

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
                return self.draw("refused.html", status, heading=heading, sentence=sentence, status=status)

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
        return self.draw("sign_in.html", people=self._people())

    async def signed_in(self, request: Request) -> Response:
        """Keep a valid token in a cookie that only this server sees and that never carries a change."""
        data = await received(request, FORM_BYTES_MAX)
        form = parse_qs(data.decode("utf-8", "replace"))
        given, person = form.get("token", [""])[0].strip(), form.get("person", [""])[0]
        if person.isascii() and person.isdigit() and int(person) < len(self._people()):
            one = self._people()[int(person)]
            given = self._door.signer.token(
                parse_id(one["subject"]), [parse_id(one["organisation"])], ["records:read"], SIGNED_IN_HOURS
            )
        self._door.signer.caller(given)
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
        return self.draw(
            "registers.html", where=organisation, role=asked.visit.role, day=day, registers=found, position=position,
            unresolved=unresolved,
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
        shown = [one.subject for one in found]
        await self._records.list_of(asked, "roll", shown, position.index, ["identity", "enrolment"])
        return self.draw(
            "roll.html", where=organisation, role=asked.visit.role, pupils=found, position=position, at=asked.at,
            group=about.title if about else None,
        )  # fmt: skip

    async def pupil(self, request: Request, organisation: str, subject: str) -> Response:
        """Show one pupil as known at an entry and true on a date."""
        who, where, records = an_id(subject), an_id(organisation), self._records
        asked = await records.asked(request, where, "view", SCHOOL, [who])
        page = await records.page(asked, who, *span(request, asked.at.valid_on))
        return self.draw(
            "pupil.html", where=organisation, role=asked.visit.role, record=page.record, position=page.position,
            at=asked.at, entries=[{"session": None, "said": None, "destroyed": None, **one} for one in page.entries],
            counted=page.attendance.summary, first=page.attendance.first, marks=page.attendance.marks,
            may_replay=asked.visit.role in ("head", "dpo"), calendar=self._calendar(page.attendance),
        )  # fmt: skip

    def _calendar(self, held: Marks) -> Any:
        codes = {(one.date, one.session): one.code for one in held.marks}
        return calendar_svg(held.first, held.last, codes, held.open_days)

    def _people(self) -> list[dict[str, str]]:
        if not self._settings.demo:
            return []
        path = self._settings.home / "people.json"
        return [one for one in json.loads(path.read_text()) if one["part"] != "connector"] if path.exists() else []


def mount(app: FastAPI, door: Door, records: Records, settings: Settings) -> None:
    """Give an app the pages and what they look like."""
    pages = Pages(door, records, settings)
    app.mount("/static", StaticFiles(directory=str(resources.files("services.pages") / "static")), "static")
    for path, method, page in (
        ("/", "GET", pages.start),
        ("/sign-in", "GET", pages.sign_in),
        ("/sign-in", "POST", pages.signed_in),
        ("/sign-out", "POST", pages.sign_out),
        ("/schools/{organisation}/registers", "GET", pages.registers),
        ("/schools/{organisation}/roll", "GET", pages.roll),
        ("/schools/{organisation}/pupils/{subject}", "GET", pages.pupil),
    ):
        app.add_api_route(path, pages.told(page), methods=[method], include_in_schema=False, response_model=None)
