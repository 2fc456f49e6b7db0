"""Sealing and opening: what was written comes back, and what was moved, relabelled or changed does not open."""

import os
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.installation import Installation

from events.codes.attendance import attendance_codes
from events.model import Destroyed, Entry, Event, Part, PersonEvent, RegisterEvent, Source, Tampered
from events.records.attendance import Mark, RegisterTaken
from events.records.common import FullName
from events.records.enrolment import GroupFormed, GroupJoined, Place
from events.records.identity import NameChanged
from ledger.codec import (
    BODY_MAX,
    BODY_STEP,
    BodyTooLarge,
    Codec,
    Draft,
    Meta,
    UnknownEvent,
    subjects_of,
)
from ledger.log import Append, Fenced, Stored, header_of
from ledger.memory import MemoryKeyStore
from ledger.padding import pad, stepped, unpad
from ledger.register_body import MARK_STEP
from ledger.vault import LocalKeyFile, Vault

Run = Callable[[Coroutine[Any, Any, Any]], Any]
DAY = date(2026, 9, 7)
META = Meta(b"a" * 16, "office", "pupil-record", "reg-8", b"c" * 16)
PUPIL, OTHER, THIRD = (os.urandom(16) for _ in range(3))
STREAM = os.urandom(16)
CODES = tuple(attendance_codes())


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec(Vault(MemoryKeyStore(), LocalKeyFile(tmp_path / "key")))


def named(subject: bytes = PUPIL, surname: str = "Test") -> NameChanged:
    return NameChanged(subject=subject, valid_on=DAY, full_name=FullName(surname=surname, forename="Synthetic"))


def register(*pupils: bytes, day: date = DAY) -> RegisterTaken:
    marks = {pupil: Mark(code="/" if place % 2 else "L", minutes_late=None if place % 2 else 12)
             for place, pupil in enumerate(pupils)}  # fmt: skip
    return RegisterTaken(group=b"g" * 16, date=day, session="AM", parts=marks)


def sealed(codec: Codec, organisation: bytes, event: Event, meta: Meta = META, stream: bytes = STREAM) -> Stored:
    """Give an event's row as the log would keep it; the leaf is no business of the codec's."""
    entry, _ = codec.seal(organisation, "records", Draft(stream, 1, event), meta)
    return Stored(organisation, 1, datetime(2026, 9, 7, 8, 50, tzinfo=UTC), leaf=b"", **entry._asdict())


def flipped(data: bytes) -> Iterator[tuple[int, bytes]]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit // 8, bytes(changed)


def codes_of(entry: Entry) -> dict[bytes, object]:
    return {subject: part.code if isinstance(part, Mark) else part for subject, part in entry.parts.items()}


# There and back


def test_a_plain_event_comes_back(codec: Codec, organisation: bytes) -> None:
    event = GroupFormed(group=b"g" * 16, kind="class", title="7B", school_year=2026)
    entry = codec.open(sealed(codec, organisation, event))
    assert (entry.event, entry.parts) == (event, {})


def test_a_person_event_comes_back(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, named())
    assert codec.open(stored).event == named()
    assert codec.open(stored, [OTHER]).event == named()
    assert b"Synthetic" not in stored.body
    assert DAY.isoformat().encode() not in stored.body


def test_a_register_comes_back_whole_and_by_pupil(codec: Codec, organisation: bytes) -> None:
    event = register(PUPIL, OTHER, THIRD)
    stored = sealed(codec, organisation, event)
    entry = codec.open(stored)
    assert entry.event == event.model_copy(update={"parts": {}})
    assert dict(entry.parts) == event.parts
    assert list(entry.parts) == list(stored.subjects) == [PUPIL, OTHER, THIRD]
    for some in ([OTHER], [THIRD, PUPIL], [os.urandom(16)], []):
        assert set(codec.open(stored, some).parts) == set(some) & {PUPIL, OTHER, THIRD}
    assert codec.open(stored, [OTHER]).parts == {OTHER: event.parts[OTHER]}


