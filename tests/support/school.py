"""A synthetic school over HTTP, as its own staff would use it: real server, real database, real tokens."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg
from fastapi import FastAPI
from psycopg.rows import TupleRow
from starlette.testclient import TestClient

from events.identifiers import id_text, parse_id, upn_check_letter
from ledger.postgres.server import Place
from ledger.vault import LocalKeyFile
from services.auth import Signer
from services.installation import key_path
from services.settings import Settings
from services.web import create_app

SCOPES = ("*",)
HOURS = 1.0
CAUGHT_UP_SECONDS_MAX = 60.0


def new_id() -> str:
    """Give a fresh id as text."""
    return str(uuid4())


def upn(serial: int, year: int = 26) -> str:
    """Give a valid UPN of Norfolk's invented school 2000."""
    digits = f"9262000{year:02}{serial:03}"
    return upn_check_letter(digits) + digits


@dataclass
class Site:
    """A running installation: its app, its client, its tokens."""

    app: FastAPI
    client: TestClient
    signer: Signer
    settings: Settings
    operator: str = field(init=False)

    def __post_init__(self) -> None:
        self.operator = self.signer.token(os.urandom(16), "*", SCOPES, HOURS)

    def owner(self, place: Place) -> "psycopg.Connection[TupleRow]":
        """Give the administrator's own connection, which no policy binds; it commits when it is left."""
        kept = json.loads((self.settings.home / "server.json").read_text())
        name = self.settings.database_name if place == "log" else f"{self.settings.database_name}_{place}"
        return psycopg.connect(
            host="127.0.0.1", port=kept["port"], user="postgres", password=kept["password"], dbname=name
        )

    def log_columns(self, organisation: str) -> str:
        """Give all that is stored of a school's log, as PostgreSQL writes it down, but for the laws it adopted.

        These name every kind of recipient and field, whatever the school ever does.
        """
        with self.owner("log") as connection:
            found = connection.execute(
                "SELECT string_agg(e::text || convert_from(decode(replace(encode(body, 'escape'), '\\', '/'), 'escape'),"
                " 'SQL_ASCII'), ' ') FROM ledger.event e WHERE organisation = %s"
                " AND name <> 'gateway-adopted'",
                [organisation],
            ).fetchone()
            claims = connection.execute(
                "SELECT string_agg(c::text, ' ') FROM ledger.claim c WHERE organisation = %s", [organisation]
            ).fetchone()
        return f"{found} {claims}"

    def school(self, title: str = "Marsh Lane Infant School") -> "School":
        """Give a new school with staff in every role, rules, a calendar and one registration group."""
        made = School(self, new_id(), title)
        made.set_up()
        return made


@contextmanager
def site(home: Path, **more: Any) -> Iterator[Site]:
    """Run an installation in a folder of its own; ``more`` are other settings."""
    settings = Settings(home=home, **more)
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Site(app, client, Signer(LocalKeyFile(key_path(settings)).derive("tokens")), settings)


