"""The contract of a log: what is written in one append, under which conditions, and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from events.model import DISCREET, Event, Header, Source

CONDITION_SPAN_MAX: Final = 5_000
"""Entries a condition may scan under the log's lock (0.2 ms a thousand); an older decision is taken again first."""

PARTS_A_PAGE: Final = 30_000
"""Sealed parts in a page of a feed: large enough for one COPY to pay, small enough to keep memory flat."""


class LogError(Exception):
    """An append that the log refused. Nothing of it was written."""


class Conflict(LogError):
    """The log moved on since the decision was taken: load again, decide again."""


class CommandReused(LogError):
    """The command's key was used before with other content."""


class Claimed(LogError):
    """An identifier already belongs to another subject. ``claims`` are the refused claims' places in the append."""

    def __init__(self, claims: tuple[int, ...]) -> None:
        super().__init__("an identifier already belongs to another subject")
        self.claims = claims


class Fenced(LogError):
    """A key that the append sealed with has been ordered destroyed; nobody could ever read what it would write."""


class UnknownOrganisation(LogError):
    """No log has been opened for this organisation."""


class Overloaded(LogError):
    """The log could not be locked in time. Nothing was written; the same command may be sent again."""


class Sealed(NamedTuple):
    """An entry before the log's lock: everything of its row but version (where left open), index and time."""

    event_id: bytes
    service: str
    stream: bytes
    version: int | None
    """The stream's version that the writer expects to write, from 1; None takes the next under the lock."""
    name: str
    event_version: int
    category: str | None
    period: int
    subjects: tuple[bytes, ...]
    cohort: bool
    actor: bytes
    role: str
    purpose: str
    basis: str
    connector: str | None
    batch: bytes | None
    row: int | None
    command: bytes
    cause: int | None
    body: bytes


class Stored(NamedTuple):
    """An entry's row as the log keeps it. ``body`` of a register may be cut down to one subject's part."""

    organisation: bytes
    index: int  # type: ignore[assignment]  # the log's word; nobody looks for a value's place in a row
    recorded_at: datetime
    event_id: bytes
    service: str
    stream: bytes
    version: int
    name: str
    event_version: int
    category: str | None
    period: int
    subjects: tuple[bytes, ...]
    cohort: bool
    actor: bytes
    role: str
    purpose: str
    basis: str
    connector: str | None
    batch: bytes | None
    row: int | None
    command: bytes
    cause: int | None
    body: bytes
    leaf: bytes


def header_of(stored: Stored) -> Header:
    """Give what an entry says of itself in clear."""
    source = None
    if stored.connector is not None and stored.batch is not None:
        source = Source.model_construct(connector=stored.connector, batch=stored.batch, row=stored.row or 0)
    return Header(
        stored.organisation, stored.index, stored.recorded_at, stored.event_id, stored.service, stored.stream,
        stored.version, stored.name, stored.event_version, stored.category, stored.period,  # type: ignore[arg-type]  # the database checks the category
        stored.subjects, stored.cohort, stored.actor, stored.role, stored.purpose, stored.basis, source,
        stored.command, stored.cause,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """Refuse the append if an entry like this came after index ``after``. What is left empty matches everything.

    Where names are given beside subjects, an entry of such a name that is about nobody matches too: it concerns all.
    """

    after: int
    names: tuple[str, ...] = ()
    streams: tuple[bytes, ...] = ()
    subjects: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse to wait for what the database cannot see: a condition on a discreet event would always hold."""
        for name in self.names:
            if name == DISCREET or (name in Event.latest and Event.latest[name].definition.discreet):
                raise ValueError("a condition cannot name a discreet event; let it name the stream")


class Claim(NamedTuple):
    """One identifier belongs to one subject: ``digest`` is the identifier's HMAC under the organisation's key."""

    kind: str
    digest: bytes
    subject: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """One command's whole effect on one organisation's log; all of it is written, or nothing.

    ``command`` and ``digest`` make it repeatable: the same key with the same digest answers with the stored
    ``result``; with another digest it raises CommandReused. ``keys`` are the ids of the keys the entries are sealed
    with, checked against the fence; ``fences`` are the ids this append orders destroyed.
    """

    organisation: bytes
    command: bytes
    digest: bytes
    result: bytes
    entries: Sequence[Sealed]
    unless: Condition | None = None
    claims: Sequence[Claim] = ()
    releases: Sequence[Claim] = ()
    keys: Sequence[bytes] = ()
    fences: Sequence[bytes] = ()

    def __post_init__(self) -> None:
        if not self.entries:
            raise ValueError("an append has at least one entry")
        for entry in self.entries:
            if not (entry.actor and entry.role and entry.purpose and entry.basis):
                raise ValueError("an entry names its actor, role, purpose and lawful basis")


class Appended(NamedTuple):
    """Where an append stands in the log (first and last index), and its stored result."""

    first: int
    last: int
    result: bytes
    repeated: bool = False
    """True when the command had been carried out before and nothing was written now."""


class Loaded(NamedTuple):
    """A stream as it was read: every entry of it up to index ``size`` is here, and perhaps a newer one."""

    size: int
    entries: Sequence[Stored]


class Log(Protocol):
    """One service's door to every organisation's log that it may write."""

    async def open(self, organisation: bytes) -> None:
        """Begin an organisation's log; does nothing where it exists."""

    async def append(self, append: Append) -> Appended:
        """Write one command's entries. Raises a LogError, and then nothing was written."""

    async def answered(self, organisation: bytes, command: bytes, digest: bytes) -> Appended | None:
        """Give the stored answer of a command carried out before; raises CommandReused for other content."""

    async def stream(self, organisation: bytes, stream: bytes, subjects: Sequence[bytes] | None = None) -> "Loaded":
        """Give a stream's entries in order. With ``subjects``, only entries about one of them."""

    async def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject, in order, up to an index; a register is cut to the subject's part."""

    async def of_batch(self, organisation: bytes, batch: bytes) -> Sequence[Stored]:
        """Give every entry whose source is a batch, in order; a register comes whole."""

    async def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry; 0 for an empty or unknown log."""

    async def index_at(self, organisation: bytes, moment: datetime) -> int:
        """Give the index of the last entry recorded at or before a moment; 0 for none."""

    async def owners(self, organisation: bytes, kind: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the subjects to whom identifiers belong, by digest; an identifier of nobody's is not there."""
