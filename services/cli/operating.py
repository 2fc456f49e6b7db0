"""For whoever operates an installation: serve, verify, rebuild, status, and signing tokens."""

import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final
from uuid import uuid4

import typer

from events.identifiers import id_text
from services.cli import calling
from services.cli.calling import As, Json, School
from services.cli.output import as_json, out, progress, refuse, say, table
from services.settings import Settings, settings

NEED_KAFKA: Final = frozenset({"inbox", "relay"})
GRACE_SECONDS: Final = 20
"""How long requests under way may take to finish once a process is told to stop."""


def serve(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help="Only these of records, sharing, rights, governance and pages, and no task; else all."),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Offer the demo's people on the sign-in page.")] = False,
) -> None:
    """Serve the API and the pages until stopped: all in one process, or only some services as one process of many."""
    from services.web import PARTS

    unknown = sorted(set(parts or ()) - set(PARTS))
    if unknown:
        refuse(f"There is no {' or '.join(unknown)} to serve. Choose of: {', '.join(PARTS)}.", 2)
    made = settings(demo=True) if demo else settings()
    say(f"Rollbook serves {', '.join(parts or ['everything'])} on http://{made.host}:{made.port}/ (stop with Ctrl+C).")
    _answer(made, parts or None, () if parts else None)


def run(
    tasks: Annotated[list[str], typer.Argument(help="views, reactions, relay, inbox, webhooks: one or more.")],
) -> None:
    """Do what nobody asks for by HTTP until stopped: keep views, react to entries, send these to Kafka, take commands.

    Any number of processes may run each. The address of the settings answers /healthz, /readyz and /metrics.
    """
    from services.tasks import TASKS, NeedsKafka, broker_of

    made = settings()
    unknown = sorted(set(tasks) - set(TASKS))
    if unknown:
        refuse(f"There is no {' or '.join(unknown)} to run. Choose of: {', '.join(TASKS)}.", 2)
    if set(tasks) & NEED_KAFKA:
        try:
            broker_of(made)
        except NeedsKafka as error:
            refuse(str(error), 2)
    say(
        f"Rollbook runs {', '.join(tasks)}; how it goes is on http://{made.host}:{made.port}/readyz (stop with Ctrl+C)."
    )
    _answer(made, (), tasks)


def _answer(made: Settings, parts: Collection[str] | None, tasks: Collection[str] | None) -> None:
    """Answer until SIGTERM or Ctrl+C: then requests under way are finished, and every task stops at a whole page."""
    import uvicorn

    from services.telemetry import log_as
    from services.web import create_app

    log_as(made.log_format)
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: None)  # uvicorn sends it once more when all has ended in good order: status 0
    uvicorn.run(
        create_app(made, parts, tasks), host=made.host, port=made.port, log_config=None, access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip


def prepare() -> None:
    """Make and migrate databases and roles, and stop: once before the processes of a new version start."""
    from services.installation import Installation

    with Installation(settings(prepare=True)):
        say("The databases are ready.")


def token(
    as_: As = "office",
    school: School = None,
    hours: Annotated[float, typer.Option("--hours", help="How long it is valid.")] = calling.HOURS,
    operator: Annotated[bool, typer.Option("--operator", help="For whoever sets up organisations; of none.")] = False,
    subject: Annotated[str | None, typer.Option("--subject", help="The id of a member of staff.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="The id of their organisation.")] = None,
) -> None:
    """Sign a bearer token; needs the installation's key file.

    For an operator, for a member of staff by --subject and --organisation, or for one of the demo's people.
    """
    made = settings()
    if operator:
        whom, where = calling.as_id(subject) if subject else str(uuid4()), "*"
    elif subject or organisation:
        if not (subject and organisation):
            refuse("Say both: --subject, who, and --organisation, where.", 2)
        whom, where = calling.as_id(subject), calling.as_id(organisation)
    else:
        person = calling.chosen(made, as_, school)
        whom, where = person.subject, person.organisation
    out.print(calling.signed(made, whom, where, hours), markup=False)


def verify(
    school: School = None,
    against: Annotated[str | None, typer.Option("--against", help="SIZE:ROOT that was printed earlier.")] = None,
    json: Json = False,
) -> None:
    """Recompute every leaf from the stored columns; exit status 1 when anything does not fit."""
    from ledger.verify import Earlier
    from ledger.verify import verify as verified

    try:
        earlier = Earlier.parse(against) if against else None
    except ValueError as error:
        refuse(str(error).capitalize() + ".", 2)
    found: list[dict[str, Any]] = []
    with installation() as made, progress() as bars:
        feed = made.feed()
        for organisation in wanted(feed, school):
            task = bars.add_task(id_text(organisation))

            def advance(done: int, total: int, task: Any = task) -> None:
                bars.update(task, completed=done, total=total)

            verdict = verified(feed, organisation, progress=advance, earlier=earlier)
            found.append({
                "organisation": id_text(organisation), "entries": verdict.entries, "root": verdict.root,
                "sound": verdict.is_sound, "problems": [list(problem) for problem in verdict.problems],
            })  # fmt: skip
    if json:
        as_json(found)
    else:
        rows = [
            (one["organisation"], "yes" if one["sound"] else "NO", f"{one['entries']}:{one['root']}") for one in found
        ]
        table("Logs", ["organisation", "sound", "keep this elsewhere, and give it to --against"], rows)
    bad = [problem for one in found for problem in one["problems"]]
    for index, sentence in bad:
        say(f"Entry {index}: {sentence}")
    if bad:
        raise typer.Exit(1)


def rebuild(school: School = None) -> None:
    """Fold every view anew beside the live ones, and swap them in."""
    with installation() as made, progress() as bars:
        runner, feed = made.runner(), made.feed()
        for organisation in wanted(feed, school):
            task = bars.add_task(id_text(organisation))

            def advance(done: int, total: int, task: Any = task) -> None:
                bars.update(task, completed=done, total=total)

            reached = runner.rebuild(organisation, advance)
            say(f"{id_text(organisation)} is rebuilt up to entry {reached}.")


def status(json: Json = False) -> None:
    """Show how far each organisation's log, views and reactions have come."""
    from ledger.postgres.server import Reacted, Standing, reacted, standing

    with installation() as made:
        feed = made.feed()
        found, reactions = standing(made.databases), reacted(made.databases)
        rows = [
            {"organisation": id_text(one), "entries": feed.size(one)}
            | dict(zip(("views_at", "stopped", "parked_rows"), found.get(one, Standing(0, None, 0)), strict=True))
            | dict(zip(("reactions_at", "reactions_failed"), reactions.get(one, Reacted(0, 0)), strict=True))
            for one in feed.organisations()
        ]
        where = made.databases.name
    if json:
        as_json({"database": where, "organisations": rows})
    else:
        columns = ["organisation", "entries", "views at", "stopped", "parked rows", "reactions at", "reactions failed"]
        table("Organisations", columns, [list(one.values()) for one in rows])


@contextmanager
def installation() -> Iterator[Any]:
    """Give the installation that the settings name."""
    from services.installation import Installation

    with Installation(settings()) as found:
        yield found


def wanted(feed: Any, school: str | None) -> list[bytes]:
    """Give the organisations that a command is about. Ends with a sentence where there is none."""
    known = {person.urn: person.organisation for person in calling.people(settings())}
    wanted = known.get(school, school) if school else None
    found = [one for one in feed.organisations() if wanted in (None, id_text(one))]
    if not found:
        refuse("There is no such organisation here. Leave --school out for all of them.")
    return found


COMMANDS = (serve, run, prepare, token, verify, rebuild, status)
