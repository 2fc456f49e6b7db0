"""The quarantine: rows that were set aside, mended in place or tried again, until nothing of a file is left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from events.model import Event
from events.records.intake import FileKind
from ledger.decider import Answer, Refused, Step, Stream
from services.door import Door, NotFound, Visit
from services.problems import Invalid
from services.records.files.batches import Batch, FixRow, ReceiveBatch, SetAside, batches, evolve
from services.records.files.intake_desk import IntakeDesk
from services.records.files.intake_registers import RegisterRows, Registers
from services.records.files.setting_aside import AT_ONCE, Bad, Load, RowAnswer

AS_WRITTEN: Final = "as_written"
"""Where a row's fields keep the file's own words that could not be read; a mended row has none of them."""
GENERATIONS_MAX: Final = 100
"""How often one file may be brought in again after its rows expired, or it was stopped: eight years of months."""
_OVER: Final = frozenset({"row-expired", "feed-anomaly-found"})
"""What a batch takes no row after: the same file begins another one, say as a part of the roll."""
_AS_WRITTEN: Final = "Some of this row could not be read, so it cannot be tried unchanged. Mend it first."


@dataclass(frozen=True, slots=True)
class File:
    """A file that is about to be brought in; of its SHA-256 only an HMAC is kept."""

    connector: str
    kind: FileKind
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch as its stream has it, with the connector that set its rows aside; ``index`` is the log's size then."""

    batch: bytes
    state: Batch
    connector: str
    index: int


async def opened(door: Door, organisation: bytes, batch: bytes) -> Opened:
    """Give a batch. Raises NotFound where none is known."""
    loaded = await door.log.stream(organisation, Stream("batch", batch).id(organisation))
    if not loaded.entries:
        raise NotFound("There is no such file here. Choose one of the list.")
    state, connector = batches.initial, ""
    for stored in loaded.entries:
        connector = connector or stored.connector or ""
        event = door.codec.open(stored).event
        if isinstance(event, Event):
            state = evolve(state, event, stored.index)
    return Opened(batch, state, state.received[0] if state.received else connector or "intake", loaded.size)


async def begun(door: Door, organisation: bytes, file: str) -> bytes:
    """Give the batch of a file: the same for the same file, until what it had set aside has expired or it was stopped.

    The id is drawn from the file under the organisation's key: nobody can tell from it which file it was.
    """
    for generation in range(GENERATIONS_MAX):
        name = f"{file} {generation}" if generation else file
        batch = door.codec.vault.index_digest(organisation, "batch", name)[:16]
        loaded = await door.log.stream(organisation, Stream("batch", batch).id(organisation))
        if not any(stored.name in _OVER for stored in loaded.entries):
            return batch
    raise Refused("This file has been brought in again too often. Ask whoever made it for a fresh one.")


async def begin(door: Door, visit: Visit, file: File, key: bytes) -> tuple[bytes, Answer]:
    """Begin a file's batch and give its id; the same file again is the same batch, and changes nothing."""
    organisation, vault = visit.organisation, door.codec.vault
    digest = vault.index_digest(organisation, "file", file.sha256).hex()
    batch = await begun(door, organisation, f"{file.connector} {file.sha256}")
    command = ReceiveBatch(batch=batch, connector=file.connector, kind=file.kind, file_digest=digest, rows=file.rows)
    return batch, await door.carry_out(visit, "records", [Step(batches, command)], key)


Tried: TypeAlias = tuple[Load | None, RowAnswer | Bad]
"""What became of a row, and in which call; without one, it was not even tried."""


