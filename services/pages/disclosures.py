"""The pages of what was given away: the school's register with what is wrong in it, and a pupil's own list."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from services.door import Door
from services.pages.flow_chart import flow_svg
from services.pages.pupil import may_replay
from services.pages.sharing_forms import KINDS
from services.records.answers import Asked, Reads
from services.routes import a_number, an_id
from services.shared_facts import FactSource
from services.sharing import disclosure_queries as queries
from services.sharing.consents_api import Consents
from services.sharing.delivering import Deliverer
from services.sharing.flow_queries import FIELDS, flows
from services.sharing.keeping import Keeper
from services.sharing.leavers_api import Leaving
from services.sharing.reach import sees_all
from services.sharing.register_api import FAMILY_NOTE, Register, csv_answer, filter_of, refuse_earlier
from services.sharing.sending import Sender

Listed = TypeVar("Listed")
Draw = Callable[..., Awaitable[Response]]
Route = tuple[str, str, Callable[..., Awaitable[Response]]]
LINES_SHOWN: Final = 200
"""Disclosures or notices that a page shows: a term of a small school. The spreadsheet has them all."""
ASKED: Final = ("recipient", "rule", "purpose", "first", "last", "known_at", "case")
"""What of the register's address says what is wanted of it."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the pages of sharing ask: the register, the gate, what carries, the pupils' record, and consents."""

    register: Register
    sender: Sender
    deliverer: Deliverer
    keeper: Keeper
    facts: FactSource
    consents: Consents
    leaving: Leaving


@dataclass(frozen=True, slots=True)
class Due:
    """What went at once in an emergency and nobody else has looked at yet."""

    line: queries.Line
    overdue: bool


class DisclosurePages:
    """Draws the register and each pupil's list."""

    def __init__(self, door: Door, reads: Reads, sharing: Sharing, draw: Draw) -> None:
        self._door, self._reads, self._register, self._draw = door, reads, sharing.register, draw

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        school = "/schools/{organisation}"
        return (
            (f"{school}/disclosures", "GET", self.register),
            (f"{school}/disclosures.csv", "GET", self.spreadsheet),
            (f"{school}/pupils/{{subject}}/disclosures", "GET", self.of_pupil),
            (f"{school}/article-30", "GET", self.article_30),
            (f"{school}/notices", "GET", self.notices),
        )  # fmt: skip

    async def register(self, request: Request, organisation: str) -> Response:
        """Show the register: what flows and what is wrong with it first, then each disclosure, then what was kept."""
        query = request.query_params
        where = an_id(organisation)
        await self._door.await_views(where, await self._door.log.size(where))
        visit, at = await self._register.asked(request, where, "list")
        told = await self._register.told(visit, at, filter_of(query))
        found = flows(told.lines, told.named, visit.today)
        page = _page(query, len(told.lines))
        wanted = urlencode({name: value for name in ASKED if (value := query.get(name))})
        return await self._draw(
            Asked(visit, at), "disclosures.html", section="disclosures", lines=page.shown(told.lines), page=page,
            total=len(told.lines), kept=told.kept[:LINES_SHOWN], named=told.named, flows=found,
            due=_due(told.lines, visit.today),
            chart=flow_svg(found) if found else None, csv=f"/schools/{organisation}/disclosures.csv?{wanted}",
            wanted=wanted, whole=sees_all(visit.role),
            position=told.position, typed=query, may_replay=may_replay(visit), field_titles=FIELDS, today=visit.today,
        )  # fmt: skip

    async def spreadsheet(self, request: Request, organisation: str) -> Response:
        """Give the register as a spreadsheet."""
        return await csv_answer(request, self._register, organisation)

    async def article_30(self, request: Request, organisation: str) -> Response:
        """Show the record of processing activities, to read or print."""
        visit, at = await self._register.asked(request, an_id(organisation), "list")
        found = await self._register.processing(visit, at)
        return await self._draw(
            Asked(visit, at), "article_30.html", section="disclosures", found=found, field_titles=FIELDS,
            kinds=KINDS,
        )  # fmt: skip

    async def notices(self, request: Request, organisation: str) -> Response:
        """Show who must still be told that something was put right; ``?all=yes`` also who was."""
        where, query = an_id(organisation), request.query_params
        await self._door.await_views(where, await self._door.log.size(where))
        visit, at = await self._register.asked(request, where, "list")
        every = query.get("all") == "yes"
        found = await self._register.notices(visit, at, None, closed=every)
        page = _page(query, len(found))
        return await self._draw(
            Asked(visit, at), "notices.html", section="disclosures", page=page, notices=page.shown(found),
            total=len(found), every=every, named=await self._register.named(where), field_titles=FIELDS,
            wanted=urlencode({name: query[name] for name in ("all", "known_at", "case") if query.get(name)}),
        )  # fmt: skip

    async def of_pupil(self, request: Request, organisation: str, subject: str) -> Response:
        """Show who was given what of a pupil; ``?for=family`` as it may be printed for the family."""
        who, where = an_id(subject), an_id(organisation)
        await self._door.await_views(where, await self._door.log.size(where))
        visit, at = await self._register.asked(request, where, "view", [who])
        named = await self._register.named(where)
        if request.query_params.get("for") == "family":
            refuse_earlier(at)
            lines = await self._register.family(visit, who)
            return await self._draw(
                Asked(visit, at), "disclosures_family.html", section="roll", subject=who, lines=lines, named=named,
                field_titles=FIELDS, note=FAMILY_NOTE,
            )  # fmt: skip
        lines, position = await self._register.about(visit, at, who)
        return await self._draw(
            Asked(visit, at), "disclosures_pupil.html", section="roll", subject=who, lines=lines, named=named,
            field_titles=FIELDS, position=position, today=visit.today,
            may_hide="safeguarding" in visit.categories and visit.role in ("head", "dsl"),
            names=await self._reads.names(where, [one.at for one in lines]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list: which, counted from 1, and of how many."""

    number: int
    last: int

    def shown(self, lines: Sequence[Listed]) -> Sequence[Listed]:
        """Give what of a list is on this page."""
        return lines[(self.number - 1) * LINES_SHOWN : self.number * LINES_SHOWN]


def _page(query: Mapping[str, str], lines: int) -> Leaf:
    number, last = a_number(query.get("page") or None, "page") or 1, max(1, -(-lines // LINES_SHOWN))
    return Leaf(min(max(number, 1), last), last)


def _due(lines: Sequence[queries.Line], today: date) -> list[Due]:
    waiting = [one for one in lines if one.review_due is not None and not one.reviewed]
    waiting.sort(key=lambda one: one.review_due or today)
    return [Due(one, bool(one.review_due and one.review_due < today)) for one in waiting]
