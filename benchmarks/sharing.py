"""The gate and sharing: a decision, a send, a return about everyone, made again, and the ripple; beside them plain SQL."""

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO
from itertools import islice
from statistics import median
from time import monotonic, perf_counter, sleep
from typing import Any, Final, LiteralString
from uuid import uuid4

import httpx2
import psycopg

from benchmarks.loads import SEATS, school_days
from benchmarks.school import YEAR, Served, posted, served, set_up, standing
from benchmarks.table import Span, at_percent, check, compared, in_turn, row
from law.gateways import gateways, schedule_1
from law.rules import rules_in_force
from services.governance.adopting import of_law
from services.governance.rule_commands import AdoptGateway
from services.installation import Installation
from services.settings import Settings
from services.sharing import gate

SCHOOLS: Final = (4, 34)
"""Classes of thirty: a small infant school of 120, and a primary school of 1,020."""
DECISIONS, SENDS, RETURNS = 200, 50, 190
"""Asked one after the other: enough for a p99, for a median, and a return a school day of one year."""
IN_PROCESS: Final = 2_000
FIELDS: Final = ("upn", "full_name", "date_of_birth", "sex", "enrolment")
DAY: Final = date(YEAR, 11, 3)
SECONDS_MAX: Final = 300.0
"""How long the ripple may take before the benchmark is given up."""
_TABLES: LiteralString = """
DROP TABLE IF EXISTS public.rule, public.child, public.given;
CREATE TABLE public.rule (id text, since date, until date, purposes text[], recipients text[], fields text[]);
CREATE TABLE public.child (pupil uuid PRIMARY KEY, upn text, name text, born date, sex text, year text);
CREATE TABLE public.given (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT now(),
  pupil uuid, recipient text, purpose text, fields text[]);
CREATE INDEX ON public.given (pupil);
"""
_ALLOWED: LiteralString = (
    "SELECT count(*) FROM public.rule WHERE %s = ANY (purposes) AND %s = ANY (recipients) AND %s::text[] <@ fields"
    " AND since <= %s AND (until IS NULL OR %s <= until)"
)


def sharing(settings: Settings) -> None:
    """Print what each takes; ours and the peers' in turn where they do the same work."""
    with served(settings) as url, httpx2.Client(base_url=url, timeout=120) as client:
        small = set_up(url, settings.home, SCHOOLS[0], "100001")
        dfe = _recipient(client, small)
        _decisions(client, small, dfe)
        _gates(settings)
        _sends(client, small, dfe)
        for number, classes in enumerate(SCHOOLS):
            made = small if number == 0 else set_up(url, settings.home, classes, f"10000{number + 1}")
            _census(client, settings, made, dfe if number == 0 else _recipient(client, made))
        _ripple(client, small, dfe)


def _recipient(client: httpx2.Client, made: Served) -> str:
    """Register the Department, verified, with the policy document that the law asks for; gives its id."""
    who, said = str(uuid4()), {"valid_on": "2024-01-01"}
    asking = sorted({one.paragraph for one in schedule_1() if one.policy_document})
    posted(client, made, made.office, "governance/adopt-policy-document", {
        "rule": "policy-document", "rule_version": 1, "digest": "1" * 64, "title": "Special category data",
        "conditions": asking, "review_on": "2027-09-01",
    })  # fmt: skip
    kind = {"kind": "dfe", "title": "Department for Education"}
    posted(client, made, made.office, "sharing/register-recipient", {"recipient": who, **said, **kind})
    posted(client, made, made.office, "sharing/verify-recipient", {
        "recipient": who, **said, "how": "called-back", "evidence": "the number in the public register",
    })  # fmt: skip
    _caught_up(client, made, "views_at")
    return who


def _asked(recipient: str, **whom: Any) -> dict[str, Any]:
    return {"recipient": recipient, "sharing_purpose": "school-census", "fields": FIELDS, **whom}


def _decisions(client: httpx2.Client, made: Served, dfe: str) -> None:
    pupils = [pupil for _, several in made.groups for pupil in several]
    times = []
    for number in range(DECISIONS):
        asked = _asked(dfe, pupils=[pupils[number % len(pupils)]], on=DAY.isoformat())
        began = perf_counter()
        answer = posted(client, made, made.office, "sharing/decide", asked)
        times.append(perf_counter() - began)
        check(int(answer["decision"]["outcome"] == "allowed"), 1, "decisions that allow")
    row("a decision over HTTP, one pupil: p50; p99, ms", f"{median(times) * 1000:.0f}; {at_percent(times, 99):.0f}")


def _gates(settings: Settings) -> None:
    """Print what the gate decides in a process, and what plain SQL does, which says yes or no and not why."""
    rules = rules_in_force(gateways(), DAY, "16")
    adopted = [one for one in of_law(DAY, "16") if isinstance(one, AdoptGateway)]
    to = gate.Recipient("dfe", "Department for Education", None, [])
    pupil = bytes(16)

    def ours(several: Sequence[int]) -> Span:
        began = perf_counter()
        for _ in several:
            question = gate.Question(
                "school-census", frozenset(FIELDS), DAY, {pupil: gate.Concern(9, {}, frozenset())},
            )  # fmt: skip
            check(int(gate.decide(question, to, adopted, [], "16").outcome == "allowed"), 1, "decisions that allow")
        return Span(began, perf_counter())

    with Installation(settings) as installation, psycopg.connect(
        installation.databases.admin_conninfo("log"), autocommit=True
    ) as connection:  # fmt: skip
        connection.execute(_TABLES)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO public.rule VALUES (%s, %s, %s, %s, %s, %s)",
                [
                    (one.id, one.in_force_from, one.in_force_until, list(one.purposes), list(one.recipients),
                     list(one.fields))
                    for one in rules
                ],
            )  # fmt: skip

        def plain(several: Sequence[int]) -> Span:
            began = perf_counter()
            for _ in several:
                found = connection.execute(_ALLOWED, ["school-census", "dfe", list(FIELDS), DAY, DAY]).fetchall()
                check(int(found[0][0] > 0), 1, "rules that allow")
            return Span(began, perf_counter())

        rates = in_turn({"ours": ours, "plain SQL": plain}, [range(IN_PROCESS)] * 3, IN_PROCESS)
    row("the gate in a process, with its reasons: decisions/s", f"{rates['ours']:,.0f}")
    compared(rates["ours"], {"yes or no by a query over the same rules": rates["plain SQL"]},
             {"yes or no by a query over the same rules": ""})  # fmt: skip


