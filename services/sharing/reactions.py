"""What sharing does by itself: whoever was given a fact is owed a notice of what is done to it (UK GDPR Article 19)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Final

from events.model import Entry
from events.sharing.ripple import DISCLOSURES_MAX
from events.sharing.words import ENTRIES_MAX
from ledger.decider import Step
from ledger.reaction import Reaction
from ledger.view import Reader
from services.facts import LONDON
from services.shared_facts import FactSource
from services.sharing.causes import ABOUT_OTHERS, CAUSES, CONTACTS, Cause, Earlier, causes_of
from services.sharing.disclosure_queries import moment_of, of_pupil
from services.sharing.disclosure_views import CohortRow, DisclosureRow, cohorts, disclosures
from services.sharing.notices import OweNotice
from services.sharing.notices import notices as aggregate

RIPPLE: Final = "ripple"

Held = Callable[[Reader], Awaitable[Mapping[bytes, bytes]]]
"""Gives whose records are merged into which: a correction about either is about both."""


@dataclass(slots=True)
class _Owed:
    """What one notice is about: what its recipient was given of one pupil."""

    disclosures: dict[bytes, None] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)

    def has_room(self, disclosure: bytes, entry: int | None) -> bool:
        """Whether an entry of a disclosure (None: what is known of no entry) can still be told in it."""
        return (disclosure in self.disclosures or len(self.disclosures) < DISCLOSURES_MAX) and (
            entry is None or entry in self.entries or len(self.entries) < ENTRIES_MAX
        )


_All = dict[tuple[bytes, bytes], list[_Owed]]
"""Notices by pupil and recipient: one, or as many as what they were given does not fit into one."""


class Ripple:
    """Computes who is owed a notice, from exactly what they were given before the cause."""

    def __init__(self, facts: FactSource, earlier: Earlier, held: Held) -> None:
        self._facts, self._earlier, self._held = facts, earlier, held
        self.reaction = Reaction(RIPPLE, "sharing", CAUSES, self.react)

    async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
        """Give a command for each notice that is owed because of an entry."""
        day = entry.header.recorded_at.astimezone(LONDON).date()
        return [
            _step(cause, entry.header.event_id, key, (number, found), day)
            for cause in causes_of(entry, await self._held(reader))
            for key, several in sorted((await self._owed(reader, entry.header.organisation, cause)).items())
            for number, found in enumerate(several)
        ]

    async def _owed(self, reader: Reader, organisation: bytes, cause: Cause) -> _All:
        listed, returns = await _listed(reader, cause), await reader.find(cohorts)
        owed: _All = {}
        if not _can_be_in(cause, listed, returns):
            return owed
        cause = replace(cause, puts_right=await self._earlier.put_right(organisation, cause))
        if cause.is_of_entries and not cause.puts_right:
            return owed
        for row in listed:
            for sent in (one for part in row.sent for one in part.fields):
                told = cause.of_field(sent.field, sent.entries)
                if told:
                    _note(owed, (row.subject, row.sending.recipient), row.disclosure, sent.field, told)
        await self._in_cohorts(reader, organisation, cause, returns, owed)
        return owed

    async def _in_cohorts(
        self, reader: Reader, organisation: bytes, cause: Cause, returns: Sequence[CohortRow], owed: _All
    ) -> None:
        """Add the returns about everyone: what stood in them of whom is folded again as it was known then."""
        returns = [row for row in returns if cause.may_be_in(row)]
        of_contact = cause.may_stand_in & {CONTACTS}
        wanted = {cause.subject: cause.may_stand_in}
        if cause.category in ABOUT_OTHERS and any(of_contact & set(row.sending.fields) for row in returns):
            wanted = dict.fromkeys(await self._facts.pupils_of(reader, cause.subject), of_contact) | wanted
        for pupil, fields in wanted.items():
            rows = [row for row in returns if not fields.isdisjoint(row.sending.fields)]
            for row in await of_pupil(self._facts, organisation, pupil, rows):
                await self._in_return(organisation, cause, (pupil, fields & set(row.sending.fields)), row, owed)

    async def _in_return(
        self, organisation: bytes, cause: Cause, of: tuple[bytes, frozenset[str]], row: CohortRow, owed: _All
    ) -> None:
        pupil, fields = of
        at = moment_of(row)
        for known in await self._facts.stood(organisation, pupil, fields, at):
            for fact in known.facts:
                told = cause.of_fact(fact, at)
                if told is not None:
                    _note(owed, (pupil, row.sending.recipient), row.disclosure, fact.field, told)


async def _listed(reader: Reader, cause: Cause) -> list[DisclosureRow]:
    """Give the disclosures of listed pupils, before the cause, in which the fact can be."""
    everywhere = cause.is_of_entries and cause.category in ABOUT_OTHERS
    rows = await (reader.find(disclosures) if everywhere else reader.find(disclosures, subject=cause.subject))
    return [row for row in rows if row.at.index < cause.index and not row.discreet]


def _can_be_in(cause: Cause, listed: Sequence[DisclosureRow], returns: Sequence[CohortRow]) -> bool:
    """Whether anything was given that can hold the fact: most registers are amended before anybody was told."""
    fields = cause.may_stand_in if cause.session else None
    if fields is None:
        return bool(listed or returns)
    given = [*(set(row.fields) for row in listed), *(set(row.sending.fields) for row in returns)]
    return any(fields & one for one in given)


def _note(owed: _All, key: tuple[bytes, bytes], disclosure: bytes, field_name: str, entries: Sequence[int]) -> None:
    several = owed.setdefault(key, [])
    for entry in entries or (None,):
        if not several or not several[-1].has_room(disclosure, entry):
            several.append(_Owed())
        found = several[-1]
        found.disclosures[disclosure] = None
        found.fields.add(field_name)
        found.entries.update(() if entry is None else (entry,))


def _step(cause: Cause, event_id: bytes, key: tuple[bytes, bytes], one: tuple[int, _Owed], day: date) -> Step:
    (pupil, recipient), (number, found) = key, one
    counted = str(number).encode() if number else b""
    notice = sha256(b"rollbook notice\x00" + event_id + pupil + recipient + counted).digest()[:16]
    return Step(aggregate, OweNotice(
        pupil=pupil, notice=notice, valid_on=day, recipient=recipient, ripples=cause.ripples, since_entry=cause.index,
        disclosures=tuple(found.disclosures), field_names=tuple(sorted(found.fields)),
        told_entries=tuple(sorted(found.entries)),
    ))  # fmt: skip
