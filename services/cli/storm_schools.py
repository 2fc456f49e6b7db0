"""The invented schools of a storm, opened through the API as any customer would, and what their connectors send."""

import os
import random
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.cli import calling
from services.cli.output import progress, refuse
from services.settings import Settings

CAUGHT_UP_SECONDS_MAX: Final = 300.0
LOOK_SECONDS: Final = 0.05
CODES: Final = ("/", "/", "/", "/", "/", "/", "L", "N", "I", "M")
_STAFF: Final = {"office": "School secretary", "connector": "Connector"}


@dataclass
class School:
    """One invented school: its office's and its connector's tokens, its groups with their pupils."""

    organisation: str
    office: str
    connector: str
    groups: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """One register of a group, as a connector sends it; ``key`` is the same each time."""

    school: School
    key: str
    body: Mapping[str, Any]


def found_schools(made: Settings, url: str, schools: int, groups: int, pupils: int, day: date) -> list[School]:
    """Open schools with pupils in groups, several at a time."""
    run, first = os.urandom(8).hex(), 100_000 + int.from_bytes(os.urandom(4), "big") % 800_000
    with progress() as bars, ThreadPoolExecutor(8) as pool:
        task = bars.add_task("Schools", total=schools)

        def one(number: int) -> School:
            found = _school(made, url, f"{run} {number}", first + number, groups, pupils, day)
            bars.advance(task)
            return found

        return list(pool.map(one, range(schools)))


def _school(made: Settings, url: str, name: str, urn: int, groups: int, pupils: int, day: date) -> School:
    from services.connectors.client import Client, as_uuid

    where = as_uuid(f"storm {name}")
    year = day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004  # September
    since, staff = f"{year}-09-01", {role: as_uuid(f"{where} {role}") for role in _STAFF}
    signed = {role: calling.signed(made, who, where, calling.HOURS) for role, who in staff.items()}
    school = School(where, signed["office"], signed["connector"])
    signed_operator = calling.signed(made, as_uuid("storm operator"), "*", calling.HOURS)
    with Client(url, signed_operator, where) as operator, Client(url, school.office, where) as office:

        def send(client: Client, command: str, **said: Any) -> int:
            return int(client.post(command, said, f"{where} {command} {sorted(said.items(), key=str)}")["index"])

        send(operator, "governance/register-organisation", organisation=where, kind="establishment",
             title=f"Storm School {urn}", urn=str(urn), laestab="9262000", school_type="16",
             valid_on=since)  # fmt: skip
        operator.post("rules/adopt", {}, f"{where} rules")
        for role, who in staff.items():
            send(
                operator,
                "governance/record-staff",
                staff=who,
                valid_on=since,
                full_name={"surname": role, "forename": "S"},
            )
            send(operator, "governance/grant-role", staff=who, valid_on=since, role=role)
        terms = [{"first": f"{year}-09-01", "last": f"{year + 1}-07-20"}]
        reached = send(operator, "governance/publish-term-calendar", school_year=year, terms=terms)
        _caught_up(operator, reached)
        for number in range(groups):
            group = as_uuid(f"{where} group {number}")
            send(operator, "records/form-group", group=group, kind="registration", title=f"G{number}",
                 school_year=year, year_group="1")  # fmt: skip
            members = [as_uuid(f"{group} pupil {place}") for place in range(pupils)]
            for place, pupil in enumerate(members):
                send(office, "records/register-pupil", pupil=pupil, valid_on=since, date_of_birth=f"{year - 6}-05-06",
                     full_name={"surname": f"Surname{place}", "forename": "Synthetic"}, sex="F")  # fmt: skip
                send(office, "records/enrol", pupil=pupil, valid_on=since, status="C", year_group="1")
            reached = send(office, "records/join-group", group=group, pupils=members, date=since)
            school.groups[group] = members
        _caught_up(operator, reached)
    return school


def _caught_up(operator: Any, index: int) -> None:
    deadline = time.monotonic() + CAUGHT_UP_SECONDS_MAX
    while time.monotonic() < deadline:
        found = operator.get("/api/status", organisation=operator.organisation)["organisations"]
        if found and found[0]["views_at"] >= index:
            return
        time.sleep(LOOK_SECONDS)
    refuse("The views do not catch up. Are they kept by any process? See rollbook status.")


def message_of(school: School, group: str, pupils: Sequence[str], day: date, chance: random.Random) -> Message:
    marks = {pupil: _mark(chance.choice(CODES)) for pupil in pupils}
    body = {"group": group, "date": day.isoformat(), "session": "AM", "marks": marks}
    return Message(school, f"storm {group} {day} AM", body)


def _mark(code: str) -> dict[str, object]:
    return {"code": code, "minutes_late": 5} if code == "L" else {"code": code}
