"""Event to stored entry and back; with ``discreet`` and ``register_body``, all that knows the stored form of a body."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from msgspec import DecodeError

from events.model import (
    DISCREET,
    Definition,
    Destroyed,
    Entry,
    Event,
    Header,
    Part,
    PersonEvent,
    RegisterEvent,
    Source,
    Tampered,
)
from ledger import discreet
from ledger.discreet import Shown
from ledger.log import Fenced, Sealed, Stored, header_of
from ledger.padding import pad, stepped, unpad
from ledger.register_body import HEAD, REGISTER, open_parts, part_class, seal_register, split
from ledger.register_body import BodyTooLarge as BodyTooLarge  # noqa: PLC0414  # whoever seals finds it here
from ledger.shape import decode, encode, shape
from ledger.vault import NONCE_BYTES, Held, Key, Vault

PLAIN: Final = 1
PERSON: Final = 2
BODY_STEP: Final = 64
"""Bodies about one person are padded to a multiple of this many bytes."""
BODY_MAX: Final = 900_000
"""Bytes of one stored body: within the message size of a broker as delivered."""


class UnknownEvent(Exception):
    """An entry was written by a newer Rollbook than this one: its name or version is not known here."""


@dataclass(frozen=True, slots=True)
class Meta:
    """Why and by whom an event is published; copied into its header."""

    actor: bytes
    role: str
    purpose: str
    basis: str
    command: bytes
    source: Source | None = None
    cause: int | None = None


class Draft(NamedTuple):
    """An event on its way into a stream, at the version its writer expects (None: the next, under the lock)."""

    stream: bytes
    version: int | None
    event: Event


class Codec:
    """Seals events for one installation's vault, and opens them."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def is_ready(self, organisation: bytes, event: Event) -> bool:
        """Whether sealing would need no key that is not in memory."""
        category = self._kept_under(organisation, event)
        return category is None or (
            self.vault.cached(organisation, subjects_of(event), category, event.period) is not None
        )

    def seal(
        self, organisation: bytes, service: str, draft: Draft, meta: Meta, event_id: bytes | None = None
    ) -> tuple[Sealed, list[bytes]]:
        """Give the entry before the lock, and the ids of the keys it is sealed with.

        Raises Fenced where a key has been destroyed, and ValueError where the body would be too large.
        """
        event, definition, category = draft.event, draft.event.definition, draft.event.kept_under
        event_id = event_id or os.urandom(16)
        subjects = subjects_of(event)
        keys: list[Key] = []
        shown = Shown(definition.name, definition.version, category, meta.role, meta.purpose, meta.basis)
        kept = self._kept_under(organisation, event)
        if kept is None or category is None:
            body = bytes([PLAIN]) + encode(shape(type(event)).pack(event))
        elif definition.discreet:
            keys = self._keys(organisation, subjects, kept, event.period)
            bound = discreet.bound_to(organisation, draft.stream, event_id, subjects[0], keys[0].id)
            body, shown = discreet.seal(event, keys[0], shown, bound), discreet.VEIL
        else:
            keys = self._keys(organisation, subjects, kept, event.period)
            context = _context(organisation, draft.stream, event_id, definition, category)
            if isinstance(event, RegisterEvent):
                body = seal_register(event, keys, subjects, context)
            else:
                body = _seal_person(event, keys[0], subjects[0], context)
        if len(body) > BODY_MAX:
            raise BodyTooLarge(f"{definition.name} is larger than {BODY_MAX} bytes; send it in several")
        source = meta.source
        return Sealed(
            event_id, service, draft.stream, draft.version, shown.name, shown.event_version, shown.category,
            event.period, subjects, event.is_cohort, meta.actor, shown.role, shown.purpose, shown.basis,
            source.connector if source else None, source.batch if source else None, source.row if source else None,
            meta.command, meta.cause, body,
        ), [key.id for key in keys]  # fmt: skip

    def open(self, stored: Stored, only: Sequence[bytes] | None = None) -> Entry:
        """Give the entry; of a register, with ``only``, just these subjects' parts.

        What was changed after it was written stands there as Tampered. Raises UnknownEvent for a name or version that
        this Rollbook does not know.
        """
        if stored.name == DISCREET:
            return self._open_discreet(stored)
        kind = Event.released.get((stored.name, stored.event_version))
        if kind is None:
            raise UnknownEvent(f"{stored.name} version {stored.event_version}")
        header, definition = header_of(stored), kind.definition
        if not _is_labelled_so(kind, stored.category) or stored.body[:1] != _form(kind) or definition.discreet:
            return Entry(header, Tampered(), {})
        if stored.category is None:
            read = _read_clear(kind, stored.body[1:])
            return Entry(header, read if isinstance(read, Tampered) else upcast(read), {})
        is_register = issubclass(kind, RegisterEvent)
        subjects = [one for one in stored.subjects if only is None or not is_register or one in only]
        held = self.vault.to_open(stored.organisation, subjects, stored.category, stored.period)
        context = _context(stored.organisation, stored.stream, stored.event_id, definition, stored.category)
        if is_register:
            return _open_register(header, kind, stored.body, list(zip(subjects, held, strict=True)), context)
        if len(subjects) != 1:
            return Entry(header, Tampered(), {})
        return Entry(header, _open_person(kind, stored.body, subjects[0], held[0], context), {})

    def open_page(self, page: Sequence[Stored]) -> Iterable[Entry]:
        """Open entries in order, their keys fetched in one query for each category and school year."""
        wanted: dict[tuple[bytes, str, int], dict[bytes, None]] = {}
        for stored in page:
            if stored.category is not None and stored.name != DISCREET:
                shelf = wanted.setdefault((stored.organisation, stored.category, stored.period), {})
                shelf.update(dict.fromkeys(stored.subjects))
        for (organisation, category, period), subjects in wanted.items():
            self.vault.to_open(organisation, list(subjects), category, period)
        return map(self.open, page)

    def _kept_under(self, organisation: bytes, event: Event) -> str | None:
        """Give the category under which the vault keeps an event's keys; None where nothing of it is sealed."""
        category = event.kept_under
        if category is None or not event.definition.discreet:
            return category
        return self.vault.opaque(organisation, discreet.sealed_subject(event), category)

    def _keys(self, organisation: bytes, subjects: Sequence[bytes], category: str, period: int) -> list[Key]:
        held = self.vault.to_seal(organisation, subjects, category, period)
        keys = [key for key in held if isinstance(key, Key)]
        if len(keys) != len(subjects):
            raise Fenced("a key for this person and kind of fact has been destroyed; nothing new can be kept under it")
        return keys

    def _open_discreet(self, stored: Stored) -> Entry:
        """Open what the header does not name; see docs/adr/0006 for how the key is found."""
        entry = discreet.opened(self.vault, stored)
        if entry is None:
            raise UnknownEvent("a discreet event")
        return entry if not isinstance(entry.event, Event) else replace(entry, event=upcast(entry.event))


