"""What was done to facts, as the ripple sees it: to which entries, back to the first that all of them put right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from events.model import DISCREET, Category, Entry, EntryWithdrawn, PersonEvent
from events.records.attendance import RegisterAmended, RegisterTaken
from events.records.concerns import ConcernWithdrawn
from events.records.pastoral import ExclusionWithdrawn
from events.rights.restriction import ProcessingRestricted
from events.sharing.ripple import Ripples
from ledger.codec import Codec
from ledger.log import Log
from services.shared_facts import Moment, SharedFact
from services.sharing.corrections import CORRECTING, OF_ONE_FACT
from services.sharing.disclosure_views import CohortRow
from services.sharing.standing import CATEGORIES

CONTACTS: Final = "contacts"
"""The field in which facts about other people stand."""
ABOUT_OTHERS: Final[frozenset[Category]] = frozenset({"identity", "contact"})
"""Categories of facts about a parent, which stand in what was given of a child."""
OF_REGISTERS: Final = frozenset({"attendance", "attendance_summary"})
AMENDED: Final = RegisterAmended.definition.name
CAUSES: Final = CORRECTING | {ProcessingRestricted.definition.name, AMENDED}
"""The names of entries from which a notice can be owed."""
_REGISTERS: Final = frozenset({RegisterTaken.definition.name, AMENDED})
_Session = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """What was done at an entry: to which entry (or to the register of which session), of which fields (None: any).

    ``puts_right`` are the entries whose value it replaces, the newest first: the one that it names, the one that this
    had corrected itself, and so on. Whoever was given any of them was owed a notice of each that came after it. Of a
    restriction ``of_contact`` are the categories of somebody's data that may stand in what was given of a child, and
    ``puts_right`` the entries about them. ``is_secret`` says that nobody may know of the fact but whoever may see it.
    """

    index: int
    subject: bytes
    of: bytes
    ripples: Ripples
    category: Category | None
    fields: frozenset[str] | None
    corrects: int | None = None
    session: _Session | None = None
    period: int = 0
    puts_right: tuple[int, ...] = ()
    of_contact: frozenset[Category] = frozenset()
    is_secret: bool = False

    @property
    def is_of_entries(self) -> bool:
        """Whether it is about particular entries; a restriction of a pupil's own data is about all there were."""
        return self.corrects is not None or self.session is not None or bool(self.of_contact)

    @property
    def reaches_others(self) -> bool:
        """Whether the fact can stand in what was given of somebody else: of a child whose contact they are."""
        return self.is_of_entries and self.category in ABOUT_OTHERS

    @property
    def may_stand_in(self) -> frozenset[str]:
        """The fields in which the fact can stand at all."""
        if self.fields is not None:
            return self.fields
        found = {field for field, category in CATEGORIES.items() if category == self.category}
        return frozenset(found | ({CONTACTS} if self.category in ABOUT_OTHERS else set()))

    def of_field(self, field: str, entries: Sequence[int]) -> Sequence[int]:
        """Give which entries of a field, as somebody was given it, they must be told about."""
        if self.fields is not None and field not in self.fields:
            return ()
        if not self.is_of_entries:
            return entries
        if self.of_contact:
            return [one for one in entries if one in self.puts_right]
        # Of what had been put right before they were owed a notice then: the newest value is the one that they hold.
        return self.puts_right[:1] if any(one in self.puts_right for one in entries) else ()

    def of_fact(self, fact: SharedFact, at: Moment) -> Sequence[int] | None:
        """Give which entries of a fact, as it stood in a return, they must be told about; None where it is not of it.

        Marks are folded without their registers' entries: the registers that were known then are the log's to say.
        """
        if self.fields is not None and fact.field not in self.fields:
            return None
        if not self.is_of_entries:
            return fact.entries
        if self.session is None:
            return self.of_field(fact.field, fact.entries) or None
        if fact.since is None or not fact.since <= self.session[0] <= at.valid_on:
            return None
        return self.of_field(fact.field, [one for one in self.puts_right if one <= at.known_at]) or None

    def may_be_in(self, row: CohortRow) -> bool:
        """Whether a return can hold the fact, as far as its own moment and fields say without opening anything."""
        return (
            row.at.index < self.index
            and not self.may_stand_in.isdisjoint(row.sending.fields)
            and (self.corrects is None or self.puts_right[-1] <= row.cohort.known_at)
            and (self.session is None or self.session[0] <= row.cohort.reference_date)
        )