def test_a_register_of_nobody_comes_back(codec: Codec, organisation: bytes) -> None:
    event = GroupJoined(group=b"g" * 16, date=DAY, parts={})
    assert codec.open(sealed(codec, organisation, event)).event == event
    place = GroupJoined(group=b"g" * 16, date=DAY, parts={PUPIL: Place()})
    assert codec.open(sealed(codec, organisation, place)).parts == {PUPIL: Place()}


def test_the_header_is_what_was_said(codec: Codec, organisation: bytes) -> None:
    source = Source(connector="ctf", batch=b"b" * 16, row=4)
    meta = Meta(b"a" * 16, "connector", "intake", "reg-8", b"c" * 16, source, 17)
    stored = sealed(codec, organisation, named(), meta)
    header = header_of(stored)
    assert (header.source, header.cause, header.command, header.actor) == (source, 17, b"c" * 16, b"a" * 16)
    assert (header.name, header.event_version, header.category, header.period) == ("name-changed", 1, "identity", 0)
    assert (header.subjects, header.role, header.purpose, header.basis) == ((PUPIL,), "connector", "intake", "reg-8")
    assert header_of(sealed(codec, organisation, named())).source is None


def test_the_period_names_the_key(codec: Codec, organisation: bytes) -> None:
    this, last = (codec.seal(organisation, "records", Draft(STREAM, 1, register(PUPIL, day=day)), META)
                  for day in (DAY, date(2026, 7, 7)))  # fmt: skip
    assert (this[0].period, last[0].period) == (2026, 2025)
    assert this[1] != last[1]


def test_a_page_is_opened_in_its_order(codec: Codec, organisation: bytes) -> None:
    events: list[Event] = [named(), register(PUPIL, OTHER), named(OTHER), register(THIRD, day=date(2026, 7, 7))]
    page = [sealed(codec, organisation, event) for event in events]
    fresh = Codec(Vault(codec.vault._store, codec.vault._service))
    assert [fresh.open(stored) for stored in page] == list(codec.open_page(page))
    assert fresh.is_ready(organisation, events[1])
    assert not fresh.is_ready(organisation, named(THIRD))
    assert fresh.is_ready(organisation, GroupFormed(group=b"g" * 16, kind="class", title="7B", school_year=2026))


def test_the_same_event_is_never_sealed_alike(codec: Codec, organisation: bytes) -> None:
    bodies = {sealed(codec, organisation, named()).body for _ in range(20)}
    assert len({body[1:13] for body in bodies}) == 20


def test_whom_an_event_is_about() -> None:
    assert subjects_of(register(OTHER, PUPIL)) == (OTHER, PUPIL)
    assert subjects_of(named()) == (PUPIL,)
    assert subjects_of(GroupFormed(group=b"g" * 16, kind="class", title="7B", school_year=2026)) == ()


# Moved, relabelled, changed


@pytest.mark.parametrize("event", [named(), register(PUPIL, OTHER)], ids=["person", "register"])
def test_what_is_moved_or_relabelled_does_not_open(codec: Codec, organisation: bytes, event: Event) -> None:
    elsewhere = os.urandom(16)
    stored = sealed(codec, organisation, event)
    # Every key that the moved row could ask for exists, so that it is the context that refuses.
    for owner in (organisation, elsewhere):
        for category in ("identity", "attendance", "health"):
            for period in (0, 2025, 2026):
                codec.vault.to_seal(owner, [PUPIL, OTHER, THIRD], category, period)
    moves: list[dict[str, Any]] = [
        {"organisation": elsewhere},
        {"stream": os.urandom(16)},
        {"event_id": os.urandom(16)},
        {"subjects": (THIRD,) if isinstance(event, NameChanged) else (THIRD, os.urandom(16))},
        {"subjects": (OTHER,) if isinstance(event, NameChanged) else (OTHER, PUPIL)},
        {"subjects": ()},
        {"name": "name-corrected" if isinstance(event, NameChanged) else "register-amended"},
        {"category": "health"},
        {"category": "attendance" if isinstance(event, NameChanged) else "identity"},
        {"category": None},
        {"period": 2025},
    ]
    for move in moves:
        entry = codec.open(stored._replace(**move))
        assert entry.event == Tampered(), move
        assert not any(isinstance(part, Part) for part in entry.parts.values()), move
    assert isinstance(codec.open(stored).event, Event)