def subjects_of(event: Event) -> tuple[bytes, ...]:
    """Give whom an event is about, in the order of its sealed parts."""
    if isinstance(event, RegisterEvent):
        return tuple(event.parts)
    return (event.subject,) if isinstance(event, PersonEvent) else ()


def upcast(event: Event) -> Event:
    """Bring an event of an older version up to today's class, one ``upcast_v1_v2`` after the other.

    A class that inherits from that of the version before only adds fields with defaults: it says all of the step.
    """
    latest = Event.latest[event.definition.name]
    while event.definition.version < latest.definition.version:
        version = event.definition.version
        after = Event.released[event.definition.name, version + 1]
        if issubclass(after, type(event)):
            event = after(**dict(event))
        else:
            event = getattr(latest, f"upcast_v{version}_v{version + 1}")(event)
    return event


def _is_labelled_so(kind: type[Event], category: str | None) -> bool:
    """Whether a stored category can be this class's. Which one it is of several, the ciphertext itself vouches for."""
    return category is not None if kind.chooses_category else category == kind.definition.category


def _form(kind: type[Event]) -> bytes:
    """Give the first byte of a body of this kind."""
    if issubclass(kind, RegisterEvent):
        return bytes([REGISTER])
    return bytes([PERSON if issubclass(kind, PersonEvent) else PLAIN])


