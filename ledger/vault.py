"""The keys: one for each organisation, subject, category and period; destroying a key is how data is erased."""

import hmac
import os
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple, Protocol, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.model import CATEGORIES, Destroyed

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
CACHED_KEYS_MAX: Final = 20_000
"""Key objects kept in memory, 2.5 kB each: 50 MB, a large school's pupils in every category they are read in."""
CACHE_SECONDS_MAX: Final = 60.0
"""A destroyed key may stay readable in another process for this long, and no longer."""


class KeyName(NamedTuple):
    """Which key: the tenant, whose facts, of which kind, of which school year (0: all time)."""

    organisation: bytes
    subject: bytes
    category: str
    period: int

    @property
    def id(self) -> bytes:
        """16 bytes that name the key without saying whose it is to somebody who does not know."""
        category = self.category.encode()
        return sha256(
            b"rollbook key\x00"
            + self.organisation
            + self.subject
            + struct.pack(">iB", self.period, len(category))
            + category
        ).digest()[:16]


@dataclass(frozen=True, slots=True)
class Key:
    """An active key, ready to seal and open."""

    id: bytes
    cipher: AESGCM


Held: TypeAlias = Key | Destroyed


class WrappedKey(NamedTuple):
    """A key as its store keeps it: encrypted under the organisation's key of an epoch, or destroyed."""

    name: KeyName
    epoch: int
    wrapped: bytes | None
    destroyed_at: datetime | None
    request: str | None


