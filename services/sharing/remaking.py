"""Makes a file that was sent again, byte for byte, from what was known then; or says that something was erased."""

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.model import Entry
from events.sharing.disclosures import (
    CohortDisclosed,
    Disclosed,
    DisclosedDiscreetly,
    DiscreetOutcomeNoted,
    Recalled,
    Sending,
    Sent,
)
from events.sharing.persons import GivenToPerson
from ledger.decider import Refused, Stream
from services.door import Door, NotFound
from services.shared_facts import FactSource, Moment, Pupil
from services.sharing.disclosure_queries import sent_on
from services.sharing.exporters import Export, File
from services.sharing.exporters.all import EXPORTERS

TO_PERSON: Final = "given-to-person"
ERASED: Final = (
    "Data of somebody in this file has been erased since, so it cannot be made again. What it held of everybody else "
    "still stands in the register."
)


@dataclass(frozen=True, slots=True)
class Original:
    """A disclosure as its own entry has it: of whom (None: a cohort), known and true when, under which commitment."""

    sending: Sending
    pupils: Sequence[bytes] | None
    left_out: frozenset[bytes]
    known_at: int
    valid_on: date
    salt: bytes
    commitment: str
    person: bytes | None = None
    counted: int = 1
    """Of how many pupils it is."""
    recalled: bool = False

    @property
    def sent_on(self) -> date:
        """The day on which it was made, in London: its orders and markers hold besides those of the day asked about."""
        return sent_on(self.sending)


class Remaker:
    """Makes files again. ``facts`` is the pupils' record."""

    def __init__(self, door: Door, facts: FactSource) -> None:
        self._door, self._facts = door, facts

    async def again(self, organisation: bytes, original: Original) -> File:
        """Make a file again and compare it with what was promised of it. Raises Refused."""
        exporter = EXPORTERS[original.sending.exporter, original.sending.exporter_version]
        pupils = await self._pupils(organisation, original)
        sending = original.sending
        file = exporter.make(
            Export(
                sending.sender,
                sending.to,
                sending.made_at,
                sending.file_number,
                original.valid_on,
                original.sending.fields,
                pupils,
            )
        )
        subjects = [one.subject for one in pupils]
        vault = self._door.codec.vault
        key = await asyncio.to_thread(vault.shared_key, organisation, subjects, "identity", original.salt)
        if key is None:
            raise Refused(ERASED)
        if not hmac.compare_digest(hmac.digest(key, file.data, "sha256").hex(), original.commitment):
            raise Refused("This file cannot be made as it was: something in it was erased or changed outside the log.")
        return file

    async def original(self, organisation: bytes, disclosure: bytes, pupil: bytes | None) -> Original:
        """Give a disclosure's own entry; one told discreetly is found by its pupil. Raises NotFound or Refused."""
        codec = self._door.codec
        if pupil is None:
            stream = Stream("disclosure", disclosure).id(organisation)
        else:
            stream = Stream("discreet-disclosures", pupil).discreet_id(codec.vault, organisation)
        loaded = await self._door.log.stream(organisation, stream)
        person: bytes | None = None
        original: Original | None = None
        for stored in loaded.entries:
            entry = await asyncio.to_thread(codec.open, stored)
            if entry.header.name == TO_PERSON:
                person = _person(entry)
            found = _original_of(entry, disclosure)
            if found is not None:
                original = replace(found, person=person)
            elif original is not None and _recalls(entry, disclosure):
                original = replace(original, recalled=True)
        if original is None:
            raise NotFound("There is no such disclosure. Look it up in the register of disclosures.")
        return original

    async def whom(self, organisation: bytes, original: Original) -> Sequence[bytes]:
        """Give whom a disclosure is about: of a return about everyone, those on the roll as it was known then."""
        if original.pupils is not None:
            return original.pupils
        place = await self._door.pasts.place(organisation, original.known_at)
        async with self._door.read(place) as reader:
            roll = await self._facts.on_roll(reader, original.valid_on)
        return [one for one in roll if one not in original.left_out]

    async def _pupils(self, organisation: bytes, original: Original) -> Sequence[Pupil]:
        moment = Moment(original.known_at, original.valid_on, original.sent_on)
        if original.pupils is not None:
            found = await self._facts.then(
                organisation, original.pupils, original.sending.fields, moment, original.person
            )
            if len(found) != len(original.pupils):
                raise Refused(ERASED)
            return found
        wanted = await self.whom(organisation, original)
        place = await self._door.pasts.place(organisation, original.known_at)
        async with self._door.read(place) as reader:
            return await self._facts.live(
                reader, wanted, original.sending.fields, original.valid_on, sent_on=original.sent_on
            )


def _person(entry: Entry) -> bytes:
    """Give whom an entry names. Raises Refused once that is erased: nobody knows then what was kept from them."""
    if not isinstance(entry.event, GivenToPerson):
        raise Refused(ERASED)
    return entry.event.person


def _recalls(entry: Entry, disclosure: bytes) -> bool:
    event = entry.event
    match event:
        case Recalled():
            return event.disclosure == disclosure
        case DiscreetOutcomeNoted():
            return event.disclosure == disclosure and event.outcome == "recalled"
        case _:
            return False


def _original_of(entry: Entry, disclosure: bytes) -> Original | None:
    event = entry.event
    match event:
        case Disclosed() if event.disclosure == disclosure:
            parts = {who: part for who, part in entry.parts.items() if isinstance(part, Sent)}
            if len(parts) != len(entry.header.subjects):
                raise Refused(ERASED)
            sending = next(iter(parts.values())).sending
            return _made(event, sending, sorted(parts), event.valid_on)
        case DisclosedDiscreetly() if event.disclosure == disclosure:
            return _made(event, event.sent.sending, [event.subject], event.valid_on)
        case CohortDisclosed() if event.disclosure == disclosure:
            cohort = event.cohort
            return Original(
                event.sending, None, frozenset(cohort.excluded), cohort.known_at, cohort.reference_date,
                bytes.fromhex(event.salt), event.commitment, counted=event.pupils,
            )  # fmt: skip
        case _:
            return None


def _made(event: Disclosed | DisclosedDiscreetly, sending: Sending, pupils: Sequence[bytes], day: date) -> Original:
    return Original(
        sending, pupils, frozenset(), event.known_at, day, bytes.fromhex(event.salt), event.commitment,
        counted=len(pupils),
    )  # fmt: skip
