"""The records service over HTTP: commands, and the reads that are written down before they are answered."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.codes.calendar import school_year
from events.governance import Shown
from events.identifiers import id_text
from events.model import Category
from ledger.decider import Command, Decider, Refused
from ledger.runner import replay
from ledger.view import MemoryReader, Position, Reader
from services.door import At, Door, NotFound, Visit, at_json
from services.facts import Provenance
from services.permission import Action
from services.records import attendance, contacts, enrolment, groups, history, identity, queries
from services.records import attendance_queries as days
from services.records.views import VIEWS
from services.routes import Answered, a_date, a_number, add_commands, an_id, token

SCHOOL: Final[frozenset[Category]] = frozenset({"identity", "contact", "enrolment", "attendance"})
READ: Final = "records:read"
AHEAD_DAYS_MAX: Final = 1
"""A register may be taken for today, or tomorrow where a clock is fast; not for next week."""

COMMANDS: Final[Mapping[type[Command], Decider[Any]]] = {
    # The most frequent ones first: an address is looked for in this order.
    attendance.TakeRegister: attendance.attendance,
    attendance.AmendMark: attendance.attendance,
    identity.RegisterPupil: identity.identity,
    identity.ChangeName: identity.identity,
    identity.CorrectName: identity.identity,
    identity.CorrectDateOfBirth: identity.identity,
    identity.CorrectSex: identity.identity,
    identity.RecordUpn: identity.identity,
    identity.CorrectUpn: identity.identity,
    contacts.RecordContact: contacts.contacts,
    contacts.LinkContact: contacts.contacts,
    contacts.UnlinkContact: contacts.contacts,
    contacts.ChangeAddress: contacts.contacts,
    contacts.CorrectAddress: contacts.contacts,
    contacts.ChangePhone: contacts.contacts,
    contacts.ChangeEmail: contacts.contacts,
    enrolment.Enrol: enrolment.enrolment,
    enrolment.Leave: enrolment.enrolment,
    groups.FormGroup: groups.groups,
    groups.JoinGroup: groups.groups,
    groups.LeaveGroup: groups.groups,
    groups.TeachGroup: groups.groups,
}
_CATEGORY: Final[Mapping[Decider[Any], Category]] = {
    identity.identity: "identity",
    contacts.contacts: "contact",
    enrolment.enrolment: "enrolment",
    groups.groups: "enrolment",
    attendance.attendance: "attendance",
}


class Reads(Protocol):
    """How reads are written down and people named: given by whoever puts the services together."""

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown."""

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown."""

    async def names(self, organisation: bytes, wanted: Iterable[Provenance]) -> Mapping[int, str]:
        """Give who made each entry, by index: name and job title as they stood at that entry."""

    async def parameter(self, reader: Reader, rule: str, name: str) -> int | None:
        """Give a parameter of an adopted rule."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A read that has been let in: who, of which moment."""

    visit: Visit
    at: At


