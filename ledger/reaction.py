"""What follows from an entry by itself: once for each entry, in order, and never when views are rebuilt."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from events.model import DISCREET, Entry, Event
from ledger.codec import Codec, Meta
from ledger.decider import Desk, Step
from ledger.feed import Feed
from ledger.log import CommandReused, Conflict, Overloaded, Stored
from ledger.view import Reader

ROLE: Final = "system"
IDLE_SECONDS: Final = 1.0
"""How long one wait lasts, for a notification or for the lock, before it is asked whether to stop."""
SWEEP_EVERY: Final = 15
"""After so many idle waits every organisation is looked at, in case a notification was lost."""
REASON_MAX: Final = 100
"""Characters of a failure's reason: an exception's class name, never its text, which could hold a person's data."""

_LOG: Final = logging.getLogger(__name__)
React = Callable[[Entry, Reader], Awaitable[Sequence[Step]]]
"""Gives the commands that follow from an entry. The reader's views have reached the entry, or gone beyond it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one service does by itself about entries of these names; ``name`` is given, and stays."""

    name: str
    service: str
    names: frozenset[str]
    react: React

    @property
    def actor(self) -> bytes:
        """Who the log says did it: the same id in every organisation."""
        return sha256(b"rollbook actor\x00system:" + self.name.encode()).digest()[:16]

    @property
    def stored_names(self) -> frozenset[str]:
        """The names under which what it takes is stored."""
        hidden = any(Event.latest[name].definition.discreet for name in self.names)
        return self.names | {DISCREET} if hidden else self.names

    def command(self, cause: bytes) -> bytes:
        """Give the key of the command that follows from an entry, which makes it happen once."""
        return sha256(b"rollbook reaction\x00" + cause + self.name.encode()).digest()[:16]


class Failed(NamedTuple):
    """An entry that a reaction could not be taken about: it is set aside with the reason, and the next ones go on."""

    reaction: str
    index: int  # type: ignore[assignment]  # the log's word; nobody looks for a value's place in a failure
    reason: str


class Places(Protocol):
    """How far each reaction has come in each log, kept beside the log. Raises Overloaded when it cannot be reached."""

    def own(self, seconds: float) -> bool:
        """Become the one owner of all reactions, waiting at most so long; True where this is the owner already."""

    def cursors(self, organisation: bytes, reactions: Sequence[str]) -> Mapping[str, int]:
        """Give the index of the last entry that each reaction was taken about."""

    def move(self, organisation: bytes, reactions: Sequence[str], index: int) -> None:
        """Move cursors on to an entry; they never go back."""

    def park(self, organisation: bytes, failed: Failed) -> None:
        """Set an entry aside, with the reason."""

    def parked(self, organisation: bytes) -> Sequence[Failed]:
        """Give what was set aside."""

    def unpark(self, organisation: bytes, failed: Failed) -> None:
        """Strike out what was set aside, as it has been done since."""


class Told(Protocol):
    """Hears whose views have moved on."""

    def wait(self, seconds: float) -> frozenset[bytes]:
        """Wait for something new, at most so long; give the organisations that have it."""


