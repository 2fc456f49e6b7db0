"""The register of disclosures over HTTP: of a school, of one child, as a family is shown it, and each file again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown
from events.model import Category
from ledger.decider import Refused
from ledger.view import Position
from services.door import At, Door, NotAllowed, Visit, at_json
from services.facts import LONDON
from services.permission import DOORS, LOCKED, Action
from services.routes import NO_STORE, Answered, a_date, a_number, an_id, token
from services.shared_facts import FactSource
from services.sharing import disclosure_queries as queries
from services.sharing import flow_queries
from services.sharing.notice_queries import notice_key, owed, owed_discreetly
from services.sharing.notice_views import NoticeRow
from services.sharing.processing import Governing, Processing, period, processing, processing_json
from services.sharing.reach import kept_within, lines_within, paged, sees_all
from services.sharing.register_csv import csv_of
from services.sharing.register_json import family_json, line_json
from services.sharing.remaking import Remaker

READ: Final = "records:read"
BASE: Final = "/api/organisations/{organisation}"
SHARE: Final = "sharing:write"
SEEN: Final[tuple[Category, ...]] = ("correspondence", "safeguarding")
"""Categories of the register: with the second, also what was told discreetly."""
RECALLED: Final = "This was recalled, so its file is not given out again. Send anew what may go, and give that."
FAMILY_NOTE: Final = (
    "This is what we have given to others about your child. For every child, the law lets some of it stay out of this "
    "list for a time; you may ask the data protection officer, or the Information Commissioner, to look at it."
)
"""The same for every child, so that a hidden disclosure leaves no trace."""


class Reads(Protocol):
    """How reads are written down: given by whoever puts the services together."""

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown."""

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """The register at a moment: its lines, what was not shared, and what everybody and everything is called."""

    lines: Sequence[queries.Line]
    kept: Sequence[queries.KeptLine]
    named: flow_queries.Known
    position: Position


