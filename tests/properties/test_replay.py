"""Any script of commands, cut anywhere: rebuilt whole, resumed in two halves and replayed for one pupil, all agree."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.commands.common import CONTACTS, DAYS, PUPILS, STAFF, Said
from support.replayed import replay
from support.scripts import CATEGORIES, EVERYTHING, SCRIPTS, VIEWS, desks_of, packed, send

from events.model import Entry
from ledger.alias import Aliases, group, joins_in, known_in
from ledger.codec import Codec
from ledger.log import Stored
from ledger.memory import MemoryKeyStore, MemoryLog
from ledger.refold import fold_on, standing
from ledger.runner import replay_subject
from ledger.vault import LocalKeyFile, Vault
from ledger.view import AnyView, MemoryReader, MemoryRows, Position, fold_page
from services.governance.views import rules
from services.records import history, queries
from services.records.answers import RECORD as CATEGORIES_SHOWN
from services.records.families.contact_views import contacts
from services.records.families.family_queries import linked
from services.records.registers import attendance_queries
from services.records.registers.calendar_views import calendar
from services.records.views import groups, members

SCHOOL: Final = b"school".ljust(16, b"\0")
PEOPLE: Final = [*PUPILS, *CONTACTS, *STAFF]
EXAMPLES: Final = 60
FEW: Final = 15
"""Examples of the costly one, which replays the whole log at every index."""


class MemoryFeed:
    """A log in memory, seven entries at a time, so that pages end anywhere."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def organisations(self) -> Sequence[bytes]:
        return [SCHOOL]

    def page(self, organisation: bytes, after: int, upto: int | None = None) -> Sequence[Stored]:
        return self._log.entries(organisation)[:upto][after : after + 7]

    def about(self, organisation: bytes, subject: bytes, upto: int | None = None) -> Sequence[Stored]:
        return [entry for entry in self._log.entries(organisation)[:upto] if subject in entry.subjects]

    def size(self, organisation: bytes) -> int:
        return len(self._log.entries(organisation))

    def wait(self, seconds: float) -> frozenset[bytes]:  # noqa: ARG002  # nobody else writes
        return frozenset()


def played(script: Sequence[Said], folder: Path) -> tuple[MemoryLog, Vault, MemoryKeyStore]:
    """Carry a script out on a log in memory."""
    store = MemoryKeyStore()
    vault = Vault(store, LocalKeyFile(folder / "key"))
    log = MemoryLog()

    async def play() -> None:
        await log.open(SCHOOL)
        for number, command in enumerate(script):
            await send(desks_of(log, Codec(vault)), SCHOOL, number, command)

    asyncio.run(play())
    return log, vault, store


def opened(log: MemoryLog, vault: Vault) -> list[Entry]:
    """Open a whole log."""
    return list(Codec(vault).open_page(log.entries(SCHOOL)))


def folded(entries: Sequence[Entry], whole: Sequence[Entry], rows: MemoryRows | None = None) -> MemoryRows:
    """Fold some entries of the whole log into rows, from nothing or on from there."""
    rows = rows or MemoryRows()
    if not entries:
        return rows
    known = known_in(rows, VIEWS)

    def about(subjects: Collection[bytes], upto: int) -> list[Entry]:
        return [entry for entry in whole if entry.header.index <= upto and set(subjects) & set(entry.header.subjects)]

    fold_on(dict.fromkeys(VIEWS, 0), entries, rows, known, about)
    assert not rows.set_aside
    return rows


def at_once(entries: Sequence[Entry], of: Mapping[bytes, bytes]) -> MemoryRows:
    """Fold a whole log as it is known at its end, from its first entry on: who is whom, and what never was."""
    rows = MemoryRows()
    fold_page(dict.fromkeys(VIEWS, 0), standing(entries), rows, of=of)
    assert not rows.set_aside
    return rows


def test_the_scripts_reach_every_fold(tmp_path: Path) -> None:
    log, vault, _ = played(EVERYTHING, tmp_path)
    said = {entry.header.name for entry in Codec(vault).open_page(log.entries(SCHOOL))}
    withdrawals = {name for name in said if name.endswith("-entry-withdrawn")}
    assert len(withdrawals) > 2
    assert {name for view in VIEWS for name in view.folds} == said - withdrawals


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(script=SCRIPTS, cut=st.integers(0, 60))
@example(script=EVERYTHING, cut=17)
def test_whole_resumed_and_replayed_are_the_same(tmp_path_factory: Any, script: Sequence[Said], cut: int) -> None:
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    entries = opened(log, vault)
    whole = folded(entries, entries)
    assert packed(folded(entries[cut:], entries, folded(entries[:cut], entries))) == packed(whole)
    of = Aliases(joins_in(entries)).at()
    assert packed(whole) == packed(at_once(entries, of))
    for person in PEOPLE:
        about = {one: asyncio.run(log.about(SCHOOL, one)) for one in group(of, [person])}
        rows, _ = replay_subject(VIEWS, about, Codec(vault), person, of)
        assert packed(rows, person) == packed(whole, person)


