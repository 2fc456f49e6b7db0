"""Who is owed a notice of what was done to a fact: exactly those who had been given it, openly or discreetly."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from events.sharing.ripple import DISCLOSURES_MAX
from events.sharing.words import ENTRIES_MAX
from ledger.view import Reader
from services.shared_facts import FactSource
from services.sharing.causes import ABOUT_OTHERS, CONTACTS, Cause, Earlier
from services.sharing.disclosure_queries import moment_of, of_pupil
from services.sharing.disclosure_views import CohortRow, DisclosureRow, cohorts, disclosures


@dataclass(slots=True)
class Owed:
    """What one notice is about: what its recipient was given of one pupil."""

    disclosures: dict[bytes, None] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)

    def has_room(self, disclosure: bytes, entry: int | None) -> bool:
        """Whether an entry of a disclosure (None: what is known of no entry) can still be told in it."""
        return (disclosure in self.disclosures or len(self.disclosures) < DISCLOSURES_MAX) and (
            entry is None or entry in self.entries or len(self.entries) < ENTRIES_MAX
        )


Notices = dict[tuple[bytes, bytes], list[Owed]]
"""Notices by pupil and recipient: one, or as many as what they were given does not fit into one."""


class Owing:
    """Computes who is owed a notice. ``facts`` is the pupils' record, ``earlier`` the log."""

    def __init__(self, facts: FactSource, earlier: Earlier) -> None:
        self._facts, self._earlier = facts, earlier

    async def before(self, reader: Reader, organisation: bytes, cause: Cause, *, discreetly: bool) -> Notices:
        """Give the notices that are owed because of what was given before a cause: the open or the discreet ones.

        A notice is discreet where the fact is secret, or that it was given. What is given of everyone, never is.
        """
        listed = [one for one in await _listed(reader, cause) if (cause.is_secret or one.discreet) == discreetly]
        returns = await reader.find(cohorts) if cause.is_secret == discreetly else []
        return await self._owed(reader, organisation, cause, listed, returns)

    async def of_one(self, reader: Reader, organisation: bytes, cause: Cause, disclosure: bytes) -> Notices:
        """Give the notices that are owed because of one disclosure of listed pupils."""
        return await self._owed(reader, organisation, cause, await reader.find(disclosures, disclosure=disclosure), [])

    async def _owed(
        self, reader: Reader, organisation: bytes, cause: Cause, listed: Sequence[DisclosureRow],
        returns: Sequence[CohortRow],
    ) -> Notices:  # fmt: skip
        owed: Notices = {}
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
        self, reader: Reader, organisation: bytes, cause: Cause, returns: Sequence[CohortRow], owed: Notices
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
        self, organisation: bytes, cause: Cause, of: tuple[bytes, frozenset[str]], row: CohortRow, owed: Notices
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
    of = {} if cause.reaches_others else {"subject": cause.subject}
    return [row for row in await reader.find(disclosures, **of) if row.at.index < cause.index]


def _can_be_in(cause: Cause, listed: Sequence[DisclosureRow], returns: Sequence[CohortRow]) -> bool:
    """Whether anything was given that can hold the fact: most registers are amended before anybody was told."""
    fields = cause.may_stand_in if cause.session else None
    if fields is None:
        return bool(listed or returns)
    given = [*(set(row.fields) for row in listed), *(set(row.sending.fields) for row in returns)]
    return any(fields & one for one in given)


def _note(owed: Notices, key: tuple[bytes, bytes], disclosure: bytes, field_name: str, entries: Sequence[int]) -> None:
    several = owed.setdefault(key, [])
    for entry in entries or (None,):
        if not several or not several[-1].has_room(disclosure, entry):
            several.append(Owed())
        found = several[-1]
        found.disclosures[disclosure] = None
        found.fields.add(field_name)
        found.entries.update(() if entry is None else (entry,))
