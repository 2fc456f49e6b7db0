"""The records service over HTTP: commands, and the reads that are written down before they are answered."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.codes.calendar import school_year
from ledger.decider import Command, Refused, decided_by
from services.door import Door, Visit, at_json
from services.permission import Action
from services.records import queries
from services.records.answers import READ, RECORD, Records
from services.records.care import health, sen
from services.records.characteristics import characteristics, free_meals
from services.records.families import (
    collection,
    collection_queries,
    contact_mistakes,
    contacts,
    disagreement,
    discreet_disagreement,
    protection,
    residence,
)
from services.records.families.disputed import OfStatement, entered
from services.records.fitness import check
from services.records.learning import assessment, progress
from services.records.pastoral import exclusions, pastoral
from services.records.pupils import identity, merging
from services.records.registers import attendance, part_time, planned_absence
from services.records.registers import attendance_queries as days
from services.records.roll import admission, dual_registration, earlier_schools, enrolment, future_school, groups
from services.records.safeguarding import concerns
from services.routes import Answered, a_date, add_commands, an_id, plain, token

COMMANDS: Final = decided_by((
    attendance.attendance,  # first, as the most frequent one: an address is looked for in this order
    identity.identity,
    contacts.contacts,
    contact_mistakes.contact_mistakes,
    protection.protection,
    residence.residence,
    disagreement.disagreement,
    discreet_disagreement.concern_disputes,
    discreet_disagreement.exclusion_disputes,
    collection.collection,
    enrolment.enrolment,
    groups.groups,
    merging.merging,
    planned_absence.planned_absence,
    part_time.part_time,
    dual_registration.dual_registration,
    admission.admission,
    future_school.future_school,
    earlier_schools.earlier_schools,
    earlier_schools.earlier_attendance,
    concerns.concerns,
    assessment.assessment,
    progress.progress,
    pastoral.pastoral,
    exclusions.exclusions,
    characteristics.characteristics,
    free_meals.free_meals,
    sen.sen,
    health.health,
))  # fmt: skip


async def let_in(door: Door, given: str | None, organisation: bytes, command: Command) -> tuple[Visit, Command]:
    """Let whoever gave a token in for one command, or raise; give the command with what Rollbook itself looks up."""
    if isinstance(command, OfStatement):
        visit, command = await entered(door, given, organisation, command)
    else:
        categories = COMMANDS[type(command)].categories
        wanted, named = _about(command)
        action: Action = (
            "govern"
            if isinstance(command, groups.FormGroup | groups.TeachGroup | groups.CorrectGroupTeaching)
            else "change"
        )
        visit = await door.enter(given, organisation, action, command.scope, categories, wanted, named)
    await check(door, visit, command)
    return visit, command


def router(door: Door, records: Records) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["records"])

    async def enter(request: Request, organisation: bytes, command: Command) -> tuple[Visit, Command]:
        return await let_in(door, token(request), organisation, command)

    add_commands(made, door, "records", COMMANDS, enter)
    base = "/api/organisations/{organisation}"

    @made.get(f"{base}/pupils/{{subject}}", name="pupil", openapi_extra={"x-scope": READ})
    async def pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give a pupil's record."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", RECORD, [who])
        found, position = await records.record(asked, who)
        return Answered({"pupil": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/pupils/{{subject}}/attendance", name="pupil-attendance", openapi_extra={"x-scope": READ})
    async def pupil_attendance(request: Request, organisation: str, subject: str) -> Response:
        """Give a pupil's marks of a school year, or between two dates, and their summary."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", ["attendance"], [who])
        found, position = await records.marks(asked, who, *span(request, asked.at.valid_on))
        return Answered({"summary": found.summary, "marks": found.marks, "at": at_json(position, asked.at)})

    @made.get(f"{base}/pupils/{{subject}}/timeline", name="timeline", openapi_extra={"x-scope": READ})
    async def timeline(request: Request, organisation: str, subject: str) -> Response:
        """Give every entry about a pupil that the caller may see."""
        who = an_id(subject)
        asked = await records.asked(request, an_id(organisation), "view", RECORD, [who])
        lines, position = await records.entries(asked, who)
        return Answered({"entries": lines, "at": at_json(position, asked.at)})

    _add_lists(made, records, base)
    _add_attendance(made, records, base)
    return made


