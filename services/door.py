"""The one door: who calls, whether they may, for which purpose, and that every read is recorded before it is shown."""

import asyncio
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from events.governance import CaseNumber
from events.model import Category, Source
from ledger.codec import Codec, Meta
from ledger.decider import Answer, Desk, Ground, Refused, Step
from ledger.feed import Feed
from ledger.log import Condition, Log
from ledger.view import Position, Reader
from services.auth import Caller, Signer
from services.facts import LONDON
from services.past import Pasts
from services.permission import DOORS, READS, Action, Ask, Permission, Through, permitted

ROLES_SECONDS_MAX: Final = 30.0
"""How long a granted role is believed without looking again; a withdrawn one ends within this time."""
WAIT_SECONDS_MAX: Final = 2.0
"""How long a reader waits for the views to reach their own write."""
WAIT_STEP_SECONDS: Final = 0.01
DIGITS_MAX: Final = 15
"""Digits of an entry's number: more than any log will hold, and no more than a bigint does."""
OPERATOR: Final = "operator"
YEARS: Final = (1900, 2100)
"""Years that a question may be about: nobody whom a school knows was born before, and a later one is a slip."""
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CASE: Final[TypeAdapter[str]] = TypeAdapter(CaseNumber)


class NotAllowed(Exception):
    """The caller may not do this. The text is a sentence that says why."""


class NotFound(Exception):
    """There is nothing here that the caller may know of."""


class Behind(Exception):
    """The views have not reached the entry that the caller waits for."""


