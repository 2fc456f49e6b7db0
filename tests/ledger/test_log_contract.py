"""What every log must do: the same tests on the one in memory and on the one in PostgreSQL."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from support.entries import append, sealed
from support.installation import Installation

from ledger.log import (
    CONDITION_SPAN_MAX,
    Appended,
    Claim,
    Claimed,
    CommandReused,
    Condition,
    Conflict,
    Fenced,
    Log,
    Sealed,
    UnknownOrganisation,
)
from ledger.memory import MemoryLog
from ledger.postgres.log import ENTRIES_IN_A_GROUP_MAX
from ledger.tree import content_of, leaf_of

Run = Callable[[Coroutine[Any, Any, Any]], Any]
MANY = ENTRIES_IN_A_GROUP_MAX + 4
"""Entries of an append that goes through COPY in PostgreSQL."""


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest, run: Run, organisation: bytes) -> Iterator[Log]:
    """Give each log in turn, with the organisation's log begun."""
    if request.param == "memory":
        memory = MemoryLog()
        run(memory.open(organisation))
        yield memory
        return
    installation: Installation = request.getfixturevalue("installation")
    postgres = installation.log()
    run(postgres.__aenter__())
    run(postgres.open(organisation))
    yield postgres
    run(postgres.__aexit__(None, None, None))


def full(stream: bytes, **columns: Any) -> Sealed:
    """Give an entry with nothing left out."""
    return sealed(
        stream=stream, subjects=(os.urandom(16), os.urandom(16)), cohort=True, connector="ctf", batch=os.urandom(16),
        row=7, cause=3, period=2031, body=b"\x03" + bytes(range(256)), **columns,
    )  # fmt: skip


def owner(log: Log, run: Run, organisation: bytes, kind: str, digest: bytes) -> bytes | None:
    found: dict[bytes, bytes] = run(log.owners(organisation, kind, [os.urandom(32), digest]))
    assert set(found) <= {digest}
    return found.get(digest)


@pytest.mark.parametrize("count", [1, MANY])
def test_what_is_appended_comes_back_as_it_was(log: Log, run: Run, organisation: bytes, count: int) -> None:
    stream = os.urandom(16)
    bare = {"category": None, "period": 0, "subjects": (), "body": b"\x01\x90"}
    entries = [full(stream), *(sealed(stream=stream, **bare) for _ in range(count - 1))]
    assert run(log.append(append(organisation, entries, result=b"an answer"))) == Appended(1, count, b"an answer")
    size, read = run(log.stream(organisation, stream))
    assert size == run(log.size(organisation)) == len(read) == count
    for place, (entry, stored) in enumerate(zip(entries, read, strict=True), start=1):
        assert (stored.organisation, stored.index, stored.version) == (organisation, place, place)
        shared = [name for name in Sealed._fields if name != "version"]
        assert [getattr(stored, name) for name in shared] == [getattr(entry, name) for name in shared]
        assert stored.leaf == leaf_of(content_of(organisation, entry), place, place, stored.recorded_at)


@pytest.mark.parametrize("count", [1, MANY])
def test_indexes_have_no_holes_and_time_never_goes_back(log: Log, run: Run, organisation: bytes, count: int) -> None:
    stream = os.urandom(16)
    answers = [run(log.append(append(organisation, [sealed(stream=stream)] * 1))) for _ in range(3)]
    answers.append(run(log.append(append(organisation, [sealed(stream=stream) for _ in range(count)]))))
    answers.append(run(log.append(append(organisation, [sealed(stream=stream)]))))
    assert [(answer.first, answer.last) for answer in answers] == [
        (1, 1), (2, 2), (3, 3), (4, 3 + count), (4 + count, 4 + count),
    ]  # fmt: skip
    read = run(log.stream(organisation, stream)).entries
    assert [stored.index for stored in read] == list(range(1, 5 + count))
    times = [stored.recorded_at for stored in read]
    assert times == sorted(times)


@pytest.mark.parametrize("count", [1, MANY])
def test_a_command_is_carried_out_once(log: Log, run: Run, organisation: bytes, count: int) -> None:
    asked = append(organisation, [sealed() for _ in range(count)], result=b"first")
    assert run(log.answered(organisation, asked.command, asked.digest)) is None
    first = run(log.append(asked))
    assert not first.repeated
    run(log.append(append(organisation)))
    again = append(organisation, [sealed()], command=asked.command, result=b"second")
    for answer in (run(log.append(again)), run(log.answered(organisation, asked.command, asked.digest))):
        assert answer == first._replace(repeated=True)
    assert run(log.size(organisation)) == count + 1