def test_an_entry_without_a_key_is_a_tombstone_and_not_an_alarm(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, named())
    assert codec.open(stored._replace(organisation=os.urandom(16))).event == Destroyed(None, "no key")


def test_two_pupils_parts_cannot_be_exchanged(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, register(PUPIL, OTHER, THIRD))
    length = int.from_bytes(stored.body[3:5], "big")
    start = len(stored.body) - 3 * length
    first, second = stored.body[start : start + length], stored.body[start + length : start + 2 * length]
    exchanged = stored.body[:start] + second + first + stored.body[start + 2 * length :]
    assert codes_of(codec.open(stored._replace(body=exchanged))) == {PUPIL: Tampered(), OTHER: Tampered(), THIRD: "L"}


def test_a_part_of_another_register_does_not_open(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, register(PUPIL, OTHER))
    other = sealed(codec, organisation, register(PUPIL, OTHER, day=date(2026, 9, 8)))
    length = int.from_bytes(stored.body[3:5], "big")
    mixed = stored.body[: -2 * length] + other.body[-2 * length :]
    assert codec.open(stored._replace(body=mixed)).event == Tampered()


def test_a_registers_date_cannot_be_changed(codec: Codec, organisation: bytes) -> None:
    """The clear part is not sealed, but every pupil's part vouches for it."""
    stored = sealed(codec, organisation, register(PUPIL, OTHER))
    assert b"2026-09-07" in stored.body
    for only in (None, [PUPIL]):
        entry = codec.open(stored._replace(body=stored.body.replace(b"2026-09-07", b"2026-09-08")), only)
        assert entry.event == Tampered()
        assert set(entry.parts.values()) == {Tampered()}


def test_every_bit_of_a_person_event_is_guarded(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, named())
    assert len(stored.body) == 1 + 12 + BODY_STEP + 16
    for place, body in flipped(stored.body):
        assert codec.open(stored._replace(body=body)).event == Tampered(), place
    for length in range(len(stored.body)):
        assert codec.open(stored._replace(body=stored.body[:length])).event == Tampered(), length