class Quarantine:
    """Mends and retries the rows of one batch, for somebody who has been let in; ``key`` makes it repeatable."""

    def __init__(self, door: Door, desk: IntakeDesk) -> None:
        self._door, self._desk = door, desk

    async def fix(
        self, visit: Visit, found: Opened, row: int, fields: Mapping[str, Any], key: bytes, *, dry_run: bool = False
    ) -> RowAnswer:
        """Take a row with these fields instead of its own; where it still cannot be taken, that is an attempt more."""
        if row not in found.state.waiting:
            raise Refused("This row is not set aside any more. Look at the file's rows again.")
        (answer,) = await self._settled(found, [await self._tried(visit, found, row, fields, key, dry_run=dry_run)])
        return answer

    async def retry(
        self, visit: Visit, found: Opened, key: bytes, only: Sequence[int] | None = None
    ) -> list[RowAnswer]:
        """Take the waiting rows as they are, after something else was put right, in their order."""
        waiting = [(row, known) for row, known in found.state.waiting.items() if only is None or row in only]
        answers: list[RowAnswer] = []
        for start in range(0, len(waiting), AT_ONCE):
            some = waiting[start : start + AT_ONCE]
            tried = [await self._again(visit, found, row, known, key) for row, known in some]
            answers += await self._settled(found, tried)
        return answers

    async def _again(self, visit: Visit, found: Opened, row: int, known: SetAside, key: bytes) -> Tried:
        fields = json.loads(known.fields)
        if AS_WRITTEN in fields:
            return None, RowAnswer(row, "quarantined", reasons=(*known.reasons, _AS_WRITTEN))
        return await self._tried(visit, found, row, fields, key)

    async def _tried(
        self, visit: Visit, found: Opened, row: int, fields: Mapping[str, Any], key: bytes, *, dry_run: bool = False
    ) -> Tried:
        """Take a row, if it can be taken; what became of it is still to be written into its batch."""
        mended = {name: value for name, value in fields.items() if name != AS_WRITTEN} | {"row": row}
        load = Load(visit, found.batch, found.connector, key, dry_run, found.state.waiting[row].valid_on)
        kind = found.state.received[1] if found.state.received else "ctf"
        if kind == "registers":
            return load, await self._mark(load, mended)
        (answer,) = await self._desk.tried(load, [mended])
        return load, answer

    async def _settled(self, found: Opened, tried: Sequence[Tried]) -> list[RowAnswer]:
        """Write into the batch what became of rows: the bad ones of one date together, and all that were taken."""
        answers = {place: one for place, (_, one) in enumerate(tried) if isinstance(one, RowAnswer)}
        bad: dict[date, tuple[Load, dict[int, Bad]]] = {}
        for place, (load, one) in enumerate(tried):
            if load is not None and isinstance(one, Bad):
                bad.setdefault(load.valid_on, (load, {}))[1][place] = one
        for load, them in bad.values():
            answers |= zip(them, await self._desk.aside(load, list(them.values())), strict=True)
        taken = {
            place: load
            for place, (load, one) in enumerate(tried)
            if load is not None and not load.dry_run and isinstance(one, RowAnswer) and one.outcome != "quarantined"
        }
        if taken:
            first = next(iter(taken.values()))
            rows = [answers[place].row for place in taken]
            steps = [Step(batches, FixRow(batch=found.batch, row=row), first.source(row)) for row in rows]
            key = first.command(rows[0], f"fixed {rows}")
            done = await self._door.carry_out(first.visit, "records", steps, key)
            for place in taken:
                answers[place] = replace(answers[place], index=max(answers[place].index, done.index))
        return [answers[place] for place in range(len(tried))]

    async def _mark(self, load: Load, fields: Mapping[str, Any]) -> RowAnswer | Bad:
        """Take one mark of a register as it was set aside: the register's day, session and group stand beside it."""
        said = dict(fields)
        place = {name: said.pop(name, None) for name in ("date", "session", "group")}
        try:
            register = RegisterRows.model_validate_json(json.dumps({**place, "marks": [said]}))
        except ValidationError as error:
            reasons = [one["detail"] for one in Invalid.of(error, RegisterRows).errors]
            return Bad(int(said["row"]), fields, list(dict.fromkeys(reasons)))
        (answer,) = await Registers(self._door, self._desk, load).tried([register])
        return answer
