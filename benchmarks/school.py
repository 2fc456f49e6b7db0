"""A server in a process of its own, and a school of sixty classes that is set up over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx2

from benchmarks.loads import SEATS, upn
from events.identifiers import id_text
from ledger.vault import LocalKeyFile
from services.auth import Signer
from services.installation import key_path
from services.settings import Settings

CLASSES: Final = 60
YEAR: Final = 2025
"""A school year whose days have come, whenever this is run."""
SINCE: Final = f"{YEAR}-09-01"
START_SECONDS_MAX: Final = 60.0
HOURS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Served:
    """A school that is served: where, its operator's and its office's tokens, and who is in which class."""

    url: str
    organisation: str
    operator: str
    office: str
    groups: list[tuple[str, list[str]]]

    @property
    def base(self) -> str:
        """Where the school's part of the API begins."""
        return f"/api/organisations/{self.organisation}"


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve an installation from a process of its own; gives its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {
        **os.environ,
        "ROLLBOOK_HOME": str(settings.home),
        "ROLLBOOK_DATABASE_NAME": settings.database_name,
        "ROLLBOOK_PORT": str(port),
    }
    program = [str(Path(sys.executable).with_name("rollbook")), "serve"]
    with subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            _await_start(server, url := f"http://127.0.0.1:{port}")
            yield url
        finally:
            server.terminate()
            server.wait(30)


def _await_start(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while server.poll() is None and time.monotonic() < deadline:
        try:
            httpx2.get(f"{url}/healthz")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def set_up(url: str, home: Path, classes: int = CLASSES, urn: str = "100001") -> Served:
    """Register a school, adopt the rules, and put classes of thirty on its roll."""
    signer = Signer(LocalKeyFile(key_path(Settings(home=home))).derive("tokens"))
    organisation, staff = os.urandom(16), os.urandom(16)
    made = Served(
        url, id_text(organisation), signer.token(os.urandom(16), "*", ["*"], HOURS),
        signer.token(staff, [organisation], ["*"], HOURS), [],
    )  # fmt: skip
    with httpx2.Client(base_url=url, timeout=120) as client:
        posted(client, made, made.operator, "governance/register-organisation", {
            "organisation": made.organisation, "kind": "establishment", "title": "Benchmark School", "urn": urn,
            "valid_on": SINCE, "school_type": "16",
        })  # fmt: skip
        posted(client, made, made.operator, "rules/adopt", {})
        person: dict[str, object] = {"staff": id_text(staff), "valid_on": SINCE}
        name = {"surname": "B", "forename": "A"}
        posted(client, made, made.operator, "governance/record-staff", {**person, "full_name": name})
        posted(client, made, made.operator, "governance/grant-role", {**person, "role": "head"})
        granted = posted(client, made, made.operator, "governance/grant-role", {**person, "role": "office"})
        while standing(client, made)["views_at"] < int(granted["index"]):
            time.sleep(0.05)
        size = 0
        for number in range(classes):
            size = _class(client, made, number)
        client.get(f"{made.base}/groups?wait_for={size}", headers=_bearer(made.office)).raise_for_status()
    return made


def standing(client: httpx2.Client, made: Served) -> dict[str, int]:
    """Give how many entries the school's log has, and how far its views have come."""
    known = client.get("/api/status", headers=_bearer(made.operator)).json()["organisations"]
    found: dict[str, int] = next(one for one in known if one["organisation"] == made.organisation)
    return found


def _class(client: httpx2.Client, made: Served, number: int) -> int:
    group = str(uuid4())
    posted(client, made, made.operator, "records/form-group", {
        "group": group, "kind": "registration", "title": f"Class {number}", "school_year": YEAR,
    })  # fmt: skip
    rows = [
        {
            "row": seat, "upn": upn(number * SEATS + seat), "sex": "F", "date_of_birth": "2016-05-06",
            "full_name": {"surname": f"Surname{seat}", "forename": "Aya"},
            "enrolment": {"since": SINCE, "status": "C", "year_group": "3"},
        }
        for seat in range(SEATS)
    ]  # fmt: skip
    batch = {"batch": str(uuid4()), "connector": "ctf", "dry_run": False, "valid_on": SINCE, "rows": rows}
    taken = posted(client, made, made.office, "intake/pupils", batch)
    pupils = [str(one["pupil"]) for one in taken["rows"]]
    made.groups.append((group, pupils))
    joined = {"group": group, "pupils": pupils, "date": SINCE}
    return int(posted(client, made, made.office, "records/join-group", joined)["index"])


def posted(client: httpx2.Client, made: Served, token: str, path: str, body: object) -> dict[str, Any]:
    """Send something that must be taken; gives the answer."""
    headers = {**_bearer(token), "Idempotency-Key": str(uuid4())}
    response = client.post(f"{made.base}/{path}", json=body, headers=headers)
    response.raise_for_status()
    found: dict[str, Any] = response.json()
    return found


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
