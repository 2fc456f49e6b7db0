"""Facts about people in bulk: validated from JSON, sealed and appended, beside the library's recorder."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter
from typing import Final

from benchmarks import peers
from benchmarks.bulk import ACTOR
from benchmarks.loads import FACTS, SEATS, Fact, School, ten_facts, two_facts
from benchmarks.processes import at_once
from benchmarks.table import ROUNDS, Span, check, compared, in_turn, row
from events.records.identity import UpnRecorded
from ledger.codec import Codec, Draft, Meta
from ledger.decider import Stream
from ledger.log import Append, Claim, Log, Sealed
from ledger.postgres.keys import PostgresKeyStore
from ledger.vault import Vault
from services.installation import Installation
from services.records.pupils.numbers import UPN
from services.settings import Settings

CLASSES: Final = 34
PUPILS: Final = CLASSES * SEATS
EVENTS: Final = PUPILS * FACTS
COMMAND: Final = 2_000
"""Events of one command."""


class Loader:
    """Appends facts about people to one organisation's log, with keys that are not in memory at first."""

    def __init__(self, installation: Installation, organisation: bytes) -> None:
        self._installation = installation
        self._organisation = organisation
        self._versions: Counter[bytes] = Counter()

    def load(self, facts: Sequence[Fact]) -> Span:
        """Validate, seal and append; minting the keys that are missing is timed too."""
        store = PostgresKeyStore(self._installation.databases.conninfo("keys", "rollbook_vault"))
        try:
            return asyncio.run(self._load(Codec(Vault(store, self._installation.key_file)), facts))
        finally:
            store.close()

    async def _load(self, codec: Codec, facts: Sequence[Fact]) -> Span:
        organisation = self._organisation
        async with self._installation.log("records") as log:
            await log.open(organisation)
            codec.vault.index_digest(organisation, UPN, "")  # the organisation's own keys are at hand in any process
            before = await log.size(organisation)
            began = perf_counter()
            for start in range(0, len(facts), COMMAND):
                await self._command(codec, log, facts[start : start + COMMAND])
            span = Span(began, perf_counter())
            check(await log.size(organisation) - before, len(facts), "events appended")
            return span

    async def _command(self, codec: Codec, log: Log, facts: Sequence[Fact]) -> None:
        organisation, command, vault = self._organisation, os.urandom(16), codec.vault
        meta = Meta(ACTOR, "connector", "pupil-record", "a-basis", command)
        wanted: dict[str, dict[bytes, None]] = {}
        for fact in facts:
            wanted.setdefault(fact.kind.definition.category or "", {})[fact.subject] = None
        for category, subjects in wanted.items():
            vault.to_seal(organisation, list(subjects), category, 0)  # one question for all keys of a category
        sealed: list[Sealed] = []
        keys: set[bytes] = set()
        claims: list[Claim] = []
        for fact in facts:
            event = fact.kind.model_validate_json(fact.body)
            stream = Stream(fact.stream, fact.subject).id(organisation)
            self._versions[stream] += 1
            entry, used = codec.seal(organisation, "records", Draft(stream, self._versions[stream], event), meta)
            sealed.append(entry)
            keys.update(used)
            if isinstance(event, UpnRecorded):
                claims.append(Claim(UPN, vault.index_digest(organisation, UPN, event.upn), fact.subject))
        digest = vault.index_digest(organisation, "command", b"\n".join(fact.body for fact in facts).decode())
        await log.append(Append(organisation, command, digest, b"{}", sealed, claims=claims, keys=list(keys)))


def bulk_people(settings: Settings) -> None:
    """Print how fast facts about people are loaded, with keys that are there and with keys that must be made."""
    facts = ten_facts(School.of(CLASSES, seed=4).pupils)
    with Installation(settings) as installation:
        known = Loader(installation, os.urandom(16))
        known.load(facts)  # from here on the keys are there
        ways = {"ours": known.load, "eventsourcing recorder": peers.recorder(installation, peers.facts_as_events)}
        rates = in_turn(ways, [facts] * ROUNDS, EVENTS)
        row("bulk pupil events, one process: ours, events/s", f"{rates['ours']:,.0f}", ">= 35,000")
        compared(rates["ours"], rates, {"eventsourcing recorder": ">= 1.7 x"})
        seconds = at_once(facts_of_a_school, [(settings, seed) for seed in (5, 6)])
        row("bulk pupil events, two processes: ours, events/s", f"{2 * EVENTS / seconds:,.0f}", ">= 65,000")
        new = [two_facts(School.of(CLASSES * 2, seed).pupils) for seed in range(7, 7 + ROUNDS)]
        rates = in_turn({"new": Loader(installation, os.urandom(16)).load}, new, len(new[0]))
        row("bulk pupil events, a new key each: ours, events/s", f"{rates['new']:,.0f}")


def facts_of_a_school(settings: Settings, seed: int) -> Iterator[Callable[[], Span]]:
    """Give, for a process of its own, the loading of a school's facts, again and again; its keys are there."""
    facts = ten_facts(School.of(CLASSES, seed).pupils)
    with Installation(settings) as installation:
        loader = Loader(installation, os.urandom(16))
        loader.load(facts)
        for _ in range(ROUNDS):
            yield partial(loader.load, facts)
