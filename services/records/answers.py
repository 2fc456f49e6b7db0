"""Answers the records service's questions: at one moment, from one reader, and written down before they are shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol, TypeAlias

from fastapi import Request

from events.governance import Shown
from events.identifiers import id_text
from events.model import CATEGORIES, Category
from ledger.alias import held
from ledger.decider import Refused
from ledger.view import AnyView, Position, Reader
from services.door import At, Door, NotFound, Visit, a_door
from services.facts import Provenance
from services.opened import through
from services.permission import Action, Through
from services.records import history, queries
from services.records.families import collection_queries
from services.records.pupils.identity_views import aliases
from services.records.pupils.merging import IS_MERGED
from services.records.registers import attendance_queries as days
from services.restrictions import RESTRICTED as RESTRICTED  # noqa: PLC0414  # lists of records ask it here
from services.routes import a_date, a_number, token

RECORD: Final[frozenset[Category]] = frozenset(CATEGORIES) - {"access"}
"""What a pupil's record may hold; a reader is shown what of it their role may see."""
READ: Final = "records:read"
_NO_PUPIL: Final = "There is no such pupil here, or there was none at that moment."


Shut: TypeAlias = Mapping[bytes, frozenset[Category]]
"""Whose data of which categories."""


class Reads(Protocol):
    """How reads are written down and people named: given by whoever puts the services together."""

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown."""

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown."""

    async def names(self, organisation: bytes, wanted: Iterable[Provenance]) -> Mapping[int, str]:
        """Give who made each entry, by index: name and job title as they stood at that entry."""

    async def parameter(self, reader: Reader, rule: str, name: str) -> int | None:
        """Give a parameter of a rule, as adopted at the reader's moment."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A read that has been let in: who, of which moment, and the door of Article 18(2) that they name, if any."""

    visit: Visit
    at: At
    door: Through | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """A pupil's marks between two dates, and what they come to."""

    first: date
    last: date
    marks: Sequence[days.SessionMark]
    summary: days.Summary
    open_days: Sequence[date]


@dataclass(frozen=True, slots=True)
class PupilPage:
    """Everything that a pupil's page shows, at one position."""

    record: queries.PupilRecord
    attendance: Marks
    entries: Sequence[Mapping[str, Any]]
    position: Position


@dataclass(frozen=True, slots=True)
class Unresolved:
    """The Ns of a school, for how many school days one may stand (None: no rule adopted), and the pupils' names."""

    marks: Sequence[days.Unresolved]
    allowed: int | None
    names: Mapping[bytes, str]


