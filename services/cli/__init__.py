"""The command line: results on stdout, messages on stderr, JSON where asked; 0 done, 1 refused, 2 used wrongly."""

import typer

from services.cli import demo, importing, inbox, intake, law, operating, reading, registers, storm
from services.cli.output import refuse
from services.settings import BadSettings

app = typer.Typer(
    name="rollbook", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="An event-sourced register of pupils for English schools, trusts and local authorities.",
)  # fmt: skip
app.add_typer(importing.app, name="import")
app.add_typer(registers.app, name="register")
app.add_typer(intake.app, name="intake")
app.add_typer(inbox.app, name="inbox")
for command in (*demo.COMMANDS, *operating.COMMANDS, *reading.COMMANDS, *law.COMMANDS, *storm.COMMANDS):
    app.command()(command)


def main() -> None:
    """Run the command line; settings that are wrong end it with a sentence for each."""
    try:
        app()
    except BadSettings as error:
        refuse(str(error), 2)