def _sends(client: httpx2.Client, made: Served, dfe: str) -> None:
    pupils = [pupil for _, several in made.groups for pupil in several]
    times = []
    for number in range(SENDS):
        began = perf_counter()
        _sent(client, made, _asked(dfe, pupils=[pupils[number]], on=DAY.isoformat()))
        times.append(perf_counter() - began)
    row("a send, one pupil: p50; p99, ms", f"{median(times) * 1000:.0f}; {at_percent(times, 99):.0f}")


def _census(client: httpx2.Client, settings: Settings, made: Served, dfe: str) -> None:
    count = len(made.groups) * SEATS
    _caught_up(client, made, "views_at")
    began = perf_counter()
    which = _sent(client, made, _asked(dfe, cohort_on=DAY.isoformat()))
    seconds = perf_counter() - began
    _caught_up(client, made, "views_at")
    began = perf_counter()
    again = client.get(f"{made.base}/disclosures/{which}/file", headers={"Authorization": f"Bearer {made.office}"})
    remade = perf_counter() - began
    check(again.text.count("\r\n"), count + 1, "lines of the file made again")
    row(f"a census of {count:,} pupils, decided and sent, s", f"{seconds:.2f}")
    row("  made again, byte for byte, s", f"{remade:.2f}")
    row("  plain SQL: read, written as CSV, audited, s", f"{_plain_census(settings, count):.3f}", "no law, seal or key")


def _plain_census(settings: Settings, count: int) -> float:
    """Give the seconds that a table of pupils takes to become a file, with a row a pupil that says what was given."""
    with Installation(settings) as installation, psycopg.connect(
        installation.databases.admin_conninfo("log"), autocommit=True
    ) as connection:  # fmt: skip
        connection.execute(_TABLES)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO public.child VALUES (gen_random_uuid(), %s, %s, %s, 'F', '3')",
                [(f"{one:013}", f"Surname{one}", date(2016, 5, 6)) for one in range(count)],
            )
        began = perf_counter()
        with connection.transaction():
            rows = connection.execute("SELECT pupil, upn, name, born, sex, year FROM public.child").fetchall()
            out = StringIO()
            csv.writer(out).writerows(one[1:] for one in rows)
            connection.execute(
                "INSERT INTO public.given (pupil, recipient, purpose, fields)"
                " SELECT unnest(%s::uuid[]), 'dfe', 'school-census', %s",
                [[one[0] for one in rows], list(FIELDS)],
            )
        seconds = perf_counter() - began
        check(out.getvalue().count("\r\n"), count, "lines of the plain file")
        return seconds


def _ripple(client: httpx2.Client, made: Served, dfe: str) -> None:
    """Print how long it takes until everyone is owed their notice of a name that stood in a return of every day."""
    began = perf_counter()
    for day in islice(school_days(YEAR), RETURNS):
        _sent(client, made, _asked(dfe, cohort_on=day.isoformat()))
    row(f"{RETURNS} returns of {len(made.groups) * SEATS} pupils, a day each: mean, s",
        f"{(perf_counter() - began) / RETURNS:.2f}")  # fmt: skip
    _caught_up(client, made, "reactions_at")
    pupil = made.groups[0][1][0]
    began = perf_counter()
    posted(client, made, made.office, "records/correct-name", {
        "pupil": pupil, "valid_on": f"{YEAR}-09-01", "reason": "certificate",
        "full_name": {"surname": "Larke", "forename": "Aya"},
    })  # fmt: skip
    _caught_up(client, made, "reactions_at")
    seconds = perf_counter() - began
    owed = client.get(f"{made.base}/notices", headers={"Authorization": f"Bearer {made.office}"}).json()["notices"]
    row(f"a corrected name that stood in {RETURNS} returns, s until owed", f"{seconds:.1f}")
    row("  notices owed", f"{len(owed)}")


def _sent(client: httpx2.Client, made: Served, asked: dict[str, Any]) -> str:
    which = str(uuid4())
    answer = posted(client, made, made.office, "sharing/send", {"disclosure": which, **asked})
    check(int(answer["sent"]), 1, "sends that left")
    return which


def _caught_up(client: httpx2.Client, made: Served, how: str) -> None:
    deadline = monotonic() + SECONDS_MAX
    while monotonic() < deadline:
        found: Any = standing(client, made)
        reached = found["reactions_at"]["ripple"] if how == "reactions_at" else found[how]
        if reached >= found["size"]:
            return
        sleep(0.02)
    raise RuntimeError(f"{how} did not catch up in {timedelta(seconds=SECONDS_MAX)}")
