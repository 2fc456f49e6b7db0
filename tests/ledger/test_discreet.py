"""Discreet events: the log's columns tell none of them from another, and with the keys everything is as of any event."""

import os
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.installation import Installation

from events.model import DISCREET, Destroyed, Event, PersonEvent, Tampered
from events.records.concerns import ConcernClosed, ConcernRecorded, ConcernReferred
from events.records.identity import NameChanged
from ledger.codec import Codec, Draft, Meta, UnknownEvent
from ledger.decider import Desk, Step, Stream
from ledger.discreet import DISCREET_STEP, VEIL, category_of
from ledger.log import Append, Condition, Fenced, Stored
from ledger.memory import MemoryKeyStore, MemoryLog
from ledger.runner import replay_subject
from ledger.vault import KeyName, LocalKeyFile, Vault
from ledger.verify import verify
from services.records.safeguarding import concerns as ask
from services.records.safeguarding.concerns_views import concerns

Run = Callable[[Coroutine[Any, Any, Any]], Any]
DAY = date(2026, 9, 7)
META = Meta(b"a" * 16, "dsl", "safeguarding", "safeguarding-children", b"c" * 16)
PUPIL, OTHER, CONCERN, STREAM = (os.urandom(16) for _ in range(4))
CLOSED = ConcernClosed(subject=PUPIL, valid_on=DAY, concern=CONCERN, outcome="Nothing more")


class CrisisNoted(PersonEvent, name="crisis-noted", version=3, category="health", discreet=True):
    """Another discreet event, of another category, version and length."""

    text: str


@pytest.fixture
def store() -> MemoryKeyStore:
    return MemoryKeyStore()


@pytest.fixture
def codec(tmp_path: Path, store: MemoryKeyStore) -> Codec:
    return Codec(Vault(store, LocalKeyFile(tmp_path / "key")))


def told(subject: bytes = PUPIL, account: str = "A bruise.\nOn the left arm.") -> ConcernRecorded:
    return ConcernRecorded(
        subject=subject, valid_on=DAY, concern=CONCERN, what="A bruise", account=account, noticed_by="The teacher"
    )


def sealed(codec: Codec, organisation: bytes, event: Event, meta: Meta = META, stream: bytes = STREAM) -> Stored:
    entry, keys = codec.seal(organisation, "records", Draft(stream, 1, event), meta)
    assert keys == [entry.body[1:17]]
    return Stored(organisation, 1, datetime(2026, 9, 7, 8, 50, tzinfo=UTC), leaf=b"", **entry._asdict())


def test_it_comes_back_with_its_true_header(codec: Codec, organisation: bytes) -> None:
    entry = codec.open(sealed(codec, organisation, told()))
    header = entry.header
    assert entry.event == told()
    assert (header.name, header.event_version, header.category) == ("concern-recorded", 1, "safeguarding")
    assert (header.role, header.purpose, header.basis) == ("dsl", "safeguarding", "safeguarding-children")
    (recorded,) = entry.recorded()
    assert (recorded.subject, recorded.body) == (PUPIL, told())


def test_nothing_that_is_stored_tells_a_concern_from_another_discreet_event(codec: Codec, organisation: bytes) -> None:
    other = Meta(META.actor, "senco", "pastoral-care", "public-task-education", META.command)
    one = sealed(codec, organisation, told())
    two = sealed(codec, organisation, CrisisNoted(subject=PUPIL, valid_on=DAY, text="x"), other)
    assert one._replace(event_id=b"", body=b"") == two._replace(event_id=b"", body=b"")
    assert (one.name, one.event_version, one.category, one.role, one.purpose, one.basis) == VEIL
    assert len(one.body) == len(two.body) == 1 + 16 + 12 + DISCREET_STEP + 16
    for text in (b"concern", b"safeguarding", b"dsl", b"bruise", b"2026"):
        assert text not in b"".join(value for value in one if isinstance(value, bytes))


