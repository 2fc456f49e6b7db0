"""Files that a person has sent and not yet brought in: read once, kept in memory for half an hour, never on a disk."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

from events.records.intake import FileKind
from services.connectors.csv_files import load as registers_csv
from services.connectors.csv_files import load_pupils as pupils_csv
from services.connectors.csv_files.pupils import kind_of, read_pupils
from services.connectors.csv_files.registers import read_registers
from services.connectors.ctf import load as ctf
from services.connectors.ctf.reader import read_ctf
from services.connectors.problems import FileRefused

KEPT_SECONDS: Final = 1_800.0
"""How long somebody may look at what a file would do before it has to be sent again."""
KEPT_MAX: Final = 20
"""Files kept at once; the oldest makes room."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read: rows for the intake desk, rows that could not be read, and what to know of it."""

    name: str
    kind: FileKind
    connector: str
    sha256: str
    total: int
    valid_on: date
    pupils: Sequence[Mapping[str, Any]] = ()
    registers: Sequence[Mapping[str, Any]] = ()
    aside: Sequence[tuple[int, Mapping[str, Any], Sequence[str]]] = ()
    notes: Sequence[str] = ()
    upns: Sequence[str] = ()
    """Whose rows a file of pupils has, good ones and bad."""
    complete: bool = False
    """Whether its sender says that it is the whole roll."""


def read(data: bytes, name: str, today: date) -> Upload:
    """Read a file by its name's ending and its columns; what is no .csv is a Common Transfer File.

    Raises FileRefused with what to do.
    """
    if not data:
        raise FileRefused("Choose a file first.")
    if not name.lower().endswith(".csv"):
        return _ctf(data, name, today)
    return _pupils(data, name, today) if kind_of(BytesIO(data)) == "pupils" else _registers(data, name, today)


def _ctf(data: bytes, name: str, today: date) -> Upload:
    found, digest = read_ctf(data, name, today=today), hashlib.sha256(data).hexdigest()
    said = found.header.written_at.date() if found.header.written_at else today
    notes = [problem.sentence for problem in found.problems]
    notes += ctf.of_file(found)
    notes += [f"Row {pupil.row}: {sentence}" for pupil in found.pupils for sentence in ctf.notes(pupil)]
    return Upload(
        name, "ctf", ctf.CONNECTOR, digest, len(found.pupils), min(said, today),
        upns=tuple(pupil.identity.upn for pupil in found.pupils if pupil.identity.upn),
        pupils=[ctf.row(pupil) for pupil in found.pupils if pupil.usable],
        aside=[_aside(*ctf.aside(pupil)) for pupil in found.pupils if not pupil.usable], notes=notes,
    )  # fmt: skip


def _pupils(data: bytes, name: str, today: date) -> Upload:
    with read_pupils(BytesIO(data), name, today=today, on_disk=False) as found:
        pupils = list(found.pupils())
        notes = [*found.notes(), *(f"Row {one.number}: {note}" for one in pupils for note in pupils_csv.notes(one))]
        return Upload(
            name, "pupils", pupils_csv.CONNECTOR, found.sha256, found.rows, today, upns=tuple(found.upns()),
            pupils=[one.fields for one in pupils if one.usable],
            aside=[_aside(*pupils_csv.aside(one)) for one in pupils if not one.usable], notes=notes,
        )  # fmt: skip


def _registers(data: bytes, name: str, today: date) -> Upload:
    with read_registers(BytesIO(data), name, today=today, on_disk=False) as found:
        notes = []
        if found.columns_not_read:
            notes.append(f"{found.columns_not_read} columns are not part of a register and were not read.")
        return Upload(
            name, "registers", registers_csv.CONNECTOR, found.sha256, found.rows, today,
            registers=[registers_csv.register(one) for one in found.registers()],
            aside=[_aside(one.number, one.as_written, one.problems) for one in found.set_aside()], notes=notes,
        )  # fmt: skip


def _aside(row: int, fields: Any, problems: Any) -> tuple[int, Mapping[str, Any], Sequence[str]]:
    return row, dict(fields), [one.sentence for one in problems if one.fatal]


@dataclass
class Uploads:
    """Keeps uploads by a random id, each for its own sender and school. ``clock`` gives seconds that never go back."""

    clock: Callable[[], float]
    _kept: OrderedDict[str, tuple[float, tuple[bytes, bytes], Upload]] = field(default_factory=OrderedDict)

    def keep(self, whose: tuple[bytes, bytes], upload: Upload) -> str:
        """Keep a file for a person at a school; gives its id."""
        self._sweep()
        while len(self._kept) >= KEPT_MAX:
            self._kept.popitem(last=False)
        name = str(uuid4())
        self._kept[name] = (self.clock() + KEPT_SECONDS, whose, upload)
        return name

    def given(self, name: str, whose: tuple[bytes, bytes]) -> Upload | None:
        """Give a person's file, unless it is another's or no longer kept."""
        self._sweep()
        found = self._kept.get(name)
        return found[2] if found and found[1] == whose else None

    def drop(self, name: str) -> None:
        """Forget a file."""
        self._kept.pop(name, None)

    def _sweep(self) -> None:
        for name in [name for name, (until, _, _) in self._kept.items() if until < self.clock()]:
            del self._kept[name]