def without(entries: Sequence[Entry], subject: bytes, category: str | None) -> list[Entry]:
    """Give a log as if nothing of the kind had ever been said of somebody; what stands in clear stays."""
    found = []
    for entry in entries:
        if subject in entry.header.subjects and category in {None, entry.header.category}:
            if not entry.parts:
                continue
            parts = {pupil: part for pupil, part in entry.parts.items() if pupil != subject}
            found.append(replace(entry, parts=parts))
        else:
            found.append(entry)
    return found


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(script=SCRIPTS, gone=st.sampled_from(PEOPLE), category=st.sampled_from(CATEGORIES))
@example(script=EVERYTHING, gone=PUPILS[0], category=None)
def test_what_is_destroyed_is_gone_and_nothing_else_changes(
    tmp_path_factory: Any, script: Sequence[Said], gone: bytes, category: str | None
) -> None:
    log, vault, store = played(script, tmp_path_factory.mktemp("keys"))
    before = opened(log, vault)
    same = group(Aliases(joins_in(before)).at(), [gone])  # Whoever asks for a merged record's erasure means both.
    vault.destroy(SCHOOL, sorted(same), category=category, request="case 1")
    keys = dict(store._keys)
    left = opened(log, vault)
    after = folded(left, left)
    assert store._keys == keys, "reading minted a key"
    wanted = before
    for one in same:
        wanted = without(wanted, one, category)
    assert packed(after) == packed(folded(wanted, wanted))
    if category is None:
        assert packed(after, gone) == {}


@settings(max_examples=FEW, deadline=None, derandomize=True)
@given(script=SCRIPTS, category=st.sampled_from(["nothing", *CATEGORIES]))
@example(script=EVERYTHING, category="nothing")
def test_a_pupil_as_known_at_every_entry_is_as_the_whole_log_has_it(
    tmp_path_factory: Any, script: Sequence[Said], category: str | None
) -> None:
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    if category != "nothing":
        vault.destroy(SCHOOL, [PUPILS[0]], category=category, request="case 1")
    codec = Codec(vault)

    async def compare(upto: int) -> None:
        whole = replay(VIEWS, MemoryFeed(log), codec, SCHOOL, upto)
        for pupil in PUPILS[:2]:
            known = await history.known(log, codec, SCHOOL, pupil, upto, VIEWS)
            agree(known.reader._rows, whole, pupil)
            everything = MemoryReader(whole, Position(upto, None))
            for day in DAYS:
                assert await asked(known.reader, pupil, day) == await asked(everything, pupil, day)

    async def at_every_entry() -> None:
        for upto in range(len(log.entries(SCHOOL)) + 1):
            await compare(upto)

    asyncio.run(at_every_entry())


def agree(known: MemoryRows, whole: MemoryRows, pupil: bytes) -> None:
    """Demand the same rows of the pupil, everybody they were linked to, their groups, the calendar and the rules."""
    assert packed(known, pupil) == packed(whole, pupil)
    reach = known.held.get(contacts.table, {}).get((pupil,))
    in_groups = [(group,) for group, _ in known.held.get(members.table, {})]
    wanted: list[tuple[AnyView, list[Any]]] = [
        (contacts, [(person,) for person in linked(reach)] if reach else []),
        (groups, in_groups),
        (calendar, [(2026,)]),
        (rules, list(whole.held.get(rules.table, {}))),
    ]
    for view, keys in wanted:
        assert known.load(view, keys) == whole.load(view, keys)


async def asked(reader: MemoryReader, pupil: bytes, day: date) -> list[Any]:
    """Ask everything that is asked of one pupil as known then."""
    return [
        await queries.pupil(reader, pupil, day, CATEGORIES_SHOWN),
        await attendance_queries.marks(reader, pupil, DAYS[0], day),
        await attendance_queries.calendar_of(reader, day),
        await attendance_queries.open_days(reader, DAYS[0], day),
    ]
