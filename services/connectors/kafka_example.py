"""An example of a connector by Kafka: registers of a small CSV as commands, and what Rollbook says became of them.

It needs a Kafka client and the language of events, and nothing else of Rollbook: whoever writes one of their own in any
language does the same. Its columns are date, session, group, pupil, code; a line is one pupil's mark.
"""

import argparse
import csv
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from events.codes.attendance import attendance_codes
from events.identifiers import id_text, parse_id

PATH: Final = "records/take-register"
SECONDS_MAX: Final = 60.0
"""How long outcomes are waited for; commands wait in the topic, and are carried out whenever Rollbook runs."""
ATTEMPT_MS: Final = 20_000
POLL_MS: Final = 500
REFUSED_FROM: Final = 400


class BadFile(Exception):
    """The file cannot be sent; the sentence says which line, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register: the lines of the file that it comes from, and the body of its command."""

    lines: tuple[int, ...]
    body: Mapping[str, Any]

    def key(self, organisation: str) -> str:
        """Give the idempotency key: the same for the same register, so that a file sent twice has one effect."""
        digits = sha256(f"{organisation} {json.dumps(self.body, sort_keys=True)}".encode()).hexdigest()[:32]
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def registers(lines: Iterable[str]) -> Sequence[Register]:
    """Read a file's registers, in the order in which each begins. Raises BadFile."""
    codes, marks = attendance_codes(), dict[tuple[str, str, str], dict[str, Any]]()
    numbers: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, row in enumerate(csv.DictReader(lines), 2):
        try:
            of = (row["date"], row["session"], id_text(parse_id(row["group"])))
            pupil, code = id_text(parse_id(row["pupil"])), row["code"]
        except (KeyError, ValueError):
            raise BadFile(f"Line {number} has no date, session, code, or no id as its group or pupil.") from None
        if code not in codes:
            raise BadFile(f"Line {number} has a code that is no attendance code.")
        marks.setdefault(of, {})[pupil] = {"code": code}
        numbers[of].append(number)
    return [
        Register(tuple(numbers[of]), {"date": of[0], "session": of[1], "group": of[2], "marks": found})
        for of, found in marks.items()
    ]


def send(
    servers: Sequence[str], topic: str, organisation: str, token: str, found: Sequence[Register]
) -> Mapping[str, Register]:
    """Send registers as commands, in order; gives them by key once the broker has them all."""
    sent = {one.key(organisation): one for one in found}
    with closing(KafkaProducer(bootstrap_servers=servers, acks="all", enable_idempotence=True)) as producer:
        flown = [
            producer.send(
                topic, key=organisation.encode(),
                value=json.dumps({"organisation": organisation, "path": PATH, "body": one.body}).encode(),
                headers=[("idempotency-key", key.encode()), ("authorization", f"Bearer {token}".encode())],
            )
            for key, one in sent.items()
        ]  # fmt: skip
        for future in flown:
            future.get(timeout=ATTEMPT_MS / 1000)
    return sent


class Listener:
    """Hears the outcomes that are told after it was made. Close it when done."""

    def __init__(self, servers: Sequence[str], topic: str) -> None:
        self._consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False, auto_offset_reset="latest")
        partitions = [TopicPartition(topic, one) for one in self._consumer.partitions_for_topic(topic) or ()]
        self._consumer.assign(partitions)
        for one, end in self._consumer.end_offsets(partitions).items():
            self._consumer.seek(one, end)

    def close(self) -> None:
        """Stop hearing."""
        self._consumer.close()

    def hear(self, keys: Iterable[str], seconds: float = SECONDS_MAX) -> Mapping[str, Mapping[str, Any]]:
        """Give the outcome of each key that is told of in time. One that is told twice says the same twice."""
        missing, told = set(keys), dict[str, Mapping[str, Any]]()
        deadline = time.monotonic() + seconds
        while missing and time.monotonic() < deadline:
            for records in self._consumer.poll(timeout_ms=POLL_MS).values():
                for record in records:
                    outcome = json.loads(record.value)
                    if outcome["idempotency_key"] in missing:
                        missing.discard(outcome["idempotency_key"])
                        told[outcome["idempotency_key"]] = outcome
        return told


def report(sent: Mapping[str, Register], told: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    """Give a line for each register that was refused, and one for all: what became of every mark."""
    lines, marks = [], Counter[str]()
    for key, register in sent.items():
        outcome = told.get(key)
        if outcome is None:
            marks["waiting for Rollbook"] += len(register.lines)
        elif outcome["status"] >= REFUSED_FROM:
            marks["refused"] += len(register.lines)
            lines.append(f"Line {register.lines[0]}: {outcome['problem']['detail']}")
            lines += [f"  {one['pointer']}: {one['detail']}" for one in outcome["problem"].get("errors", ())]
        else:
            marks.update(outcome["answer"]["outcomes"].values())
    counted = ", ".join(f"{count} {what}" for what, count in sorted(marks.items()))
    return [*lines, f"{len(sent)} registers sent; marks: {counted or 'none'}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Send a file and wait for what becomes of it; 0 where nothing was refused."""
    asked = argparse.ArgumentParser(description="Send registers of a CSV file to Rollbook by Kafka.")
    asked.add_argument("file", type=Path, help="columns: date, session, group, pupil, code")
    asked.add_argument("--kafka", required=True, help="host:port of the broker, several separated by commas")
    asked.add_argument("--prefix", default="rollbook", help="what the topics are called by")
    asked.add_argument("--organisation", required=True, help="the school's id")
    asked.add_argument("--token-file", type=Path, required=True, help="a file with the connector's token")
    given = asked.parse_args(arguments)
    servers, token = given.kafka.split(","), given.token_file.read_text().strip()
    try:
        found = registers(given.file.read_text("utf-8").splitlines())
    except BadFile as error:
        return _said([str(error)], 1)
    with closing(Listener(servers, f"{given.prefix}.outcomes")) as listener:
        sent = send(servers, f"{given.prefix}.commands", given.organisation, token, found)
        told = listener.hear(sent)
    refused = any(one["status"] >= REFUSED_FROM for one in told.values())
    return _said(report(sent, told), 1 if refused or len(told) < len(sent) else 0)


def _said(lines: Iterable[str], status: int) -> int:
    for line in lines:
        print(line)  # noqa: T201  # for whoever runs it
    return status


if __name__ == "__main__":
    raise SystemExit(main())