class Register:
    """Answers questions about what was given away, each written down before it is answered."""

    def __init__(self, door: Door, reads: Reads, facts: FactSource, governing: Governing) -> None:
        self.door, self._reads, self._facts, self._governing = door, reads, facts, governing

    async def asked(
        self, request: Request, organisation: bytes, action: Action, pupils: Iterable[bytes] = ()
    ) -> tuple[Visit, At]:
        """Let a reader in, and read which moment they ask for."""
        query, given = request.query_params, token(request)
        try:
            visit = await self.door.enter(given, organisation, action, READ, SEEN, (), pupils, query.get("door"))
        except NotAllowed:
            if action != "list":  # a pupil's own list is of their record, and shut as that is
                raise
            # Who shares in some categories sees what was given in them, and no other correspondence.
            visit = await self.door.enter(given, organisation, "share", READ, SEEN[:1])
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        day = a_date(query.get("valid_on"), "valid_on")
        at = await self.door.moment(organisation, query.get("known_at") or None, day, query.get("case") or None)
        if at.asked is not None:
            visit = await self.door.enter(given, organisation, "replay", READ, SEEN, (), pupils, query.get("door"))
        return visit, at

    async def told(self, visit: Visit, at: At, wanted: queries.Filter) -> Told:
        """Give the school's register, once it is written down that it is shown."""
        async with self.door.read(await self._place(visit, at)) as reader:
            position = await reader.position()
            found = await queries.register(reader, wanted, discreet="safeguarding" in visit.categories)
            kept = await queries.kept(reader, discreet="safeguarding" in visit.categories)
            told = Told(
                lines_within(visit.role, found),
                kept_within(visit.role, kept),
                await flow_queries.known(reader),
                position,
            )
        await self._reads.listed(visit, at, position.index, "list", {})
        return told

    async def named(self, organisation: bytes) -> flow_queries.Known:
        """Give what everybody and everything in the register is called."""
        async with self.door.read(organisation) as reader:
            return await flow_queries.known(reader)

    async def processing(self, visit: Visit, at: At) -> Processing:
        """Give the record of processing activities, as it stood at a moment: of the year until then."""
        if not sees_all(visit.role):
            raise NotAllowed(
                "This record is of everything that was given. Ask the head or the data protection officer."
            )
        async with self.door.read(await self._place(visit, at)) as reader:
            then = (await reader.position()).recorded_at
            day = visit.today if at.asked is None or then is None else then.astimezone(LONDON).date()
            controller = await self._governing.controller(reader, day)
        told = await self.told(visit, at, period(day))
        return processing(controller, told.lines, told.named, day)

    async def about(self, visit: Visit, at: At, subject: bytes) -> tuple[list[queries.Line], Any]:
        """Give everything that was given of one pupil, once it is written down that it is shown."""
        discreet = "safeguarding" in visit.categories
        async with self.door.read(await self._place(visit, at)) as reader:
            position = await reader.position()
            found = await queries.about(reader, self._facts, visit.organisation, subject, discreet=discreet)
        await self._viewed(visit, at, position.index, subject, "disclosures")
        return lines_within(visit.role, found), position

    async def returns(self, visit: Visit, at: At, subject: bytes) -> list[queries.Line]:
        """Give the returns about everyone that a pupil was in, for a page that writes down itself that it is shown."""
        if "correspondence" not in visit.categories:
            return []
        async with self.door.read(await self._place(visit, at)) as reader:
            return await queries.returns(reader, self._facts, visit.organisation, subject)

    async def family(self, visit: Visit, subject: bytes) -> list[queries.Line]:
        """Give what a family is shown, once it is written down that it is."""
        async with self.door.read(visit.organisation) as reader:
            position = await reader.position()
            found = await queries.for_family(reader, self._facts, visit.organisation, subject, visit.today)
        await self._viewed(visit, At(visit.today), position.index, subject, "disclosures, for the family")
        return found

    async def kept(self, visit: Visit, at: At) -> list[queries.KeptLine]:
        """Give what was not shared."""
        async with self.door.read(await self._place(visit, at)) as reader:
            position = await reader.position()
            found = await queries.kept(reader, discreet="safeguarding" in visit.categories)
        await self._reads.listed(visit, at, position.index, "list", {})
        return kept_within(visit.role, found)

    async def notices(self, visit: Visit, at: At, subject: bytes | None, *, closed: bool) -> list[NoticeRow]:
        """Give the notices of Article 19 that are open, or all, of a school or of one pupil; the oldest first."""
        async with self.door.read(await self._place(visit, at)) as reader:
            position = await reader.position()
            found = await owed(reader, visit.role, subject, closed=closed)
        shown = {one.subject: Shown(categories=("correspondence",), what="notices") for one in found}
        await self._reads.listed(visit, at, position.index, "list", shown)
        return found

    async def discreet_notices(
        self, visit: Visit, at: At, subject: bytes | None, *, closed: bool
    ) -> list[NoticeRow]:  # fmt: skip
        """Give the discreet ones, for whoever may know of them.

        As of the register of disclosures, whom they are about is not written down of the list: who is told of reads is
        not always who may know.
        """
        async with self.door.read(await self._place(visit, at)) as reader:
            return await owed_discreetly(reader, subject, closed=closed)

    async def _place(self, visit: Visit, at: At) -> bytes:
        """Give where the rows of the moment asked for are kept."""
        where = visit.organisation
        return where if at.asked is None else await self.door.pasts.place(where, at.asked)

    async def reading(
        self, request: Request, organisation: bytes, needed: frozenset[Category], pupils: Sequence[bytes]
    ) -> Visit:
        """Let somebody read a file that went, as they would read these pupils' records. Raises NotAllowed.

        What is restricted today opens by a door alone: also of a category that they may share and not read.
        """
        opened, asked = request.query_params.get("door"), needed | frozenset(SEEN[:1])
        async with self.door.read(organisation) as reader:
            of = await self.door.facts.held(reader)
            now = sorted({of.get(one, one) for one in pupils})
            shut = await self.door.facts.restricted(reader, now, self.door.today())
        visit = await self.door.enter(token(request), organisation, "view", SHARE, asked, (), now, opened)
        locked = asked & frozenset(one for several in shut.values() for one in several)
        if locked and not opened:
            raise NotAllowed(LOCKED)
        return replace(visit, through=next((one for one in DOORS if locked and one == opened), None))

    async def may_have(self, request: Request, organisation: bytes, needed: frozenset[Category]) -> None:
        """Let through whoever may share what a file holds, or may replay all of it. Raises NotAllowed."""
        given = token(request)
        try:
            await self.door.enter(given, organisation, "share", SHARE, needed)
        except NotAllowed as refused:
            try:
                visit = await self.door.enter(given, organisation, "replay", SHARE, needed)
            except NotAllowed:
                raise refused from None
            if not visit.categories >= needed:
                raise

    async def gave(
        self, visit: Visit, needed: frozenset[Category], pupils: Sequence[bytes], *, cohort: bool,
        what: str = "file that was disclosed",
    ) -> None:  # fmt: skip
        """Write down that a file is about to be shown: each pupil of it as viewed; of everyone, as a list."""
        async with self.door.read(visit.organisation) as reader:
            position = await reader.position()
        shown = dict.fromkeys(pupils, Shown(categories=tuple(sorted(needed)), what=what))
        if cohort:
            await self._reads.listed(visit, At(visit.today), position.index, "list", shown)
        else:
            await self._reads.viewed(visit, At(visit.today), position.index, shown)

    async def _viewed(self, visit: Visit, at: At, index: int, subject: bytes, what: str) -> None:
        shown = Shown(categories=tuple(sorted(visit.categories)), what=what)
        await self._reads.viewed(visit, at, index, {subject: shown})