@pytest.mark.parametrize("count", [1, MANY])
def test_a_command_sent_many_times_at_once_has_one_effect(log: Log, run: Run, organisation: bytes, count: int) -> None:
    command = os.urandom(16)

    async def story() -> list[Appended]:
        tries = [append(organisation, [sealed() for _ in range(count)], command=command) for _ in range(16)]
        return await asyncio.gather(*(log.append(one) for one in tries))

    answers = run(story())
    assert {(answer.first, answer.last) for answer in answers} == {(1, count)}
    assert [answer.repeated for answer in answers].count(False) == 1
    assert run(log.size(organisation)) == count


def test_a_commands_key_with_other_content_is_refused(log: Log, run: Run, organisation: bytes) -> None:
    asked = append(organisation)
    run(log.append(asked))
    with pytest.raises(CommandReused):
        run(log.append(append(organisation, command=asked.command, digest=b"something else")))
    with pytest.raises(CommandReused):
        run(log.answered(organisation, asked.command, b"something else"))
    assert run(log.size(organisation)) == 1


def test_another_organisations_command_keys_are_its_own(log: Log, run: Run, organisation: bytes) -> None:
    other, asked = os.urandom(16), append(organisation)
    run(log.open(other))
    run(log.append(asked))
    assert not run(log.append(append(other, command=asked.command, digest=b"other"))).repeated


PUPIL, OTHER, STREAM, ELSEWHERE = (os.urandom(16) for _ in range(4))


@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        ({}, True),
        ({"names": ("register-taken",)}, True),
        ({"names": ("name-changed",)}, False),
        ({"streams": (ELSEWHERE, STREAM)}, True),
        ({"streams": (ELSEWHERE,)}, False),
        ({"subjects": (OTHER, PUPIL)}, True),
        ({"subjects": (OTHER,)}, False),
        ({"names": ("register-taken",), "streams": (STREAM,), "subjects": (PUPIL,)}, True),
        ({"names": ("register-taken",), "streams": (STREAM,), "subjects": (OTHER,)}, False),
        ({"names": ("register-taken",), "streams": (ELSEWHERE,), "subjects": (PUPIL,)}, False),
        ({"names": ("name-changed",), "streams": (STREAM,), "subjects": (PUPIL,)}, False),
    ],
)
@pytest.mark.parametrize("count", [1, MANY])
def test_a_condition_refuses_what_was_decided_on_less(  # a table of cases on two paths
    log: Log, run: Run, organisation: bytes, condition: dict[str, Any], is_met: bool, count: int
) -> None:
    run(log.append(append(organisation)))
    run(log.append(append(organisation, [sealed(stream=STREAM, subjects=(os.urandom(16), PUPIL))])))
    entries = [sealed() for _ in range(count)]
    if is_met:
        with pytest.raises(Conflict):
            run(log.append(append(organisation, entries, unless=Condition(1, **condition))))
        assert run(log.size(organisation)) == 2
    else:
        run(log.append(append(organisation, entries, unless=Condition(1, **condition))))
    # What the decision had seen does not make it stale.
    run(log.append(append(organisation, unless=Condition(run(log.size(organisation)), **condition))))


def test_a_decision_older_than_the_span_is_taken_again(log: Log, run: Run, organisation: bytes) -> None:
    run(log.append(append(organisation, [sealed(body=b"\x02") for _ in range(CONDITION_SPAN_MAX + 1)])))
    unheard_of = ("never-happened",)
    with pytest.raises(Conflict):
        run(log.append(append(organisation, unless=Condition(0, names=unheard_of))))
    assert run(log.append(append(organisation, unless=Condition(1, names=unheard_of)))).first == CONDITION_SPAN_MAX + 2


@pytest.mark.parametrize("count", [1, MANY])
def test_a_stale_version_is_refused(log: Log, run: Run, organisation: bytes, count: int) -> None:
    stream = os.urandom(16)
    others = [sealed() for _ in range(count - 1)]
    run(log.append(append(organisation, [sealed(stream=stream, version=1), *others])))
    with pytest.raises(Conflict):
        run(log.append(append(organisation, [sealed(stream=stream, version=1), *others])))
    assert run(log.size(organisation)) == count
    run(log.append(append(organisation, [sealed(stream=stream, version=2), *others])))
    assert [entry.version for entry in run(log.stream(organisation, stream)).entries] == [1, 2]


