"""Asking: a pupil, the roll, attendance, the history of a record, and what was known before."""

from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli import calling
from services.cli.calling import As, Json, School, Token
from services.cli.output import as_json, at_line, refuse, table, told
from services.connectors.client import Client

Pupil = Annotated[str | None, typer.Argument(help="The pupil's id; rollbook search finds it.")]
Upn = Annotated[str | None, typer.Option("--upn", help="The pupil's UPN instead of the id.")]
KnownAt = Annotated[str | None, typer.Option("--known-at", help="An entry's number, a moment, or a date.")]
ValidOn = Annotated[str | None, typer.Option("--valid-on", help="The date on which it should be true.")]
Case = Annotated[str | None, typer.Option("--case", help="The case a replay is for; it is written down.")]


def search(
    name: Annotated[str | None, typer.Argument(help="How the surname begins.")] = None,
    upn: Upn = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    case: Case = None,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Find pupils by UPN, or by how their surname begins."""
    asked = {"upn": upn, "name": name, "valid_on": valid_on, "known_at": known_at, "case": case}
    with told(), calling.client(as_, school, token) as client:
        found = client.post("search", asked, str(uuid4()))
    _list(found, json)


def pupil(
    who: Pupil = None, upn: Upn = None, valid_on: ValidOn = None, known_at: KnownAt = None, case: Case = None,
    school: School = None, as_: As = "office", token: Token = None, json: Json = False,
) -> None:  # fmt: skip
    """Show a pupil's record."""
    with told(), calling.client(as_, school, token) as client:
        found = client.get(f"pupils/{_who(client, who, upn)}", valid_on=valid_on, known_at=known_at, case=case)
    _record(found, json)


def roll(
    valid_on: ValidOn = None, known_at: KnownAt = None, case: Case = None, school: School = None, as_: As = "office",
    token: Token = None, json: Json = False,
) -> None:  # fmt: skip
    """Show who is on the roll."""
    with told(), calling.client(as_, school, token) as client:
        found = client.get("roll", valid_on=valid_on, known_at=known_at, case=case)
    _list(found, json)


def attendance(
    who: Pupil = None, upn: Upn = None, known_at: KnownAt = None, valid_on: ValidOn = None, case: Case = None,
    school: School = None, as_: As = "office", token: Token = None, json: Json = False,
) -> None:  # fmt: skip
    """Show a pupil's marks of the school year, and their sum."""
    with told(), calling.client(as_, school, token) as client:
        found = client.get(
            f"pupils/{_who(client, who, upn)}/attendance", known_at=known_at, valid_on=valid_on, case=case
        )
    if json:
        as_json(found)
        return
    table("Attendance, in sessions", list(found["summary"]), [list(found["summary"].values())])
    unusual = [mark for mark in found["marks"] if mark["code"] not in ("/", "\\")]
    table("Other than present", ["date", "session", "code", "was", "reason"], [_mark(mark) for mark in unusual])
    at_line(found)


def history(
    who: Pupil = None, upn: Upn = None, known_at: KnownAt = None, case: Case = None, school: School = None,
    as_: As = "dpo", token: Token = None, json: Json = False,
) -> None:  # fmt: skip
    """Show every entry about a pupil that you may see."""
    with told(), calling.client(as_, school, token) as client:
        found = client.get(f"pupils/{_who(client, who, upn)}/timeline", known_at=known_at, case=case)
    if json:
        as_json(found)
        return
    rows = [
        (
            one["index"],
            one["recorded_at"][:16].replace("T", " "),
            one["valid_on"],
            one["title"],
            one.get("session"),
            one["by"],
        )
        for one in found["entries"]
    ]
    table("History", ["entry", "recorded (UTC)", "true from", "what", "session", "by"], rows)
    at_line(found)


def replay(
    known_at: Annotated[str, typer.Option("--known-at", help="An entry's number, a moment, or a date.")],
    case: Annotated[str, typer.Option("--case", help="The case it is for; it is written down.")],
    who: Pupil = None, upn: Upn = None, valid_on: ValidOn = None, school: School = None, as_: As = "dpo",
    token: Token = None, json: Json = False,
) -> None:  # fmt: skip
    """Show a pupil's record as it was known at an earlier moment."""
    with told(), calling.client(as_, school, token) as client:
        found = client.get(f"pupils/{_who(client, who, upn)}", known_at=known_at, valid_on=valid_on, case=case)
    _record(found, json)


def _who(client: Client, who: str | None, upn: str | None) -> str:
    if who is not None:
        return calling.as_id(who)
    if upn is None:
        refuse("Say which pupil: by id, or with --upn.", 2)
    found = client.post("search", {"upn": upn}, str(uuid4()))["pupils"]
    if not found:
        refuse("No pupil of this school has that UPN.")
    return str(found[0]["subject"])


def _record(found: dict[str, Any], json: bool) -> None:
    if json:
        as_json(found)
        return
    record, rows = found["pupil"], []
    for name in ("name", "date_of_birth", "sex", "upn", "address", "enrolment"):
        rows += _value(name.replace("_", " "), record[name])
    for name in ("phones", "emails"):
        for value in record[name]:
            rows += _value(name[:-1], value)
    rows += [("group", one["title"], one["since"], "", "") for one in record["groups"]]
    for contact in record["contacts"]:
        said = [contact["name"], contact["relationship"], *(phone["value"]["number"] for phone in contact["phones"])]
        rows.append((f"contact {contact['priority']}", said, "", contact["at"]["index"], contact["at"]["role"]))
    table("Record", ["fact", "value", "true from", "entry", "recorded by"], rows)
    at_line(found)


def _value(name: str, value: dict[str, Any] | None) -> list[tuple[object, ...]]:
    if value is None:
        return []
    at = value["at"]
    return [(name, value["value"], value["since"], at["index"], at["connector"] or at["role"])]


def _list(found: dict[str, Any], json: bool) -> None:
    if json:
        as_json(found)
        return
    rows = [
        (one["name"], one["date_of_birth"], one["upn"], one["year_group"], one["subject"]) for one in found["pupils"]
    ]
    table("Pupils", ["name", "born", "UPN", "year", "id"], rows)
    at_line(found)


def _mark(mark: dict[str, Any]) -> tuple[object, ...]:
    amended = mark["amended"] or {}
    return mark["date"], mark["session"], mark["code"], amended.get("was"), amended.get("reason")


COMMANDS = (search, pupil, roll, attendance, history, replay)
