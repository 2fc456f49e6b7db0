"""A pupil as known at an earlier entry: the same folds over the log's own entries, into rows that are thrown away."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from events.model import Destroyed, Entry, Event, Recorded, Tampered
from events.records.attendance import RegisterAmended, RegisterTaken
from events.records.identity import PupilRegistered
from events.sharing.ripple_discreet import NoticesLookedFor
from ledger.alias import Aliases, group, joins_in
from ledger.codec import Codec
from ledger.decider import Stream
from ledger.log import Log, Stored
from ledger.runner import replay_subject
from ledger.view import AnyView, MemoryReader, MemoryRows, Position, fold_page
from services.facts import Provenance
from services.records.families.contact_views import contacts
from services.records.families.disagreement_views import disagreements
from services.records.families.family_queries import named
from services.records.families.protection_views import protections
from services.records.pupils.identity_views import aliases
from services.records.pupils.merging import MERGES
from services.records.views import members

PLAIN: Final = (Stream("calendar"), Stream("rules"))
"""Streams about nobody on which a pupil's page rests: the school's days, and the rules it had adopted."""

OF_CONTACTS: Final[tuple[AnyView, ...]] = (contacts, protections, disagreements)
"""What a pupil's page shows of the people it names."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a pupil: rows to ask questions of, and the entries they were folded from."""

    reader: MemoryReader
    entries: Sequence[Entry]
    merged_into: bytes | None = None
    """The record that this one was merged into at that moment: all that is known is shown there."""

    @property
    def is_pupil(self) -> bool:
        """Whether these entries are a pupil's, as their headers say: also after everything in them was erased."""
        return any(entry.header.name == PupilRegistered.definition.name for entry in self.entries)


async def known(
    log: Log, codec: Codec, organisation: bytes, subject: bytes, upto: int, views: Sequence[AnyView]
) -> Known:
    """Replay one pupil up to an entry: their own entries, their contacts', their groups', and the PLAIN streams."""
    merges = await log.stream(organisation, MERGES.id(organisation))
    # Who is held to be whom stands in clear, so nothing is opened for it.
    joined = [codec.open(stored, ()) for stored in merges.entries if stored.index <= upto]
    of = Aliases(joins_in(joined)).at(upto)
    rows, entries = await _about(log, codec, organisation, subject, upto, views, of)
    fold_page({aliases: 0}, joined, rows)
    reach = rows.load(contacts, [(subject,)]).get((subject,))
    people = named(reach, rows.load(protections, [(subject,)]).values())
    for person in people:
        end = of.get(person, person)
        found, _ = await _about(log, codec, organisation, end, upto, OF_CONTACTS, of)
        for view in OF_CONTACTS:
            rows.save(view, found.held.get(view.table, {}))
        # Also whom a contact's own markers name: the list grows while it is read.
        markers = rows.load(protections, [(end,)]).values()
        people += [one for one in named(None, markers) if one not in people and one != subject]
    in_groups = {key[0] for key in rows.held.get(members.table, {})}
    for stream in (*PLAIN, *(Stream("group", one) for one in in_groups)):
        loaded = await log.stream(organisation, stream.id(organisation))
        plain = [one for one in loaded.entries if one.index <= upto and one.category is None]
        await asyncio.to_thread(_fold_plain, rows, codec, plain, views)
    recorded_at = max((entry.header.recorded_at for entry in entries), default=None)
    return Known(MemoryReader(rows, Position(upto, recorded_at)), entries, of.get(subject))


async def _about(  # what a replay needs, named at each call
    log: Log, codec: Codec, organisation: bytes, subject: bytes, upto: int, views: Sequence[AnyView],
    of: Mapping[bytes, bytes],
) -> tuple[MemoryRows, list[Entry]]:  # fmt: skip
    """Replay one subject, and each that is held to be the same."""
    same = {subject} if subject in of else group(of, [subject])
    about = {one: await log.about(organisation, one, upto) for one in sorted(same)}
    return await asyncio.to_thread(replay_subject, views, about, codec, subject, of)


def _fold_plain(rows: MemoryRows, codec: Codec, plain: Sequence[Stored], views: Sequence[AnyView]) -> None:
    fold_page({view: 0 for view in views if not view.is_personal}, [codec.open(one) for one in plain], rows)


def valid_on(entry: Entry) -> date | None:
    """Give the date from which an entry's fact holds, or on which it happened."""
    found = getattr(entry.event, "valid_on", None) or getattr(entry.event, "date", None)
    return found if isinstance(found, date) else None


def says_nothing(entry: Entry) -> bool:
    """Whether an entry says no more than that nothing was found: it is no line of anybody's timeline."""
    return isinstance(entry.event, NoticesLookedFor) and not entry.event.notices


def provenance(entry: Entry) -> Provenance:
    """Give who made an entry, and when."""
    event = entry.event if isinstance(entry.event, Event) else Event()
    return Provenance.of(Recorded(entry.header, event, None))


def line(entry: Entry, subject: bytes, by: str) -> dict[str, Any]:
    """Give an entry as a line of a timeline, in words; what was destroyed says when and by which request."""
    header = entry.header
    # Of a register that names two records of this pupil, their own; else that of the one merged into it.
    part = entry.parts.get(subject) or next(iter(entry.parts.values()), None)
    line: dict[str, Any] = {
        "index": header.index,
        "recorded_at": header.recorded_at,
        "valid_on": valid_on(entry),
        "name": header.name,
        "title": header.name.replace("-", " ").capitalize(),
        "category": header.category,
        "role": header.role,
        "by": by,
        "purpose": header.purpose,
        "basis": header.basis,
        "source": header.source.connector if header.source else None,
        "row": header.source.row if header.source else None,
    }
    if subject not in header.subjects:
        line["merged_record"] = header.subjects[0] if len(header.subjects) == 1 else next(iter(entry.parts), None)
    body = part if part is not None else entry.event
    match body:
        case Destroyed():
            line["destroyed"] = {"when": body.when, "request": body.request}
        case Tampered():
            line["tampered"] = True
        case BaseModel():
            line["said"] = {
                name: getattr(body, name)
                for name in type(body).model_fields
                if name not in ("subject", "valid_on", "parts")
            }
    if isinstance(entry.event, RegisterTaken | RegisterAmended):
        line["session"] = entry.event.session
    return line