@pytest.mark.parametrize("count", [3, MANY])
def test_an_open_version_is_the_next_under_the_lock(log: Log, run: Run, organisation: bytes, count: int) -> None:
    stream, beside = os.urandom(16), os.urandom(16)
    run(log.append(append(organisation, [sealed(stream=stream, version=1)])))
    run(log.append(append(organisation, [sealed(stream=stream), sealed(stream=beside), sealed(stream=stream)])))
    mixed = [sealed(stream=stream, version=4), sealed(stream=beside), *(sealed(stream=stream) for _ in range(count))]
    run(log.append(append(organisation, mixed)))
    for name, last in ((stream, 4 + count), (beside, 2)):
        assert [entry.version for entry in run(log.stream(organisation, name)).entries] == list(range(1, last + 1))


def test_one_identifier_belongs_to_one_subject(log: Log, run: Run, organisation: bytes) -> None:
    upn, source = os.urandom(32), os.urandom(32)
    run(log.append(append(organisation, claims=[Claim("upn", upn, PUPIL)])))
    assert owner(log, run, organisation, "upn", upn) == PUPIL
    assert owner(log, run, organisation, "uln", upn) is None
    run(log.append(append(organisation, claims=[Claim("upn", upn, PUPIL)])))
    wanted = [Claim("source", source, OTHER), Claim("upn", upn, OTHER), Claim("uln", upn, OTHER)]
    with pytest.raises(Claimed) as refused:
        run(log.append(append(organisation, claims=wanted)))
    assert refused.value.claims == (1,)
    assert owner(log, run, organisation, "source", source) is None
    assert run(log.size(organisation)) == 2


def test_two_subjects_cannot_take_one_identifier_in_the_same_append(log: Log, run: Run, organisation: bytes) -> None:
    upn = os.urandom(32)
    with pytest.raises(Claimed) as refused:
        run(log.append(append(organisation, claims=[Claim("upn", upn, PUPIL), Claim("upn", upn, OTHER)])))
    assert refused.value.claims == (1,)
    assert owner(log, run, organisation, "upn", upn) is None


def test_two_connectors_that_claim_at_once_get_one_owner(log: Log, run: Run, organisation: bytes) -> None:
    upn = os.urandom(32)
    people = [os.urandom(16) for _ in range(12)]

    async def story() -> list[Appended | BaseException]:
        tries = [append(organisation, claims=[Claim("upn", upn, person)]) for person in people]
        return await asyncio.gather(*(log.append(one) for one in tries), return_exceptions=True)

    answers = run(story())
    (winner,) = [place for place, answer in enumerate(answers) if isinstance(answer, Appended)]
    assert all(isinstance(answer, Claimed) for place, answer in enumerate(answers) if place != winner)
    assert owner(log, run, organisation, "upn", upn) == people[winner]
    assert run(log.size(organisation)) == 1


def test_a_released_identifier_can_be_claimed_again(log: Log, run: Run, organisation: bytes) -> None:
    upn = os.urandom(32)
    run(log.append(append(organisation, claims=[Claim("upn", upn, PUPIL)])))
    # Somebody who does not own it cannot give it up.
    run(log.append(append(organisation, releases=[Claim("upn", upn, OTHER)])))
    assert owner(log, run, organisation, "upn", upn) == PUPIL
    given_up, taken = [Claim("upn", upn, PUPIL)], [Claim("upn", upn, OTHER)]
    run(log.append(append(organisation, releases=given_up, claims=taken)))
    assert owner(log, run, organisation, "upn", upn) == OTHER


@pytest.mark.parametrize("count", [1, MANY])
def test_nothing_is_sealed_under_a_fenced_key(log: Log, run: Run, organisation: bytes, count: int) -> None:
    key, other, entries = os.urandom(16), os.urandom(16), [sealed() for _ in range(count)]
    run(log.append(append(organisation, entries, keys=[key, other])))
    run(log.append(append(organisation, fences=[key])))
    run(log.append(append(organisation, fences=[key])))
    with pytest.raises(Fenced):
        run(log.append(append(organisation, entries, keys=[other, key])))
    run(log.append(append(organisation, [sealed() for _ in range(count)], keys=[other])))
    assert run(log.size(organisation)) == 2 * count + 2


def test_a_log_is_opened_before_it_is_written_and_opening_again_changes_nothing(
    log: Log, run: Run, organisation: bytes
) -> None:
    stranger = os.urandom(16)
    for count in (1, MANY):
        with pytest.raises(UnknownOrganisation):
            run(log.append(append(stranger, [sealed() for _ in range(count)])))
    assert run(log.size(stranger)) == 0
    run(log.append(append(organisation)))
    run(log.open(organisation))
    assert run(log.size(organisation)) == 1