def _add_lists(made: APIRouter, records: Records, base: str) -> None:
    @made.get(f"{base}/roll", name="roll", openapi_extra={"x-scope": READ})
    async def roll(request: Request, organisation: str) -> Response:
        """Give the pupils on the roll, or in one group, on a date."""
        group = request.query_params.get("group")
        wanted = [an_id(group)] if group else []
        asked = await records.asked(request, an_id(organisation), "list", ["identity", "enrolment"], group=wanted)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            only = await queries.in_group(reader, wanted[0], asked.at.valid_on) if wanted else None
            found = await queries.on_roll(reader, asked.at.valid_on, only)
        # Whoever takes a group's register must know its pupils: that goes on.
        found = found if wanted else await records.masked(asked, found)
        await records.list_of(asked, "roll", [one.subject for one in found], position.index, ["identity", "enrolment"])
        return Answered({"pupils": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/collection-form", name="collection-form", openapi_extra={"x-scope": READ})
    async def collection_form(request: Request, organisation: str) -> Response:
        """Give what the school asks families on a date, whether each must answer, by which law, in which wording."""
        asked = await records.asked(request, an_id(organisation), "list", ["identity"])
        form, position = await records.collection_form(asked)
        fields = [{**plain(one), "text": collection_queries.wording(one)} for one in form.fields]
        return Answered({"fields": fields, "wording": form.wording, "at": at_json(position, asked.at)})

    @made.get(f"{base}/groups", name="groups", openapi_extra={"x-scope": READ})
    async def all_groups(request: Request, organisation: str) -> Response:
        """Give the groups of the date's school year; to a teacher, those that they teach."""
        where = an_id(organisation)
        own = await records.own_groups(request, where)
        asked = await records.asked(request, where, "list", ["enrolment"], group=own)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            found = await queries.all_groups(reader, school_year(asked.at.valid_on))
        if asked.at.asked is not None:
            await records.list_of(asked, "groups", (), position.index, ())
        mine = [one for one in found if not asked.visit.only_taught or one.group in own]
        return Answered({"groups": mine, "at": at_json(position, asked.at)})


def _add_attendance(made: APIRouter, records: Records, base: str) -> None:
    @made.get(f"{base}/registers", name="registers", openapi_extra={"x-scope": READ})
    async def registers(request: Request, organisation: str) -> Response:
        """Give a day's registers, taken, partly taken or missing; to a teacher, those of their groups."""
        where = an_id(organisation)
        asked = await records.asked(
            request, where, "list", ["attendance"], group=await records.own_groups(request, where)
        )
        day = a_date(request.query_params.get("date"), "date") or asked.at.valid_on
        found, position = await records.registers(asked, day)
        return Answered({"date": day, "registers": found, "at": at_json(position, asked.at)})

    @made.get(f"{base}/unresolved", name="unresolved", openapi_extra={"x-scope": READ})
    async def unresolved(request: Request, organisation: str) -> Response:
        """Give the Ns whose reason nobody has established."""
        asked = await records.asked(request, an_id(organisation), "list", ["attendance"])
        found, position = await records.unresolved(asked)
        return Answered({"unresolved": found.marks, "school_days": found.allowed, "at": at_json(position, asked.at)})

    @made.get(f"{base}/attendance", name="attendance", openapi_extra={"x-scope": READ})
    async def attendance_of_all(request: Request, organisation: str) -> Response:
        """Give every pupil's attendance summary of a school year, or between two dates."""
        asked = await records.asked(request, an_id(organisation), "list", ["attendance", "identity"])
        first, last = span(request, asked.at.valid_on)
        async with await records.whole(asked) as reader:
            position = await reader.position()
            counted = await days.summaries(reader, first, last, *await records.percentages(reader))
            listed = await queries.on_roll(reader, asked.at.valid_on)
        shut = {who for who, categories in (await records.shut(asked)).items() if "attendance" in categories}
        listed = [one for one in await records.masked(asked, listed) if one.subject in counted.keys() - shut]
        found = [{"pupil": one, "summary": counted[one.subject]} for one in listed]
        shown = [one.subject for one in listed]
        await records.list_of(asked, "attendance", shown, position.index, ["attendance", "identity"])
        return Answered({"pupils": found, "at": at_json(position, asked.at)})


def span(request: Request, valid_on: date) -> tuple[date, date]:
    """Read two dates of a query; without them, the school year up to the date that the question is of."""
    query = request.query_params
    first = a_date(query.get("first"), "first") or date(school_year(valid_on), 9, 1)
    last = a_date(query.get("last"), "last") or valid_on
    if last < first or (last - first).days > 366 * 2:
        raise Refused("The last day should be after the first, and at most two years later.")
    return first, last


def _about(command: Command) -> tuple[list[bytes], list[bytes]]:
    """Give the groups and pupils whom somebody must teach to carry out a command in a teacher's role."""
    match command:
        case attendance.TakeRegister():
            return [command.group], list(command.marks)
        case attendance.AmendMark():
            return [], [command.pupil]
        case assessment.AboutResult() | progress.AboutReport():
            return [], [command.pupil]
        case _:
            return [], []
