"""What sharing does by itself: whoever was given a fact is owed a notice of what is done to it (UK GDPR Article 19)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from events.model import Category, Entry, EntryWithdrawn, PersonEvent
from events.rights.restriction import ProcessingRestricted
from events.sharing.ripple import DISCLOSURES_MAX, Ripples
from events.sharing.words import ENTRIES_MAX
from ledger.decider import Step
from ledger.reaction import Reaction
from ledger.view import Reader
from services.facts import LONDON
from services.shared_facts import FactSource, Moment
from services.sharing.corrections import CORRECTING, OF_ONE_FACT
from services.sharing.disclosure_queries import cohorts_of
from services.sharing.disclosure_views import CohortRow, DisclosureRow, disclosures
from services.sharing.notice_views import notices
from services.sharing.notices import OweNotice
from services.sharing.notices import notices as aggregate
from services.sharing.standing import CATEGORIES

RIPPLE: Final = "ripple"
RESTRICTED: Final = ProcessingRestricted.definition.name
_ABOUT_OTHERS: Final[frozenset[Category]] = frozenset({"identity", "contact"})
"""Categories of facts about a parent, which stand in what was given of a child."""

Held = Callable[[Reader], Awaitable[Mapping[bytes, bytes]]]
"""Gives whose records are merged into which: a correction about either is about both."""


@dataclass(slots=True)
class _Owed:
    """What one recipient was given of one pupil that the cause is about."""

    disclosures: dict[bytes, None] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Cause:
    """What was done: to which entry (None: any), of which fields (None: any)."""

    index: int
    subject: bytes
    ripples: Ripples
    entry: int | None
    fields: frozenset[str] | None

    def of(self, field_name: str, entries: Iterable[int]) -> list[int]:
        """Give which of a field's entries it is about."""
        if self.fields is not None and field_name not in self.fields:
            return []
        return [one for one in entries if self.entry in (None, one)]


class Ripple:
    """Computes who is owed a notice, from exactly what they were given before the cause."""

    def __init__(self, facts: FactSource, held: Held) -> None:
        self._facts, self._held = facts, held
        self.reaction = Reaction(RIPPLE, "sharing", CORRECTING | {RESTRICTED}, self.react)

    async def react(self, entry: Entry, reader: Reader) -> Sequence[Step]:
        """Give a command for each notice that is owed because of an entry."""
        cause = _cause(entry, await self._held(reader))
        if cause is None:
            return ()
        owed: dict[tuple[bytes, bytes], _Owed] = {}
        for row in await _listed(reader, entry, cause):
            for sent in (one for part in row.sent for one in part.fields):
                _note(owed, row.subject, row.sending.recipient, row.disclosure, sent.field,
                      cause.of(sent.field, sent.entries))  # fmt: skip
        await self._in_cohorts(reader, entry.header.organisation, cause, owed)
        await _told_before(reader, cause, owed)
        day = entry.header.recorded_at.astimezone(LONDON).date()
        return [
            _step(cause, entry.header.event_id, pupil, recipient, found, day)
            for (pupil, recipient), found in sorted(owed.items())
        ]

    async def _in_cohorts(
        self, reader: Reader, organisation: bytes, cause: _Cause, owed: dict[tuple[bytes, bytes], _Owed]
    ) -> None:
        """Add the returns about everyone: what stood in them of this pupil is folded again as it was known then."""
        for row in await cohorts_of(reader, self._facts, organisation, cause.subject):
            fields = _asked_of(row, cause)
            if row.at.index >= cause.index or not fields:
                continue
            at = Moment(row.cohort.known_at, row.cohort.reference_date)
            for pupil in await self._facts.then(organisation, [cause.subject], fields, at):
                for fact in pupil.facts:
                    _note(owed, cause.subject, row.sending.recipient, row.disclosure, fact.field,
                          cause.of(fact.field, fact.entries))  # fmt: skip


def _asked_of(row: CohortRow, cause: _Cause) -> frozenset[str]:
    fields = frozenset(row.sending.fields)
    return fields if cause.fields is None else fields & cause.fields


def _cause(entry: Entry, of: Mapping[bytes, bytes]) -> _Cause | None:
    event, index = entry.event, entry.header.index
    if not isinstance(event, PersonEvent):
        return None
    subject = of.get(event.subject, event.subject)
    if isinstance(event, ProcessingRestricted):
        kinds = event.categories
        fields = frozenset(one for one, category in CATEGORIES.items() if kinds is None or category in kinds)
        return _Cause(index, subject, "restriction", None, fields)
    if isinstance(event, EntryWithdrawn):
        return _Cause(index, subject, "withdrawal", event.withdraws, None)
    corrects = getattr(event, "corrects", None)
    if corrects is None:
        return None
    return _Cause(index, subject, "correction", corrects, OF_ONE_FACT.get(entry.header.name))


async def _listed(reader: Reader, entry: Entry, cause: _Cause) -> list[DisclosureRow]:
    """Give the disclosures of listed pupils, before the cause, in which the fact can be."""
    everywhere = cause.entry is not None and entry.header.category in _ABOUT_OTHERS
    rows = await (reader.find(disclosures) if everywhere else reader.find(disclosures, subject=cause.subject))
    return [row for row in rows if row.at.index < cause.index and not row.discreet]


async def _told_before(reader: Reader, cause: _Cause, owed: dict[tuple[bytes, bytes], _Owed]) -> None:
    """Add whoever was owed a notice of the entry that is now corrected itself: they know its value from there."""
    if cause.entry is None:
        return
    for row in await reader.find(notices, since_entry=cause.entry):
        for disclosure in row.disclosures:
            for name in row.field_names:
                _note(owed, row.subject, row.recipient, disclosure, name, cause.of(name, [cause.entry]))


def _note(
    owed: dict[tuple[bytes, bytes], _Owed], pupil: bytes, recipient: bytes, disclosure: bytes, field_name: str,
    entries: Sequence[int],
) -> None:  # fmt: skip
    if entries:
        found = owed.setdefault((pupil, recipient), _Owed())
        found.disclosures[disclosure] = None
        found.fields.add(field_name)
        found.entries.update(entries)


def _step(cause: _Cause, event_id: bytes, pupil: bytes, recipient: bytes, found: _Owed, day: date) -> Step:
    notice = sha256(b"rollbook notice\x00" + event_id + pupil + recipient).digest()[:16]
    return Step(aggregate, OweNotice(
        pupil=pupil, notice=notice, valid_on=day, recipient=recipient, ripples=cause.ripples, since_entry=cause.index,
        disclosures=tuple(found.disclosures)[:DISCLOSURES_MAX], field_names=tuple(sorted(found.fields)),
        told_entries=tuple(sorted(found.entries))[:ENTRIES_MAX],
    ))  # fmt: skip
