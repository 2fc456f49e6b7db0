"""A synthetic federation, brought in through the connectors over HTTP, then served: the shortest way to look around."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from services.cli import calling
from services.cli.output import out, progress, refuse, say
from services.settings import Settings, settings

SEED: Final = 20260901
OPERATOR: Final = "demo operator"
START_SECONDS_MAX: Final = 60.0
STEP_SECONDS: Final = 0.05


def demo(
    schools: Annotated[int, typer.Option("--schools", help="How many schools.", min=1, max=20)] = 3,
    pupils: Annotated[int, typer.Option("--pupils", help="How many pupils in all.", min=3, max=3_000)] = 300,
    today: Annotated[
        str | None, typer.Option("--today", help="Registers run up to this day; today by default.")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="The address of a Rollbook that already runs, which is loaded instead.")
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load, say where to look, and stop.")] = False,
) -> None:
    """Load a small synthetic federation through the connectors, serve it, and say where to look and as whom."""
    from services.facts import LONDON

    made = settings(demo=True)
    day = date.fromisoformat(today) if today else datetime.now(LONDON).date()
    with nullcontext(into) if into else served(made) as url:
        if calling.people(made):
            say("The demo is already here; nothing is loaded again.")
        else:
            started = time.monotonic()
            loaded = _load(made, url, schools, pupils, day)
            say(f"Loaded {loaded} in {time.monotonic() - started:.0f} s, through the connectors over HTTP.")
        _tell(made, url)
        if not (no_serve or into):
            say("Stop with Ctrl+C.")
            threading.Event().wait()


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the installation from a thread of this process; gives its address."""
    import uvicorn

    from services.web import create_app

    config = uvicorn.Config(
        create_app(settings), host=settings.host, port=settings.port, log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the main thread takes Ctrl+C
    thread = threading.Thread(target=server.run, name="server", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            refuse(f"The server did not start. Is port {settings.port} taken? Choose another with ROLLBOOK_PORT.")
        time.sleep(STEP_SECONDS)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{settings.host}:{port}"
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        server.should_exit = True
        thread.join()


def _load(settings: Settings, url: str, schools: int, pupils: int, day: date) -> str:
    """Set up the federation and load its files; lists the people last, so that a demo cut short starts again."""
    from services.connectors.client import Client, as_uuid
    from services.connectors.synthetic.federation import federation

    year = day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004  # September
    made = federation(SEED, schools=schools, pupils=pupils, school_year=year, today=day)
    body = as_uuid(made.name)
    people: list[calling.Person] = []
    totals = [0, 0, 0]
    with progress() as bars:
        task = bars.add_task("Schools", total=len(made.schools) * 3 + 1)
        token = calling.signed(settings, as_uuid(OPERATOR), "*", calling.HOURS)
        with Client(url, token, body) as client:
            client.post("governance/register-organisation", {
                "organisation": body, "kind": "federation", "title": made.name, "valid_on": f"{year}-09-01",
            }, f"{body} register")  # fmt: skip
            client.post("rules/adopt", {}, f"{body} rules")
        bars.advance(task)
        for school in made.schools:
            organisation = as_uuid(school.urn)
            with Client(url, token, organisation) as operator:
                people += _set_up(operator, school, made, body)
            bars.advance(task)
            acting = next(one for one in people if one.organisation == organisation and one.part == "connector")
            connector = calling.signed(settings, acting.subject, organisation, calling.HOURS)
            with Client(url, connector, organisation) as client, Client(url, token, organisation) as operator:
                totals[0] += _pupils(settings.home / "files", client, school, day)
                _places(operator, settings, people, url, school)
                bars.advance(task)
                done = _registers(settings.home / "files", client, school, day)
                totals[1] += done.count("accepted")
                totals[2] = done.index
            bars.advance(task)
            _caught_up(url, token, organisation, totals[2])
            _shares(settings, people, url, organisation, year, day)
    calling.people_file(settings).write_text(json.dumps([asdict(one) for one in people], indent=1))
    return f"{len(made.schools)} schools, {totals[0]} pupils and {totals[1]} marks"


def _set_up(client: Any, school: Any, federation: Any, body: str) -> list[calling.Person]:
    """Register a school, adopt the law, publish its calendar, record its staff and form its groups."""
    from services.connectors.client import as_uuid

    since, organisation = f"{school.calendar.school_year}-09-01", client.organisation

    def send(command: str, key: str, **said: Any) -> None:
        client.post(command, said, f"{organisation} {command} {key}")

    send("governance/register-organisation", "", organisation=organisation, kind="establishment", title=school.name,
         urn=school.urn, laestab=school.laestab, school_type=school.phase, valid_on=since)  # fmt: skip
    client.post("rules/adopt", {}, f"{organisation} rules")
    send("governance/join-organisation", "", body=body, body_kind="federation", valid_on=since)
    year = school.calendar
    terms = [{"first": term.first.isoformat(), "last": term.last.isoformat()} for term in year.terms]
    send("governance/publish-term-calendar", "", school_year=year.school_year, terms=terms,
         bank_holidays=[day.isoformat() for day in year.bank_holidays])  # fmt: skip
    for day in year.inset_days:
        if any(term.first <= day <= term.last for term in year.terms):
            send("governance/set-inset-day", day.isoformat(), date=day.isoformat())
    found: list[calling.Person] = []
    staff = [(one.email, one.role, one.job_title, one.surname, one.forename) for one in (*school.staff, federation.dpo)]
    staff.append(("connector", "connector", "Connector", "Connector", "Demo"))
    for email, role, job_title, surname, forename in staff:
        who = as_uuid(f"{organisation} {email}")
        said = {"staff": who, "valid_on": since}
        send("governance/record-staff", who, **said, full_name={"surname": surname, "forename": forename})
        send("governance/change-job-title", who, **said, job_title=job_title)
        send("governance/grant-role", who, **said, role=role)
        found.append(calling.Person(role, who, organisation, school.urn, school.name))
    for group in school.groups:
        there = as_uuid(f"{organisation} {group.title}")
        send("records/form-group", there, group=there, kind="registration", title=group.title,
             school_year=year.school_year, year_group=group.nc_year)  # fmt: skip
        send(
            "records/teach-group", there, group=there, staff=as_uuid(f"{organisation} {group.teacher}"), valid_on=since
        )
    return found


def _pupils(folder: Path, client: Any, school: Any, day: date) -> int:
    """Write the school's transfer file, and bring it in as anybody would."""
    from services.connectors.ctf.load import load_ctf
    from services.connectors.synthetic.ctf_writer import ctf_file_name, write_ctf

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / ctf_file_name(school)
    file.write_bytes(write_ctf(school, school.pupils, written_at=datetime(school.calendar.school_year, 9, 1, 8)))  # noqa: DTZ001  # a transfer file's time has no zone
    report = load_ctf(client, file.read_bytes(), file.name, today=day)
    return report.count("accepted") + report.count("unchanged")


def _places(operator: Any, settings: Settings, people: list[calling.Person], url: str, school: Any) -> None:
    """Put each pupil into their registration group, as the office does."""
    from services.connectors.client import Client, as_uuid

    organisation = operator.organisation
    office = next(one for one in people if one.organisation == organisation and one.part == "office")
    with Client(url, calling.signed(settings, office.subject, organisation, calling.HOURS), organisation) as client:
        _caught_up(url, calling.signed(settings, as_uuid(OPERATOR), "*", 1), organisation, None)
        by_upn = {one["upn"]: one["subject"] for one in client.get("roll")["pupils"]}
        for group in school.groups:
            there = as_uuid(f"{organisation} {group.title}")
            members = [
                by_upn[pupil.upn] for pupil in school.pupils if pupil.group == group.title and pupil.upn in by_upn
            ]
            if members:
                client.post("records/join-group", {
                    "group": there, "pupils": members, "date": f"{school.calendar.school_year}-09-01",
                }, f"{there} members")  # fmt: skip


def _registers(folder: Path, client: Any, school: Any, day: date) -> Any:
    """Write the school's registers so far as a spreadsheet, and bring it in as anybody would."""
    from services.connectors.csv_files.load import load_registers
    from services.connectors.synthetic.registers_writer import registers_file_name, write_registers_csv

    so_far = [register for register in school.registers if register.date < day]
    file = folder / registers_file_name(school)
    file.write_bytes(write_registers_csv(so_far))
    with file.open("rb") as opened:
        return load_registers(client, opened, file.name, today=day)


def _shares(
    settings: Settings, people: list[calling.Person], url: str, organisation: str, year: int, day: date
) -> None:
    """Give something to others, as the head does."""
    from services.cli.demo_sharing import share
    from services.connectors.client import Client

    head = next(one for one in people if one.organisation == organisation and one.part == "head")
    with Client(url, calling.signed(settings, head.subject, organisation, calling.HOURS), organisation) as client:
        share(client, [one["subject"] for one in client.get("roll")["pupils"]], year, day)


def _caught_up(url: str, token: str, organisation: str, index: int | None) -> None:
    """Wait until the views have reached an entry, or all there is."""
    from services.connectors.client import Client

    deadline = time.monotonic() + START_SECONDS_MAX
    with Client(url, token) as client:
        while time.monotonic() < deadline:
            found = next(
                one for one in client.get("/api/status")["organisations"] if one["organisation"] == organisation
            )
            if found["views_at"] >= (found["size"] if index is None else index):
                return
            time.sleep(STEP_SECONDS)


def _tell(settings: Settings, url: str) -> None:
    """Say where to look, as whom, and what to try."""
    people = calling.people(settings)
    first = people[0]
    out.print(f"Rollbook serves the demo on {url}/", markup=False)
    schools = ", ".join(sorted({one.school for one in people}))
    out.print(f"Sign in there as office, teacher, head, senco, dsl or dpo of {schools}.")
    out.print("All people are synthetic. In another terminal, from this folder, try:", markup=False)
    for line in (
        f"rollbook roll --school {first.urn}",
        f"rollbook search --school {first.urn} --as office La",
        f"rollbook verify --school {first.urn}",
        f"rollbook import ctf --dry-run --school {first.urn} YOUR-FILE.xml",
    ):
        out.print(f"  .venv/bin/{line}", markup=False)


COMMANDS = (demo,)
