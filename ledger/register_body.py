"""The stored form of a register: one clear part, one nonce, and a part for each subject under that subject's key."""

import os
import struct
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag

from events.model import Destroyed, Event, Part, RegisterEvent, Tampered
from ledger.padding import pad, stepped, unpad
from ledger.shape import decode, encode, shape
from ledger.vault import NONCE_BYTES, Held, Key

REGISTER: Final = 3
HEAD: Final = struct.Struct(">BHH")
TAG_BYTES: Final = 16
MARK_STEP: Final = 8
"""Parts of a register are padded to a common multiple of this many bytes, as lengths tell a code from a reason."""
ALIKE_BYTES_MAX: Final = 16
"""Padded bytes of a part that is worth remembering: a code and minutes, and never a text that somebody wrote."""
ALIKE_MAX: Final = 2_000
"""Parts remembered of one class: every code with every number of minutes that is at all usual."""


LENGTH_MAX: Final = 2**16 - 1
"""Bytes of the clear part or of one sealed part: their lengths stand in two bytes each."""


class BodyTooLarge(ValueError):
    """What is to be written down at once is more than one entry holds."""


def seal_register(event: RegisterEvent[Any], keys: Sequence[Key], subjects: Sequence[bytes], context: bytes) -> bytes:
    """Give a register's body.

    One nonce an event is enough, as each part has a key of its own; each part vouches for the clear part too. Raises
    BodyTooLarge.
    """
    plain = encode(shape(type(event)).pack(event))
    parts = list(event.parts.values())
    packed = [encode(shape(type(part)).pack(part)) for part in parts]
    size = stepped(max(map(len, packed), default=0), MARK_STEP)
    if max(len(plain), size + TAG_BYTES) > LENGTH_MAX:
        raise BodyTooLarge(f"{event.definition.name} has a part of more than {LENGTH_MAX} bytes; send it in several")
    clear = HEAD.pack(REGISTER, len(plain), size + TAG_BYTES) + plain
    nonce = os.urandom(NONCE_BYTES)
    sealed = [
        key.cipher.encrypt(nonce, pad(part, size), context + clear + subject + key.id)
        for key, part, subject in zip(keys, packed, subjects, strict=True)
    ]
    return b"".join((clear, nonce, *sealed))


def split(body: bytes) -> tuple[bytes, bytes, list[bytes]] | None:
    """Give a register's clear part with its head, its nonce and its sealed parts; None for what is no register."""
    if len(body) < HEAD.size:
        return None
    _, plain_length, part_length = HEAD.unpack_from(body)
    end = HEAD.size + plain_length
    start = end + NONCE_BYTES
    if part_length <= TAG_BYTES or len(body) < start or (len(body) - start) % part_length:
        return None
    sealed = [body[at : at + part_length] for at in range(start, len(body), part_length)]
    return body[:end], body[end:start], sealed


def open_parts(
    kind: type[Part], keys: Sequence[tuple[bytes, Held]], sealed: Sequence[bytes], nonce: bytes, bound: bytes
) -> dict[bytes, Part | Destroyed | Tampered]:
    """Open parts that stand in the order of their keys. Marks are few different ones, so each is decoded once."""
    alike = _ALIKE.setdefault(kind, {})
    into = shape(kind)
    parts: dict[bytes, Part | Destroyed | Tampered] = {}
    for (subject, held), part in zip(keys, sealed, strict=True):
        if isinstance(held, Destroyed):
            parts[subject] = held
            continue
        try:
            padded = held.cipher.decrypt(nonce, part, bound + subject + held.id)
        except (InvalidTag, ValueError):  # the latter for a nonce that was cut short
            parts[subject] = Tampered()
            continue
        known = alike.get(padded)
        if known is None:
            known = into.unpack(decode(unpad(padded)))
            if len(padded) <= ALIKE_BYTES_MAX and len(alike) < ALIKE_MAX:
                alike[padded] = known
        parts[subject] = known
    return parts


_ALIKE: Final[dict[type[Part], dict[bytes, Part]]] = {}
"""Parts by their plaintext; they are frozen, so that one may stand in many registers."""


@cache
def part_class(kind: type[Event]) -> type[Part]:
    """Give the class of a register event's parts."""
    annotation = kind.model_fields["parts"].annotation
    found: type[Part] = annotation.__args__[1]  # type: ignore[union-attr]  # dict[SubjectId, PartT], as RegisterEvent says
    return found
