"""Commands are decided by pure functions: load, fold, decide, append, and again if the log moved on meanwhile."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, ClassVar, Final, Generic, TypeVar

from events.identifiers import id_text
from events.model import Category, Entry, Event, Source, Strict
from ledger.alias import event_of, group
from ledger.belonging import Homes, of_the_same
from ledger.codec import BodyTooLarge, Codec, Draft, Meta
from ledger.ground import Ground as Ground  # noqa: PLC0414  # as of Stream below
from ledger.ground import Refused as Refused  # noqa: PLC0414  # as of Stream below
from ledger.ground import refuse_beyond
from ledger.log import Append, Appended, Claim, Claimed, Condition, Conflict, Log, Sealed
from ledger.refold import standing
from ledger.stream import Stream as Stream  # noqa: PLC0414  # whoever writes a decider finds it here

ATTEMPTS_MAX: Final = 5
"""How often a command is decided anew before the caller is asked to come back: each loss means another's gain."""
TOO_MUCH: Final = (
    "This is more than can be written down at once. Send it in several parts: fewer people, or fewer fields."
)


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
    """What follows from a command: events, an outcome for each subject where there are several, identifiers.

    ``ends`` are the entries that the events are about, in their order, where the events do not name them themselves.
    """

    events: Sequence[Event] = ()
    outcomes: Mapping[bytes, str] = field(default_factory=dict)
    claims: Sequence[Identifier] = ()
    releases: Sequence[Identifier] = ()
    ends: Sequence[int] = ()


StateT = TypeVar("StateT")


def decided_by(deciders: Sequence["Decider[Any]"]) -> Mapping[type[Command], "Decider[Any]"]:
    """Give the aggregate of each command."""
    return {command: decider for decider in deciders for command in decider.commands}


@dataclass(frozen=True, slots=True, eq=False)
class Decider(Generic[StateT]):
    """An aggregate: ``decide(command, state)`` and ``evolve(state, entry)``, both pure.

    ``evolve`` is given entries rather than events because corrections name the entry that they correct; of an event
    just decided, the entry's index is 0. ``commands`` are all that it decides, and ``categories`` those that somebody
    must be allowed to change to send one. ``discreet`` says that its events are, and so its streams' names.
    """

    service: str
    initial: StateT
    evolve: Callable[[StateT, Event, int], StateT]
    decide: Callable[[Any, StateT], Decided]
    commands: tuple[type[Command], ...] = ()
    categories: tuple[Category, ...] = ()
    discreet: bool = False
    apart: bool = False
    """Whether it decides on what was said of a subject itself only, also while others are held to be the same."""
    names: tuple[str, ...] = ("corrects",)
    """The fields by which its events name an earlier entry, or the thing that one began (see ledger.belonging)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command and the aggregate that decides it; ``source`` is where it comes from, if not from its append's."""

    decider: Decider[Any]
    command: Command
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a command: the log's newest entry that it wrote (or, unchanged, that it saw), and outcomes."""

    index: int
    changed: bool
    outcomes: Mapping[str, str]


@dataclass(slots=True)
class _Planned:
    """What the steps of one append come to."""

    drafts: list[tuple[Draft, Meta]] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    claims: list[Identifier] = field(default_factory=list)
    releases: list[Identifier] = field(default_factory=list)
    shared: list[tuple[bytes, tuple[bytes, ...]]] = field(default_factory=list)
    merged: list[tuple[bytes, tuple[bytes, ...]]] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class _Loaded:
    stream: bytes
    state: Any
    homes: Homes | None = None


