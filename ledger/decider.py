"""Commands are decided by pure functions: load, fold, decide, append, and again if the log moved on meanwhile."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

from events.identifiers import id_text
from events.model import Entry, Event, Strict
from ledger.codec import Codec, Draft, Meta
from ledger.log import Append, Appended, Claim, Claimed, Condition, Conflict, Log

ATTEMPTS_MAX: Final = 5
"""How often a command is decided anew before the caller is asked to come back: each loss means another's gain."""


class Refused(Exception):
    """A command that the rules do not allow. The sentence says what to do instead and holds no personal value.

    ``fields`` are for the caller (never logged): what the sentence would have to name.
    """

    def __init__(self, sentence: str, **fields: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fields = fields


class Stream(tuple[str, ...]):
    """The name of a stream within an organisation: its kind, and what tells it from others of its kind."""

    __slots__ = ()

    def __new__(cls, kind: str, *key: object) -> Self:
        return super().__new__(cls, (kind, *(part.hex() if isinstance(part, bytes) else str(part) for part in key)))

    def id(self, organisation: bytes) -> bytes:
        """Give the 16 bytes by which the stream is stored: a hash of organisation, kind and key."""
        parts = b"".join(len(part).to_bytes(4, "big") + part for part in (text.encode() for text in self))
        return sha256(b"rollbook stream\x00" + organisation + parts).digest()[:16]


class Command(Strict):
    """What somebody asks for, in the imperative. ``scope`` is what a token needs; ``purpose`` goes into the header."""

    scope: ClassVar[str]
    purpose: ClassVar[str]

    @property
    def stream(self) -> Stream:
        """The stream on which the command is decided."""
        raise TypeError(f"{type(self).__name__} names no stream")

    @property
    def about(self) -> tuple[bytes, ...] | None:
        """The subjects whose entries the decision rests on; None for the whole stream, () for none of it.

        A register is one stream for a school session, so that two classes need not wait for each other: its command
        names the pupils it marks, and only an entry about one of them makes the decision stale.
        """
        return None


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier that an append takes for a subject, or gives up: at most one subject holds it."""

    kind: str
    value: str
    subject: bytes


@dataclass(frozen=True, slots=True)
class Decided:
    """What follows from a command: events, an outcome for each subject where there are several, identifiers."""

    events: Sequence[Event] = ()
    outcomes: Mapping[bytes, str] = field(default_factory=dict)
    claims: Sequence[Identifier] = ()
    releases: Sequence[Identifier] = ()


StateT = TypeVar("StateT")


@dataclass(frozen=True, slots=True, eq=False)
class Decider(Generic[StateT]):
    """An aggregate: ``decide(command, state)`` and ``evolve(state, entry)``, both pure.

    ``evolve`` is given entries rather than events because corrections name the entry that they correct; of an event
    just decided, the entry's index is 0.
    """

    service: str
    initial: StateT
    evolve: Callable[[StateT, Event, int], StateT]
    decide: Callable[[Any, StateT], Decided]


@dataclass(frozen=True, slots=True)
class Step:
    """One command and the aggregate that decides it."""

    decider: Decider[Any]
    command: Command


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command: the log's newest entry that it wrote (or, unchanged, that it saw), and outcomes."""

    index: int
    changed: bool
    outcomes: Mapping[str, str]


@dataclass(slots=True)
class _Loaded:
    stream: bytes
    version: int | None
    state: Any


class Desk:
    """Carries out one service's commands on its log."""

    def __init__(self, log: Log, codec: Codec, service: str) -> None:
        self.log = log
        self.codec = codec
        self.service = service

    async def handle(
        self, organisation: bytes, steps: Sequence[Step], meta: Meta, unless: Condition | None = None
    ) -> Answer:
        """Carry out the steps in one append, all of them or none.

        The command's id in ``meta`` makes it repeatable. ``unless`` is what the caller's own choice of steps rests on.
        Raises Refused, Conflict (after ATTEMPTS_MAX decisions, or at once with ``unless``) and the log's other errors.
        """
        digest = self._digest(organisation, steps)
        for _ in range(ATTEMPTS_MAX):
            failed: Exception | None = None
            answer: Answer | None = None
            try:
                answer = await self._attempt(organisation, steps, meta, digest, unless)
            except (Conflict, Refused) as error:
                failed = error
            if answer is not None and answer.changed:
                return answer
            # A command that was carried out before finds its own effect: it is answered as it was then.
            before = await self.log.answered(organisation, meta.command, digest)
            if before is not None:
                return _answer(before)
            if isinstance(failed, Refused):
                raise failed
            if answer is not None:
                return answer
            if unless is not None and failed is not None:
                raise failed
        raise Conflict("others are changing the same record; send this again in a moment")

    async def outcomes(self, organisation: bytes, step: Step) -> Mapping[bytes, str]:
        """Give the outcomes that a command would have now, and write nothing. Raises Refused."""
        loaded, _ = await self._load(organisation, step.command.stream.id(organisation), step)
        return step.decider.decide(step.command, loaded.state).outcomes

    async def _attempt(
        self, organisation: bytes, steps: Sequence[Step], meta: Meta, digest: bytes, unless: Condition | None
    ) -> Answer:
        loaded: dict[bytes, _Loaded] = {}
        drafts: list[Draft] = []
        outcomes: dict[str, str] = {}
        claims: list[Identifier] = []
        releases: list[Identifier] = []
        shared: list[tuple[bytes, tuple[bytes, ...]]] = []
        size: int | None = None
        for step in steps:
            stream = step.command.stream.id(organisation)
            if stream not in loaded:
                loaded[stream], read = await self._load(organisation, stream, step)
                if read is not None:
                    size = read if size is None else min(size, read)
            at = loaded[stream]
            decided = step.decider.decide(step.command, at.state)
            for event in decided.events:
                if at.version is not None:
                    at.version += 1
                drafts.append(Draft(stream, at.version, event))
                at.state = step.decider.evolve(at.state, event, 0)
            if step.command.about and decided.events:
                shared.append((stream, step.command.about))
            outcomes |= {id_text(subject): outcome for subject, outcome in decided.outcomes.items()}
            claims += decided.claims
            releases += decided.releases
        if not drafts:
            return Answer(size or 0, changed=False, outcomes=outcomes)
        if shared:
            streams = tuple({stream for stream, _ in shared})
            subjects = tuple({subject for _, about in shared for subject in about})
            unless = Condition(size or 0, streams=streams, subjects=subjects)
        return _answer(await self._append(organisation, drafts, meta, digest, outcomes, claims, releases, unless))

    async def _append(  # noqa: PLR0913, PLR0917  # one call site; each is a part of the one append
        self,
        organisation: bytes,
        drafts: Sequence[Draft],
        meta: Meta,
        digest: bytes,
        outcomes: Mapping[str, str],
        claims: Sequence[Identifier],
        releases: Sequence[Identifier],
        unless: Condition | None,
    ) -> Appended:
        sealed = await self._seal(organisation, drafts, meta)
        try:
            return await self.log.append(
                Append(
                    organisation,
                    meta.command,
                    digest,
                    json.dumps(outcomes).encode(),
                    [entry for entry, _ in sealed],
                    unless,
                    self._claims(organisation, claims),
                    self._claims(organisation, releases),
                    [key for _, keys in sealed for key in keys],
                )
            )
        except Claimed as refused:
            kinds = ", ".join(sorted({claims[place].kind.upper() for place in refused.claims}))
            raise Refused(
                f"This {kinds} already belongs to another person in this school. Look that person up and compare, "
                "then correct whichever record is wrong.",
                claims=[claims[place].value for place in refused.claims],
            ) from None

    async def _load(self, organisation: bytes, stream: bytes, step: Step) -> tuple[_Loaded, int | None]:
        about = step.command.about
        if about is not None and not about:
            return _Loaded(stream, None, step.decider.initial), None
        read = await self.log.stream(organisation, stream, about)
        state = step.decider.initial
        for stored in read.entries:
            entry = await asyncio.to_thread(self.codec.open, stored, about)
            state = _evolved(step.decider, state, entry)
        version = None if about is not None else (read.entries[-1].version if read.entries else 0)
        return _Loaded(stream, version, state), read.size

    async def _seal(self, organisation: bytes, drafts: Sequence[Draft], meta: Meta) -> list[tuple[Any, list[bytes]]]:
        """Seal here when every key is in memory; minting asks the keys' database, so it is done on another thread."""

        def seal() -> list[tuple[Any, list[bytes]]]:
            return [self.codec.seal(organisation, self.service, draft, meta) for draft in drafts]

        if all(self.codec.is_ready(organisation, draft.event) for draft in drafts):
            return seal()
        return await asyncio.to_thread(seal)

    def _claims(self, organisation: bytes, identifiers: Sequence[Identifier]) -> list[Claim]:
        vault = self.codec.vault
        return [
            Claim(one.kind, vault.index_digest(organisation, one.kind, one.value), one.subject) for one in identifiers
        ]

    def _digest(self, organisation: bytes, steps: Sequence[Step]) -> bytes:
        """Give an HMAC of what is asked: a plain hash of one child's data would confirm a guess."""
        asked = "\x00".join(f"{type(step.command).__name__} {step.command.model_dump_json()}" for step in steps)
        return self.codec.vault.index_digest(organisation, "command", asked)


def _evolved(decider: Decider[StateT], state: StateT, entry: Entry) -> StateT:
    """Fold one entry into a state; what can no longer be opened is not there to be decided on."""
    if not isinstance(entry.event, Event):
        return state
    event = entry.event
    if entry.parts:
        opened = {subject: part for subject, part in entry.parts.items() if isinstance(part, Strict)}
        event = event.model_copy(update={"parts": opened})
    return decider.evolve(state, event, entry.header.index)


def _answer(appended: Appended) -> Answer:
    outcomes: dict[str, str] = json.loads(appended.result)
    return Answer(appended.last, changed=True, outcomes=outcomes)