@pytest.mark.parametrize("count", [1, MANY])
def test_a_refused_append_leaves_no_trace(log: Log, run: Run, organisation: bytes, count: int) -> None:
    stream, digest, mine = os.urandom(16), os.urandom(32), os.urandom(32)
    key = os.urandom(16)
    run(log.append(append(organisation, [sealed(stream=stream)], claims=[Claim("upn", mine, PUPIL)])))
    entries = [*(sealed() for _ in range(count - 1)), sealed(stream=stream, version=1)]
    refused = append(
        organisation, entries, claims=[Claim("upn", digest, PUPIL)], releases=[Claim("upn", mine, PUPIL)], fences=[key]
    )
    with pytest.raises(Conflict):
        run(log.append(refused))
    assert run(log.size(organisation)) == 1
    assert run(log.answered(organisation, refused.command, refused.digest)) is None
    assert owner(log, run, organisation, "upn", digest) is None
    assert owner(log, run, organisation, "upn", mine) == PUPIL
    answer = run(log.append(append(organisation, command=refused.command, keys=[key])))
    assert (answer.first, answer.repeated) == (2, False)


def test_refusals_beside_good_appends_harm_none_of_them(log: Log, run: Run, organisation: bytes) -> None:
    stream = os.urandom(16)
    run(log.append(append(organisation, [sealed(stream=stream)])))

    async def story() -> list[Appended | BaseException]:
        tries = [append(organisation, [sealed(stream=stream, version=1 if n % 3 else None)]) for n in range(30)]
        return await asyncio.gather(*(log.append(one) for one in tries), return_exceptions=True)

    answers = run(story())
    assert [isinstance(answer, Appended) for answer in answers] == [n % 3 == 0 for n in range(30)]
    assert all(isinstance(answer, Appended | Conflict) for answer in answers)
    read = run(log.stream(organisation, stream)).entries
    assert [(entry.index, entry.version) for entry in read] == [(n, n) for n in range(1, 12)]


def test_a_stream_is_read_whole_or_about_some_people(log: Log, run: Run, organisation: bytes) -> None:
    stream, sizes = os.urandom(16), []
    for subjects in ((PUPIL,), (OTHER, PUPIL), (OTHER,)):
        run(log.append(append(organisation, [sealed(stream=stream, subjects=subjects), sealed()])))
        sizes.append(run(log.size(organisation)))
    assert sizes == [2, 4, 6]
    whole = run(log.stream(organisation, stream))
    assert (whole.size, [entry.index for entry in whole.entries]) == (6, [1, 3, 5])
    some = run(log.stream(organisation, stream, [PUPIL, os.urandom(16)]))
    assert (some.size, [entry.index for entry in some.entries]) == (6, [1, 3])
    assert run(log.stream(organisation, os.urandom(16))).entries == []


def test_everything_about_one_person_in_order(log: Log, run: Run, organisation: bytes) -> None:
    for number in range(12):
        subjects = [os.urandom(16)] + [PUPIL] * (number % 3 == 0)
        run(log.append(append(organisation, [sealed(subjects=tuple(subjects))])))
    assert [entry.index for entry in run(log.about(organisation, PUPIL))] == [1, 4, 7, 10]
    assert [entry.index for entry in run(log.about(organisation, PUPIL, 7))] == [1, 4, 7]
    assert [entry.index for entry in run(log.about(organisation, PUPIL, 6))] == [1, 4]
    assert list(run(log.about(organisation, os.urandom(16)))) == []


def test_organisations_share_nothing(log: Log, run: Run, organisation: bytes) -> None:
    other, upn, key = os.urandom(16), os.urandom(32), os.urandom(16)
    run(log.open(other))
    first = append(organisation, [sealed(stream=STREAM, subjects=(PUPIL,))], claims=[Claim("upn", upn, PUPIL)])
    run(log.append(first))
    run(log.append(append(organisation, fences=[key])))
    assert run(log.size(other)) == 0
    assert run(log.stream(other, STREAM)).entries == []
    assert list(run(log.about(other, PUPIL))) == []
    assert owner(log, run, other, "upn", upn) is None
    answer = run(log.append(append(other, [sealed(stream=STREAM)], claims=[Claim("upn", upn, OTHER)], keys=[key])))
    assert answer.first == 1


@pytest.mark.parametrize("missing", ["actor", "role", "purpose", "basis"])
def test_an_append_says_who_why_and_on_which_basis(organisation: bytes, missing: str) -> None:
    with pytest.raises(ValueError, match="names its actor, role, purpose and lawful basis"):
        append(organisation, [sealed(), sealed(**{missing: b"" if missing == "actor" else ""})])
    with pytest.raises(ValueError, match="at least one entry"):
        append(organisation, [])