class Records:
    """Answers questions about pupils; the pages ask it too. ``views`` are every service's: a replay folds them all."""

    def __init__(self, door: Door, reads: Reads, views: Sequence[AnyView]) -> None:
        self.door = door
        self.reads = reads
        self._views = views

    async def asked(  # what permission rests on, named at each call
        self, request: Request, organisation: bytes, action: Action, categories: Iterable[Category] = RECORD,
        pupils: Iterable[bytes] = (), group: Iterable[bytes] = (),
    ) -> Asked:  # fmt: skip
        """Let a reader in, and read which moment they ask for."""
        query, given = request.query_params, token(request)
        named = query.get("door")
        visit = await self.door.enter(given, organisation, action, READ, categories, group, pupils, named)
        at = await self._moment(organisation, dict(query))
        if at.asked is not None or query.get("wait_for"):
            # Whoever waited for a change is let in as things are after it: it may have ended what they may see.
            action = action if at.asked is None else "replay"
            visit = await self.door.enter(given, organisation, action, READ, categories, group, pupils, named)
        return Asked(visit, at, a_door(named))

    async def moment(self, given: str | None, visit: Visit, query: Mapping[str, str]) -> Asked:
        """As above, for a search: its question is in the body."""
        at = await self._moment(visit.organisation, query)
        if at.asked is not None:
            visit = await self.door.enter(given, visit.organisation, "replay", READ, visit.categories)
        return Asked(visit, at)

    async def own_groups(self, request: Request, organisation: bytes) -> set[bytes]:
        """Give the groups that the caller teaches today: a teacher's lists are of these."""
        caller = self.door.signer.caller(token(request))
        if not caller.belongs_to(organisation):
            return set()
        async with self.door.read(organisation) as reader:
            return await queries.taught(reader, caller.subject, self.door.today())

    async def whole(self, asked: Asked) -> "AbstractAsyncContextManager[Reader]":
        """Give the school's rows at the moment asked for: the live ones, or those folded up to an entry.

        Raises StillFolding while these are being put together.
        """
        where = asked.visit.organisation
        return self.door.read(where if asked.at.asked is None else await self.door.pasts.place(where, asked.at.asked))

    async def one(self, asked: Asked, subject: bytes) -> "AbstractAsyncContextManager[Reader]":
        """Give one pupil's rows at the moment asked for."""
        if asked.at.asked is None:
            return self.door.read(asked.visit.organisation)
        return nullcontext((await self._known(asked, subject, asked.at.asked)).reader)

    async def record(self, asked: Asked, subject: bytes) -> tuple[queries.PupilRecord, Position]:
        """Give a pupil's record, once it is written down that it is shown."""
        async with await self.one(asked, subject) as reader:
            position = await reader.position()
            found = await self._record(reader, asked, subject)
        await self.reads.viewed(asked.visit, asked.at, position.index, _shown_of(found, asked.visit, "record"))
        return found, position

    async def marks(self, asked: Asked, subject: bytes, first: date, last: date) -> tuple[Marks, Position]:
        """Give a pupil's marks and their summary, once it is written down that they are shown."""
        async with await self.one(asked, subject) as reader:
            position = await reader.position()
            found = await self._marks(reader, subject, first, last)
            if not found.marks and not await queries.is_pupil(reader, subject):
                raise await self.missing(reader, subject)
        shown: Mapping[bytes, Shown] = {subject: Shown(categories=("attendance",), what="attendance")}
        await self.reads.viewed(asked.visit, asked.at, position.index, shown)
        return found, position

    async def entries(self, asked: Asked, subject: bytes) -> tuple[list[dict[str, Any]], Position]:
        """Give what happened to a pupil's record, newest last, once it is written down that it is shown."""
        upto = asked.at.asked if asked.at.asked is not None else await self.door.log.size(asked.visit.organisation)
        known = await self._known(asked, subject, upto)
        position = await known.reader.position()
        lines = await self._lines(asked, subject, known)
        await self.reads.viewed(asked.visit, asked.at, upto, _shown(subject, asked.visit, "timeline"))
        return lines, position

    async def page(self, asked: Asked, subject: bytes, first: date, last: date) -> PupilPage:
        """Give a pupil's page, once it is written down that it is shown: one read, from one moment."""
        async with await self.one(asked, subject) as reader:
            position = await reader.position()
            record = await self._record(reader, asked, subject)
            attendance = await self._marks(reader, subject, first, last)
            if "attendance" in asked.visit.restricted and asked.visit.through is None:
                attendance = replace(attendance, marks=(), summary=days.summary([]))
        known = await self._known(asked, subject, position.index)
        lines = await self._lines(asked, subject, known)
        await self.reads.viewed(asked.visit, asked.at, position.index, _shown_of(record, asked.visit, "page"))
        return PupilPage(record, attendance, lines, position)

    async def percentages(self, reader: Reader) -> tuple[int, int]:
        """Give the thresholds of persistent and severe absence, in per cent, as adopted at the reader's moment."""
        persistent = await self.reads.parameter(reader, "persistent-absence", "percent")
        severe = await self.reads.parameter(reader, "severe-absence", "percent")
        return persistent or days.PERSISTENT_DEFAULT["percent"], severe or days.SEVERE_DEFAULT["percent"]

    async def registers(self, asked: Asked, day: date) -> tuple[list[days.Register], Position]:
        """Give a day's registers; to whoever sees only the groups they teach, those."""
        async with await self.whole(asked) as reader:
            position = await reader.position()
            found = await days.registers(reader, day)
            own = await queries.taught(reader, asked.visit.caller.subject, asked.visit.today)
        if asked.at.asked is not None:
            await self.list_of(asked, "registers", (), position.index, ())
        return [one for one in found if not asked.visit.only_taught or one.group in own], position

    async def unresolved(self, asked: Asked) -> tuple[Unresolved, Position]:
        """Give the Ns that nobody has resolved, once it is written down that they are shown."""
        async with await self.whole(asked) as reader:
            position = await reader.position()
            allowed = await self.reads.parameter(reader, "unresolved-n-days", "school_days")
            found = await days.unresolved_marks(reader, asked.at.valid_on, allowed)
            subjects = list(dict.fromkeys(one.subject for one in found))
            names = await queries.names(reader, subjects, asked.at.valid_on)
        shut = await self.shut(asked)
        names = {who: RESTRICTED if "identity" in shut.get(who, ()) else name for who, name in names.items()}
        if found or asked.at.asked is not None:
            await self.list_of(asked, "unresolved marks", subjects, position.index, ["attendance", "identity"])
        return Unresolved(found, allowed, names), position

    async def collection_form(self, asked: Asked) -> tuple[collection_queries.Form, Position]:
        """Give what the school asks families on a day."""
        async with await self.whole(asked) as reader:
            position = await reader.position()
            found = await collection_queries.form_on(reader, asked.at.valid_on)
        if asked.at.asked is not None:
            await self.list_of(asked, "collection form", (), position.index, ())
        return found, position

    async def shut(self, asked: Asked) -> Shut:
        """Give whose data of which categories may not be used today: a list masks it, as only a record has doors."""
        async with self.door.read(asked.visit.organisation) as reader:
            return await self.door.facts.restricted(reader, None, asked.visit.today)

    async def kept_shut(self, asked: Asked) -> tuple[Shut, Shut]:
        """Give what of whose data a print does not show today, and what it shows because a door was named.

        What a law has kept, such as the registers, has the doors that a record has: an inspector may have to see it.
        """
        found = await self.shut(asked)
        return (found, {}) if asked.door is None else ({}, found)

    async def masked(self, asked: Asked, found: Sequence[queries.Listed]) -> list[queries.Listed]:
        """Give a list without what may not be used of each pupil; whom it is about stays, so that work goes on."""
        shut = await self.shut(asked)
        return [_masked(one, shut.get(one.subject, frozenset())) for one in found]

    async def list_of(  # what is written down of a list, named at each call
        self, asked: Asked, kind: str, pupils: Iterable[bytes], index: int, categories: Sequence[Category],
        opened: Collection[bytes] = (),
    ) -> None:  # fmt: skip
        """Write down a list that is about to be shown: whom, what of them, and of whom a door opened it."""
        shown = {one: Shown(categories=tuple(sorted(categories)), what=kind) for one in pupils}
        shown = through(shown, asked.door, opened)
        await self.reads.listed(asked.visit, asked.at, index, "search" if kind == "search" else "list", shown)

    async def _moment(self, organisation: bytes, query: Mapping[str, str]) -> At:
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        valid_on = a_date(query.get("valid_on"), "valid_on")
        return await self.door.moment(organisation, query.get("known_at") or None, valid_on, query.get("case") or None)

    async def _known(self, asked: Asked, subject: bytes, upto: int) -> history.Known:
        known = await history.known(
            self.door.log, self.door.codec, asked.visit.organisation, subject, upto, self._views
        )
        if known.merged_into is not None:
            raise _elsewhere(known.merged_into)
        if not known.is_pupil:
            raise NotFound(_NO_PUPIL)
        return known

    async def missing(self, reader: Reader, subject: bytes) -> Exception:
        """Give why a pupil has no record at the reader's moment: merged into another, or none at all."""
        into = (await held(reader, aliases)).get(subject)
        return _elsewhere(into) if into is not None else NotFound(_NO_PUPIL)

    async def _record(self, reader: Reader, asked: Asked, subject: bytes) -> queries.PupilRecord:
        found = await queries.pupil(reader, subject, asked.at.valid_on, asked.visit.categories)
        if found is None:
            raise await self.missing(reader, subject)
        return found

    async def _marks(self, reader: Reader, subject: bytes, first: date, last: date) -> Marks:
        found = await days.marks(reader, subject, first, last)
        counted = days.summary([mark.code for mark in found], *await self.percentages(reader))
        return Marks(first, last, found, counted, await days.open_days(reader, first, last))

    async def _lines(self, asked: Asked, subject: bytes, known: history.Known) -> list[dict[str, Any]]:
        seen = asked.visit.categories
        visible = [one for one in known.entries if one.header.category in seen and not history.says_nothing(one)]
        names = await self.reads.names(asked.visit.organisation, [history.provenance(entry) for entry in visible])
        return [history.line(entry, subject, names.get(entry.header.index, "")) for entry in visible]


def _masked(one: queries.Listed, shut: frozenset[Category]) -> queries.Listed:
    if "identity" in shut:
        one = replace(one, name=RESTRICTED, date_of_birth=None, upn=None)
    return replace(one, year_group=None) if "enrolment" in shut else one


def _elsewhere(survivor: bytes) -> Refused:
    return Refused(IS_MERGED, pupil=id_text(survivor))


def _shown(subject: bytes, visit: Visit, what: str) -> dict[bytes, Shown]:
    return {subject: Shown(categories=tuple(sorted(visit.categories)), what=what)}


def _shown_of(record: queries.PupilRecord, visit: Visit, what: str) -> dict[bytes, Shown]:
    """Give whom a record shows: the pupil, and each contact."""
    shown = _shown(record.subject, visit, what)
    for person in (*(contact.contact for contact in record.contacts), *record.named):
        if person != record.subject:
            shown[person] = Shown(categories=("contact", "identity"), what="contact of a pupil")
    return shown
