"""Documents: sealed in chunks under a person's key for one category, each chunk bound to its place and to their number.

Whatever is swapped, left out, added or put under another person, document or category does not open.
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag

from events.model import ALL_TIME, Destroyed, Tampered
from ledger.log import Fenced
from ledger.padding import pad, stepped, unpad
from ledger.vault import NONCE_BYTES, Key, Vault

CHUNK_BYTES: Final = 256 * 1024
"""Bytes of a document in one row: large enough to be quick, small enough for a row to travel in one message."""
STEP: Final = 4_096
"""Documents are padded to a multiple of this many bytes, as their exact length tells one known letter from another."""


class DocumentName(NamedTuple):
    """Which document: the tenant's, about whom, its own 16 random bytes, and the category whose key seals it."""

    organisation: bytes
    subject: bytes
    document: bytes
    category: str


class DocumentStore(Protocol):
    """Where sealed chunks are kept; append-only, and backed up with the log."""

    async def add(self, organisation: bytes, document: bytes, chunks: Sequence[bytes]) -> bool:
        """Keep a document's chunks, all or none. Gives False, and keeps nothing, where it has been kept before."""

    async def chunks(self, organisation: bytes, document: bytes) -> Sequence[bytes]:
        """Give a document's chunks in their order; none where there is no such document in this organisation."""


def seal(vault: Vault, name: DocumentName, content: bytes) -> list[bytes]:
    """Give a document as sealed chunks. Raises Fenced where the key has been destroyed."""
    (key,) = vault.to_seal(name.organisation, [name.subject], name.category, ALL_TIME)
    if not isinstance(key, Key):
        raise Fenced("the key for this person and kind of fact has been destroyed; nothing new can be kept under it")
    padded = pad(content, stepped(len(content), STEP))
    pieces = [padded[at : at + CHUNK_BYTES] for at in range(0, len(padded), CHUNK_BYTES)]
    return [_sealed(key, name, place, len(pieces), piece) for place, piece in enumerate(pieces)]


def unseal(vault: Vault, name: DocumentName, chunks: Sequence[bytes]) -> bytes | Destroyed | Tampered:
    """Give what a document's chunks hold, or what has become of it."""
    (key,) = vault.to_open(name.organisation, [name.subject], name.category, ALL_TIME)
    if isinstance(key, Destroyed):
        return key
    try:
        opened = [
            key.cipher.decrypt(chunk[:NONCE_BYTES], chunk[NONCE_BYTES:], _context(name, place, len(chunks)) + key.id)
            for place, chunk in enumerate(chunks)
        ]
    except (InvalidTag, ValueError):  # the latter for a nonce that was cut short
        return Tampered()
    return unpad(b"".join(opened)) if opened else Tampered()


def digest_of(chunks: Sequence[bytes]) -> str:
    """Give the SHA-256 of sealed chunks, each with its length before it, in hex."""
    whole = sha256(b"rollbook document\x00")
    for chunk in chunks:
        whole.update(len(chunk).to_bytes(4, "big"))
        whole.update(chunk)
    return whole.hexdigest()


def _sealed(key: Key, name: DocumentName, place: int, count: int, piece: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.cipher.encrypt(nonce, piece, _context(name, place, count) + key.id)


def _context(name: DocumentName, place: int, count: int) -> bytes:
    category = name.category.encode()
    return b"".join((
        b"rollbook document\x01", name.organisation, name.subject, name.document,
        len(category).to_bytes(2, "big"), category, place.to_bytes(4, "big"), count.to_bytes(4, "big"),
    ))  # fmt: skip