def causes_of(entry: Entry, of: Mapping[bytes, bytes]) -> list[Cause]:
    """Give what an entry did, to each pupil or contact it is about; ``of`` says whose records are merged into which."""
    event, header = entry.event, entry.header
    if isinstance(event, RegisterAmended):
        session = (event.date, event.session)
        return [
            Cause(header.index, of.get(one, one), one, "correction", header.category, OF_REGISTERS,
                  session=session, period=header.period)
            for one in header.subjects
        ]  # fmt: skip
    if not isinstance(event, PersonEvent):
        return []
    about = (header.index, of.get(event.subject, event.subject), event.subject)
    if isinstance(event, ProcessingRestricted):
        kinds = event.categories
        fields = frozenset(one for one, category in CATEGORIES.items() if kinds is None or category in kinds)
        as_contact = ABOUT_OTHERS if kinds is None else ABOUT_OTHERS.intersection(kinds)
        others = [Cause(*about, "restriction", "contact", frozenset({CONTACTS}), of_contact=as_contact)]
        return [Cause(*about, "restriction", header.category, fields), *(others if as_contact else ())]
    if isinstance(event, EntryWithdrawn):
        return [Cause(*about, "withdrawal", header.category, OF_ONE_FACT.get(event.was), event.withdraws)]
    corrects = getattr(event, "corrects", None)
    if corrects is None:
        return []
    did: Ripples = "withdrawal" if isinstance(event, ConcernWithdrawn | ExclusionWithdrawn) else "correction"
    secret = event.definition.discreet
    return [Cause(*about, did, header.category, OF_ONE_FACT.get(header.name), corrects, is_secret=secret)]


class Earlier:
    """The log, asked what an entry puts right: no view of notices, which need not have reached the newest one yet."""

    def __init__(self, log: Log, codec: Codec) -> None:
        self._log, self._codec = log, codec

    async def put_right(self, organisation: bytes, cause: Cause) -> tuple[int, ...]:
        """Give the entries whose value a cause replaces, the newest first."""
        if not cause.is_of_entries:
            return ()
        before = await self._log.about(organisation, cause.of, cause.index - 1)
        if cause.session is not None:
            registers = [one for one in before if one.name in _REGISTERS and one.period == cause.period]
            opened = [self._codec.open(one, (cause.of,)) for one in registers]
            return tuple(one.header.index for one in reversed(opened) if _session(one) == cause.session)
        if cause.of_contact:
            return tuple(one.index for one in reversed(before) if one.category in cause.of_contact)
        stored, found, at = {one.index: one for one in before}, list[int](), cause.corrects
        while at is not None and at not in found:
            found.append(at)
            named = stored.get(at)
            may_correct = named is not None and (named.name in CORRECTING or named.name == DISCREET)
            at = getattr(self._codec.open(named).event, "corrects", None) if named and may_correct else None
        return tuple(found)

    async def secrets(self, organisation: bytes, subject: bytes, after: int, before: int) -> list[Entry]:
        """Give the discreet entries about a subject between two."""
        about = await self._log.about(organisation, subject, before - 1)
        return [self._codec.open(one) for one in about if one.name == DISCREET and one.index > after]


def _session(entry: Entry) -> _Session | None:
    event = entry.event
    return (event.date, event.session) if isinstance(event, RegisterTaken | RegisterAmended) else None