class Records:
    """Answers the records service's questions; the pages ask it too."""

    def __init__(self, door: Door, reads: Reads) -> None:
        self.door = door
        self.reads = reads

    async def asked(  # what permission rests on, named at each call
        self, request: Request, organisation: bytes, action: Action, categories: Iterable[Category] = SCHOOL,
        pupils: Iterable[bytes] = (), group: Iterable[bytes] = (),
    ) -> Asked:  # fmt: skip
        """Let a reader in, and read which moment they ask for."""
        query = request.query_params
        given = token(request)
        visit = await self.door.enter(given, organisation, action, READ, categories, group, pupils)
        at = await self._moment(organisation, dict(query))
        if at.asked is not None:
            visit = await self.door.enter(given, organisation, "replay", READ, categories, group, pupils)
        return Asked(visit, at)

    async def moment(self, given: str | None, visit: Visit, query: Mapping[str, str]) -> Asked:
        """As above, for a search: its question is in the body."""
        at = await self._moment(visit.organisation, query)
        if at.asked is not None:
            visit = await self.door.enter(given, visit.organisation, "replay", READ, visit.categories)
        return Asked(visit, at)

    async def _moment(self, organisation: bytes, query: Mapping[str, str]) -> At:
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        valid_on = a_date(query.get("valid_on"), "valid_on")
        return await self.door.moment(organisation, query.get("known_at") or None, valid_on, query.get("case") or None)

    async def whole(self, asked: Asked) -> "AbstractAsyncContextManager[Reader]":
        """Give the school's rows at the moment asked for: the live ones, or a replay of the whole log."""
        if asked.at.asked is None:
            return self.door.read(asked.visit.organisation)
        feed, upto = self.door.feed, asked.at.asked
        rows = await asyncio.to_thread(replay, VIEWS, feed, self.door.codec, asked.visit.organisation, upto)
        return nullcontext(MemoryReader(rows, Position(upto, None)))

    async def one(self, asked: Asked, subject: bytes) -> "AbstractAsyncContextManager[Reader]":
        """Give one pupil's rows at the moment asked for."""
        if asked.at.asked is None:
            return self.door.read(asked.visit.organisation)
        known = await history.known(self.door.log, self.door.codec, asked.visit.organisation, subject, asked.at.asked)
        return nullcontext(known.reader)

    async def record(self, asked: Asked, subject: bytes) -> tuple[queries.PupilRecord, Position]:
        """Give a pupil's record, once it is written down that it is shown."""
        async with await self.one(asked, subject) as reader:
            position = await reader.position()
            found = await queries.pupil(reader, subject, asked.at.valid_on, asked.visit.categories)
        if found is None:
            raise NotFound("There is no such pupil here, or there was none at that moment.")
        shown = {subject: Shown(categories=tuple(sorted(asked.visit.categories)), what="record")}
        for contact in found.contacts:
            shown[contact.contact] = Shown(categories=("contact", "identity"), what="contact of a pupil")
        await self.reads.viewed(asked.visit, asked.at, position.index, shown)
        return found, position

    async def marks(
        self, asked: Asked, subject: bytes, first: date, last: date
    ) -> tuple[list[days.SessionMark], days.Summary, Position]:
        """Give a pupil's marks and their summary, once it is written down that they are shown."""
        async with await self.one(asked, subject) as reader:
            position = await reader.position()
            found = await days.marks(reader, subject, first, last)
        percent = await self.percentages(asked.visit.organisation)
        shown: Mapping[bytes, Shown] = {subject: Shown(categories=("attendance",), what="attendance")}
        await self.reads.viewed(asked.visit, asked.at, position.index, shown)
        return found, days.summary([mark.code for mark in found], *percent), position

    async def percentages(self, organisation: bytes) -> tuple[int, int]:
        """Give the adopted thresholds of persistent and severe absence, in per cent."""
        async with self.door.read(organisation) as reader:
            persistent = await self.reads.parameter(reader, "persistent-absence", "percent")
            severe = await self.reads.parameter(reader, "severe-absence", "percent")
        return persistent or days.PERSISTENT_DEFAULT["percent"], severe or days.SEVERE_DEFAULT["percent"]

    async def entries(self, asked: Asked, subject: bytes) -> tuple[list[dict[str, Any]], int]:
        """Give what happened to a pupil's record, newest last, once it is written down that it is shown."""
        organisation = asked.visit.organisation
        upto = asked.at.asked if asked.at.asked is not None else await self.door.log.size(organisation)
        known = await history.known(self.door.log, self.door.codec, organisation, subject, upto)
        visible = [entry for entry in known.entries if entry.header.category in asked.visit.categories]
        names = await self.reads.names(organisation, [history.provenance(entry) for entry in visible])
        shown: Mapping[bytes, Shown] = {
            subject: Shown(categories=tuple(sorted(asked.visit.categories)), what="timeline")
        }
        await self.reads.viewed(asked.visit, asked.at, upto, shown)
        return [history.line(entry, subject, names.get(entry.header.index, "")) for entry in visible], upto

    async def list_of(self, asked: Asked, kind: str, pupils: Iterable[queries.Listed], index: int) -> None:
        """Write down a list that is about to be shown."""
        shown = {one.subject: Shown(categories=("enrolment", "identity"), what=kind) for one in pupils}
        await self.reads.listed(asked.visit, asked.at, index, "search" if kind == "search" else "list", shown)


