"""For whoever operates an installation: what was parked of the commands' topic, and putting it in again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from ledger.parking import Parked
from services.cli.calling import Json
from services.cli.operating import installation
from services.cli.output import as_json, refuse, say, table
from services.settings import settings

app: Final = typer.Typer(no_args_is_help=True, help="Records of the commands' topic that are no commands.")
Number = Annotated[int, typer.Argument(help="The record's number, as `rollbook inbox parked` lists it.")]


@app.command("parked")
def parked(json: Json = False) -> None:
    """List what is parked: where it lies, and why. What it says is shown to nobody: it may be about children."""
    from services.tasks import parking_of

    with installation() as made:
        found = parking_of(made).parked()
    if json:
        as_json([{"id": one.id, **one.place._asdict(), "reason": one.reason,
                  "parked_at": one.parked_at.isoformat()} for one in found])  # fmt: skip
    else:
        rows = [
            (one.id, f"{one.place.topic}/{one.place.partition}/{one.place.offset}", one.parked_at, one.reason)
            for one in found
        ]
        table("Parked records", ["number", "topic/partition/offset", "parked at", "why"], rows)


@app.command("replay")
def replay(
    number: Number,
    value: Annotated[
        Path | None, typer.Option("--value", help="A file with what the record should have said.", exists=True)
    ] = None,
    key: Annotated[
        str | None, typer.Option("--idempotency-key", help="A UUID, for a record that came without one.")
    ] = None,
    token: Annotated[str | None, typer.Option("--bearer", help="A token, for a record that came without one.")] = None,
) -> None:
    """Put a parked record in again, at the end of its topic: as it came (once Rollbook is mended), or mended itself."""
    from ledger.kafka.inbox import Gone, put_in_again
    from services.tasks import NeedsKafka, broker_of, parking_of

    headers = {} if key is None else {"idempotency-key": key.encode()}
    headers |= {} if token is None else {"authorization": f"Bearer {token}".encode()}
    with installation() as made:
        parking = parking_of(made)
        one = _known(parking.parked(), number)
        try:
            put_in_again(broker_of(settings()), one, value.read_bytes() if value else None, headers)
        except (Gone, NeedsKafka) as error:
            refuse(str(error))
        parking.drop(number)  # last: whoever is stopped before puts it in twice, which its key makes one effect
    say(f"Record {number} is put in again.")


@app.command("drop")
def drop(number: Number) -> None:
    """Forget a parked record. Whoever sent it is told nothing more."""
    from services.tasks import parking_of

    with installation() as made:
        parking = parking_of(made)
        _known(parking.parked(), number)
        parking.drop(number)
    say(f"Record {number} is dropped.")


def _known(found: Sequence[Parked], number: int) -> Parked:
    one = next((one for one in found if one.id == number), None)
    if one is None:
        refuse(f"No record {number} is parked. List them with: rollbook inbox parked")
    return one
