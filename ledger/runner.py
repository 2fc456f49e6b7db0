"""Follows a feed in pages and keeps views: live, rebuilt beside and swapped in, or folded anew for some subjects."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Final, Protocol

from events.model import Entry
from ledger.alias import group, known_in
from ledger.codec import Codec, UnknownEvent
from ledger.feed import Feed
from ledger.log import Stored
from ledger.refold import About, anew, fold_on, put_together, standing
from ledger.view import AnyView, MemoryRows, Rows, fold_page, names_of

PAST_SECONDS: Final = 3_600.0
"""How long an organisation's past is kept after somebody last asked for it."""
PAST_SWEEP_SECONDS: Final = 60.0
IDLE_SECONDS: Final = 1.0
"""How long a runner waits for a notification before it looks by itself."""
SWEEP_EVERY: Final = 15
"""After so many idle waits every organisation is looked at, in case a notification was lost."""

_LOG: Final = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
"""Told how far a long fold has come: index reached, index to reach."""


class Cursors(Rows, Protocol):
    """One organisation's rows within a transaction that also holds the views' cursors."""

    def cursors(self, views: Sequence[AnyView]) -> Mapping[AnyView, int]:
        """Lock and give each view's cursor: the index of the last entry that is folded in."""

    def move(
        self, views: Sequence[AnyView], index: int, recorded_at: datetime | None, stopped: str | None = None
    ) -> None:
        """Move cursors to an entry and its time; ``stopped`` says why the entry after it cannot be decoded, if so."""

    def clear(self, views: Sequence[AnyView]) -> None:
        """Take away all of the organisation's rows."""

    def swap(self, views: Sequence[AnyView]) -> None:
        """Put the rows that were built beside in the place of the live ones."""

    def drop(self, views: Sequence[AnyView]) -> None:
        """Take away all of the organisation's rows and cursors."""

    def note_past(self, place: bytes) -> None:
        """Write down that the organisation's past is folded under this id, and asked for now."""

    def forget_past(self, seconds: float) -> Sequence[bytes]:
        """Give, and strike out, the ids under which nobody has asked for the organisation's past for so long."""


class Tables(Protocol):
    """The views' database."""

    def make(self, views: Sequence[AnyView]) -> None:
        """Make the tables of views that have none."""

    def transaction(self, organisation: bytes, *, beside: bool = False) -> AbstractContextManager[Cursors]:
        """Give an organisation's rows in one transaction; ``beside``, those of a rebuild in progress."""