def test_a_keys_id_and_a_streams_id_cannot_be_guessed(codec: Codec, organisation: bytes, store: MemoryKeyStore) -> None:
    body = sealed(codec, organisation, told()).body
    for name in ("safeguarding", "discreet"):
        assert body[1:17] != KeyName(organisation, PUPIL, name, 0).id
    assert not store.load(organisation, "safeguarding", 0, [PUPIL])
    assert not [name for name in store._keys if "safeguarding" in name.category]
    stream = Stream("concerns", PUPIL)
    assert stream.discreet_id(codec.vault, organisation) != stream.id(organisation)
    assert stream.discreet_id(codec.vault, organisation) != stream.discreet_id(codec.vault, os.urandom(16))
    assert stream.discreet_id(codec.vault, organisation) != Stream("concerns", OTHER).discreet_id(
        codec.vault, organisation
    )


def test_moved_or_relabelled_it_does_not_open(codec: Codec, organisation: bytes) -> None:
    stored, theirs = sealed(codec, organisation, told()), sealed(codec, organisation, told(OTHER))
    named = sealed_name(codec, organisation)
    elsewhere = os.urandom(16)
    moves: list[dict[str, Any]] = [
        {"stream": elsewhere}, {"event_id": elsewhere}, {"subjects": (OTHER,)}, {"subjects": (PUPIL, OTHER)},
        {"subjects": ()}, {"organisation": elsewhere}, {"event_version": 2}, {"category": "safeguarding"},
        {"category": None}, {"role": "dsl"}, {"purpose": "safeguarding"}, {"basis": "b"}, {"period": 2026},
        {"cohort": True}, {"body": theirs.body}, {"body": named.body}, {"name": "concern-recorded"},
        {"name": "concern-recorded", "category": "safeguarding"}, {"name": "name-changed", "category": "identity"},
    ]  # fmt: skip
    for move in moves:
        assert codec.open(stored._replace(**move)).event == Tampered(), move
    assert codec.open(named._replace(name=DISCREET)).event == Tampered()
    assert codec.open(named._replace(name="discreet", category="discreet", body=stored.body)).event == Tampered()
    assert isinstance(codec.open(stored).event, ConcernRecorded)


def sealed_name(codec: Codec, organisation: bytes) -> Stored:
    event = NameChanged.model_validate_json(
        '{"subject": "%s", "valid_on": "2026-09-07", "full_name": {"surname": "A", "forename": "B"}}' % PUPIL.hex()  # noqa: UP031  # braces
    )
    entry, _ = codec.seal(organisation, "records", Draft(STREAM, 1, event), META)
    return Stored(organisation, 1, datetime(2026, 9, 7, 8, 50, tzinfo=UTC), leaf=b"", **entry._asdict())


def test_every_bit_of_it_is_guarded(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, told())
    for place in range(len(stored.body)):
        changed = bytearray(stored.body)
        changed[place] ^= 1 << place % 8
        assert codec.open(stored._replace(body=bytes(changed))).event == Tampered(), place
        assert codec.open(stored._replace(body=stored.body[:place])).event == Tampered(), place


def test_a_category_is_known_without_opening(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, told())
    assert category_of(codec.vault, stored) == "safeguarding"
    assert category_of(codec.vault, stored._replace(subjects=(OTHER,))) is None
    assert category_of(codec.vault, stored._replace(role="dsl")) is None
    assert category_of(codec.vault, sealed_name(codec, organisation)) == "identity"


def test_of_what_does_not_open_only_the_keys_category_is_known(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, told())
    header = codec.open(stored._replace(body=stored.body[:-1])).header
    assert (header.name, header.category, header.role) == (DISCREET, "safeguarding", DISCREET)
    assert str(codec.open(stored._replace(body=b"\x04" + bytes(100))).header.category) == DISCREET


def test_destroying_the_pupils_safeguarding_keys_makes_a_tombstone(codec: Codec, organisation: bytes) -> None:
    stored, theirs = sealed(codec, organisation, told()), sealed(codec, organisation, told(OTHER))
    crisis = sealed(codec, organisation, CrisisNoted(subject=PUPIL, valid_on=DAY, text="x"))
    gone = codec.vault.destroy(organisation, [PUPIL], category="safeguarding", request="case 1")
    assert gone == [stored.body[1:17]]
    entry = codec.open(stored)
    assert isinstance(entry.event, Destroyed)
    assert entry.event.request == "case 1"
    assert (entry.header.name, entry.header.category) == (DISCREET, "safeguarding")
    assert isinstance(codec.open(theirs).event, ConcernRecorded)
    assert isinstance(codec.open(crisis).event, CrisisNoted)
    with pytest.raises(Fenced):
        sealed(codec, organisation, told())


