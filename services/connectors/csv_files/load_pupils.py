"""Brings a spreadsheet of pupils in over HTTP: a few rows at once, each bad row set aside."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, Final

from services.connectors.client import Client
from services.connectors.csv_files.pupil_row import PupilRow
from services.connectors.csv_files.pupils import PupilsFile, read_pupils
from services.connectors.report import Report
from services.connectors.run import BadRow, Run

CONNECTOR: Final = "pupils-csv"
ROWS_A_CALL: Final = 50


def load_pupils(  # what a load needs, named at each call
    client: Client, file: BinaryIO, file_name: str, *, today: date, dry_run: bool = False, complete: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Load a file into an organisation. Raises FileRefused for an unreadable file, and Problem for what is refused.

    What the file says is taken to be so from ``today`` on. The same file again adds nothing. ``advance`` is told of
    rows done. ``complete`` says that the file is the whole roll: if it lacks too many pupils, nothing of it is taken.
    """
    with read_pupils(file, file_name, today=today) as read:
        report = Report(file_name, dry_run, list(read.notes()))
        run = Run(client, CONNECTOR, "pupils", read.sha256, read.rows, dry_run=dry_run)
        if complete:
            missing = run.whole_roll(read.upns())
            report.note(f"{len(missing)} pupils on the roll are not in this file. They stay on the roll.")
        _send(read, run, report, today, advance)
    return report


def _send(read: PupilsFile, run: Run, report: Report, today: date, advance: Callable[[int], None]) -> None:
    waiting = read.pupils()
    while some := list(islice(waiting, ROWS_A_CALL)):
        report.note(*(f"Row {one.number}: {sentence}" for one in some for sentence in notes(one)))
        good = [dict(one.fields) for one in some if one.usable]
        if good:
            report.add(run.send("intake/pupils", {"valid_on": today.isoformat(), "rows": good}))
        run.set_aside(report, (aside(one) for one in some if not one.usable))
        advance(len(some))


def notes(row: PupilRow) -> Iterator[str]:
    """Give what a person should know of a row that is brought in all the same: what was left out, and why."""
    if row.usable:
        yield from (problem.sentence for problem in row.problems)


def aside(row: PupilRow) -> BadRow:
    """Give a row that cannot be used with what of it can be read, so that mending one value loses no other."""
    place = row.place if any(row.place.values()) else None
    fields: dict[str, Any] = {**row.fields, "enrolment": place, "as_written": dict(row.as_written)}
    return row.number, list(fields.items()), row.problems
