"""The Merkle tree over a log's leaves (RFC 6962, section 2.1), kept as the roots of its full subtrees."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from ledger.log import Sealed, Stored

EMPTY_ROOT: Final = sha256(b"").digest()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ABSENT: Final = b"\xff\xff\xff\xff"
CONTENT_FORMAT: Final = b"\x01"
"""The first byte of what a content hash covers; another arrangement of columns would have another."""


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(4, "big") + data


def _number(value: int) -> bytes:
    return b"\x00\x00\x00\x08" + value.to_bytes(8, "big", signed=True)


def _id(value: bytes) -> bytes:
    return b"\x00\x00\x00\x10" + value


def content_of(organisation: bytes, entry: Sealed | Stored) -> bytes:
    """Hash every stored column but version, index and recorded_at, each behind its length (4 bytes, big-endian).

    Text is UTF-8, numbers 8 bytes big-endian, subjects their 16 bytes one after the other; an absent value is the
    length 0xFFFFFFFF. The log's own statement ends the leaf, under the lock.
    """
    subjects = b"".join(entry.subjects)
    return sha256(
        b"".join(
            (
                CONTENT_FORMAT,
                _id(organisation),
                _id(entry.event_id),
                _text(entry.service),
                _id(entry.stream),
                _text(entry.name),
                _number(entry.event_version),
                _ABSENT if entry.category is None else _text(entry.category),
                _number(entry.period),
                len(subjects).to_bytes(4, "big"),
                subjects,
                b"\x00\x00\x00\x01\x01" if entry.cohort else b"\x00\x00\x00\x01\x00",
                _id(entry.actor),
                _text(entry.role),
                _text(entry.purpose),
                _text(entry.basis),
                _ABSENT if entry.connector is None else _text(entry.connector),
                _ABSENT if entry.batch is None else _id(entry.batch),
                _ABSENT if entry.row is None else _number(entry.row),
                _id(entry.command),
                _ABSENT if entry.cause is None else _number(entry.cause),
                len(entry.body).to_bytes(4, "big"),
                entry.body,
            )
        )
    ).digest()


def microseconds(moment: datetime) -> int:
    """Give a moment as microseconds since 1970 in UTC, exactly as PostgreSQL stores it."""
    return (moment - _EPOCH) // _MICROSECOND


def leaf_of(content: bytes, version: int, index: int, recorded_at: datetime) -> bytes:
    """Give an entry's leaf: SHA-256(0x00 ‖ content ‖ version ‖ index ‖ recorded_at), 8 bytes each."""
    places = b"".join(number.to_bytes(8, "big", signed=True) for number in (version, index, microseconds(recorded_at)))
    return sha256(b"\x00" + content + places).digest()


class Tree:
    """A growing Merkle tree over leaf hashes. Holds one hash for each bit of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in their order."""
        for leaf in leaves:
            node, size = leaf, self.size
            while size & 1:
                node = sha256(b"\x01" + self._full.pop() + node).digest()
                size >>= 1
            self._full.append(node)
            self.size += 1

    def root(self) -> bytes:
        """Give the root hash over all leaves so far; of none, SHA-256 of nothing."""
        if not self._full:
            return EMPTY_ROOT
        node = self._full[-1]
        for left in reversed(self._full[:-1]):
            node = sha256(b"\x01" + left + node).digest()
        return node