@dataclass(frozen=True, slots=True)
class At:
    """The moment an answer is of: known up to an entry, true on a date. ``asked`` is the entry if one was named."""

    valid_on: date
    asked: int | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A caller who may do what they ask, in a role, for some categories."""

    caller: Caller
    organisation: bytes
    role: str
    categories: frozenset[Category]
    now: datetime
    only_taught: bool = False
    """Whether they see no more than the pupils and groups that they teach."""
    restricted: frozenset[Category] = frozenset()
    """Categories whose processing is restricted: shut, unless ``through`` names the door by which they are open."""
    through: Through | None = None

    @property
    def today(self) -> date:
        """The day in London of ``now``, when they were let in: one clock, so that midnight cannot part them."""
        return self.now.astimezone(LONDON).date()


class Facts(Protocol):
    """What the door asks of the services: each answer comes from a view."""

    async def roles(self, reader: Reader, subject: bytes, day: date) -> frozenset[str]:
        """Give the roles in which somebody may act on a day."""

    async def teaches(
        self, reader: Reader, subject: bytes, day: date, groups: Iterable[bytes], pupils: Iterable[bytes]
    ) -> bool:
        """Whether somebody teaches all of these groups and pupils on a day."""

    async def kind(self, reader: Reader) -> str | None:
        """Give what kind of organisation this is; None where it is not registered yet, or only just."""

    async def ground(self, reader: Reader, purpose: str, day: date) -> Ground | None:
        """Give the lawful basis and categories of a purpose of the organisation; None where it has not adopted it."""

    async def held(self, reader: Reader) -> Mapping[bytes, bytes]:
        """Give which pupils are held to be which others: their records are merged."""

    async def restricted(
        self, reader: Reader, people: Sequence[bytes] | None, day: date
    ) -> Mapping[bytes, frozenset[Category]]:
        """Give which categories of these people's data (None: of everybody's) may not be used on a day, if any."""


@dataclass(slots=True)
class _Remembered:
    until: float
    roles: frozenset[str]


@dataclass
class Door:
    """Lets callers in. ``now`` gives the moment, with its zone; ``clock`` seconds that never go back."""

    signer: Signer
    desks: Mapping[str, Desk]
    log: Log
    feed: Feed
    codec: Codec
    facts: Facts
    read: Callable[[bytes], AbstractAsyncContextManager[Reader]]
    pasts: Pasts
    now: Callable[[], datetime]
    clock: Callable[[], float]
    _roles: dict[tuple[bytes, bytes], _Remembered] = field(default_factory=dict)
    _schools: set[bytes] = field(default_factory=set)
    _grounds: dict[tuple[bytes, str], tuple[float, Ground]] = field(default_factory=dict)

    def today(self) -> date:
        """Give the civil date in London."""
        return self.now().astimezone(LONDON).date()

    async def enter(  # noqa: PLR0913, PLR0917  # what permission rests on, named at each call
        self,
        token: str | None,
        organisation: bytes,
        action: Action,
        scope: str,
        categories: Iterable[Category] = (),
        groups: Iterable[bytes] = (),
        pupils: Iterable[bytes] = (),
        through: str | None = None,
    ) -> Visit:
        """Let a caller in, or raise NotSignedIn or NotAllowed with a sentence.

        ``through`` is the door of Article 18(2) by which they mean to open what is restricted.
        """
        caller, now = self.signer.caller(token), self.now()
        today = now.astimezone(LONDON).date()
        groups, pupils, asked = list(groups), list(pupils), frozenset(categories)
        roles = await self._roles_of(caller, organisation, today)
        scoped = scope in caller.scopes or "*" in caller.scopes
        ask = Ask(roles, action, asked, caller.belongs_to(organisation), scoped, through=a_door(through))
        if action in READS and pupils and ask.belongs:
            ask = replace(ask, restricted=await self._restricted(organisation, pupils, today))
        answer = permitted(ask)
        if not answer.allowed and (groups or pupils) and caller.belongs_to(organisation) and scoped:
            async with self.read(organisation) as reader:
                teaches = await self.facts.teaches(reader, caller.subject, today, groups, pupils)
            answer = permitted(replace(ask, teaches=teaches))
        return _visit(caller, organisation, answer, now)

    async def carry_out(  # what a header needs, named at each call
        self,
        visit: Visit,
        service: str,
        steps: Sequence[Step],
        command: bytes,
        source: Source | None = None,
        unless: Condition | None = None,
    ) -> Answer:
        """Carry out commands in one append, each for its purpose and on the basis adopted for it."""
        await self._refuse_without_pupils(visit.organisation, service)
        purposes = dict.fromkeys(step.command.purpose for step in steps)
        grounds = {purpose: await self._ground(visit.organisation, purpose, visit.today) for purpose in purposes}
        meta = self._meta(visit, steps, grounds, command, source)
        of = await self._held(visit.organisation, service)
        return await self.desks[service].handle(visit.organisation, steps, meta, unless, grounds, of)

    async def rehearse(self, visit: Visit, service: str, steps: Sequence[Step]) -> Mapping[str, str]:
        """Give the outcomes that commands would have, and write nothing. Raises Refused, as carrying them out would."""
        ground = await self._ground(visit.organisation, steps[0].command.purpose, visit.today)
        meta = self._meta(visit, steps, {ground.purpose: ground}, bytes(16), None)
        of = await self._held(visit.organisation, service)
        return await self.desks[service].rehearse(visit.organisation, steps, meta, of)

    async def record(self, visit: Visit, read: Step) -> None:
        """Write down what is about to be shown; whoever calls this shows nothing if it fails."""
        await self.carry_out(visit, "governance", [read], os.urandom(16))

    async def moment(self, organisation: bytes, known_at: str | None, valid_on: date | None, case: str | None) -> At:
        """Read the two times of a question. ``known_at`` is an entry's number, a moment with its zone, or a date.

        A date means the end of that day in London. Raises Refused with what to write instead.
        """
        today, case = self.today(), a_case(case)
        if known_at is None:
            return At(valid_on or today, None, case)
        index = await self._index(organisation, known_at.strip())
        return At(valid_on or today, index, case)

    async def await_views(self, organisation: bytes, index: int | None, seconds: float = WAIT_SECONDS_MAX) -> None:
        """Wait until the views have reached an entry. Raises Behind after so many seconds."""
        if index is None:
            return
        deadline = self.clock() + seconds
        while True:
            async with self.read(organisation) as reader:
                if (await reader.position()).index >= index:
                    return
            if self.clock() > deadline:
                raise Behind("The pages have not caught up with your change yet. Try again in a moment.")
            await asyncio.sleep(WAIT_STEP_SECONDS)

    async def _restricted(self, organisation: bytes, people: Sequence[bytes], day: date) -> frozenset[Category]:
        async with self.read(organisation) as reader:
            found = await self.facts.restricted(reader, people, day)
        return frozenset(one for categories in found.values() for one in categories)

    async def _roles_of(self, caller: Caller, organisation: bytes, day: date) -> frozenset[str]:
        if caller.organisations is None:
            return frozenset({OPERATOR})
        if not caller.belongs_to(organisation):
            return frozenset()
        known = self._roles.get((organisation, caller.subject))
        if known is not None and known.until > self.clock():
            return known.roles
        async with self.read(organisation) as reader:
            roles = await self.facts.roles(reader, caller.subject, day)
        if roles:  # nobody waits for a role just granted
            self._roles[organisation, caller.subject] = _Remembered(self.clock() + ROLES_SECONDS_MAX, roles)
        return roles

    async def _held(self, organisation: bytes, service: str) -> Mapping[bytes, bytes]:
        """Give whose records are merged into which: only what is said of pupils asks for it."""
        if service not in ("records", "sharing", "rights"):
            return {}
        async with self.read(organisation) as reader:
            return await self.facts.held(reader)

    def _meta(
        self, visit: Visit, steps: Sequence[Step], grounds: Mapping[str, Ground], command: bytes, source: Source | None
    ) -> Meta:
        ground = grounds[steps[0].command.purpose]
        return Meta(visit.caller.subject, visit.role, ground.purpose, ground.basis, command, source)

    async def _refuse_without_pupils(self, organisation: bytes, service: str) -> None:
        """Refuse a record of pupils in the log of a federation, trust or authority; what it is never changes."""
        if service != "records" or organisation in self._schools:
            return
        async with self.read(organisation) as reader:
            kind = await self.facts.kind(reader)
        if kind not in (None, "establishment"):
            raise Refused("A federation, trust or authority keeps no pupils. Send this to the school's own log.")
        if kind is not None:
            self._schools.add(organisation)

    async def _ground(self, organisation: bytes, purpose: str, day: date) -> Ground:
        known = self._grounds.get((organisation, purpose))
        if known is not None and known[0] > self.clock():
            return known[1]
        async with self.read(organisation) as reader:
            ground = await self.facts.ground(reader, purpose, day)
        if ground is None:
            raise Refused(
                "This organisation has not adopted a lawful basis for this purpose. Ask its head or data protection "
                "officer to adopt the rules first.",
                purpose=purpose,
            )
        self._grounds[organisation, purpose] = (self.clock() + ROLES_SECONDS_MAX, ground)
        return ground

    async def _index(self, organisation: bytes, known_at: str) -> int:
        if known_at.isascii() and known_at.isdigit() and len(known_at) <= DIGITS_MAX:
            index = int(known_at)
            if index > await self.log.size(organisation):
                raise Refused("There is no such entry yet. Choose an earlier one, or leave the moment out for today's.")
            return index
        day = civil_date(known_at)
        if day is not None:
            # The last microsecond of the day: what is recorded at midnight is the next day's.
            end = datetime.combine(day + timedelta(days=1), time(), LONDON) - timedelta(microseconds=1)
            return await self.log.index_at(organisation, end)
        try:
            moment = datetime.fromisoformat(known_at)
        except ValueError:
            raise Refused(_MOMENT) from None
        if moment.tzinfo is None or not YEARS[0] <= moment.year <= YEARS[1]:
            raise Refused(_MOMENT)
        return await self.log.index_at(organisation, moment)


_MOMENT: Final = (
    "Write the moment as an entry's number, as a date (2026-09-15, its end in London), or as a date and time with "
    "its zone (2026-09-15T09:30:00+01:00)."
)


def civil_date(text: str) -> date | None:
    """Read a date as people write it in addresses, 2026-09-15, from 1900 to 2100; None for anything else."""
    if not _DATE.fullmatch(text) or not YEARS[0] <= int(text[:4]) <= YEARS[1]:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def a_case(text: str | None) -> str | None:
    """Read an optional case number. Raises Refused, without what was written."""
    if text is None:
        return None
    try:
        return _CASE.validate_python(text)
    except ValidationError:
        raise Refused(
            "Write the case number with letters, digits, hyphens and slashes only, and leave names out of it."
        ) from None


def _visit(caller: Caller, organisation: bytes, answer: Permission, now: datetime) -> Visit:
    if answer.role is None:
        raise NotAllowed(answer.sentence)
    return Visit(
        caller, organisation, answer.role, answer.categories, now, answer.only_taught, answer.restricted,
        answer.through,
    )  # fmt: skip


def a_door(text: str | None) -> Through | None:
    """Read which door somebody names. Raises Refused."""
    for one in DOORS:
        if text == one:
            return one
    if text:
        raise Refused("There is no such door. Name consent, claims, protection or public-interest, or leave it out.")
    return None


def at_json(position: Position, at: At) -> dict[str, object]:
    """Give what every answer says of its moment."""
    return {
        "index": position.index,
        "recorded_at": position.recorded_at.isoformat() if position.recorded_at else None,
        "known_at": at.asked,
        "valid_on": at.valid_on.isoformat(),
    }