def router(
    register: Register, remaker: Remaker, categories: Callable[[Iterable[str]], frozenset[Category]]
) -> APIRouter:
    """Give the register's routes."""
    made = APIRouter(tags=["sharing"])

    @made.get(f"{BASE}/disclosures", name="disclosures", openapi_extra={"x-scope": READ})
    async def all_of_school(request: Request, organisation: str) -> Response:
        """Give the register of disclosures: by recipient, rule, purpose and days, as known at a moment.

        With ``limit`` it is given page by page: ``next`` is the ``cursor`` of the next, and null at the end.
        """
        visit, at = await register.asked(request, an_id(organisation), "list")
        told = await register.told(visit, at, filter_of(request.query_params))
        lines, following = paged(told.lines, lambda one: (-one.at.index,), request.query_params)
        at_what = at_json(told.position, at)
        return Answered({"disclosures": [line_json(one) for one in lines], "next": following, "at": at_what})

    @made.get(f"{BASE}/disclosures.csv", name="disclosures-csv", openapi_extra={"x-scope": READ})
    async def spreadsheet(request: Request, organisation: str) -> Response:
        """Give the same as a spreadsheet, in which nothing runs."""
        return await csv_answer(request, register, organisation)

    @made.get(f"{BASE}/article-30", name="article-30", openapi_extra={"x-scope": READ})
    async def article_30(request: Request, organisation: str) -> Response:
        """Give the record of processing activities (UK GDPR Article 30), from what flowed in the last year."""
        visit, at = await register.asked(request, an_id(organisation), "list")
        return Answered(processing_json(await register.processing(visit, at)))

    @made.get(f"{BASE}/not-shared", name="not-shared", openapi_extra={"x-scope": READ})
    async def not_shared(request: Request, organisation: str) -> Response:
        """Give what was not shared, and why."""
        visit, at = await register.asked(request, an_id(organisation), "list")
        return Answered({"not_shared": await register.kept(visit, at)})

    @made.get(f"{BASE}/notices", name="notices", openapi_extra={"x-scope": READ})
    async def owed(request: Request, organisation: str) -> Response:
        """Give who must still be told of a correction, withdrawal or restriction; ``?all=yes`` also who was."""
        visit, at = await register.asked(request, an_id(organisation), "list")
        pupil, every = request.query_params.get("pupil"), request.query_params.get("all") == "yes"
        found = await register.notices(visit, at, an_id(pupil) if pupil else None, closed=every)
        shown, following = paged(found, notice_key, request.query_params)
        if "safeguarding" not in visit.categories:
            return Answered({"notices": shown, "next": following})
        discreet = await register.discreet_notices(visit, at, an_id(pupil) if pupil else None, closed=every)
        return Answered({"notices": shown, "next": following, "discreet_notices": discreet})

    _add_of_pupil(made, register)
    _add_file(made, register, remaker, categories)
    return made