class KeyStore(Protocol):
    """Where wrapped keys live: a database of their own, with none of the log's rows in it."""

    def organisation_keys(self, organisation: bytes) -> Mapping[int, bytes]:
        """Give the organisation's wrapped keys by epoch; epoch 0 is the index key, outside the epochs."""

    def add_organisation_key(self, organisation: bytes, epoch: int, wrapped: bytes) -> None:
        """Keep an organisation's wrapped key, unless that epoch has one."""

    def mint(self, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys in one statement; a name that has one already keeps it."""

    def load(self, organisation: bytes, category: str, period: int, subjects: Sequence[bytes]) -> Sequence[WrappedKey]:
        """Give what is known of these subjects' keys."""

    def destroy(
        self, organisation: bytes, subjects: Sequence[bytes], category: str | None, period: int | None, request: str
    ) -> Sequence[bytes]:
        """Overwrite wrapped keys for good and give their ids. None means every category, every period."""


class KeyService(Protocol):
    """What wraps the organisations' keys: a local key file here, a key management service elsewhere."""

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt an organisation's key, bound to its context."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt it; raises cryptography's InvalidTag where key or context differ."""


class LocalKeyFile:
    """A key service that is 32 random bytes in a file only its owner may read (mode 0600)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
        self._secret = path.read_bytes()
        if len(self._secret) != KEY_BYTES:
            raise ValueError(f"the key file {path} is damaged: it should hold {KEY_BYTES} bytes")
        self._cipher = AESGCM(self._secret)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt an organisation's key, bound to its context."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt it; raises cryptography's InvalidTag where key or context differ."""
        return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)

    def derive(self, what: str) -> bytes:
        """Give 32 bytes for another use (a role's password, the tokens' key), one for each name."""
        return hmac.digest(self._secret, b"rollbook derive\x00" + what.encode(), "sha256")


_Shelf: TypeAlias = tuple[bytes, str, int]
INDEX_EPOCH: Final = 0


class Vault:
    """Keys by name, cached for a minute. Safe to use from several threads.

    ``clock`` gives seconds that never go back; only the cache's age is measured with it.
    """

    def __init__(self, store: KeyStore, service: KeyService, *, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._service = service
        self._clock = clock
        self._lock = Lock()
        self._shelves: OrderedDict[_Shelf, dict[bytes, Held]] = OrderedDict()
        self._born: dict[_Shelf, float] = {}
        self._organisation: dict[bytes, tuple[int, AESGCM, dict[int, AESGCM], bytes]] = {}

    def cached(self, organisation: bytes, subjects: Iterable[bytes], category: str, period: int) -> list[Held] | None:
        """Give the subjects' active keys if all of them are in memory, without touching the store."""
        name = (organisation, category, period)
        shelf = self._shelves.get(name)
        if shelf is None or self._clock() - self._born.get(name, 0.0) > CACHE_SECONDS_MAX:
            return None
        try:
            return [shelf[subject] for subject in subjects]
        except KeyError:
            return None

    def to_seal(self, organisation: bytes, subjects: Sequence[bytes], category: str, period: int) -> list[Held]:
        """Give each subject's key, minting what is missing. A destroyed key is given as Destroyed: never mint again."""
        cached = self.cached(organisation, subjects, category, period)
        if cached is not None:
            return cached
        found = self._fetch(organisation, subjects, category, period)
        missing = [subject for subject in dict.fromkeys(subjects) if subject not in found]
        if missing:
            epoch, wrapping, _, _ = self._of(organisation)
            self._store.mint(
                [self._new(KeyName(organisation, subject, category, period), epoch, wrapping) for subject in missing]
            )
            found |= self._fetch(organisation, missing, category, period)
        return [found[subject] for subject in subjects]

    def to_open(self, organisation: bytes, subjects: Sequence[bytes], category: str, period: int) -> list[Held]:
        """Give each subject's key, minting none. A key that is nowhere is given as Destroyed at no known time."""
        cached = self.cached(organisation, subjects, category, period)
        if cached is not None:
            return cached
        found = self._fetch(organisation, subjects, category, period)
        return [found.get(subject, Destroyed(None, "no key")) for subject in subjects]

    def destroy(
        self,
        organisation: bytes,
        subjects: Sequence[bytes],
        *,
        category: str | None = None,
        period: int | None = None,
        request: str,
    ) -> Sequence[bytes]:
        """Destroy keys for good, drop them here, and give their ids. Other processes forget within a minute."""
        ids = list(self._store.destroy(organisation, subjects, category, period, request))
        if category is not None:
            for subject in subjects:
                opaque = self.opaque(organisation, subject, category)
                ids += self._store.destroy(organisation, [subject], opaque, period, request)
        with self._lock:
            self._shelves.clear()
            self._born.clear()
        return ids

    def opaque(self, organisation: bytes, subject: bytes, category: str) -> str:
        """Give the name under which a discreet key is kept: it tells its category to nobody without the index key."""
        digest = self.index_digest(organisation, "discreet key", f"{category} {subject.hex()}")
        return f"discreet-{digest[:16].hex()}"

    def category_of(self, organisation: bytes, subject: bytes, key: bytes) -> str | None:
        """Give the category of a discreet key by its id; None for an id that is none of this subject's."""
        for category in CATEGORIES:
            if KeyName(organisation, subject, self.opaque(organisation, subject, category), 0).id == key:
                return category
        return None

    def index_digest(self, organisation: bytes, kind: str, value: str) -> bytes:
        """Give an identifier's HMAC-SHA-256 under the organisation's index key, for claims and look-ups."""
        return hmac.digest(self._of(organisation)[3], kind.encode() + b"\x00" + value.encode(), "sha256")

    def shared_key(self, organisation: bytes, subjects: Sequence[bytes], category: str, salt: bytes) -> bytes | None:
        """Give a key that is made of each subject's own, for a commitment to a file about all of them.

        None as soon as one of them is destroyed: then nobody can try a guess of that subject's data against it.
        ``salt`` are 32 random bytes, never used twice; each subject's share is a GMAC under their key.
        """
        shares, context = sha256(salt), b"rollbook commitment\x00" + organisation + salt
        for held in self.to_open(organisation, sorted(set(subjects)), category, 0):
            if isinstance(held, Destroyed):
                return None
            shares.update(held.cipher.encrypt(salt[:NONCE_BYTES], b"", context))
        return shares.digest()

    def _new(self, name: KeyName, epoch: int, wrapping: AESGCM) -> WrappedKey:
        nonce = os.urandom(NONCE_BYTES)
        sealed = wrapping.encrypt(nonce, os.urandom(KEY_BYTES), name.id)
        return WrappedKey(name, epoch, nonce + sealed, None, None)

    def _fetch(self, organisation: bytes, subjects: Sequence[bytes], category: str, period: int) -> dict[bytes, Held]:
        _, _, epochs, _ = self._of(organisation)
        found: dict[bytes, Held] = {}
        for row in self._store.load(organisation, category, period, list(dict.fromkeys(subjects))):
            if row.wrapped is None:
                found[row.name.subject] = Destroyed(row.destroyed_at, row.request or "")
                continue
            cipher = epochs[row.epoch]
            key = cipher.decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], row.name.id)
            found[row.name.subject] = Key(row.name.id, AESGCM(key))
        self._keep((organisation, category, period), found)
        return found

    def _keep(self, name: _Shelf, found: Mapping[bytes, Held]) -> None:
        with self._lock:
            now = self._clock()
            shelf = self._shelves.get(name)
            if shelf is None or now - self._born[name] > CACHE_SECONDS_MAX:
                shelf = self._shelves[name] = {}
                self._born[name] = now
            shelf.update(found)
            self._shelves.move_to_end(name)
            held = sum(map(len, self._shelves.values()))
            while held > CACHED_KEYS_MAX and len(self._shelves) > 1:
                oldest, keys = self._shelves.popitem(last=False)
                del self._born[oldest]
                held -= len(keys)

    def _of(self, organisation: bytes) -> tuple[int, AESGCM, dict[int, AESGCM], bytes]:
        """Give the current epoch and its cipher, every epoch's cipher, and the index key."""
        known = self._organisation.get(organisation)
        if known is None:
            wrapped = self._store.organisation_keys(organisation)
            if INDEX_EPOCH not in wrapped or len(wrapped) == 1:
                for epoch in (INDEX_EPOCH, 1):
                    key = self._service.wrap(os.urandom(KEY_BYTES), _context(organisation, epoch))
                    self._store.add_organisation_key(organisation, epoch, key)
                wrapped = self._store.organisation_keys(organisation)
            keys = {epoch: self._service.unwrap(key, _context(organisation, epoch)) for epoch, key in wrapped.items()}
            epochs = {epoch: AESGCM(key) for epoch, key in keys.items() if epoch != INDEX_EPOCH}
            known = max(epochs), epochs[max(epochs)], epochs, keys[INDEX_EPOCH]
            self._organisation[organisation] = known
        return known


def _context(organisation: bytes, epoch: int) -> bytes:
    return b"rollbook organisation key\x00" + organisation + epoch.to_bytes(4, "big")
