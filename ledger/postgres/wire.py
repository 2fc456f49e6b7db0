"""Ids as 16 bytes on the wire to PostgreSQL and back, without the cost of uuid.UUID objects."""

import struct
from collections.abc import Iterable
from typing import Final

from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from psycopg.types.string import ByteaBinaryLoader

_UUID_OID: Final = 2950
_UUID_ARRAY_OID: Final = 2951
_ARRAY_HEAD: Final = struct.Struct(">iiIii")
_EMPTY_ARRAY: Final = struct.pack(">iiI", 0, 0, _UUID_OID)
_ITEM: Final = b"\x00\x00\x00\x10"


class Id(bytes):
    """16 bytes sent as a uuid."""


class Ids(bytes):
    """Ids joined together, sent as an array of uuid."""

    @classmethod
    def of(cls, ids: Iterable[bytes]) -> "Ids":
        """Join ids."""
        return cls(b"".join(ids))


def array_bytes(joined: bytes) -> bytes:
    """Give joined ids as PostgreSQL's binary uuid[]."""
    if not joined:
        return _EMPTY_ARRAY
    items = _ITEM + _ITEM.join([joined[at : at + 16] for at in range(0, len(joined), 16)])
    return _ARRAY_HEAD.pack(1, 0, _UUID_OID, len(joined) // 16, 1) + items


class _IdDumper(Dumper):
    format = Format.BINARY
    oid = _UUID_OID

    def dump(self, obj: bytes) -> Buffer:
        return bytes(obj)


class _IdsDumper(Dumper):
    format = Format.BINARY
    oid = _UUID_ARRAY_OID

    def dump(self, obj: bytes) -> Buffer:
        return array_bytes(obj)


class _IdsLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> tuple[bytes, ...]:
        data = bytes(data)
        return tuple([data[at : at + 16] for at in range(24, len(data), 20)])


def ids_as_bytes(context: AdaptContext) -> None:
    """Make a connection give and take ids as bytes. Its queries must ask for binary results."""
    adapters = context.adapters
    if adapters is None:
        raise TypeError("a connection has adapters")
    adapters.register_dumper(Id, _IdDumper)
    adapters.register_dumper(Ids, _IdsDumper)
    adapters.register_loader(_UUID_OID, ByteaBinaryLoader)  # made for bytea, and in C: an id is 16 bytes
    adapters.register_loader(_UUID_ARRAY_OID, _IdsLoader)
