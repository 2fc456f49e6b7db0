"""The pupils' record as a source of facts to give away: as known now, and as it was known then."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from events.model import EntryWithdrawn, Event
from ledger.alias import Aliases, group, held, joins_in
from ledger.codec import Codec
from ledger.log import Log, Stored
from ledger.runner import replay_subject
from ledger.view import AnyView, MemoryReader, MemoryRows, Position, Reader
from services.facts import on
from services.records import history, queries
from services.records.families.contact_views import contacts
from services.records.families.disagreement_views import notes_about
from services.records.families.family_queries import (
    contact_records,
    families,
    family,
    linked,
)
from services.records.pupils.identity_views import aliases, pupils
from services.records.pupils.merging import MERGES
from services.records.roll.roll_views import roll
from services.records.shared_record import pupil_facts
from services.shared_facts import Moment, Pupil


class Shareable:
    """The pupils' record as a source of facts to give away (see services.shared_facts.FactSource)."""

    def __init__(self, log: Log, codec: Codec, views: Sequence[AnyView]) -> None:
        self._log, self._codec, self._views = log, codec, views

    async def live(
        self, reader: Reader, subjects: Sequence[bytes], fields: Iterable[str], valid_on: date,
        person: bytes | None = None, sent_on: date | None = None,
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what is known now of pupils; whoever is none is not there. ``person`` is who is told, if it is one."""
        wanted, days_held = frozenset(fields), frozenset({valid_on, sent_on or valid_on})
        around = await families(reader, subjects)
        found = [await pupil_facts(reader, one, wanted, valid_on, (around[one], person, days_held)) for one in subjects]
        return [one for one in found if one is not None]

    async def then(
        self, organisation: bytes, subjects: Sequence[bytes], fields: Iterable[str], at: Moment,
        person: bytes | None = None,
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what was known at a moment, folded from the log again."""
        wanted, found = frozenset(fields), list[Pupil]()
        days_held = frozenset({at.valid_on, at.sent_on or at.valid_on})
        for one in subjects:
            known = await history.known(self._log, self._codec, organisation, one, at.known_at, self._views)
            around = await families(known.reader, [one])
            pupil = await pupil_facts(known.reader, one, wanted, at.valid_on, (around[one], person, days_held))
            found += [pupil] if pupil else []
        return found

    async def barred(self, reader: Reader, pupil: bytes, person: bytes, day: date) -> str | None:
        """Give why a person may be told nothing at all of a pupil, as a sentence; None where they may."""
        around = await family(reader, pupil)
        if not any(around.is_same(person, one) for one in linked(around.reach)):
            return "This person is not among the pupil's contacts. Record who they are to the pupil first."
        kept = around.barred(person, day)
        if any(one.what == "information" or (one.what == "person" and one.of == pupil) for one in kept):
            return "An order or marker in force keeps everything about this pupil from this person."
        return None

    async def no_parent(self, reader: Reader, pupil: bytes, person: bytes, day: date) -> str | None:
        """Give why a person cannot answer as a pupil's parent on a day: they are no contact, or known to be none."""
        around = await family(reader, pupil)
        notes = (await notes_about(reader, [pupil]))[pupil]
        links = [
            one for one in await contact_records(reader, around, day, notes) if around.is_same(person, one.contact)
        ]
        if not links:
            return "This person is not among the pupil's contacts on that day. Record who they are to the pupil first."
        if any(one.parental_responsibility is False for one in links):
            return (
                "The record says that this person has no parental responsibility. Ask somebody who has, or correct the "
                "record first."
            )
        return None

    async def on_roll(self, reader: Reader, day: date) -> Sequence[bytes]:
        """Give whoever is on the roll on a day."""
        return sorted(row.subject for row in await reader.find(roll) if queries.spell_on(row.spells, day) is not None)

    async def last_days(self, reader: Reader, subjects: Sequence[bytes], day: date) -> Mapping[bytes, date]:
        """Give the last day on the roll of whoever of these was on it before a day, and is not on that day."""
        rows = await reader.find(roll, subject=list(subjects))
        gone = [row for row in rows if queries.spell_on(row.spells, day) is None]
        left = {row.subject: [one.day for one in row.leavings if one.day < day] for row in gone}
        return {who: max(days) for who, days in left.items() if days}

    async def near(self, reader: Reader, subjects: Sequence[bytes]) -> frozenset[bytes]:
        """Give everybody of whom something may be in what is given of pupils: the pupils and their contacts."""
        rows = await reader.find(contacts, subject=list(subjects))
        return frozenset(subjects).union(*(linked(row) for row in rows))

    async def stood(
        self, organisation: bytes, subject: bytes, fields: Iterable[str], at: Moment
    ) -> Sequence[Pupil]:  # fmt: skip
        """Give what was known at a moment of somebody on the roll: of each record that is held to be theirs now."""
        (ids,) = await self.was_on_roll(organisation, subject, [at])
        return await self.then(organisation, sorted(ids), fields, at)

    async def was_on_roll(
        self, organisation: bytes, subject: bytes, moments: Sequence[Moment]
    ) -> Sequence[frozenset[bytes]]:  # fmt: skip
        """Give as whom somebody was on the roll at each of these moments; their entries are read once."""
        merges = await self._log.stream(organisation, MERGES.id(organisation))
        joined = Aliases(joins_in([self._codec.open(stored, ()) for stored in merges.entries]))
        own = group(joined.at(), [subject])
        about = {one: await self._roll_entries(organisation, one) for one in joined.ever_with(own)}
        answers, folded = dict[Moment, frozenset[bytes]](), dict[tuple[tuple[bytes, int], ...], MemoryRows]()
        for moment in dict.fromkeys(moments):
            of, at = joined.at(moment.known_at), Position(moment.known_at, None)
            found = set[bytes]()
            for one in {of.get(one, one) for one in own}:
                known = _upto(about, group(of, [one]), moment.known_at)
                # Between two of a pupil's entries the roll says the same: a school year has a return a day.
                key = ((one, 0), *((who, len(entries)) for who, entries in known.items()))
                if key not in folded:
                    folded[key], _ = await asyncio.to_thread(replay_subject, [roll], known, self._codec, one, of)
                found |= await queries.enrolled(MemoryReader(folded[key], at), moment.valid_on, [one])
            answers[moment] = frozenset(found)
        return [answers[moment] for moment in moments]

    async def pupils_of(self, reader: Reader, person: bytes) -> Sequence[bytes]:
        """Give every pupil whose contact somebody is or was."""
        of = await held(reader, aliases)
        rows = await reader.find(contacts)
        return sorted(row.subject for row in rows if any(of.get(one, one) == person for one in linked(row)))

    async def _roll_entries(self, organisation: bytes, subject: bytes) -> list[Stored]:
        withdrawn = {name for name, kind in Event.latest.items() if issubclass(kind, EntryWithdrawn)}
        wanted = withdrawn.union(roll.folds)
        return [one for one in await self._log.about(organisation, subject) if one.name in wanted]

    async def ages(self, reader: Reader, subjects: Sequence[bytes], day: date) -> Mapping[bytes, int]:
        """Give pupils' ages in whole years; whose date of birth is not known is not there."""
        found = {}
        for row in await reader.find(pupils, subject=list(subjects)):
            born = on(row.born, day)
            if born is not None:
                before = (day.month, day.day) < (born.value.month, born.value.day)
                found[row.subject] = day.year - born.value.year - before
        return found


def _upto(
    about: Mapping[bytes, Sequence[Stored]], subjects: set[bytes], index: int
) -> dict[bytes, list[Stored]]:  # fmt: skip
    return {one: [stored for stored in about[one] if stored.index <= index] for one in sorted(subjects)}