def test_destroying_all_of_a_pupils_keys_destroys_these_too(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, told())
    codec.vault.destroy(organisation, [PUPIL], request="case 2")
    assert isinstance(codec.open(stored).event, Destroyed)


def test_another_category_does_not_touch_them(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, told())
    codec.vault.destroy(organisation, [PUPIL], category="health", request="case 3")
    assert isinstance(codec.open(stored).event, ConcernRecorded)


def test_one_of_a_newer_rollbook_is_unknown_and_not_tampered(
    codec: Codec, organisation: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = sealed(codec, organisation, CrisisNoted(subject=PUPIL, valid_on=DAY, text="x"))
    monkeypatch.delitem(Event.released, ("crisis-noted", 3))
    with pytest.raises(UnknownEvent) as unknown:
        codec.open(stored)
    assert "crisis" not in str(unknown.value)


def test_what_is_discreet_is_declared_as_such() -> None:
    with pytest.raises(TypeError, match="discreet"):
        type("Bad", (PersonEvent,), {"__module__": __name__}, name="bad-one", category="safeguarding")
    with pytest.raises(TypeError, match="one person"):
        type("Bad", (Event,), {"__module__": __name__}, name="bad-two", discreet=True)
    with pytest.raises(TypeError, match="not an event name"):
        type("Bad", (Event,), {"__module__": __name__}, name=DISCREET)


@pytest.mark.parametrize("name", [DISCREET, "concern-recorded"])
def test_a_condition_cannot_name_one(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a discreet event"):
        Condition(1, names=("name-changed", name))


def test_desks_write_and_decide_on_them(codec: Codec, organisation: bytes, run: Run) -> None:
    log = MemoryLog()
    desk = Desk(log, codec, "records")
    record = ask.RecordConcern(
        pupil=PUPIL, concern=CONCERN, valid_on=DAY, what="A bruise", account="On the arm.", noticed_by="The teacher"
    )
    refer = ask.ReferConcern(pupil=PUPIL, concern=CONCERN, valid_on=DAY, referred_to="Children's services")

    async def script() -> None:
        await log.open(organisation)
        for number, command in enumerate([record, refer]):
            meta = Meta(META.actor, META.role, META.purpose, META.basis, number.to_bytes(16, "big"))
            assert (await desk.handle(organisation, [Step(ask.concerns, command)], meta)).changed
        again = Meta(META.actor, META.role, META.purpose, META.basis, b"again".ljust(16))
        assert not (await desk.handle(organisation, [Step(ask.concerns, refer)], again)).changed

    run(script())
    entries = log.entries(organisation)
    assert {entry.name for entry in entries} == {DISCREET}
    assert {entry.stream for entry in entries} == {record.stream.discreet_id(codec.vault, organisation)}
    rows, opened = replay_subject([concerns], {PUPIL: entries}, codec, PUPIL)
    assert [type(entry.event) for entry in opened] == [ConcernRecorded, ConcernReferred]
    (row,) = rows.held[concerns.table].values()
    assert row.concerns[0].referrals[0].value == "Children's services"


def test_postgres_keeps_and_verifies_them_as_any_other(
    installation: Installation, run: Run, organisation: bytes
) -> None:
    codec = installation.codec
    entry, keys = codec.seal(organisation, "records", Draft(STREAM, None, told()), META)

    async def story() -> Stored:
        async with installation.log() as log:
            await log.open(organisation)
            await log.append(Append(organisation, os.urandom(16), b"", b"", [entry], keys=keys))
            (stored,) = await log.about(organisation, PUPIL)
            return stored

    stored = run(story())
    assert codec.open(stored).event == told()
    assert [one.event for one in codec.open_page(installation.feed.page(organisation, 0))] == [told()]
    codec.vault.destroy(organisation, [PUPIL], category="safeguarding", request="case 4")
    assert isinstance(codec.open(stored).event, Destroyed)
    assert verify(installation.feed, organisation).is_sound
