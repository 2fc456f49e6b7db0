"""Commands by Kafka: one effect for each key, in order, told of; what is no command waits for an operator."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from support.brokers import named
from support.processes import ROLLBOOK, Process, until
from support.school import School, Site, new_id, site

from ledger.kafka.broker import Broker, NoBroker
from ledger.kafka.inbox import GROUP
from ledger.kafka.local import LocalKafka
from services.connectors import kafka_example

DAY = "2026-09-15"
UNFIT = (
    "Some of these pupils are not on the roll on that day, so nothing was marked. Take them off the register, or enrol"
    " them first."
)


class Topics:
    """What a connector does: send, and hear of outcomes."""

    def __init__(self, broker: Broker, school: School) -> None:
        self.broker, self.school = broker, school
        self.producer = KafkaProducer(bootstrap_servers=broker.servers, acks="all")
        self.consumer = KafkaConsumer(bootstrap_servers=broker.servers, auto_offset_reset="earliest")
        self.consumer.assign([TopicPartition(broker.outcomes, one) for one in range(broker.partitions)])
        self.heard: list[dict[str, Any]] = []

    def close(self) -> None:
        self.producer.close()
        self.consumer.close()

    def send(self, path: str, body: Mapping[str, Any], *, who: str = "connector", **more: Any) -> str:
        """Send a command of the school's; gives its idempotency key."""
        value = json.dumps({"organisation": self.school.organisation, "path": path, "body": body}).encode()
        return self.put(more.pop("value", value), token=more.pop("token", self.school.token(who)), **more)

    def put(self, value: bytes, *, token: str, key: str | None = None, headers: Any = None) -> str:
        key = key or str(uuid4())
        if headers is None:
            headers = [("idempotency-key", key.encode()), ("authorization", f"Bearer {token}".encode())]
        sent = self.producer.send(
            self.broker.commands, key=self.school.organisation.encode(), value=value, headers=headers
        )
        self.record = sent.get(timeout=20)
        return key

    def outcomes(self, key: str, wanted: int = 1) -> list[dict[str, Any]]:
        """Give the outcomes told of a key, once there are so many."""

        def heard() -> bool:
            for records in self.consumer.poll(timeout_ms=200).values():
                self.heard += [json.loads(one.value) for one in records]
            return len([one for one in self.heard if one["idempotency_key"] == key]) >= wanted

        until(heard, f"the outcome was not told; told were {self.heard}")
        return [one for one in self.heard if one["idempotency_key"] == key]

    def outcome(self, key: str) -> dict[str, Any]:
        return self.outcomes(key)[-1]

    def committed(self) -> int:
        """Give the offset up to which the inbox has taken the partition of what was sent last."""
        admin = KafkaAdminClient(bootstrap_servers=self.broker.servers)
        found = admin.list_group_offsets(f"{self.broker.prefix}.{GROUP}")
        admin.close()
        partition = TopicPartition(self.broker.commands, self.record.partition)
        while isinstance(found, dict) and partition not in found and len(found) == 1:
            found = next(iter(found.values()))
        return int(found[partition].offset) if partition in found else 0

    def size(self) -> int:
        """Give how many entries the school's log has."""
        with self.school.site.owner("log") as connection:
            row = connection.execute(
                "SELECT count(*) FROM ledger.event WHERE organisation = %s", [self.school.organisation]
            ).fetchone()
        return int(row[0]) if row else 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give an installation that keeps its views, and answers by HTTP for those who look at what came of it."""
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture
def school(running: Site) -> School:
    return running.school()


Start = Callable[[Broker], Process]


@pytest.fixture
def start(running: Site) -> Iterator[Start]:
    """Give what starts an inbox process and waits until it is ready."""
    with ExitStack() as stack:

        def started(broker: Broker) -> Process:
            settings = {"ROLLBOOK_KAFKA": broker.servers, "ROLLBOOK_KAFKA_PREFIX": broker.prefix,
                        "ROLLBOOK_KAFKA_PARTITIONS": str(broker.partitions)}  # fmt: skip
            process = Process(["run", "inbox"], running.settings.home, **settings)
            stack.callback(process.stop)
            until(process.is_ready)
            return process

        yield started


@pytest.fixture
def topics(broker: Broker, school: School) -> Iterator[Topics]:
    with closing(Topics(broker, school)) as made:
        yield made


def pupil(who: str) -> dict[str, Any]:
    return {"pupil": who, "valid_on": "2026-09-03", "full_name": {"surname": "Wagtail", "forename": "Ida"},
            "date_of_birth": "2020-05-06", "sex": "F"}  # fmt: skip


def pupil_name(who: str, surname: str = "Wren") -> dict[str, Any]:
    return {"pupil": who, "valid_on": "2026-09-03", "full_name": {"surname": surname, "forename": "Ida"}}


def made(broker: Broker) -> bool:
    try:
        broker.make_topics()
    except NoBroker:
        return False
    return True


def rollbook(broker: Broker, home: Path, *arguments: str) -> str:
    """Run a command of an operator's; gives what it printed."""
    env = {"ROLLBOOK_HOME": str(home), "ROLLBOOK_KAFKA": broker.servers, "ROLLBOOK_KAFKA_PREFIX": broker.prefix,
           "PATH": "/usr/bin:/bin"}  # fmt: skip
    done = subprocess.run([str(ROLLBOOK), *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.timeout(180)
def test_a_pupil_comes_and_is_marked_by_kafka_alone(
    topics: Topics, start: Start, school: School, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    who = new_id()
    topics.send("records/register-pupil", pupil(who), who="office")
    topics.send("records/enrol", {"pupil": who, "valid_on": "2026-09-03", "status": "C", "year_group": "1"}, who="office")  # fmt: skip
    joined = topics.send("records/join-group", {"group": school.group, "pupils": [who], "date": "2026-09-03"}, who="office")  # fmt: skip
    process = start(topics.broker)  # what was sent before anybody listened is carried out too, in its order
    assert topics.outcome(joined)["status"] == 200

    file, token = tmp_path / "registers.csv", tmp_path / "token"
    token.write_text(school.token("office"))
    lines = [f"{DAY},AM,{school.group},{who},/", f"{DAY},PM,{school.group},{who},L", f"{DAY},PM,{school.group},{new_id()},/"]  # fmt: skip
    asked = [str(file), "--kafka", topics.broker.servers, "--prefix", topics.broker.prefix,
             "--organisation", school.organisation, "--token-file", str(token)]  # fmt: skip
    file.write_text("\n".join(["date,session,group,pupil,code", *lines]))
    assert kafka_example.main(asked) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"Line 3: {UNFIT}",
        "2 registers sent; marks: 2 refused, 1 taken",
    ]
    file.write_text("\n".join(["date,session,group,pupil,code", *lines[:2]]))
    assert kafka_example.main(asked) == 0
    assert capsys.readouterr().out == "2 registers sent; marks: 2 taken\n"
    with topics.school.site.owner("log") as connection:
        taken = "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'register-taken'"
        assert connection.execute(taken, [school.organisation]).fetchone() == (2,)
    assert process.stop() == 0


@pytest.mark.timeout(180)
def test_the_same_key_twice_is_one_effect(topics: Topics, start: Start) -> None:
    start(topics.broker)
    key, who = str(uuid4()), new_id()
    before = topics.size()
    for _ in range(3):
        topics.send("records/register-pupil", pupil(who), who="office", key=key)
    first, *again = topics.outcomes(key, 3)
    assert first["answer"]["changed"] is True
    assert [one["answer"] for one in again] == [first["answer"]] * 2
    assert topics.size() == before + 1


@pytest.mark.timeout(180)
def test_what_is_refused_is_told_and_says_nothing_of_what_was_sent(topics: Topics, start: Start) -> None:
    start(topics.broker)
    wrong = topics.send("records/register-pupil", pupil(new_id()) | {"date_of_birth": "Wagtail"}, who="office")
    nobody = topics.send("records/register-pupil", pupil(new_id()), token="no-token-of-ours")
    unfit = topics.send("records/register-pupil", pupil(new_id()) | {"date_of_birth": "2190-01-01"}, who="office")
    stranger = topics.send("records/change-name", {"pupil": new_id(), "valid_on": DAY, "full_name": {"surname": "Wagtail", "forename": "Ida"}}, who="office")  # fmt: skip
    told = [topics.outcome(one) for one in (wrong, nobody, unfit, stranger)]
    assert [one["status"] for one in told] == [422, 401, 422, 409]
    assert told[0]["problem"]["errors"][0]["pointer"] == "/date_of_birth"
    assert all(set(one["problem"]) <= {"type", "title", "status", "detail", "errors"} for one in told)
    assert "Wagtail" not in json.dumps(told)


@pytest.mark.timeout(240)
def test_poison_is_parked_and_stops_nobody_and_is_replayed_when_mended(
    topics: Topics, start: Start, school: School, running: Site, tmp_path: Path
) -> None:
    process, broker, home, who = start(topics.broker), topics.broker, running.settings.home, new_id()
    token = school.token("office")
    good = {"organisation": school.organisation, "path": "records/register-pupil", "body": pupil(who)}
    told = [
        topics.put(b"Wagtail, Ida", token=token),
        topics.put(json.dumps(good | {"path": "search"}).encode(), token=token),
        topics.put(json.dumps(good | {"organisation": new_id()}).encode(), token=token),
        topics.put(json.dumps(good | {"more": 1}).encode(), token=token),
        topics.put(b'{"body": "' + b"x" * 1_000_000 + b'"}', token=token),
    ]
    topics.put(json.dumps(good).encode(), token=token, headers=[])
    topics.put(json.dumps(good).encode(), token=token, headers=[("idempotency-key", str(uuid4()).encode())])
    last = topics.send("records/register-pupil", pupil(new_id()), who="office")
    assert topics.outcome(last)["status"] == 200, "what comes after poison is carried out"
    assert [(topics.outcome(one)["status"], topics.outcome(one)["parked"]) for one in told] == [(400, True)] * 5

    listed = rollbook(broker, home, "inbox", "parked", "--json")
    parked = [one for one in json.loads(listed) if one["topic"] == broker.commands]
    assert [one["reason"] for one in parked] == [
        "The request is not JSON. Check for a missing comma, quote or bracket.",
        "Its path is not a command that can be sent this way.",
        "The record's key is not its organisation, so its order could not be kept.",
        "It is not an object of organisation, path and body, and no more than these.",
        "It is larger than 1000 kB. Send it as several commands.",
        "It has no header idempotency-key with a UUID.",
        'It has no header authorization with "Bearer" and a token.',
    ]
    assert "Wagtail" not in listed
    until(lambda: process.numbers()["rollbook_inbox_parked_commands"] == 7.0)

    mended = tmp_path / "mended.json"
    mended.write_text(json.dumps(good))
    rollbook(broker, home, "inbox", "replay", str(parked[0]["id"]), "--value", str(mended))
    assert topics.outcomes(told[0], 2)[-1]["answer"]["changed"] is True
    key = str(uuid4())
    rollbook(broker, home, "inbox", "replay", str(parked[5]["id"]), "--idempotency-key", key, "--bearer", token)
    assert topics.outcome(key)["answer"]["changed"] is False, "the pupil is registered already"
    for one in (*parked[1:5], parked[6]):
        rollbook(broker, home, "inbox", "drop", str(one["id"]))
    left = json.loads(rollbook(broker, home, "inbox", "parked", "--json"))
    assert [one for one in left if one["topic"] == broker.commands] == []


@pytest.mark.timeout(240)
def test_an_inbox_killed_between_effect_and_commit_does_nothing_twice_and_loses_nothing(
    own_kafka: LocalKafka, start: Start, school: School, running: Site
) -> None:
    with closing(Topics(named(own_kafka), school)) as topics:
        process = start(topics.broker)
        topics.outcome(topics.send("records/register-pupil", pupil(new_id()), who="office"))
        before = topics.size()
        with running.owner("log") as connection:
            connection.execute("LOCK TABLE ledger.event IN EXCLUSIVE MODE")  # the command is taken, and waits here
            keys = [topics.send("records/register-pupil", pupil(new_id()), who="office")]
            first = topics.record.offset
            keys += [topics.send("records/register-pupil", pupil(new_id()), who="office") for _ in range(2)]
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            until(lambda: (connection.execute(waiting).fetchone() or (0,))[0] > 0, "nothing was taken")
            own_kafka.freeze()  # no outcome is acknowledged, and nothing committed, from here on
        until(lambda: topics.size() > before, "no effect")
        process.stop(signal.SIGKILL)
        effects = topics.size() - before
        own_kafka.thaw()
        assert effects >= 1
        assert topics.committed() <= first, "the fault did not happen: what was done was committed"
        start(topics.broker)
        assert [topics.outcomes(one)[-1]["status"] for one in keys] == [200] * 3
        assert topics.size() == before + 3
        until(lambda: topics.committed() == topics.record.offset + 1)


@pytest.mark.timeout(240)
def test_a_school_that_is_busy_holds_up_its_own_commands_and_no_others(
    shared_kafka: LocalKafka, start: Start, running: Site
) -> None:
    broker = Broker(shared_kafka.servers, f"test-{uuid4().hex}", partitions=1)  # all schools in one partition
    until(lambda: made(broker))
    busy, other = running.school("Busy School"), running.school("Other School")
    with closing(Topics(broker, busy)) as mine, closing(Topics(broker, other)) as theirs:
        process = start(broker)
        with running.owner("log") as connection:
            connection.execute("SELECT 1 FROM ledger.log WHERE organisation = %s FOR UPDATE", [busy.organisation])
            who = new_id()
            waits = mine.send("records/register-pupil", pupil(who), who="office")
            behind = mine.send("records/change-name", pupil_name(who), who="office")
            told = [theirs.send("records/register-pupil", pupil(new_id()), who="office") for _ in range(3)]
            assert [theirs.outcome(one)["status"] for one in told] == [200] * 3
            until(lambda: process.numbers()["rollbook_inbox_busy_commands"] >= 2.0)
            assert theirs.committed() < theirs.record.offset, "it did not happen: the busy command was done with"
        assert [mine.outcome(one)["status"] for one in (waits, behind)] == [200, 200]
        mine.outcome(mine.send("records/register-pupil", pupil(new_id()), who="office"))  # all before it was told
        assert [len([one for one in mine.heard if one["idempotency_key"] == key]) for key in told] == [1] * 3


@pytest.mark.timeout(240)
def test_a_schools_commands_keep_their_order_when_members_come_and_go(
    broker: Broker, start: Start, running: Site
) -> None:
    schools = [running.school(f"School {number}") for number in range(3)]
    with ExitStack() as stack:
        all_topics = [stack.enter_context(closing(Topics(broker, school))) for school in schools]
        first = start(broker)
        who = {topics: new_id() for topics in all_topics}
        keys: list[tuple[Topics, str]] = []
        for number in range(40):
            for topics in all_topics:
                path, body = "records/change-name", pupil(who[topics])
                if number == 0:
                    path = "records/register-pupil"
                else:
                    body = pupil_name(who[topics], f"Name {chr(65 + number // 26)}{chr(65 + number % 26)}")
                keys.append((topics, topics.send(path, body, who="office")))
            if number == 10:
                start(broker)  # a second member takes some of the schools
            if number == 25:
                first.stop(signal.SIGKILL)
        for topics, key in keys:
            assert topics.outcome(key)["status"] == 200
        for topics in all_topics:
            mine = {key for owner, key in keys if owner is topics}
            indexes = {one["idempotency_key"]: one["answer"]["index"] for one in topics.heard if one["idempotency_key"] in mine}  # fmt: skip
            in_order = [indexes[key] for owner, key in keys if owner is topics]
            assert in_order == sorted(set(in_order)), "out of order, or two commands were one"
