"""Taking a register and amending a mark, as the office does."""

from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli import calling
from services.cli.calling import As, Json, School, Token
from services.cli.output import as_json, refuse, say, table, told

app = typer.Typer(help="Take a register, or amend a mark.", no_args_is_help=True)
Day = Annotated[str, typer.Option("--date", help="The day, as 2026-09-15.")]
Session = Annotated[str, typer.Option("--session", help="AM or PM.")]


@app.command()
def take(
    group: Annotated[str, typer.Option("--group", help="The group's title.")],
    date: Day,
    session: Session,
    mark: Annotated[list[str] | None, typer.Option("--mark", help="UPN=CODE; may be given several times.")] = None,
    all_present: Annotated[
        bool, typer.Option("--all-present", help="Mark everybody else of the group present.")
    ] = False,
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Take a group's register."""
    with told(), calling.client(as_, school, token) as client:
        groups = client.get("groups", valid_on=date)["groups"]
        found = next((one for one in groups if one["title"] == group), None)
        if found is None:
            refuse(f"There is no group of that title that year. Groups: {', '.join(one['title'] for one in groups)}.")
        pupils = client.get("roll", valid_on=date, group=found["group"])["pupils"]
        by_upn = {one["upn"]: one["subject"] for one in pupils if one["upn"]}
        present = {"code": "/" if session == "AM" else "\\"}
        marks = {one["subject"]: present for one in pupils} if all_present else {}
        for one in mark or ():
            upn, _, code = one.partition("=")
            if upn.upper() not in by_upn or not code:
                refuse("Write a mark as UPN=CODE, with the UPN of a pupil of this group.", 2)
            marks[by_upn[upn.upper()]] = {"code": code}
        if not marks:
            refuse("Say whom to mark: --all-present, --mark UPN=CODE, or both.", 2)
        body = {"group": found["group"], "date": date, "session": session, "marks": marks}
        _show(client.post("records/take-register", body, str(uuid4())), json)


@app.command()
def amend(
    pupil: str,
    date: Day,
    session: Session,
    code: Annotated[str, typer.Option("--code", help="The right code.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is printed beside both marks.")],
    school: School = None,
    as_: As = "office",
    token: Token = None,
    json: Json = False,
) -> None:
    """Amend one mark: both stay readable."""
    with told(), calling.client(as_, school, token) as client:
        body = {"pupil": calling.as_id(pupil), "date": date, "session": session, "code": code, "reason": reason}
        _show(client.post("records/amend-mark", body, str(uuid4())), json)


def _show(answer: dict[str, Any], json: bool) -> None:
    if json:
        as_json(answer)
        return
    outcomes = list(answer["outcomes"].values())
    table("Register", ["outcome", "pupils"], [(one, outcomes.count(one)) for one in sorted(set(outcomes))])
    say(f"Written down as entry {answer['index']}." if answer["changed"] else "Nothing had to be written.")
