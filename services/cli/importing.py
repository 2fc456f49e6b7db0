"""Bringing files in: what each row would do, what it did, and what was set aside."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from services.cli import calling
from services.cli.calling import As, Json, School, Token
from services.cli.output import as_json, progress, say, table, told
from services.connectors.client import Client
from services.connectors.report import OUTCOMES, Report

app = typer.Typer(help="Bring in a file: ctf, pupils, registers or external-shares.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what each row would do, and write nothing.")]

Complete = Annotated[
    bool, typer.Option("--complete", help="The file is the whole roll: refuse it if it lacks too many pupils.")
]


@app.command()
def ctf(
    file: File,
    dry_run: DryRun = False,
    complete: Complete = False,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Bring in a Common Transfer File."""
    from services.connectors.ctf.load import load_ctf

    def load(client: Client, opened: BinaryIO, name: str, **given: Any) -> Report:
        return load_ctf(client, opened.read(), name, complete=complete, **given)

    _load(load, file, dry_run, school, as_, token, json)


@app.command()
def pupils(
    file: File,
    dry_run: DryRun = False,
    complete: Complete = False,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Bring in a CSV file of pupils, a row for each pupil; docs/files.md names the columns."""
    from services.connectors.csv_files.load_pupils import load_pupils

    _load(partial(load_pupils, complete=complete), file, dry_run, school, as_, token, json)


@app.command()
def registers(
    file: File,
    dry_run: DryRun = False,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Bring in a CSV file of registers, a row for each pupil and session."""
    from services.connectors.csv_files.load import load_registers

    _load(load_registers, file, dry_run, school, as_, token, json)


@app.command()
def external_shares(
    file: File,
    as_at: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="As at which day the list was published.")],
    dry_run: DryRun = False,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Bring in the Department's published list of external data shares, saved as CSV."""
    from services.connectors.csv_files.external_shares import load_shares

    def load(client: Client, opened: BinaryIO, name: str, **given: Any) -> Report:
        del given["today"]
        return load_shares(client, opened, name, as_at=as_at.date(), **given)

    _load(load, file, dry_run, school, as_, token, json)


def _load(
    load: Callable[..., Report], file: Path, dry_run: bool, school: str | None, as_: str, token: str | None, json: bool
) -> None:
    from services.facts import LONDON

    with told(), calling.client(as_, school, token) as client, progress() as bars, file.open("rb") as opened:
        task = bars.add_task("Bringing in", total=None)
        report = load(
            client, opened, file.name, today=datetime.now(LONDON).date(),
            dry_run=dry_run, advance=lambda done: bars.advance(task, done),
        )  # fmt: skip
    if json:
        as_json(report.as_json())
    else:
        show(report)


def show(report: Report) -> None:
    """Print a report; of a quarantined row its number and the reasons, never its values."""
    if report.dry_run:
        table(
            "What each row would do",
            ["row", "field", "effect", "now", "recorded", "from", "in the file"],
            _effects(report),
        )
    table(
        "Dry run: nothing was written" if report.dry_run else "What came of the file",
        list(OUTCOMES),
        [[report.count(outcome) for outcome in OUTCOMES]],
    )
    aside = [(row["row"], " ".join(row["reasons"])) for row in report.quarantined()]
    if aside:
        table("Set aside, to be fixed", ["row", "what to do"], aside)
    for note in report.notes:
        say(note)
    if report.rows_left_out or report.notes_left_out:
        say(f"Only counted, not listed: {report.rows_left_out:,} rows and {report.notes_left_out:,} notes.")


def _effects(report: Report) -> list[list[Any]]:
    return [
        [
            row["row"], effect["field"], effect["effect"], effect["old"],
            effect["at"]["recorded_at"][:10] if effect["at"] else None,
            (effect["at"]["connector"] or effect["at"]["role"]) if effect["at"] else None, effect["new"],
        ]
        for row in report.rows
        for effect in row.get("effects", ())
        if effect["effect"] != "same"
    ]  # fmt: skip