def router(door: Door, records: Records) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["records"])

    async def enter(request: Request, organisation: bytes, command: Command) -> Visit:
        category = _CATEGORY[COMMANDS[type(command)]]
        wanted, named = _about(command)
        action: Action = "govern" if isinstance(command, groups.FormGroup | groups.TeachGroup) else "change"
        visit = await door.enter(token(request), organisation, action, command.scope, [category], wanted, named)
        await _check(door, visit, command)
        return visit

    add_commands(made, door, "records", COMMANDS, enter)
    base = "/api/organisations/{organisation}"

    @made.get(f"{base}/pupils/{{subject}}", name="pupil", openapi_extra={"x-scope": READ})
    async def pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give a pupil's record."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", SCHOOL, [who])
        found, position = await records.record(asked, who)
        return Answered({"pupil": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/pupils/{{subject}}/attendance", name="pupil-attendance", openapi_extra={"x-scope": READ})
    async def pupil_attendance(request: Request, organisation: str, subject: str) -> Response:
        """Give a pupil's marks of a school year, or between two dates, and their summary."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", ["attendance"], [who])
        first, last = span(request, asked.at.valid_on)
        found, counted, position = await records.marks(asked, who, first, last)
        return Answered({"summary": counted, "marks": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/pupils/{{subject}}/timeline", name="timeline", openapi_extra={"x-scope": READ})
    async def timeline(request: Request, organisation: str, subject: str) -> Response:
        """Give every entry about a pupil that the caller may see."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", SCHOOL, [who])
        lines, index = await records.entries(asked, who)
        return Answered({"entries": lines, "at": at_json(Position(index, None), asked.at)})

    _add_lists(made, records, base)
    return made


def _add_lists(made: APIRouter, records: Records, base: str) -> None:
    @made.get(f"{base}/roll", name="roll", openapi_extra={"x-scope": READ})
    async def roll(request: Request, organisation: str) -> Response:
        """Give the pupils on the roll, or in one group, on a date."""
        group = request.query_params.get("group")
        wanted = [an_id(group)] if group else []
        asked = await records.asked(request, an_id(organisation), "list", ["identity", "enrolment"], group=wanted)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            only = await queries.in_group(reader, wanted[0], asked.at.valid_on) if wanted else None
            found = await queries.on_roll(reader, asked.at.valid_on, only)
        await records.list_of(asked, "roll", found, position.index)
        return Answered({"pupils": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/groups", name="groups", openapi_extra={"x-scope": READ})
    async def all_groups(request: Request, organisation: str) -> Response:
        """Give the groups of the date's school year."""
        asked = await records.asked(request, an_id(organisation), "list", ["enrolment"], group=[])
        async with await records.whole(asked) as reader:
            position = await reader.position()
            found = await queries.all_groups(reader, school_year(asked.at.valid_on))
        return Answered({"groups": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/registers", name="registers", openapi_extra={"x-scope": READ})
    async def registers(request: Request, organisation: str) -> Response:
        """Give a day's registers: taken, partly taken, missing."""
        asked = await records.asked(request, an_id(organisation), "list", ["attendance"])
        day = a_date(request.query_params.get("date"), "date") or asked.at.valid_on
        async with await records.whole(asked) as reader:
            position = await reader.position()
            found = await days.registers(reader, day)
        return Answered({"date": day, "registers": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/unresolved", name="unresolved", openapi_extra={"x-scope": READ})
    async def unresolved(request: Request, organisation: str) -> Response:
        """Give the Ns whose reason nobody has established."""
        asked = await records.asked(request, an_id(organisation), "list", ["attendance"])
        async with records.door.read(asked.visit.organisation) as reader:
            allowed = await records.reads.parameter(reader, "unresolved-n-days", "school_days")
        async with await records.whole(asked) as reader:
            position = await reader.position()
            found = await days.unresolved_marks(reader, asked.at.valid_on, allowed)
            listed = await queries.on_roll(reader, asked.at.valid_on, [one.subject for one in found])
        await records.list_of(asked, "unresolved marks", listed, position.index)
        return Answered({"unresolved": found, "school_days": allowed, "at": at_json(position, asked.at)})

    @made.get(f"{base}/attendance", name="attendance", openapi_extra={"x-scope": READ})
    async def attendance_of_all(request: Request, organisation: str) -> Response:
        """Give every pupil's attendance summary of a school year, or between two dates."""
        asked = await records.asked(request, an_id(organisation), "list", ["attendance", "identity"])
        first, last = span(request, asked.at.valid_on)
        percent = await records.percentages(asked.visit.organisation)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            counted = await days.summaries(reader, first, last, *percent)
            listed = await queries.on_roll(reader, asked.at.valid_on)
        found = [{"pupil": one, "summary": counted[one.subject]} for one in listed if one.subject in counted]
        await records.list_of(asked, "attendance", listed, position.index)
        return Answered({"pupils": found, "at": at_json(position, asked.at)})


def span(request: Request, valid_on: date) -> tuple[date, date]:
    """Read two dates of a query; without them, the school year up to the date that the question is of."""
    query = request.query_params
    first = a_date(query.get("first"), "first") or date(school_year(valid_on), 9, 1)
    last = a_date(query.get("last"), "last") or valid_on
    if last < first or (last - first).days > 366 * 2:
        raise Refused("The last day should be after the first, and at most two years later.")
    return first, last


def _about(command: Command) -> tuple[list[bytes], list[bytes]]:
    """Give the groups and pupils whom somebody must teach to carry out a command in a teacher's role."""
    match command:
        case attendance.TakeRegister():
            return [command.group], list(command.marks)
        case attendance.AmendMark():
            return [], [command.pupil]
        case _:
            return [], []


async def _check(door: Door, visit: Visit, command: Command) -> None:
    """Refuse what the views show to be wrong: marks for the far future, or for pupils who are not on the roll."""
    if not isinstance(command, attendance.TakeRegister):
        born = getattr(command, "date_of_birth", None)
        if born is not None and born >= visit.today:
            raise Refused("The date of birth is not in the past. Check the day, month and year.")
        return
    if (command.date - visit.today).days > AHEAD_DAYS_MAX:
        raise Refused("That day has not come yet. Check the date of the register.")
    async with door.read(visit.organisation) as reader:
        enrolled = await queries.enrolled(reader, command.date, list(command.marks))
    missing = [id_text(pupil) for pupil in command.marks if pupil not in enrolled]
    if missing:
        raise Refused(
            "Some of these pupils are not on the roll on that day, so nothing was marked. Take them off the register, "
            "or enrol them first.",
            pupils=missing,
        )