class Desk:
    """Carries out one service's commands on its log."""

    def __init__(self, log: Log, codec: Codec, service: str) -> None:
        self.log = log
        self.codec = codec
        self.service = service

    async def handle(
        self,
        organisation: bytes,
        steps: Sequence[Step],
        meta: Meta,
        unless: Condition | None = None,
        grounds: Mapping[str, Ground] | None = None,
        of: Mapping[bytes, bytes] | None = None,
    ) -> Answer:
        """Carry out the steps in one append, all of them or none.

        The command's id in ``meta`` makes it repeatable. ``unless`` is what the caller's own choice of steps rests on.
        ``grounds`` are those of the steps' purposes, by purpose: each event is written on its own step's ground, and
        none in a category which that purpose does not cover. ``of`` says which subjects are held to be which (see
        ledger.alias): what was said of either is decided on. Raises Refused, Conflict (after ATTEMPTS_MAX decisions, or
        at once with ``unless``) and the log's other errors.
        """
        digest = self._digest(organisation, steps)
        if unless is not None and unless.subjects and of:
            unless = replace(unless, subjects=tuple(group(of, unless.subjects)))
        for _ in range(ATTEMPTS_MAX):
            failed: Exception | None = None
            answer: Answer | None = None
            try:
                planned = await self._plan(organisation, steps, meta, grounds or {}, of or {})
                answer = await self._attempt(organisation, planned, meta, digest, unless)
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

    async def rehearse(
        self, organisation: bytes, steps: Sequence[Step], meta: Meta, of: Mapping[bytes, bytes] | None = None
    ) -> Mapping[str, str]:
        """Give the outcomes that the steps would have now, and write nothing. Raises Refused."""
        return (await self._plan(organisation, steps, meta, {}, of or {})).outcomes

    async def _plan(
        self,
        organisation: bytes,
        steps: Sequence[Step],
        meta: Meta,
        grounds: Mapping[str, Ground],
        of: Mapping[bytes, bytes],
    ) -> _Planned:
        """Load, fold and decide each step in its order; a later step sees what an earlier one decided."""
        planned, loaded, sizes, versions = _Planned(), dict[bytes, _Loaded](), list[int](), dict[bytes, int | None]()
        for step in steps:
            stream = self._stream(organisation, step.decider, step.command.stream)
            if stream not in loaded:
                loaded[stream], read, found = await self._load(organisation, stream, step, of)
                sizes += [read] if read is not None else []
                versions = found | versions
            at = loaded[stream]
            decided = step.decider.decide(step.command, at.state)
            ground = grounds.get(step.command.purpose)
            own = replace(meta, source=step.source or meta.source)
            own = replace(own, purpose=ground.purpose, basis=ground.basis) if ground else own
            for event, ended in zip_longest(decided.events, decided.ends):
                refuse_beyond(event, ground)
                if event.definition.discreet != step.decider.discreet:
                    raise TypeError(f"{event.definition.name}: discreet events have a decider of their own")
                home = at.homes.of(event, ended) if at.homes else None
                where, written = home.taking(event) if home else (stream, event)
                version = versions[where]
                versions[where] = version = None if version is None else version + 1
                planned.drafts.append((Draft(where, version, written), own))
                at.state = step.decider.evolve(at.state, event, 0)
            if at.homes and decided.events:
                planned.merged += at.homes.streams()
                decided = _at_home(decided, at.homes)
            if step.command.about and decided.events:
                planned.shared.append((stream, step.command.about))
            planned.outcomes |= {id_text(subject): outcome for subject, outcome in decided.outcomes.items()}
            planned.claims += decided.claims
            planned.releases += decided.releases
        planned.size = min(sizes, default=0)
        return planned

    async def _attempt(
        self, organisation: bytes, planned: _Planned, meta: Meta, digest: bytes, unless: Condition | None
    ) -> Answer:
        """Write what was planned, on the condition that what it rests on still stands."""
        if not planned.drafts:
            return Answer(planned.size, changed=False, outcomes=planned.outcomes)
        shared = planned.shared + (planned.merged if unless is None or planned.shared else [])
        if shared:
            streams = tuple({stream for stream, _ in shared})
            subjects = tuple({subject for _, about in shared for subject in about})
            unless = Condition(planned.size, streams=streams, subjects=subjects)
        sealed = await self._seal(organisation, planned.drafts)
        append = Append(
            organisation,
            meta.command,
            digest,
            json.dumps(planned.outcomes).encode(),
            [entry for entry, _ in sealed],
            unless,
            self._claims(organisation, planned.claims),
            self._claims(organisation, planned.releases),
            [key for _, keys in sealed for key in keys],
        )
        try:
            return _answer(await self.log.append(append))
        except Claimed as refused:
            kinds = ", ".join(sorted({planned.claims[place].kind.upper() for place in refused.claims}))
            raise Refused(
                f"This {kinds} already belongs to another person in this school. Look that person up and compare, "
                "then correct whichever record is wrong.",
                claims=[planned.claims[place].value for place in refused.claims],
            ) from None

    async def _load(
        self, organisation: bytes, stream: bytes, step: Step, of: Mapping[bytes, bytes]
    ) -> tuple[_Loaded, int | None, dict[bytes, int | None]]:
        """Give a stream and those of the same, up to which index it was read, and each stream's version."""
        about = step.command.about
        if about is not None and not about:
            return _Loaded(stream, step.decider.initial), None, {stream: None}
        of = {} if step.decider.apart else of
        named = None if about is None else (*about, *(one for one, end in of.items() if end in about))
        read = await self.log.stream(organisation, stream, named)
        entries = list(read.entries)
        same = of_the_same(step.command.stream, of)
        for one in same:
            entries += (await self.log.stream(organisation, self._stream(organisation, step.decider, one))).entries
        state = step.decider.initial
        opened = [
            await asyncio.to_thread(self.codec.open, stored, named)
            for stored in sorted(entries, key=lambda stored: stored.index)
        ]
        history = standing(opened)
        for entry in history:
            state = _evolved(step.decider, state, entry, of)
        in_parts = bool(of) and any(one.parts for one in history)
        homes = Homes(history, step.decider.names, of) if same or in_parts else None
        versions: dict[bytes, int | None] = {stream: 0, **{one.stream: one.version for one in entries}}
        return _Loaded(stream, state, homes), read.size, versions if about is None else dict.fromkeys(versions)

    def _stream(self, organisation: bytes, decider: Decider[Any], stream: Stream) -> bytes:
        return stream.discreet_id(self.codec.vault, organisation) if decider.discreet else stream.id(organisation)

    async def _seal(
        self, organisation: bytes, drafts: Sequence[tuple[Draft, Meta]]
    ) -> list[tuple[Sealed, list[bytes]]]:
        """Seal here when every key is in memory; minting asks the keys' database, so it is done on another thread."""

        def seal() -> list[tuple[Sealed, list[bytes]]]:
            try:
                return [self.codec.seal(organisation, self.service, draft, meta) for draft, meta in drafts]
            except BodyTooLarge:
                raise Refused(TOO_MUCH) from None

        if all(self.codec.is_ready(organisation, draft.event) for draft, _ in drafts):
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


def _evolved(decider: Decider[StateT], state: StateT, entry: Entry, of: Mapping[bytes, bytes]) -> StateT:
    """Fold one entry into a state; what can no longer be opened is not there to be decided on."""
    event = event_of(entry, of)
    return state if event is None else decider.evolve(state, event, entry.header.index)


def _at_home(decided: Decided, homes: Homes) -> Decided:
    """Give what was decided with identifiers of the one whose record its events belong to."""
    found = {homes.of(event) for event in decided.events}
    home = found.pop() if len(found) == 1 else None
    if home is None:
        return decided
    claims = [replace(one, subject=home.subject) for one in decided.claims]
    return replace(decided, claims=claims, releases=[replace(one, subject=home.subject) for one in decided.releases])


def _answer(appended: Appended) -> Answer:
    outcomes: dict[str, str] = json.loads(appended.result)
    return Answer(appended.last, changed=True, outcomes=outcomes)