def _context(organisation: bytes, stream: bytes, event_id: bytes, definition: Definition, category: str) -> bytes:
    """Give what every part's ciphertext is bound to; the part adds its subject and key, a register its clear part."""
    named, kept = definition.name.encode(), category.encode()
    return b"".join((
        b"rollbook part\x01", organisation, stream, event_id,
        len(named).to_bytes(2, "big"), named, definition.version.to_bytes(2, "big"),
        len(kept).to_bytes(2, "big"), kept,
    ))  # fmt: skip


def _read_clear(kind: type[Event], data: bytes, known: Mapping[str, object] | None = None) -> Event | Tampered:
    """Read what no key vouches for: bytes that are not this event's were changed after they were written."""
    try:
        event: Event = shape(kind).unpack(decode(data), known)
    except (DecodeError, ValueError, TypeError):
        return Tampered()
    return event


def _seal_person(event: Event, key: Key, subject: bytes, context: bytes) -> bytes:
    plain = encode(shape(type(event)).pack(event))
    nonce = os.urandom(NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, pad(plain, stepped(len(plain), BODY_STEP)), context + subject + key.id)
    return bytes([PERSON]) + nonce + sealed


def _open_person(
    kind: type[Event], body: bytes, subject: bytes, held: Held, context: bytes
) -> Event | Destroyed | Tampered:
    if isinstance(held, Destroyed):
        return held
    plain = _opened(held, body[1 : 1 + NONCE_BYTES], body[1 + NONCE_BYTES :], context + subject + held.id)
    if isinstance(plain, Tampered):
        return plain
    return upcast(shape(kind).unpack(decode(plain), {"subject": subject}))


def _opened(key: Key, nonce: bytes, sealed: bytes, bound: bytes) -> bytes | Tampered:
    try:
        return unpad(key.cipher.decrypt(nonce, sealed, bound))
    except (InvalidTag, ValueError):  # the latter for a nonce that was cut short
        return Tampered()


def _open_register(
    header: Header, kind: type[Event], body: bytes, keys: Sequence[tuple[bytes, Held]], context: bytes
) -> Entry:
    """Open the parts of these subjects. A body cut down to one part in SQL holds just that one."""
    found = split(body)
    if found is None:
        return Entry(header, Tampered(), {})
    clear, nonce, sealed = found
    if len(sealed) == len(header.subjects):
        if len(keys) != len(sealed):
            by_subject = dict(zip(header.subjects, sealed, strict=True))
            sealed = [by_subject[subject] for subject, _ in keys]
    elif not len(sealed) == len(keys) == 1:
        return Entry(header, Tampered(), {})
    parts = open_parts(part_class(kind), keys, sealed, nonce, context + clear)
    event: Event | Tampered = Tampered()
    if any(isinstance(part, Part) for part in parts.values()):
        event = shape(kind).unpack(decode(clear[HEAD.size :]), {"parts": {}})
    elif not any(isinstance(part, Tampered) for part in parts.values()):
        event = _read_clear(kind, clear[HEAD.size :], {"parts": {}})
    if isinstance(event, Tampered) or kind is Event.latest[header.name]:
        return Entry(header, event, parts)
    return _upcast_register(header, event, parts)


def _upcast_register(header: Header, event: Event, parts: dict[bytes, Part | Destroyed | Tampered]) -> Entry:
    """A register of an older version is upcast with the parts that opened; the rest stay what they are."""
    opened = {subject: part for subject, part in parts.items() if isinstance(part, Part)}
    whole = upcast(event.model_copy(update={"parts": opened}))
    if not isinstance(whole, RegisterEvent):
        raise TypeError(f"{header.name}: an upcast does not change an event's kind")
    now: dict[bytes, Part | Destroyed | Tampered] = {**parts, **whole.parts}
    return Entry(header, whole.model_copy(update={"parts": {}}), now)