@dataclass
class School:
    """One organisation and its people."""

    site: Site
    organisation: str
    title: str
    people: dict[str, str] = field(default_factory=dict)
    group: str = field(default_factory=new_id)
    written: int = 0

    def set_up(self) -> None:
        """Register the school as a new customer would."""
        self.command("operator", "governance/register-organisation", organisation=self.organisation,
                     kind="establishment", title=self.title, urn=str(next(_URNS)),
                     laestab="9262000", school_type="16", valid_on="2026-09-01")  # fmt: skip
        self.post("operator", "rules/adopt", {})
        for role, job_title in _STAFF.items():
            self.people[role] = new_id()
            said = {"staff": self.people[role], "valid_on": "2026-09-01"}
            name = {"surname": role.capitalize(), "forename": "Synthetic"}
            self.command("operator", "governance/record-staff", **said, full_name=name)
            self.command("operator", "governance/change-job-title", **said, job_title=job_title)
            self.command("operator", "governance/grant-role", **said, role=role)
        self.command("operator", "governance/publish-term-calendar", school_year=2026,
                     terms=[{"first": "2026-09-03", "last": "2026-10-23"}, {"first": "2026-11-02", "last": "2026-12-18"}])  # fmt: skip
        self.command("operator", "records/form-group", group=self.group, kind="registration", title="Wren",
                     school_year=2026, year_group="1")  # fmt: skip
        self.command("operator", "records/teach-group", group=self.group, staff=self.people["teacher"],
                     valid_on="2026-09-03")  # fmt: skip
        self.caught_up()

    def token(self, who: str, scopes: Sequence[str] = SCOPES) -> str:
        """Give a token of one of the school's people."""
        if who == "operator":
            return self.site.operator
        return self.site.signer.token(parse_id(self.people[who]), [parse_id(self.organisation)], scopes, HOURS)

    def headers(self, who: str | None, key: str | None = None) -> dict[str, str]:
        """Give the headers of a request."""
        found = {"Idempotency-Key": key or new_id()}
        return found | ({"Authorization": f"Bearer {self.token(who)}"} if who else {})

    def post(self, who: str | None, path: str, body: Any, key: str | None = None) -> Any:
        """Send something; gives the whole response."""
        address = f"/api/organisations/{self.organisation}/{path}"
        return self.site.client.post(address, json=body, headers=self.headers(who, key))

    def send(self, who: str | None, path: str, content: bytes) -> Any:
        """Send bytes as they are."""
        address = f"/api/organisations/{self.organisation}/{path}"
        return self.site.client.post(address, content=content, headers=self.headers(who))

    def command(self, who: str, path: str, key: str | None = None, **body: Any) -> dict[str, Any]:
        """Send a command that must succeed; gives its answer."""
        response = self.post(who, path, body, key)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        self.written = max(self.written, found["index"])
        return found

    def get(self, who: str | None, path: str, **query: Any) -> Any:
        """Ask for something, once the views have reached everything that was written; gives the whole response."""
        address = f"/api/organisations/{self.organisation}/{path}"
        return self.site.client.get(address, params={"wait_for": self.written, **query}, headers=self.headers(who))

    def read(self, who: str, path: str, **query: Any) -> dict[str, Any]:
        """Ask for something that must be given."""
        response = self.get(who, path, **query)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def caught_up(self) -> None:
        """Wait until the views have reached everything that was written."""
        asked, deadline = {"organisation": self.organisation}, monotonic() + CAUGHT_UP_SECONDS_MAX
        while monotonic() < deadline:
            status = self.site.client.get("/api/status", params=asked, headers=self.headers("operator")).json()
            mine = status["organisations"]
            if mine and mine[0]["views_at"] >= self.written:
                return
        raise AssertionError("the views did not catch up")

    def pupil(self, serial: int, surname: str = "Lark", forename: str = "Ada", *, join: bool = True) -> str:
        """Register and enrol a pupil, in the school's group; gives their id."""
        who = new_id()
        name = {"surname": surname, "forename": forename}
        self.command("office", "records/register-pupil", pupil=who, valid_on="2026-09-03", full_name=name,
                     date_of_birth="2020-05-06", sex="F")  # fmt: skip
        self.command("office", "records/record-upn", pupil=who, valid_on="2026-09-03", upn=upn(serial))
        self.command("office", "records/enrol", pupil=who, valid_on="2026-09-03", status="C", year_group="1")
        if join:
            self.command("office", "records/join-group", group=self.group, pupils=[who], date="2026-09-03")
        self.caught_up()
        return who

    def take(self, who: str, marks: dict[str, str], day: str = "2026-09-15", session: str = "AM", **more: Any) -> Any:
        """Take a register; gives the whole response."""
        coded = {pupil: {"code": code} for pupil, code in marks.items()}
        return self.post(who, "records/take-register", {
            "group": self.group, "date": day, "session": session, "marks": coded, **more,
        })  # fmt: skip


_STAFF = {
    "office": "School secretary",
    "teacher": "Class teacher",
    "head": "Headteacher",
    "dpo": "Data protection officer",
    "connector": "Connector",
    "dsl": "Designated safeguarding lead",
    "senco": "Special educational needs coordinator",
}
_URNS = count(100_001)
"""Each school of a run has a URN of its own, as one URN means one organisation."""

__all__ = ["School", "Site", "id_text", "new_id", "site", "upn"]