class Reactor:
    """Takes every reaction about every entry once its organisation's views have reached it.

    A reaction's cursor moves after its append. Whoever is stopped between the two does it again, and the log answers as
    before: the command's key is the cause's and the reaction's (docs/adr/0015).
    """

    def __init__(
        self,
        reactions: Sequence[Reaction],
        feed: Feed,
        codec: Codec,
        desks: Mapping[str, Desk],
        read: Callable[[bytes], AbstractAsyncContextManager[Reader]],
        places: Places,
        told: Told,
    ) -> None:
        self.reactions = tuple(reactions)
        self._names = frozenset(name for reaction in reactions for name in reaction.stored_names)
        self._feed, self._codec, self._desks = feed, codec, desks
        self._read, self._places, self._told = read, places, told
        self.failing: set[bytes] = set()
        """The organisations whose entries could not be read at the last try."""
        self.is_cut_off = False
        """Whether a database could not be reached at the last try."""

    async def follow(self, stop: threading.Event) -> None:
        """Keep up until told to stop, whatever fails meanwhile, as the only owner. Run it in a thread of its own."""
        while not stop.is_set():
            try:
                if await asyncio.to_thread(self._places.own, IDLE_SECONDS):
                    await self._serve(stop)
            except Exception as error:  # noqa: BLE001  # whatever it is, reactions must go on when it is over
                _LOG.warning("the reactions cannot follow the log (%s); trying again", type(error).__name__)
                self.is_cut_off = True
                await asyncio.to_thread(stop.wait, IDLE_SECONDS)

    async def _serve(self, stop: threading.Event) -> None:
        """React as the owner, until told to stop or until a database is gone."""
        self._told.wait(0)  # from here on nothing new is missed
        for organisation in self._feed.organisations():
            await self.again(organisation)
        waiting, idle = frozenset[bytes](), SWEEP_EVERY
        while not stop.is_set() and self._places.own(0):
            if idle >= SWEEP_EVERY:
                waiting, idle = frozenset(self._feed.organisations()), 0
            for organisation in waiting:
                await self._try(organisation, stop)
            heard = await asyncio.to_thread(self._told.wait, IDLE_SECONDS)
            self.is_cut_off = False
            waiting, idle = (heard | self.failing, 0) if heard else (frozenset(self.failing), idle + 1)

    async def _try(self, organisation: bytes, stop: threading.Event) -> None:
        """Catch up with one organisation; if that fails, note it and leave the others alone."""
        try:
            await self.catch_up(organisation, stop)
        except Exception as error:  # noqa: BLE001  # as above
            self.failing.add(organisation)
            _LOG.warning("the reactions of %s fail (%s); trying again", organisation.hex(), type(error).__name__)
        else:
            self.failing.discard(organisation)

    async def catch_up(self, organisation: bytes, stop: threading.Event | None = None) -> None:
        """React to everything that one organisation's views have reached."""
        async with self._read(organisation) as reader:
            reached = (await reader.position()).index
        names = [reaction.name for reaction in self.reactions]
        cursors = dict(self._places.cursors(organisation, names))
        while not (stop and stop.is_set()):
            after = min(cursors.values(), default=reached)
            # Views that are folded anew after a crash are behind what was reacted to: nothing happens twice.
            page = self._feed.page(organisation, after, reached) if after < reached else ()
            if not page:
                return
            for stored in page:
                if stored.name in self._names:
                    await self._take(stored, cursors)
            self._places.move(organisation, names, page[-1].index)
            cursors = {name: max(index, page[-1].index) for name, index in cursors.items()}

    async def again(self, organisation: bytes) -> None:
        """Try what was set aside once more: whatever was in its way may be mended."""
        for failed in self._places.parked(organisation):
            reaction = next((one for one in self.reactions if one.name == failed.reaction), None)
            page = self._feed.page(organisation, failed.index - 1, failed.index) if reaction else ()
            if reaction and page and await self._react(reaction, self._codec.open(page[0])) is None:
                self._places.unpark(organisation, failed)

    async def _take(self, stored: Stored, cursors: Mapping[str, int]) -> None:
        """Take the reactions about one entry that have not been taken yet."""
        wanting = [
            reaction
            for reaction in self.reactions
            if cursors[reaction.name] < stored.index and stored.name in reaction.stored_names
        ]
        if not wanting:
            return
        entry = self._codec.open(stored)
        for reaction in wanting:
            reason = await self._react(reaction, entry)
            if reason is not None:
                self._places.park(stored.organisation, Failed(reaction.name, stored.index, reason))
            self._places.move(stored.organisation, [reaction.name], stored.index)

    async def _react(self, reaction: Reaction, entry: Entry) -> str | None:
        """Take one reaction; gives why it failed, if it did. A database that is gone is no failure of the entry."""
        header = entry.header
        if header.name not in reaction.names:
            return None
        meta = Meta(
            reaction.actor, ROLE, header.purpose, header.basis, reaction.command(header.event_id), cause=header.index
        )
        try:
            async with self._read(header.organisation) as reader:
                steps = await reaction.react(entry, reader)
            if steps:
                await self._desks[reaction.service].handle(header.organisation, steps, meta)
        except CommandReused:
            # It was done before this was stopped; what it would come to now, with the views gone on, is another thing.
            return None
        except (Overloaded, Conflict, OSError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever one entry brings about must not stop the next
            return type(error).__name__[:REASON_MAX]
        return None
