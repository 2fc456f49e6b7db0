"""As whom the command line calls: a token that is given, or one signed here where the key file can be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from events.identifiers import id_text, parse_id
from services.cli.output import refuse
from services.connectors.client import Client
from services.settings import Settings, settings

PEOPLE: Final = "people.json"
HOURS: Final = 12.0
ON_THE_SPOT_HOURS: Final = 0.25

School = Annotated[
    str | None, typer.Option("--school", help="The school: its URN, id or name; needed if there are several.")
]
As = Annotated[str, typer.Option("--as", help="In whose name: office, teacher, head, senco, dsl, dpo, connector.")]
Token = Annotated[str | None, typer.Option("--token", envvar="ROLLBOOK_TOKEN", help="A bearer token instead of --as.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo: their part, their subject id and the organisation they belong to."""

    part: str
    subject: str
    organisation: str
    urn: str
    school: str


def people_file(settings: Settings) -> Path:
    """Give where the demo lists its people, by part and id only."""
    return settings.home / PEOPLE


def people(settings: Settings) -> list[Person]:
    """Give the people of the demo; nobody where there was none."""
    path = people_file(settings)
    return [Person(**one) for one in json.loads(path.read_text())] if path.exists() else []


def chosen(settings: Settings, part: str, school: str | None) -> Person:
    """Give the person who acts in a part at a school."""
    known = people(settings)
    found = [one for one in known if one.part == part and school in (None, one.urn, one.organisation, one.school)]
    if not known:
        refuse("Nobody is known here yet. Run rollbook demo first, or send --token and --school with the school's id.")
    if not found:
        parts = ", ".join(sorted({one.part for one in known}))
        urns = ", ".join(sorted({one.urn for one in known}))
        refuse(
            f"There is nobody of that part at that school. Parts: {parts}; schools: {urns}.",
            2,
        )
    return found[0]


def signed(settings: Settings, subject: str, organisation: str, hours: float) -> str:
    """Sign a token with the installation's key; for whoever may read the key file."""
    from ledger.vault import LocalKeyFile
    from services.auth import Signer
    from services.installation import key_path

    signer = Signer(LocalKeyFile(key_path(settings)).derive("tokens"))
    organisations: Any = "*" if organisation == "*" else [parse_id(organisation)]
    return signer.token(parse_id(subject), organisations, ["*"], hours)


def client(part: str, school: str | None, token: str | None) -> Client:
    """Give a client for a person at a school."""
    made = settings()
    if token:
        return Client(str(made.url), token, _organisation(Client(str(made.url), token), school))
    person = chosen(made, part, school)
    signed_here = signed(made, person.subject, person.organisation, ON_THE_SPOT_HOURS)
    return Client(str(made.url), signed_here, person.organisation)


def _organisation(caller: Client, school: str | None) -> str:
    found: list[Mapping[str, Any]] = caller.get("/api/me")["organisations"]
    mine = [one for one in found if school in (None, one["organisation"], one["urn"], one["title"])]
    if len(mine) != 1:
        refuse("Say which school with --school: its URN, id or name.", 2)
    return str(mine[0]["organisation"])


def as_id(text: str) -> str:
    """Read an id. Ends with a sentence where it is none."""
    try:
        return id_text(parse_id(text))
    except ValueError:
        refuse("That is not an id. Find a pupil's with rollbook search.", 2)
