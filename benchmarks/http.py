"""Registers over HTTP: a real server in a process of its own, sixteen connections, every answer looked at."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import httpx2

from events.identifiers import id_text, parse_id, upn_check_letter
from ledger.vault import LocalKeyFile
from services.auth import Signer
from services.installation import key_path
from services.settings import Settings

SCHOOL = os.urandom(16)
STAFF = os.urandom(16)
START_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Classes:
    """Sixty classes of thirty, on the roll of one school."""

    base: str
    token: str
    groups: list[tuple[str, list[str]]]


@contextmanager
def served(home: Path, port: int) -> Iterator[str]:
    """Serve an installation from a process of its own."""
    environment = {**os.environ, "ROLLBOOK_HOME": str(home), "ROLLBOOK_PORT": str(port)}
    program = [str(Path(sys.executable).with_name("rollbook")), "serve"]
    with subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < deadline:
                try:
                    httpx2.get(f"{url}/healthz")
                    break
                except httpx2.TransportError:
                    time.sleep(0.1)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def set_up(url: str, home: Path, classes: int) -> Classes:
    """Register a school and put its pupils on the roll, over HTTP."""
    signer = Signer(LocalKeyFile(key_path(Settings(home=home))).derive("tokens"))
    operator, office = signer.token(os.urandom(16), "*", ["*"], 2), signer.token(STAFF, [SCHOOL], ["*"], 2)
    school, since = id_text(SCHOOL), "2026-09-01"
    base = f"{url}/api/organisations/{school}"
    groups: list[tuple[str, list[str]]] = []
    with httpx2.Client(timeout=120) as client:

        def post(token: str, path: str, body: object) -> dict[str, object]:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
            response = client.post(f"{base}/{path}", json=body, headers=headers)
            response.raise_for_status()
            found: dict[str, object] = response.json()
            return found

        post(operator, "governance/register-organisation", {"organisation": school, "kind": "establishment",
             "title": "Benchmark School", "urn": "100001", "valid_on": since})  # fmt: skip
        post(operator, "rules/adopt", {})
        staff = {"staff": id_text(STAFF), "valid_on": since}
        post(operator, "governance/record-staff", {**staff, "full_name": {"surname": "B", "forename": "A"}})
        wait = int(str(post(operator, "governance/grant-role", {**staff, "role": "office"})["index"]))
        asking = {"Authorization": f"Bearer {operator}"}
        while True:
            known = client.get(f"{url}/api/status", headers=asking).json()["organisations"]
            if next(one["views_at"] for one in known if one["organisation"] == school) >= wait:
                break
            time.sleep(0.05)
        for number in range(classes):
            group = str(uuid4())
            post(operator, "records/form-group", {"group": group, "kind": "registration", "title": f"C{number}",
                 "school_year": 2026})  # fmt: skip
            rows = []
            for seat in range(30):
                digits = f"92620{seat:02}26{number:03}"
                rows.append({"row": seat, "upn": upn_check_letter(digits) + digits, "sex": "F", "date_of_birth": "2016-05-06",
                             "full_name": {"surname": f"S{seat}", "forename": "A"},
                             "enrolment": {"since": since, "status": "C", "year_group": "3"}})  # fmt: skip
            body = {"batch": str(uuid4()), "connector": "ctf", "dry_run": False, "valid_on": since, "rows": rows}
            answer = post(office, "intake/pupils", body)
            groups.append((group, [str(row["pupil"]) for row in answer["rows"]]))  # type: ignore[attr-defined]  # a list
        size = post(office, "records/join-group", {"group": groups[0][0], "pupils": groups[0][1], "date": since})[
            "index"
        ]
        client.get(f"{base}/groups?wait_for={size}", headers={"Authorization": f"Bearer {office}"})
    return Classes(base, office, groups)


def load(made: Classes, days: list[str], connections: int) -> tuple[float, list[float], int]:
    """Take a register of each class on each day; gives seconds in all, seconds each, and how many were refused."""
    requests = [
        json.dumps(
            {"group": group, "date": day, "session": "AM", "marks": {one: {"code": "/"} for one in pupils}}
        ).encode()
        for day in days
        for group, pupils in made.groups
    ]
    return asyncio.run(_load(made, requests, connections))


async def _load(made: Classes, requests: list[bytes], connections: int) -> tuple[float, list[float], int]:
    waiting = iter(requests)
    times: list[float] = []
    refused = 0
    host, _, port = made.base.split("/")[2].partition(":")
    path = "/" + made.base.split("/", 3)[3] + "/records/take-register"

    async def one() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection(host, int(port))
        for body in waiting:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {made.token}\r\n"
                f"Idempotency-Key: {uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            started = perf_counter()
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            said = await reader.readexactly(length)
            times.append(perf_counter() - started)
            refused += not (answer.startswith(b"HTTP/1.1 200") and b'"changed":true' in said)
        writer.close()

    started = perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    return perf_counter() - started, sorted(times), refused


def same_school(made: Classes) -> bytes:
    """Give the school's id."""
    return parse_id(made.base.rpartition("/")[2])
