"""A log that is a list, and a key store that is a dictionary: for tests, held to the same contracts."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ledger.log import (
    CONDITION_SPAN_MAX,
    Append,
    Appended,
    Claimed,
    CommandReused,
    Condition,
    Conflict,
    Fenced,
    Loaded,
    Stored,
    UnknownOrganisation,
)
from ledger.tree import content_of, leaf_of
from ledger.vault import KeyName, WrappedKey


class MemoryLog:
    """See ledger.log.Log. Its clock ticks a millisecond an append, so that it never goes back."""

    def __init__(self) -> None:
        self._entries: dict[bytes, list[Stored]] = {}
        self._commands: dict[tuple[bytes, bytes], tuple[bytes, Appended]] = {}
        self._claims: dict[tuple[bytes, str, bytes], bytes] = {}
        self._fence: set[tuple[bytes, bytes]] = set()
        self._now = datetime(2026, 9, 1, 8, tzinfo=UTC)

    async def open(self, organisation: bytes) -> None:
        """Begin an organisation's log; does nothing where it exists."""
        self._entries.setdefault(organisation, [])

    async def append(self, append: Append) -> Appended:
        """Write one command's entries, or answer as before."""
        before = await self.answered(append.organisation, append.command, append.digest)
        if before is not None:
            return before
        if append.organisation not in self._entries:
            raise UnknownOrganisation("there is no log for this organisation")
        entries = self._entries[append.organisation]
        _check(append.unless, entries)
        claims = dict(self._claims)
        for kind, digest, subject in append.releases:
            if claims.get((append.organisation, kind, digest)) == subject:
                del claims[append.organisation, kind, digest]
        refused = tuple(
            place
            for place, (kind, digest, subject) in enumerate(append.claims)
            if claims.setdefault((append.organisation, kind, digest), subject) != subject
        )
        if refused:
            raise Claimed(refused)
        if any((append.organisation, key) in self._fence for key in append.keys):
            raise Fenced("a key this was sealed with has been ordered destroyed")
        written = self._written(append, entries)
        self._claims = claims
        self._fence |= {(append.organisation, key) for key in append.fences}
        entries += written
        answer = Appended(written[0].index, written[-1].index, append.result)
        self._commands[append.organisation, append.command] = append.digest, answer
        return answer

    async def answered(self, organisation: bytes, command: bytes, digest: bytes) -> Appended | None:
        """Give the stored answer of a command carried out before; raises CommandReused for other content."""
        known = self._commands.get((organisation, command))
        if known is None:
            return None
        if known[0] != digest:
            raise CommandReused("this command's key was used before with other content")
        return known[1]._replace(repeated=True)

    async def stream(self, organisation: bytes, stream: bytes, subjects: Sequence[bytes] | None = None) -> Loaded:
        """Give a stream's entries in order. With ``subjects``, only entries about one of them."""
        entries = self._entries.get(organisation, [])
        found = [entry for entry in entries if entry.stream == stream]
        if subjects is not None:
            found = [entry for entry in found if set(entry.subjects) & set(subjects)]
        return Loaded(len(entries), found)

    async def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        """Give every entry about one subject, in order, up to an index. Registers come whole: nothing is saved here."""
        return [
            entry
            for entry in self._entries.get(organisation, [])
            if subject in entry.subjects and (upto is None or entry.index <= upto)
        ]

    async def of_batch(self, organisation: bytes, batch: bytes) -> Sequence[Stored]:
        """Give every entry whose source is a batch, in order."""
        return [entry for entry in self._entries.get(organisation, []) if entry.batch == batch]

    async def size(self, organisation: bytes) -> int:
        """Give the index of the newest entry; 0 for an empty or unknown log."""
        return len(self._entries.get(organisation, []))

    async def index_at(self, organisation: bytes, moment: datetime) -> int:
        """Give the index of the last entry recorded at or before a moment; 0 for none."""
        times = [entry.recorded_at for entry in self._entries.get(organisation, [])]
        return bisect_right(times, moment)

    async def owners(self, organisation: bytes, kind: str, digests: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the subjects to whom identifiers belong, by digest; an identifier of nobody's is not there."""
        found = {digest: self._claims.get((organisation, kind, digest)) for digest in digests}
        return {digest: subject for digest, subject in found.items() if subject is not None}

    def entries(self, organisation: bytes) -> Sequence[Stored]:
        """Give the whole log."""
        return tuple(self._entries.get(organisation, []))

    def _written(self, append: Append, entries: Sequence[Stored]) -> list[Stored]:
        self._now += timedelta(milliseconds=1)
        versions: dict[bytes, int] = {}
        for entry in entries:
            versions[entry.stream] = entry.version
        written = []
        for index, sealed in enumerate(append.entries, start=len(entries) + 1):
            current = versions.get(sealed.stream, 0)
            version = current + 1 if sealed.version is None else sealed.version
            if version <= current:
                raise Conflict("the log moved on since this was decided")
            versions[sealed.stream] = version
            leaf = leaf_of(content_of(append.organisation, sealed), version, index, self._now)
            rest = sealed._asdict() | {"version": version}
            written.append(Stored(append.organisation, index, self._now, leaf=leaf, **rest))
        return written


def _check(unless: Condition | None, entries: Sequence[Stored]) -> None:
    if unless is None or len(entries) <= unless.after:
        return
    if len(entries) - unless.after > CONDITION_SPAN_MAX:
        raise Conflict("this was decided too long ago")
    for entry in entries[unless.after :]:
        if (
            (not unless.names or entry.name in unless.names)
            and (not unless.streams or entry.stream in unless.streams)
            and (
                not unless.subjects
                or set(entry.subjects) & set(unless.subjects)
                or (unless.names and not entry.subjects)
            )
        ):
            raise Conflict("the log moved on since this was decided")


class MemoryDocuments:
    """See ledger.documents.DocumentStore."""

    def __init__(self) -> None:
        self._kept: dict[tuple[bytes, bytes], tuple[bytes, ...]] = {}

    async def add(self, organisation: bytes, document: bytes, chunks: Sequence[bytes]) -> bool:
        """Keep a document's chunks, unless it has been kept before."""
        if (organisation, document) in self._kept:
            return False
        self._kept[organisation, document] = tuple(chunks)
        return True

    async def chunks(self, organisation: bytes, document: bytes) -> Sequence[bytes]:
        """Give a document's chunks in their order."""
        return self._kept.get((organisation, document), ())


class MemoryKeyStore:
    """See ledger.vault.KeyStore."""

    def __init__(self) -> None:
        self._organisations: dict[bytes, dict[int, bytes]] = {}
        self._keys: dict[KeyName, WrappedKey] = {}

    def organisation_keys(self, organisation: bytes) -> Mapping[int, bytes]:
        """Give the organisation's wrapped keys by epoch."""
        return dict(self._organisations.get(organisation, {}))

    def add_organisation_key(self, organisation: bytes, epoch: int, wrapped: bytes) -> None:
        """Keep an organisation's wrapped key, unless that epoch has one."""
        self._organisations.setdefault(organisation, {}).setdefault(epoch, wrapped)

    def mint(self, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys; a name that has one already keeps it."""
        for key in keys:
            self._keys.setdefault(key.name, key)

    def load(self, organisation: bytes, category: str, period: int, subjects: Sequence[bytes]) -> Sequence[WrappedKey]:
        """Give what is known of these subjects' keys."""
        names = [KeyName(organisation, subject, category, period) for subject in subjects]
        return [self._keys[name] for name in names if name in self._keys]

    def destroy(
        self, organisation: bytes, subjects: Sequence[bytes], category: str | None, period: int | None, request: str
    ) -> Sequence[bytes]:
        """Forget wrapped keys for good and give their ids."""
        gone = [
            name
            for name, key in self._keys.items()
            if name.organisation == organisation
            and name.subject in subjects
            and category in (None, name.category)
            and period in (None, name.period)
            and key.wrapped is not None
        ]
        for name in gone:
            key = self._keys[name]
            self._keys[name] = key._replace(wrapped=None, destroyed_at=datetime.now(UTC), request=request)
        return [name.id for name in gone]