def _add_of_pupil(made: APIRouter, register: Register) -> None:
    @made.get(f"{BASE}/pupils/{{subject}}/disclosures", name="pupil-disclosures", openapi_extra={"x-scope": READ})
    async def of_pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give who was given what of a pupil, returns about everyone included; ``?for=family`` as a family sees it."""
        who = an_id(subject)
        visit, at = await register.asked(request, an_id(organisation), "view", [who])
        if request.query_params.get("for") == "family":
            refuse_earlier(at)
            shown = [family_json(one) for one in await register.family(visit, who)]
            return Answered({"note": FAMILY_NOTE, "disclosures": shown})
        found, position = await register.about(visit, at, who)
        return Answered({"disclosures": [line_json(one) for one in found], "at": at_json(position, at)})


def _add_file(
    made: APIRouter, register: Register, remaker: Remaker, categories: Callable[[Iterable[str]], frozenset[Category]]
) -> None:
    @made.get(
        f"{BASE}/disclosures/{{disclosure}}/file", name="disclosed-file", openapi_extra={"x-scope": "sharing:write"}
    )
    async def file(request: Request, organisation: str, disclosure: str) -> Response:
        """Make a file again, byte for byte, for whoever may share what is in it; it is written down as a read."""
        where, which = an_id(organisation), an_id(disclosure)
        pupil = request.query_params.get("pupil")
        who = an_id(pupil) if pupil else None
        visit = await register.door.enter(token(request), where, "share", SHARE, SEEN if who else SEEN[:1])
        original = await remaker.original(visit.organisation, which, who)
        needed = categories(original.sending.fields)
        await register.may_have(request, where, needed)
        if original.recalled:
            raise Refused(RECALLED)
        pupils = await remaker.whom(where, original)
        visit = await register.reading(request, where, needed, pupils)
        found = await remaker.again(visit.organisation, original)
        await register.gave(visit, needed, pupils, cohort=original.pupils is None)
        headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{found.name}"'}
        return Response(found.data, media_type=found.content_type, headers=headers)


def refuse_earlier(at: At) -> None:
    """Refuse an earlier moment to what is asked of today alone. Raises Refused."""
    if at.asked is not None:
        raise Refused("This is as things stand today. Leave known_at out; the register of disclosures knows the past.")


async def csv_answer(request: Request, register: Register, organisation: str) -> Response:
    """Give the register as a spreadsheet."""
    visit, at = await register.asked(request, an_id(organisation), "list")
    told = await register.told(visit, at, filter_of(request.query_params))
    headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="disclosures.csv"'}
    return Response(csv_of(told.lines, told.named), media_type="text/csv; charset=utf-8", headers=headers)


def filter_of(query: Mapping[str, str]) -> queries.Filter:
    """Read what of the register is wanted. Raises Refused."""
    recipient = query.get("recipient")
    first, last = a_date(query.get("first"), "first"), a_date(query.get("last"), "last")
    if first is not None and last is not None and last < first:
        raise Refused("The last day should not be before the first. Check both dates.")
    return queries.Filter(
        an_id(recipient) if recipient else None, query.get("rule") or None, query.get("purpose") or None, first, last
    )