class Runner:
    """Keeps a set of views in step with every organisation's log. Effect and cursor share one transaction."""

    def __init__(self, views: Sequence[AnyView], feed: Feed, codec: Codec, tables: Tables) -> None:
        self.views = tuple(views)
        self._feed = feed
        self._codec = codec
        self._tables = tables
        self._names = names_of(views)
        self.reached: dict[bytes, int] = {}
        """For each organisation that this runner has looked at, the index of the last entry in its live views."""
        self.failing: set[bytes] = set()
        """The organisations whose views could not be folded at the last try."""
        self.is_cut_off = False
        """Whether the log or the views' database could not be reached at the last try."""

    def follow(self, stop: threading.Event) -> None:
        """Keep up until told to stop, whatever fails meanwhile. Run it in a thread of its own.

        One school's error stops no other; a database that goes away is tried again, and then every school looked at, as
        a notification may have been lost.
        """
        idle, swept = SWEEP_EVERY, monotonic()
        waiting: frozenset[bytes] = frozenset()
        while not stop.is_set():
            try:
                if monotonic() - swept > PAST_SWEEP_SECONDS:
                    swept = monotonic()
                    for organisation in self._feed.organisations():
                        self.drop_past(organisation, PAST_SECONDS)
                if idle >= SWEEP_EVERY:
                    self._feed.wait(0)  # from here on nothing new is missed
                    waiting, idle = frozenset(self._feed.organisations()), 0
                for organisation in waiting:
                    self._try(organisation, stop)
                heard = self._feed.wait(IDLE_SECONDS)
                self.is_cut_off = False
                waiting, idle = (heard, 0) if heard else (frozenset(self.failing), idle + 1)
            except Exception as error:  # noqa: BLE001  # whatever it is, the views must go on when it is over
                _LOG.warning("the views cannot follow the log (%s); trying again", type(error).__name__)
                self.is_cut_off, idle = True, SWEEP_EVERY
                stop.wait(IDLE_SECONDS)

    def _try(self, organisation: bytes, stop: threading.Event) -> None:
        """Catch up with one organisation; if that fails, note it and leave the others alone."""
        try:
            self.catch_up(organisation, stop)
        except Exception as error:  # noqa: BLE001  # as above
            self.failing.add(organisation)
            _LOG.warning("the views of %s fail (%s); trying again", organisation.hex(), type(error).__name__)
        else:
            self.failing.discard(organisation)

    def catch_up(self, organisation: bytes, stop: threading.Event | None = None) -> None:
        """Fold everything that one organisation's log has."""
        while not (stop and stop.is_set()) and self._step(organisation, organisation):
            pass

    def past(self, organisation: bytes, upto: int, progress: Progress | None = None) -> bytes:
        """Fold an organisation as known at an entry; gives the id under which its rows are read, like any other's.

        What is folded stays for a while, so that a page is folded once; a fold that was cut short goes on.
        """
        place, reached = past_place(organisation, upto), 1
        while reached:
            # Before every page: an erasure may have struck it out meanwhile, and what is not noted is never swept.
            with self._tables.transaction(organisation) as rows:
                rows.note_past(place)
            reached = self._step(organisation, place, upto=upto)
            if progress and reached:
                progress(reached, upto)
        return place

    def drop_past(self, organisation: bytes, seconds: float = 0.0) -> None:
        """Take away what was folded of an organisation's past and not asked for during the last seconds."""
        with self._tables.transaction(organisation) as rows:
            places = rows.forget_past(seconds)
        for place in places:
            with self._tables.transaction(place) as rows:
                rows.drop(self.views)

    def rebuild(self, organisation: bytes, progress: Progress | None = None) -> int:
        """Fold one organisation's views anew beside the live ones and swap them in; gives the index they are at.

        Readers see the old rows until the swap; what is appended meanwhile is folded in before it.
        """
        target = self._feed.size(organisation)
        with self._tables.transaction(organisation, beside=True) as rows:
            rows.clear(self.views)
            rows.move(self.views, 0, None)
        reached = 0
        while step := self._step(organisation, organisation, beside=True):
            reached = step
            if progress:
                progress(min(reached, target), target)
        with self._tables.transaction(organisation) as rows:
            # The live views stand still from here, so that the swap never takes a reader back in time.
            live = max(rows.cursors(self.views).values(), default=0)
            while reached < live:
                reached = self._step(organisation, organisation, beside=True) or live
            rows.swap(self.views)
        return reached

    def refold(self, organisation: bytes, subjects: Sequence[bytes]) -> None:
        """Take away everything keyed to these subjects and fold it again from what can still be opened.

        The one operation behind erasure, merging, unmerging and repair: afterwards live = rebuilt.
        """
        self.drop_past(organisation)
        personal = [view for view in self.views if view.is_personal]
        with self._tables.transaction(organisation) as rows:
            cursors = rows.cursors(self.views)
            aliases = known_in(rows, self.views)
            for index in sorted({cursors[view] for view in personal}):
                of = aliases.at(index)
                reached = [view for view in personal if cursors[view] == index]
                anew(reached, group(of, subjects), index, rows, of, self._about(organisation))

    def _about(self, organisation: bytes) -> About:
        """Give what opens the entries about some subjects."""

        def about(subjects: Collection[bytes], upto: int) -> Sequence[Entry]:
            return put_together(
                self._codec.open(stored, [subject])
                for subject in subjects
                for stored in self._feed.about(organisation, subject, upto)
                if stored.name in self._names
            )

        return about

    def _step(self, organisation: bytes, place: bytes, *, beside: bool = False, upto: int | None = None) -> int:
        """Fold one page of an organisation's log into the rows at a place; gives the index reached, 0 at the end."""
        with self._tables.transaction(place, beside=beside) as rows:
            cursors = rows.cursors(self.views)
            after = min(cursors.values(), default=0)
            is_live = place == organisation and not beside
            if is_live:
                self.reached[organisation] = after
            page = self._feed.page(organisation, after, upto)
            if not page:
                return 0
            entries, stopped = self._open(page)
            reached = page[-1].index if stopped is None else stopped[0]
            fold_on(cursors, entries, rows, known_in(rows, self.views), self._about(organisation))
            behind = [view for view in self.views if cursors[view] <= reached]
            times = [stored.recorded_at for stored in page if stored.index <= reached]
            rows.move(behind, reached, times[-1] if times else None, stopped[1] if stopped else None)
        if is_live:
            self.reached[organisation] = reached
        return 0 if stopped else reached

    def _open(self, page: Sequence[Stored]) -> tuple[list[Entry], tuple[int, str] | None]:
        """Open what the views fold; where an entry cannot be decoded, say after which index and why."""
        entries: list[Entry] = []
        opened = _taking(self._codec, [stored for stored in page if stored.name in self._names])
        try:
            entries.extend(opened)
        except UnknownEvent as unknown:
            last = entries[-1].header.index if entries else page[0].index - 1
            return entries, (last, f"cannot decode {unknown}; this Rollbook is older than the one that wrote it")
        return entries, None


def _taking(codec: Codec, page: Sequence[Stored]) -> Iterator[Entry]:
    yield from codec.open_page(page)


def past_place(organisation: bytes, index: int) -> bytes:
    """Give the id under which an organisation's rows as known at an entry are kept."""
    return sha256(b"rollbook past\x00" + organisation + index.to_bytes(8, "big")).digest()[:16]


def replay_subject(
    views: Sequence[AnyView],
    about: Mapping[bytes, Sequence[Stored]],
    codec: Codec,
    subject: bytes,
    of: Mapping[bytes, bytes] | None = None,
) -> tuple[MemoryRows, list[Entry]]:
    """Fold one subject's entries into scratch rows; gives the entries as well, for a timeline.

    ``about`` are the entries about the subject, and about each that ``of`` holds to be the same. What a newer Rollbook
    wrote is left out where no view here folds it; where one does, UnknownEvent is raised.
    """
    rows, names = MemoryRows(), names_of(views)
    opened = []
    for named, entries in about.items():
        for stored in entries:
            try:
                opened.append(codec.open(stored, [named]))
            except UnknownEvent:
                if stored.name in names:
                    raise
    whole = put_together(opened)
    personal = [view for view in views if view.is_personal]
    fold_page(dict.fromkeys(personal, 0), standing(whole), rows, frozenset([subject]), of)
    return rows, whole
