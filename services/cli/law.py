"""Asking the law: what is in force on a day, for a school or for any, and what changes next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import uuid4

import typer

from services.cli import calling
from services.cli.calling import As, Json, Token
from services.cli.output import as_json, at_line, refuse, say, table, told
from services.door import civil_date
from services.facts import LONDON

Organisation = Annotated[
    str | None,
    typer.Option("--school", "--organisation", help="For one school: its URN, id or name. Without it: for any type."),
]


def law(
    on: Annotated[str | None, typer.Option("--on", help="The day, as 2026-09-15; today's if left out.")] = None,
    school: Organisation = None,
    as_: As = "dpo",
    token: Token = None,
    json: Json = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Adopt all that is in force today, --as the head.")] = False,
) -> None:
    """Show the law in force on a day, what of it a school has adopted, and what changes next."""
    if adopt:
        _adopt(on, school, as_, token)
    found = _anywhere(on) if school is None and token is None else _at_school(on, school, as_, token)
    if json:
        as_json(found)
        return
    table("In force", ["rule", "version", "says", "citation", "from", "until", "here"], map(_rule, found["in_force"]))
    if "at" in found and found["to_adopt"]:
        table(
            "Newer than what is adopted here, or new", ["rule", "version", "says", "here"], map(_new, found["to_adopt"])
        )
        say("Adopt these all at once with --adopt, --as the head.")
    table("What changes next", ["from", "becomes", "rule", "version", "citation"], map(_change, found["changes"]))
    if "at" in found:
        at_line(found)
    else:
        say("The law itself, for any type of school. Name one with --school to see what it has adopted.")


def _at_school(on: str | None, school: str | None, as_: str, token: str | None) -> dict[str, Any]:
    with told(), calling.client(as_, school, token) as client:
        found: dict[str, Any] = client.get("law", on=on)
    return found


def _adopt(on: str | None, school: str | None, as_: str, token: str | None) -> None:
    if on is not None:
        refuse("What is adopted is the law of today. Leave --on out.", 2)
    if school is None and token is None:
        refuse("Say with --school which school adopts it.", 2)
    with told(), calling.client(as_, school, token) as client:
        done = client.post("rules/adopt", {}, str(uuid4()))
        client.get("law", wait_for=done["index"])
    say("Adopted." if done["changed"] else "All of it had been adopted.")


def _new(one: Mapping[str, Any]) -> Sequence[object]:
    here = "not adopted" if one["adopted_version"] is None else f"version {one['adopted_version']}"
    return one["rule"], one["version"], one["title"], here


def _anywhere(on: str | None) -> dict[str, Any]:
    from law.rules import ANY_SCHOOL
    from services.governance.law_queries import law_for
    from services.routes import plain

    day = civil_date(on) if on else datetime.now(UTC).astimezone(LONDON).date()
    if day is None:
        refuse("Write the day as a date from 1900 to 2100: 2026-09-15.", 2)
    found: dict[str, Any] = plain(law_for(day, ANY_SCHOOL, {}))
    return found


def _rule(one: Mapping[str, Any]) -> Sequence[object]:
    here = "not adopted" if one["adopted"] is None else f"version {one['adopted_version']}, entry {one['adopted']}"
    return (
        one["rule"], one["version"], one["title"], one["citation"], one["in_force_from"], one["in_force_until"],
        here if one["verified"] else f"{here}, not checked",
    )  # fmt: skip


def _change(one: Mapping[str, Any]) -> Sequence[object]:
    day: date | str = one["day"] or "a day to be appointed"
    becomes = "in force" if one["becomes"] == "in-force" else "no longer in force"
    return day, becomes, one["rule"], one["version"], one["citation"]


COMMANDS = (law,)
