"""The quarantine: rows that were set aside, mended in place or tried again, until nothing of a file is left."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from events.model import Event
from events.records.intake import FileKind
from ledger.decider import Answer, Refused, Step, Stream
from services.door import Door, NotFound, Visit
from services.problems import Invalid
from services.records.files.batches import Batch, FixRow, ReceiveBatch, SetAside, batches, evolve
from services.records.files.intake_desk import IntakeDesk, Load, RowAnswer
from services.records.files.intake_registers import RegisterRows, Registers

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


class Quarantine:
    """Mends and retries the rows of one batch, for somebody who has been let in; ``key`` makes it repeatable."""

    def __init__(self, door: Door, desk: IntakeDesk) -> None:
        self._door, self._desk = door, desk

    async def fix(
        self, visit: Visit, found: Opened, row: int, fields: Mapping[str, Any], key: bytes, *, dry_run: bool = False
    ) -> RowAnswer:
        """Take a row with these fields instead of its own; where it still cannot be taken, that is an attempt more."""
        known = found.state.waiting.get(row)
        if known is None:
            raise Refused("This row is not set aside any more. Look at the file's rows again.")
        mended = {name: value for name, value in fields.items() if name != AS_WRITTEN} | {"row": row}
        load = Load(visit, found.batch, found.connector, key, dry_run, known.valid_on)
        kind = found.state.received[1] if found.state.received else "ctf"
        if kind == "registers":
            answer = await self._mark(load, mended)
        else:
            (answer,) = await self._desk.pupils(load, [mended])
        if dry_run or answer.outcome == "quarantined":
            return answer
        step = Step(batches, FixRow(batch=found.batch, row=row))
        done = await self._door.carry_out(visit, "records", [step], load.command(row, "fixed"), load.source(row))
        return replace(answer, index=max(answer.index, done.index))

    async def retry(
        self, visit: Visit, found: Opened, key: bytes, only: Sequence[int] | None = None
    ) -> list[RowAnswer]:
        """Take the waiting rows as they are, after something else was put right, in their order."""
        answers = []
        for row, known in found.state.waiting.items():
            if only is None or row in only:
                answers.append(await self._again(visit, found, row, known, key))
        return answers

    async def _again(self, visit: Visit, found: Opened, row: int, known: SetAside, key: bytes) -> RowAnswer:
        fields = json.loads(known.fields)
        if AS_WRITTEN in fields:
            return RowAnswer(row, "quarantined", reasons=(*known.reasons, _AS_WRITTEN))
        return await self.fix(visit, found, row, fields, key)

    async def _mark(self, load: Load, fields: Mapping[str, Any]) -> RowAnswer:
        """Take one mark of a register as it was set aside: the register's day, session and group stand beside it."""
        said = dict(fields)
        place = {name: said.pop(name, None) for name in ("date", "session", "group")}
        try:
            register = RegisterRows.model_validate_json(json.dumps({**place, "marks": [said]}))
        except ValidationError as error:
            reasons = [one["detail"] for one in Invalid.of(error, RegisterRows).errors]
            return await self._desk.aside(load, int(said["row"]), fields, list(dict.fromkeys(reasons)))
        (answer,) = await Registers(self._door, self._desk, load).take([register])
        return answer
