"""The stored form of an event whose very name is a secret (docs/adr/0006): everything telling stands in the body."""

import os
from dataclasses import replace
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from msgspec import DecodeError

from events.model import ALL_TIME, DISCREET, Destroyed, Entry, Event, Header, PersonEvent, Tampered
from ledger.log import Stored, header_of
from ledger.padding import pad, stepped, unpad
from ledger.shape import decode, encode, shape
from ledger.vault import NONCE_BYTES, Key, Vault

DISCREET_FORM: Final = 4
"""The first byte of a discreet event's body."""
DISCREET_STEP: Final = 1_024
"""Bodies are padded to a multiple of this many bytes: most accounts of a concern then have one length."""
KEY_ID_BYTES: Final = 16
_NONCE: Final = slice(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + NONCE_BYTES)
_SEALED: Final = slice(1 + KEY_ID_BYTES + NONCE_BYTES, None)


class Shown(NamedTuple):
    """What a header says of an event besides whom, when and where; of a discreet one it is sealed."""

    name: str
    event_version: int
    category: str | None
    role: str
    purpose: str
    basis: str


VEIL: Final = Shown(DISCREET, 1, DISCREET, DISCREET, DISCREET, DISCREET)
"""What is stored in clear of every discreet event."""


def seal(event: Event, key: Key, shown: Shown, bound: bytes) -> bytes:
    """Give the body. ``bound`` is what its ciphertext belongs to."""
    plain = encode([*shown, shape(type(event)).pack(event)])
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, pad(plain, stepped(len(plain), DISCREET_STEP)), bound)
    return bytes([DISCREET_FORM]) + key.id + nonce + sealed


def opened(vault: Vault, stored: Stored) -> Entry | None:
    """Open what the header does not name, with the key whose id stands in the body.

    The entry's header is the one that folds, deciders and timelines see. Of what does not open only the category is
    known: it is the key's. None for a name or version that this Rollbook does not know.
    """
    header, category = header_of(stored), category_of(vault, stored)
    if category is None:
        return Entry(header, Tampered(), {})
    subject, veiled = stored.subjects[0], VEIL._replace(category=category)
    opaque = vault.opaque(stored.organisation, subject, category)
    (held,) = vault.to_open(stored.organisation, [subject], opaque, stored.period)
    if isinstance(held, Destroyed):
        return _unveiled(header, veiled, held)
    bound = bound_to(stored.organisation, stored.stream, stored.event_id, subject, held.id)
    try:
        *said, fields = decode(unpad(held.cipher.decrypt(stored.body[_NONCE], stored.body[_SEALED], bound)))
        shown = Shown(*said)
    except (InvalidTag, DecodeError, ValueError, TypeError):
        return _unveiled(header, veiled, Tampered())
    kind = Event.released.get((shown.name, shown.event_version))
    if kind is None:
        return None
    if not kind.definition.discreet or {kind.definition.category, shown.category} != {category}:
        return _unveiled(header, veiled, Tampered())
    return _unveiled(header, shown, shape(kind).unpack(fields, {"subject": subject}))


def category_of(vault: Vault, stored: Stored) -> str | None:
    """Give an entry's category without opening it: a discreet one's is that of its key, None where none fits."""
    if stored.name != DISCREET:
        return stored.category
    if not _is_veiled(stored):
        return None
    return vault.category_of(stored.organisation, stored.subjects[0], stored.body[1 : 1 + KEY_ID_BYTES])


def _is_veiled(stored: Stored) -> bool:
    """Whether an entry that calls itself discreet looks exactly like every other one."""
    shown = (stored.name, stored.event_version, stored.category, stored.role, stored.purpose, stored.basis)
    rest = (stored.period, stored.cohort, len(stored.subjects), stored.body[:1])
    return shown == VEIL and rest == (ALL_TIME, False, 1, bytes([DISCREET_FORM]))


def _unveiled(header: Header, shown: Shown, event: Event | Destroyed | Tampered) -> Entry:
    return Entry(replace(header, **shown._asdict()), event, {})


def bound_to(organisation: bytes, stream: bytes, event_id: bytes, subject: bytes, key: bytes) -> bytes:
    """Give the associated data of a discreet body: moved to another place, person or stream, it does not open."""
    return b"rollbook discreet part\x01" + organisation + stream + event_id + subject + key


def sealed_subject(event: Event) -> bytes:
    """Give whom a discreet event is about; it has no school year, as a year in clear would tell its kind."""
    if not isinstance(event, PersonEvent) or event.period != ALL_TIME:
        raise TypeError(f"{event.definition.name}: a discreet event is about one person and of no school year")
    return event.subject
