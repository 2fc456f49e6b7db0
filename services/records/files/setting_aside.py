"""Rows of a file that cannot be taken: set aside many at once, so that a batch is opened once for all of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from events.model import Source
from ledger.decider import Refused, Step
from services.door import Door, Visit
from services.records.characteristics.not_collected import scrubbed
from services.records.files.batches import NOT_KEPT, QuarantineRow, batches

AT_ONCE: Final = 250
"""Rows in one append: each append opens what the batch has set aside already, and seals its rows in some 20 ms."""
FULL_MAX: Final = 100
"""Batches of which it is remembered that they keep no more rows aside, so that they are not opened to learn it."""
REASON_MAX: Final = 200
REASONS_MAX: Final = 50
FIELDS_MAX: Final = 200_000
"""Characters of a row that is set aside: a family with thirty contacts has a tenth of it."""


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What came of a row: accepted, unchanged or quarantined, field by field, with reasons in plain words."""

    row: int
    outcome: str
    pupil: bytes | None = None
    effects: Sequence[Any] = ()
    reasons: Sequence[str] = ()
    index: int = 0
    shown: frozenset[bytes] = frozenset()
    """Whose recorded values the effects show; not part of the answer, but of what is written down about it."""


@dataclass(frozen=True, slots=True)
class Load:
    """The call that rows belong to: who sends them, of which batch, and whether anything is to be written."""

    visit: Visit
    batch: bytes
    connector: str
    key: bytes
    dry_run: bool
    valid_on: date

    def command(self, row: int, what: str = "") -> bytes:
        """Give a row's own command key, the same at each attempt of the call."""
        return sha256(self.key + self.batch + row.to_bytes(8, "big") + what.encode()).digest()[:16]

    def source(self, row: int) -> Source:
        """Give a row's source, for the headers of its events."""
        return Source(connector=self.connector, batch=self.batch, row=row)


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken, with the reasons; it is still to be set aside. ``pupil`` is whose it would be."""

    row: int
    fields: Mapping[str, Any]
    reasons: Sequence[str]
    pupil: bytes | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The reasons as they are kept."""
        cut = (one if len(one) <= REASON_MAX else one[: REASON_MAX - 1] + "…" for one in self.reasons[:REASONS_MAX])
        return tuple(cut)


class SettingAside:
    """Sets rows aside, sealed under their batch's key. Past a limit a row is only answered."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._full: dict[tuple[bytes, bytes], frozenset[int]] = {}

    async def kept(self, load: Load, found: Sequence[RowAnswer | Bad]) -> list[RowAnswer]:
        """Give the answers to rows in their order, once those that are bad are set aside, many in one append."""
        bad = [one for one in found if isinstance(one, Bad)]
        known = self._full.get((load.visit.organisation, load.batch))
        fitting = [one for one in bad if known is None or one.row in known]
        told = {id(one): _answer(one) for one in bad}
        if not load.dry_run:
            told |= {id(one): _answer(one, NOT_KEPT) for one in bad}
            commands = {id(one): _command(load, one) for one in fitting}
            for start in range(0, len(fitting), AT_ONCE):
                some = fitting[start : start + AT_ONCE]
                told |= await self._written(load, [(one, commands[id(one)]) for one in some])
        return [told[id(one)] if isinstance(one, Bad) else one for one in found]

    async def _written(self, load: Load, some: Sequence[tuple[Bad, QuarantineRow]]) -> dict[int, RowAnswer]:
        """Write rows in one append, and give the answers of those for which the batch had room."""
        full: frozenset[int] | None = None
        index = 0
        while some:
            steps = [Step(batches, command, load.source(command.row)) for _, command in some]
            said = json.dumps([(command.row, command.reasons) for _, command in some])
            try:
                done = await self._door.carry_out(load.visit, "records", steps, load.command(some[0][0].row, said))
            except Refused as refused:
                listed = refused.fields.get("aside")
                if not isinstance(listed, list):
                    raise
                full = frozenset(listed)  # without the row that was refused, so that each time there are fewer
                some = [one for one in some if one[0].row in full]
            else:
                index = done.index
                break
        if full is not None:
            while len(self._full) >= FULL_MAX:
                self._full.pop(next(iter(self._full)))
            self._full[load.visit.organisation, load.batch] = full
        return {id(bad): replace(_answer(bad), index=index) for bad, _ in some}


def _answer(bad: Bad, *more: str) -> RowAnswer:
    return RowAnswer(bad.row, "quarantined", bad.pupil, reasons=(*bad.told, *more))


def _command(load: Load, bad: Bad) -> QuarantineRow:
    text = json.dumps(scrubbed(bad.fields, load.visit.today), sort_keys=True)
    if len(text) > FIELDS_MAX:
        raise Refused("A row of this file is too large to keep. Ask whoever made the file to check it.", row=bad.row)
    return QuarantineRow(batch=load.batch, row=bad.row, valid_on=load.valid_on, fields=text, reasons=bad.told)
