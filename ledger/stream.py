"""The names of streams, and the ids by which they are stored."""

from hashlib import sha256
from typing import Self

from ledger.vault import Vault


class Stream(tuple[str, ...]):
    """The name of a stream within an organisation: its kind, and what tells it from others of its kind."""

    __slots__ = ()

    def __new__(cls, kind: str, *key: object) -> Self:
        return super().__new__(cls, (kind, *(part.hex() if isinstance(part, bytes) else str(part) for part in key)))

    def id(self, organisation: bytes) -> bytes:
        """Give the 16 bytes by which the stream is stored: a hash of organisation, kind and key."""
        parts = b"".join(len(part).to_bytes(4, "big") + part for part in (text.encode() for text in self))
        return sha256(b"rollbook stream\x00" + organisation + parts).digest()[:16]

    def discreet_id(self, vault: Vault, organisation: bytes) -> bytes:
        """Give the 16 bytes by which a discreet stream is stored: nobody without the index key can guess its name."""
        return vault.index_digest(organisation, "discreet stream", "".join(f"{len(part)} {part}" for part in self))[:16]
