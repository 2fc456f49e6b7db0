"""For whoever operates the intake: destroying what was set aside for too long."""

import asyncio
from datetime import UTC, datetime

import typer

from services.cli.calling import School
from services.cli.operating import installation, wanted
from services.cli.output import say

app = typer.Typer(help="Look after the files that came in.", no_args_is_help=True)


@app.callback()
def intake() -> None:
    """Look after the files that came in."""


@app.command()
def expire(school: School = None) -> None:
    """Destroy what rows said that were set aside too long ago, by the rule quarantine-days; run it once a day."""
    from events.identifiers import id_text
    from services.expiry import expire as expired

    with installation() as made:
        for organisation in wanted(made.feed(), school):
            found = asyncio.run(expired(made, organisation, datetime.now(UTC)))
            if found is None:
                say(f"{id_text(organisation)} has not adopted quarantine-days, so nothing expires there.")
            else:
                say(f"{id_text(organisation)}: the rows of {found} files have expired.")
