"""What sharing does by itself: whoever was given a fact is owed a notice of what is done to it (UK GDPR Article 19)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from events.model import ALL_TIME, Entry
from events.sharing.disclosures import DisclosedDiscreetly
from events.sharing.ripple_discreet import NoticeFound, NoticesLookedFor, numbered
from ledger.decider import Step
from ledger.reaction import Reaction
from ledger.vault import Key, Vault
from ledger.view import Reader
from services.facts import LONDON
from services.shared_facts import FactSource
from services.sharing.causes import CAUSES, Cause, Earlier, causes_of
from services.sharing.corrections import DISCREETLY
from services.sharing.discreet_notices import LookForNotices, looks
from services.sharing.notices import OweNotice
from services.sharing.notices import notices as aggregate
from services.sharing.owing import Notices, Owed, Owing

RIPPLE: Final = "ripple"
DISCREET_RIPPLE: Final = "discreet-ripple"

Held = Callable[[Reader], Awaitable[Mapping[bytes, bytes]]]
"""Gives whose records are merged into which: a correction about either is about both."""


class Ripple:
    """Owes a notice to whoever was openly given what is put right openly."""

    def __init__(self, facts: FactSource, earlier: Earlier, held: Held) -> None:
        self._owing, self._held = Owing(facts, earlier), held
        self.reaction = Reaction(RIPPLE, "sharing", CAUSES, self.react)

    async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
        """Give a command for each notice that is owed because of an entry."""
        day, organisation = _day(entry), entry.header.organisation
        return [
            _step(cause, entry.header.event_id, key, (number, found), day)
            for cause in causes_of(entry, await self._held(reader))
            for key, several in sorted(
                (await self._owing.before(reader, organisation, cause, discreetly=False)).items()
            )
            for number, found in enumerate(several)
        ]


class DiscreetRipple:
    """Owes the notices of which nobody may know but whoever may know of the fact or of its disclosure.

    After each entry from which one can be owed, and after each that is discreet, it writes that it looked: one entry
    about each of the people whom everybody knows to be concerned, whatever was found (docs/adr/0017).
    """

    def __init__(self, facts: FactSource, earlier: Earlier, held: Held, vault: Vault) -> None:
        self._facts, self._earlier, self._held, self._vault = facts, earlier, held, vault
        self._owing = Owing(facts, earlier)
        names = CAUSES | (DISCREETLY - {NoticesLookedFor.definition.name})
        self.reaction = Reaction(DISCREET_RIPPLE, "sharing", names, self.react)

    async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
        """Give a command for each person who was looked at because of an entry."""
        of, day, organisation = await self._held(reader), _day(entry), entry.header.organisation
        causes = causes_of(entry, of)
        about = {of.get(one, one): list[NoticeFound]() for one in entry.header.subjects}
        for cause in causes:
            if cause.reaches_others:
                about |= {one: [] for one in await self._facts.pupils_of(reader, cause.subject) if one not in about}
        for cause, owed in [
            *[(one, await self._owing.before(reader, organisation, one, discreetly=True)) for one in causes],
            *await self._overtaken(reader, entry, of),
        ]:
            for (pupil, recipient), several in sorted(owed.items()):
                found = about.setdefault(pupil, [])
                for one in several:
                    notice = numbered(_look(entry, pupil), len(found) + 1)
                    found.append(_found(cause, notice, recipient, one))
        kept = await asyncio.to_thread(self._with_a_key, organisation, about)
        return [
            Step(looks, LookForNotices(pupil=one, valid_on=day, look=_look(entry, one), notices=tuple(about[one])))
            for one in sorted(kept)
        ]

    async def _overtaken(
        self, reader: Reader, entry: Entry, of: Mapping[bytes, bytes]
    ) -> Sequence[tuple[Cause, Notices]]:  # fmt: skip
        """Give what was corrected while it was being told: no condition of an append can wait for a discreet entry."""
        event, header = entry.event, entry.header
        if not isinstance(event, DisclosedDiscreetly):
            return []
        between = await self._earlier.secrets(header.organisation, event.subject, event.known_at, header.index)
        return [
            (cause, await self._owing.of_one(reader, header.organisation, cause, event.disclosure))
            for one in between
            for cause in causes_of(one, of)
        ]

    def _with_a_key(self, organisation: bytes, people: Iterable[bytes]) -> list[bytes]:
        """Give those of whom something discreet can still be kept: not of somebody whose data was erased."""
        found = []
        for one in people:
            opaque = self._vault.opaque(organisation, one, "safeguarding")
            (key,) = self._vault.to_seal(organisation, [one], opaque, ALL_TIME)
            found += [one] if isinstance(key, Key) else []
        return found


def _day(entry: Entry) -> date:
    return entry.header.recorded_at.astimezone(LONDON).date()


def _look(entry: Entry, pupil: bytes) -> bytes:
    return numbered(sha256(b"rollbook look\x00" + entry.header.event_id + pupil).digest()[:16], 0)


def _found(cause: Cause, notice: bytes, recipient: bytes, found: Owed) -> NoticeFound:
    return NoticeFound(
        notice=notice, recipient=recipient, ripples=cause.ripples, since_entry=cause.index,
        disclosures=tuple(found.disclosures), field_names=tuple(sorted(found.fields)),
        told_entries=tuple(sorted(found.entries)),
    )  # fmt: skip


def _step(cause: Cause, event_id: bytes, key: tuple[bytes, bytes], one: tuple[int, Owed], day: date) -> Step:
    (pupil, recipient), (number, found) = key, one
    counted = str(number).encode() if number else b""
    notice = sha256(b"rollbook notice\x00" + event_id + pupil + recipient + counted).digest()[:16]
    return Step(aggregate, OweNotice(
        pupil=pupil, notice=notice, valid_on=day, recipient=recipient, ripples=cause.ripples, since_entry=cause.index,
        disclosures=tuple(found.disclosures), field_names=tuple(sorted(found.fields)),
        told_entries=tuple(sorted(found.entries)),
    ))  # fmt: skip
