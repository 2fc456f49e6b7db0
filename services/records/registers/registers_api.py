"""The registers over HTTP: printed with every amendment, what they are offered beforehand, and the returns due."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.codes.attendance import why_not_in_force
from events.model import Category
from ledger.decider import Refused
from ledger.view import Position, Reader
from services.door import at_json
from services.facts import Provenance
from services.pins import Pins
from services.records import queries
from services.records.answers import READ, RESTRICTED, Asked, Records
from services.records.api import span
from services.records.registers.attendance_queries import SESSIONS, marks_at
from services.records.registers.part_time import CODE as PART_TIME
from services.records.registers.part_time_views import part_time_timetables
from services.records.registers.planned_views import planned
from services.records.registers.printing import RegisterPrint, register_print
from services.records.registers.triggers import RULES, Trigger, triggers
from services.records.roll.dual_views import dual_registrations
from services.routes import Answered, a_date, an_id

ELSEWHERE: Final = "D"
"""What a register is offered for a session that is attended at the other school."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A code that is proposed for a pupil at a session, and what proposes it. It is no mark until somebody takes it."""

    pupil: bytes
    name: str
    code: str
    reason: str
    until: date | None
    at: Provenance


async def printed_of(request: Request, where: bytes, records: Records, pins: Pins) -> tuple[Asked, RegisterPrint]:
    """Read which register is wanted, let the caller in, and give it."""
    query = request.query_params
    group, pupil = (an_id(query[name]) if query.get(name) else None for name in ("group", "pupil"))
    if (group is None) == (pupil is None):
        await records.asked(request, where, "list", ["attendance", "identity"])  # a stranger is not told how to ask
        raise Refused("Say whose register is to be printed: either one group or one pupil.")
    asked = await records.asked(
        request, where, "list", ["attendance", "identity"],
        [pupil] if pupil else [], group=[group] if group else [],
    )  # fmt: skip
    return asked, await register_print(records, pins, asked, group, pupil, span(request, asked.at.valid_on))


async def _offered(reader: Reader, subjects: Sequence[bytes], day: date, session: str) -> dict[bytes, Proposal]:
    """Give what is proposed for each of these pupils; what was planned for the day itself goes before the rest."""
    found: dict[bytes, Proposal] = {}
    for timetables in await reader.find(part_time_timetables, subject=list(subjects)):
        if timetable := timetables.away(day, session):
            found[timetables.subject] = Proposal(
                timetables.subject, "", PART_TIME, "temporary part-time timetable", timetable.until, timetable.at
            )
    for registered in await reader.find(dual_registrations, subject=list(subjects)):
        if other := registered.away(day, session):
            found[registered.subject] = Proposal(
                registered.subject, "", ELSEWHERE, "dual registration: at the other school", other.until, other.at
            )
    for plans in await reader.find(planned, subject=list(subjects)):
        for plan in plans.plans:
            if plan.covers(day, session):
                found[plans.subject] = Proposal(plans.subject, "", plan.code, plan.reason, plan.last, plan.at)
    return {subject: one for subject, one in found.items() if why_not_in_force(one.code, day) is None}


def router(records: Records, pins: Pins) -> APIRouter:
    """Give the routes."""
    made = APIRouter(tags=["records"])
    base = "/api/organisations/{organisation}"
    _add_print(made, records, pins, base)
    _add_planned(made, records, base)
    _add_returns(made, records, base)
    return made


def _add_print(made: APIRouter, records: Records, pins: Pins, base: str) -> None:
    @made.get(f"{base}/register-print", name="register-print", openapi_extra={"x-scope": READ})
    async def print_register(request: Request, organisation: str) -> Response:
        """Give a group's or a pupil's register between two dates, with every amendment and the log's pin."""
        asked, found = await printed_of(request, an_id(organisation), records, pins)
        return Answered({"register": found, "at": at_json(Position(found.index, found.recorded_at), asked.at)})


def _add_planned(made: APIRouter, records: Records, base: str) -> None:
    @made.get(f"{base}/proposals", name="proposals", openapi_extra={"x-scope": READ})
    async def proposals(request: Request, organisation: str) -> Response:
        """Give the codes that are proposed for a group's pupils who have no mark at a session yet.

        By a planned absence or else, of pupils registered elsewhere too or part-time, by where they are then.
        """
        query = request.query_params
        where, session = an_id(organisation), query.get("session", "")
        named = [an_id(query["group"])] if query.get("group") else []
        asked = await records.asked(request, where, "list", ["attendance", "identity"], group=named)
        if not named or session not in SESSIONS:
            raise Refused("Say of which group, and which session: AM or PM.")
        (group,) = named
        day = a_date(query.get("date"), "date") or asked.at.valid_on
        async with await records.whole(asked) as reader:
            position = await reader.position()
            here = await queries.in_group(reader, group, day)
            marked = await marks_at(reader, day, session, here)
            offered = await _offered(reader, [one for one in here if one not in marked], day, session)
            names = await queries.names(reader, list(offered), day)
        # Whoever takes a register must know its pupils by name; what was planned of them is used for nothing.
        shut = await records.shut(asked)
        offered = {who: one for who, one in offered.items() if "attendance" not in shut.get(who, ())}
        await records.list_of(asked, "planned absences", offered, position.index, ["attendance", "identity"])
        found = [replace(one, name=names.get(subject, "")) for subject, one in offered.items()]
        found.sort(key=lambda one: (one.name.casefold(), one.pupil))
        return Answered({"proposals": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/pupils/{{subject}}/planned-absences", name="planned-absences", openapi_extra={"x-scope": READ})
    async def plans_of(request: Request, organisation: str, subject: str) -> Response:
        """Give a pupil's planned absences, withdrawn ones too."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", ["attendance"], [who])
        async with await records.one(asked, who) as reader:
            position = await reader.position()
            row = await reader.get(planned, who)
        await records.list_of(asked, "planned absences", [who], position.index, ["attendance"])
        return Answered({"planned": row.plans if row else (), "at": at_json(position, asked.at)})


def _due(one: Trigger, name: str, shut: frozenset[Category]) -> dict[str, object]:
    """Give a line of the returns: that one is due stays, as the duty does; of what it rests on no more is shown."""
    shown: dict[str, object] = {"name": RESTRICTED if "identity" in shut else name, "return": one}
    if shut.intersection(("attendance", "enrolment")):
        shown["return"] = {"subject": one.subject, "rule": one.rule, "due": one.due}
    return shown


def _add_returns(made: APIRouter, records: Records, base: str) -> None:
    @made.get(f"{base}/returns", name="returns", openapi_extra={"x-scope": READ})
    async def returns(request: Request, organisation: str) -> Response:
        """Give the pupils of whom the authority must be told, each with the rule; and the rules not adopted."""
        categories: list[Category] = ["attendance", "enrolment", "identity"]
        asked = await records.asked(request, an_id(organisation), "list", categories)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            numbers = {rule: await records.reads.parameter(reader, rule, name) for rule, name in RULES.items()}
            adopted = {rule: number for rule, number in numbers.items() if number is not None}
            found = await triggers(reader, asked.at.valid_on, adopted)
            subjects = list(dict.fromkeys(one.subject for one in found))
            names = await queries.names(reader, subjects, asked.at.valid_on)
        shut = await records.shut(asked)
        await records.list_of(asked, "returns due", subjects, position.index, categories)
        due = [_due(one, names.get(one.subject, ""), shut.get(one.subject, frozenset())) for one in found]
        missing = sorted(RULES.keys() - adopted.keys())
        return Answered({"returns": due, "not_adopted": missing, "at": at_json(position, asked.at)})
