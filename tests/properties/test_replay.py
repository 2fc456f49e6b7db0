"""Any script of commands, cut anywhere: rebuilt whole, resumed in two halves and replayed for one pupil, all agree."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.school import upn

from events.model import Entry
from events.records import FullName, Mark
from ledger.codec import Codec, Meta
from ledger.decider import Desk, Refused, Step
from ledger.memory import MemoryKeyStore, MemoryLog
from ledger.runner import replay_subject
from ledger.shape import encode, shape
from ledger.vault import LocalKeyFile, Vault
from ledger.view import MemoryRows, fold_page
from services.records import attendance, enrolment, groups, identity
from services.records.views import VIEWS

SCHOOL, GROUP = b"school".ljust(16, b"\0"), b"group".ljust(16, b"\0")
PUPILS = [bytes([number]) * 16 for number in range(1, 5)]
DAYS = [date(2026, 9, day) for day in (7, 8, 30)] + [date(2026, 10, 1)]
EXAMPLES = 60

pupils = st.sampled_from(PUPILS)
days = st.sampled_from(DAYS)
names = st.sampled_from([FullName(surname=name, forename="Ada") for name in ("Lark", "Wren", "Swift")])
codes = st.sampled_from(["N", "I", "L", "Y1", "C1", "H", "/"])
sessions = st.sampled_from(["AM", "PM"])
SCRIPTS = st.lists(
    st.one_of(
        st.builds(
            identity.RegisterPupil, pupil=pupils, valid_on=days, full_name=names,
            date_of_birth=st.just(date(2020, 5, 6)), sex=st.just("F"),
        ),
        st.builds(identity.ChangeName, pupil=pupils, valid_on=days, full_name=names),
        st.builds(identity.CorrectName, pupil=pupils, valid_on=days, full_name=names, reason=st.just("seen")),
        st.builds(identity.RecordUpn, pupil=pupils, valid_on=days, upn=st.integers(1, 3).map(upn)),
        st.builds(identity.CorrectUpn, pupil=pupils, valid_on=days, upn=st.integers(1, 3).map(upn), reason=st.just("x")),
        st.builds(enrolment.Enrol, pupil=pupils, valid_on=days, status=st.just("C"), year_group=st.sampled_from(["1", "2"])),
        st.builds(enrolment.Leave, pupil=pupils, valid_on=days, reason=st.just("moved")),
        st.builds(groups.FormGroup, group=st.just(GROUP), kind=st.just("registration"), title=st.just("Wren"),
                  school_year=st.just(2026)),
        st.builds(groups.JoinGroup, group=st.just(GROUP), pupils=st.lists(pupils, min_size=1, unique=True).map(tuple), date=days),
        st.builds(groups.LeaveGroup, group=st.just(GROUP), pupils=st.lists(pupils, min_size=1, unique=True).map(tuple), date=days),
        st.builds(
            attendance.TakeRegister, group=st.just(GROUP), date=days, session=sessions,
            marks=st.dictionaries(pupils, st.builds(Mark, code=codes, minutes_late=st.just(None)), min_size=1),
        ),
        st.builds(attendance.AmendMark, pupil=pupils, date=days, session=sessions, code=codes, reason=st.just("rang")),
    ),
    max_size=25,
)  # fmt: skip
DECIDERS: dict[str, Any] = {
    "services.records.identity": identity.identity,
    "services.records.enrolment": enrolment.enrolment,
    "services.records.groups": groups.groups,
    "services.records.attendance": attendance.attendance,
}


def played(script: Sequence[Any], folder: Path) -> tuple[MemoryLog, Vault, MemoryKeyStore]:
    """Carry a script out on a log in memory. A refused command leaves no trace."""
    store = MemoryKeyStore()
    vault = Vault(store, LocalKeyFile(folder / "key"))
    log = MemoryLog()

    async def play() -> None:
        desk = Desk(log, Codec(vault), "records")
        await log.open(SCHOOL)
        for number, command in enumerate(script):
            before = len(log.entries(SCHOOL))
            meta = Meta(PUPILS[0], "office", command.purpose, "a-basis", number.to_bytes(16, "big"))
            try:
                await desk.handle(SCHOOL, [Step(DECIDERS[type(command).__module__], command)], meta)
            except Refused:
                assert len(log.entries(SCHOOL)) == before

    asyncio.run(play())
    return log, vault, store


def opened(log: MemoryLog, vault: Vault) -> list[Entry]:
    """Open a whole log."""
    return list(Codec(vault).open_page(log.entries(SCHOOL)))


def folded(entries: Sequence[Entry], rows: MemoryRows | None = None, subject: bytes | None = None) -> MemoryRows:
    """Fold entries into rows, from nothing or on from there."""
    rows = rows or MemoryRows()
    fold_page(dict.fromkeys(VIEWS, 0), entries, rows, frozenset([subject]) if subject else None)
    return rows


def stored(rows: MemoryRows, subject: bytes | None = None) -> dict[str, dict[Any, bytes]]:
    """Give rows as the bytes that a table would hold; with ``subject``, only that person's."""
    return {
        view.table: kept
        for view in VIEWS
        if (subject is None or view.is_personal)
        and (kept := {
            key: encode(shape(view.row).pack(row))
            for key, row in rows.held.get(view.table, {}).items()
            if subject is None or row.subject == subject
        })
    }  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(script=SCRIPTS, cut=st.integers(0, 60))
def test_whole_resumed_and_replayed_are_the_same(tmp_path_factory: Any, script: Sequence[Any], cut: int) -> None:
    log, vault, _ = played(script, tmp_path_factory.mktemp("keys"))
    entries = opened(log, vault)
    whole = folded(entries)
    assert not whole.set_aside
    assert stored(folded(entries[cut:], folded(entries[:cut]))) == stored(whole)
    for pupil in PUPILS:
        about = asyncio.run(log.about(SCHOOL, pupil))
        rows, _ = replay_subject(VIEWS, about, Codec(vault), pupil)
        assert stored(rows, pupil) == stored(whole, pupil)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(script=SCRIPTS, category=st.sampled_from([None, "identity", "attendance", "enrolment"]))
def test_a_destroyed_pupil_is_gone_and_nobody_else_changes(
    tmp_path_factory: Any, script: Sequence[Any], category: str | None
) -> None:
    log, vault, store = played(script, tmp_path_factory.mktemp("keys"))
    before = folded(opened(log, vault))
    gone, *others = PUPILS
    vault.destroy(SCHOOL, [gone], category=category, request="case 1")
    keys = dict(store._keys)
    after = folded(opened(log, vault))
    assert not after.set_aside
    assert store._keys == keys, "reading minted a key"
    for pupil in others:
        assert stored(after, pupil) == stored(before, pupil)
    left = stored(after, gone)
    of = {"identity": {"pupils_v1"}, "attendance": {"attendance_months_v1", "unresolved_v1"},
          "enrolment": {"roll_v1", "group_members_v1"}}  # fmt: skip
    emptied = of[category] if category else {table for tables in of.values() for table in tables}
    assert not emptied & left.keys()
    assert {table: rows for table, rows in stored(before, gone).items() if table not in emptied} == left