@pytest.mark.parametrize("pupils", [(PUPIL,), (PUPIL, OTHER)])
def test_every_bit_of_a_register_is_guarded(codec: Codec, organisation: bytes, pupils: tuple[bytes, ...]) -> None:
    stored = sealed(codec, organisation, register(*pupils))
    length = int.from_bytes(stored.body[3:5], "big")
    parts_at = len(stored.body) - length * len(pupils)
    for place, body in flipped(stored.body):
        entry = codec.open(stored._replace(body=body))
        if place < parts_at:
            assert entry.event == Tampered(), place
            assert not any(isinstance(part, Part) for part in entry.parts.values()), place
        else:
            changed = pupils[(place - parts_at) // length]
            assert entry.parts[changed] == Tampered(), place
            others = [pupil for pupil in pupils if pupil != changed]
            assert all(isinstance(entry.parts[pupil], Mark) for pupil in others), place
            assert isinstance(entry.event, RegisterTaken if others else Tampered), place
    for cut in range(len(stored.body)):
        entry = codec.open(stored._replace(body=stored.body[:cut]))
        assert entry.event == Tampered() or len(pupils) == 2, cut
        assert sum(isinstance(part, Part) for part in entry.parts.values()) == 0, cut


def test_what_no_key_guards_never_stops_a_reader(codec: Codec, organisation: bytes) -> None:
    """A changed plain event is found by its leaf; here it is read as another one or not at all, and nothing is raised."""
    event = GroupFormed(group=b"g" * 16, kind="class", title="7B", school_year=2026)
    stored = sealed(codec, organisation, event)
    for _, body in flipped(stored.body):
        assert isinstance(codec.open(stored._replace(body=body)).event, GroupFormed | Tampered)
    forgotten = sealed(codec, organisation, register(PUPIL))
    codec.vault.destroy(organisation, [PUPIL], request="case")
    for _, body in flipped(forgotten.body):
        assert isinstance(codec.open(forgotten._replace(body=body)).event, RegisterTaken | Tampered)


# Lengths


@pytest.mark.parametrize("step", [MARK_STEP, BODY_STEP])
def test_padding_is_taken_off_again(step: int) -> None:
    for length in range(4 * BODY_STEP):
        for data in (bytes(length), b"\xff" * length, os.urandom(length), (b"x" * length)[:-3] + bytes(min(3, length))):
            padded = pad(data, stepped(len(data), step))
            assert len(padded) % step == 0
            assert 2 <= len(padded) - len(data) <= step + 1
            assert unpad(padded) == data
            assert unpad(pad(data, stepped(len(data), step) + 5 * step)) == data


def test_padding_of_a_long_body_is_taken_off_again() -> None:
    data = os.urandom(60_000)
    assert unpad(pad(data, 60_000 + 2 + 4_000)) == data


def test_a_marks_length_does_not_tell_its_code(codec: Codec, organisation: bytes) -> None:
    marks = [Mark.model_construct(code=code, minutes_late=None) for code in CODES]
    marks += [
        Mark.model_construct(code=code, minutes_late=late) for code in ("L", "U") for late in (0, 1, 127, 255, 480)
    ]
    assert len(CODES) > 20
    lengths = {
        len(sealed(codec, organisation, register(PUPIL).model_copy(update={"parts": {PUPIL: mark}})).body)
        for mark in marks
    }
    assert len(lengths) == 1


def test_all_parts_of_a_register_are_of_one_length(codec: Codec, organisation: bytes) -> None:
    event = register(PUPIL, OTHER, THIRD)
    body = sealed(codec, organisation, event).body
    head = 5 + int.from_bytes(body[1:3], "big") + 12
    assert len(body) == head + 3 * int.from_bytes(body[3:5], "big")


def test_names_of_like_length_are_sealed_to_one_length(codec: Codec, organisation: bytes) -> None:
    lengths = {len(sealed(codec, organisation, named(surname="x" * length)).body) for length in range(1, 25)}
    assert lengths == {1 + 12 + BODY_STEP + 16}


# Cut in SQL


def test_a_register_cut_in_sql_opens_as_the_whole_one(
    installation: Installation, run: Run, organisation: bytes
) -> None:
    pupils = tuple(os.urandom(16) for _ in range(30))
    event, codec = register(*pupils), installation.codec
    entry, keys = codec.seal(organisation, "records", Draft(STREAM, None, event), META)

    async def story() -> list[tuple[Stored, Stored]]:
        async with installation.log() as log:
            await log.open(organisation)
            await log.append(Append(organisation, os.urandom(16), b"", b"", [entry], keys=keys))
            (whole,) = (await log.stream(organisation, STREAM)).entries
            return [((await log.about(organisation, pupil))[0], whole) for pupil in pupils]

    for pupil, (cut, whole) in zip(pupils, run(story()), strict=True):
        assert len(cut.body) < len(whole.body) / 10
        assert cut._replace(body=b"") == whole._replace(body=b"")
        assert codec.open(cut, [pupil]) == codec.open(whole, [pupil])
        assert codec.open(cut, [pupil]).parts == {pupil: event.parts[pupil]}
        assert list(installation.feed.about(organisation, pupil)) == [cut]
        # The part belongs to this pupil alone.
        other = pupils[0] if pupil != pupils[0] else pupils[1]
        assert codec.open(cut, [other]).parts == {other: Tampered()}


def test_bodies_about_one_person_or_nobody_are_not_cut(installation: Installation) -> None:
    with installation.superuser() as connection:
        for body in (b"\x01rest", b"\x02" + bytes(100)):
            for place in (1, 2, None):
                found = connection.execute("SELECT ledger.cut(%s, %s::integer)", [body, place], binary=True).fetchone()
                assert found == (body,)


# Erased


def test_a_destroyed_key_leaves_a_tombstone(codec: Codec, organisation: bytes) -> None:
    person, taken = sealed(codec, organisation, named()), sealed(codec, organisation, register(PUPIL, OTHER))
    codec.vault.destroy(organisation, [PUPIL], request="case 12")
    gone = codec.open(person).event
    assert isinstance(gone, Destroyed)
    assert (gone.request, codec.open(person).header.name) == ("case 12", "name-changed")
    assert list(codec.open(person).recorded()) == []
    entry = codec.open(taken)
    assert isinstance(entry.event, RegisterTaken)
    assert isinstance(entry.parts[PUPIL], Destroyed)
    assert entry.parts[OTHER] == Mark(code="/")
    assert [recorded.subject for recorded in entry.recorded()] == [OTHER]
    assert isinstance(codec.open(taken, [PUPIL]).event, RegisterTaken)


def test_nothing_is_sealed_under_a_destroyed_key(codec: Codec, organisation: bytes) -> None:
    sealed(codec, organisation, named())
    sealed(codec, organisation, register(PUPIL, OTHER))
    codec.vault.destroy(organisation, [PUPIL], request="case")
    for event in (named(), register(OTHER, PUPIL)):
        with pytest.raises(Fenced):
            sealed(codec, organisation, event)
    sealed(codec, organisation, register(OTHER))


def test_the_keys_of_a_seal_are_those_that_open_it(codec: Codec, organisation: bytes) -> None:
    _, keys = codec.seal(organisation, "records", Draft(STREAM, 1, register(PUPIL, OTHER)), META)
    held = codec.vault.destroy(organisation, [PUPIL, OTHER], request="case")
    assert sorted(keys) == sorted(held)


# Versions


@pytest.fixture
def released() -> Iterator[None]:
    """Let a test release event classes of its own, and take them back."""
    before = dict(Event.released), dict(Event.latest)
    yield
    Event.released.clear()
    Event.released.update(before[0])
    Event.latest.clear()
    Event.latest.update(before[1])


@pytest.mark.usefixtures("released")
def test_an_older_person_event_is_read_as_todays(codec: Codec, organisation: bytes) -> None:
    class MovedOne(PersonEvent, name="test-moved", version=1, category="contact"):
        town: str

    old = sealed(codec, organisation, MovedOne(subject=PUPIL, valid_on=DAY, town="Leeds"))
    assert codec.open(old).event == MovedOne(subject=PUPIL, valid_on=DAY, town="Leeds")

    class MovedTwo(PersonEvent, name="test-moved", version=2, category="contact"):
        town: str
        county: str | None

        @staticmethod
        def upcast_v1_v2(event: MovedOne) -> "MovedTwo":
            return MovedTwo(subject=event.subject, valid_on=event.valid_on, town=event.town, county=None)

    class Moved(PersonEvent, name="test-moved", version=3, category="contact"):
        place: str

        @staticmethod
        def upcast_v1_v2(event: MovedOne) -> MovedTwo:
            return MovedTwo.upcast_v1_v2(event)

        @staticmethod
        def upcast_v2_v3(event: MovedTwo) -> "Moved":
            return Moved(subject=event.subject, valid_on=event.valid_on, place=f"{event.town}, {event.county or '?'}")

    assert codec.open(old).event == Moved(subject=PUPIL, valid_on=DAY, place="Leeds, ?")
    middle = sealed(codec, organisation, MovedTwo(subject=PUPIL, valid_on=DAY, town="Leeds", county="Yorkshire"))
    assert (middle.event_version, codec.open(old).header.event_version) == (2, 1)
    assert codec.open(middle).event == Moved(subject=PUPIL, valid_on=DAY, place="Leeds, Yorkshire")
    # A stored version is bound to what was sealed: another one does not read it.
    for stored, version in ((old, 2), (old, 3), (middle, 1)):
        assert codec.open(stored._replace(event_version=version)).event == Tampered()


@pytest.mark.usefixtures("released")
def test_an_older_register_is_read_as_todays(codec: Codec, organisation: bytes) -> None:
    class ScoreOne(Part):
        points: int

    class SatOne(RegisterEvent[ScoreOne], name="test-sat", version=1, category="assessment"):
        paper: str

    class Score(Part):
        points: int
        of: int

    class Sat(RegisterEvent[Score], name="test-sat", version=2, category="assessment"):
        paper: str
        series: str

        @staticmethod
        def upcast_v1_v2(event: SatOne) -> "Sat":
            parts = {pupil: Score(points=part.points, of=100) for pupil, part in event.parts.items()}
            return Sat(paper=event.paper, series="unknown", parts=parts)

    parts = {pupil: ScoreOne(points=place) for place, pupil in enumerate((PUPIL, OTHER, THIRD))}
    stored = sealed(codec, organisation, SatOne(paper="A", parts=parts))
    today = Sat(paper="A", series="unknown", parts={})
    entry = codec.open(stored)
    assert (entry.event, dict(entry.parts)) == (
        today, {PUPIL: Score(points=0, of=100), OTHER: Score(points=1, of=100), THIRD: Score(points=2, of=100)},
    )  # fmt: skip
    assert codec.open(stored, [OTHER]).parts == {OTHER: Score(points=1, of=100)}
    # Tombstones and alarms stay what they are beside what opened.
    codec.vault.destroy(organisation, [PUPIL], request="case")
    changed = stored._replace(body=stored.body[:-1] + bytes([stored.body[-1] ^ 1]))
    entry = codec.open(changed)
    assert entry.event == today
    assert isinstance(entry.parts[PUPIL], Destroyed)
    assert (entry.parts[OTHER], entry.parts[THIRD]) == (Score(points=1, of=100), Tampered())
    codec.vault.destroy(organisation, [OTHER, THIRD], request="case")
    assert codec.open(changed).event == today


@pytest.mark.usefixtures("released")
def test_an_event_of_a_newer_rollbook_is_named_and_not_guessed(codec: Codec, organisation: bytes) -> None:
    stored = sealed(codec, organisation, named())
    with pytest.raises(UnknownEvent, match="name-changed version 2"):
        codec.open(stored._replace(event_version=2))
    with pytest.raises(UnknownEvent, match="never-heard-of version 1"):
        codec.open(stored._replace(name="never-heard-of"))


@pytest.mark.usefixtures("released")
def test_a_released_class_that_was_edited_in_place_fails(codec: Codec, organisation: bytes) -> None:
    class Before(PersonEvent, name="test-edited", category="contact"):
        town: str

    stored = sealed(codec, organisation, Before(subject=PUPIL, valid_on=DAY, town="Leeds"))
    del Event.released["test-edited", 1], Event.latest["test-edited"]

    class After(PersonEvent, name="test-edited", category="contact"):
        town: str
        county: str | None = None

    with pytest.raises(ValueError, match="After has 3 stored fields, not 2"):
        codec.open(stored)


@pytest.mark.usefixtures("released")
def test_a_body_is_as_large_as_a_broker_carries(codec: Codec, organisation: bytes) -> None:
    class Long(PersonEvent, name="test-long", category="correspondence"):
        text: str

    fits = Long(subject=PUPIL, valid_on=DAY, text="x" * (BODY_MAX - 200))
    assert codec.open(sealed(codec, organisation, fits)).event == fits
    with pytest.raises(BodyTooLarge, match="send it in several"):
        sealed(codec, organisation, Long(subject=PUPIL, valid_on=DAY, text="x" * BODY_MAX))
