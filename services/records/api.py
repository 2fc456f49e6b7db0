"""The records service over HTTP: commands, and the reads that are written down before they are answered."""

from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.codes.attendance import AttendanceClass, attendance_code
from events.codes.calendar import school_year
from events.identifiers import id_text
from ledger.decider import Command, Refused, decided_by
from ledger.view import Reader
from services.door import Behind, Door, Visit, at_json
from services.permission import Action
from services.records import (
    admission,
    assessment,
    attendance,
    characteristics,
    collection,
    collection_queries,
    concerns,
    contacts,
    disagreement,
    dual_registration,
    enrolment,
    exclusions,
    free_meals,
    groups,
    health,
    identity,
    merging,
    part_time,
    pastoral,
    planned_absence,
    progress,
    protection,
    queries,
    sen,
)
from services.records import attendance_queries as days
from services.records.answers import READ, RECORD, Records
from services.records.family_queries import barred
from services.records.merging_check import unfit
from services.routes import Answered, a_date, add_commands, an_id, plain, token

AHEAD_DAYS_MAX: Final = 1
"""A register may be taken for today, or tomorrow where a clock is fast; not for next week."""
EARLIEST_BIRTH: Final = date(1900, 1, 1)
"""Nobody whom a school knows was born before; an older date is what some systems write for "unknown"."""

COMMANDS: Final = decided_by((
    attendance.attendance,  # first, as the most frequent one: an address is looked for in this order
    identity.identity,
    contacts.contacts,
    protection.protection,
    disagreement.disagreement,
    collection.collection,
    enrolment.enrolment,
    groups.groups,
    merging.merging,
    planned_absence.planned_absence,
    part_time.part_time,
    dual_registration.dual_registration,
    admission.admission,
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


def router(door: Door, records: Records) -> APIRouter:
    """Give the service's routes."""
    made = APIRouter(tags=["records"])

    async def enter(request: Request, organisation: bytes, command: Command) -> Visit:
        categories = COMMANDS[type(command)].categories
        wanted, named = _about(command)
        action: Action = "govern" if isinstance(command, groups.FormGroup | groups.TeachGroup) else "change"
        visit = await door.enter(token(request), organisation, action, command.scope, categories, wanted, named)
        await _check(door, visit, command)
        return visit

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
        found = [{"pupil": one, "summary": counted[one.subject]} for one in listed if one.subject in counted]
        shown = [one.subject for one in listed if one.subject in counted]
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


async def _check(door: Door, visit: Visit, command: Command) -> None:
    """Refuse what the views show to be wrong: a register of no group, for a day without sessions, of strangers."""
    if isinstance(command, progress.SendProgressReport):
        await _refuse_barred(door, visit, command)
    if isinstance(command, disagreement.AddStatementOfDisagreement | collection.ShowFields | collection.GiveNotice):
        await _check_family(door, visit, command)
    if not isinstance(command, attendance.TakeRegister):
        # A register needs no such look: whoever is merged is not on the roll.
        await _refuse_unfit(door, visit, command)
        born = getattr(command, "date_of_birth", None)
        if born is not None and not EARLIEST_BIRTH <= born < visit.today:
            raise Refused("The date of birth is not in the past. Check the day, month and year.")
        return
    if (command.date - visit.today).days > AHEAD_DAYS_MAX:
        raise Refused("That day has not come yet. Check the date of the register.")
    refused = await _unfit(door, visit, command)
    if refused is not None:
        # Somebody may have enrolled the pupils a moment ago: look again once the views have caught up.
        try:
            await door.await_views(visit.organisation, await door.log.size(visit.organisation))
        except Behind:
            raise refused from None
        refused = await _unfit(door, visit, command)
    if refused is not None:
        raise refused


async def _refuse_unfit(door: Door, visit: Visit, command: Command) -> None:
    """Refuse what the views show to be wrong of a merge, or of a change to a record that is merged."""
    if isinstance(command, merging.MergePupils):
        # Somebody may have registered or marked a moment ago.
        await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    async with door.read(visit.organisation) as reader:
        refused = await unfit(reader, command)
    if refused is not None:
        raise refused


async def _refuse_barred(door: Door, visit: Visit, command: progress.SendProgressReport) -> None:
    """Refuse to send a report to whom a court or a marker keeps it from."""
    await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    async with door.read(visit.organisation) as reader:
        found = await barred(reader, command.pupil, command.to, command.valid_on)
    if any(one.of == command.pupil and one.what in ("information", "person") for one in found):
        raise Refused(
            "An order or marker keeps the pupil's details from that person. Read it before you send anything."
        )


async def _check_family(
    door: Door, visit: Visit,
    command: disagreement.AddStatementOfDisagreement | collection.ShowFields | collection.GiveNotice,
) -> None:  # fmt: skip
    """Refuse what names an entry about somebody else, or a form or notice that the school does not have."""
    if isinstance(command, disagreement.AddStatementOfDisagreement):
        about = await door.log.about(visit.organisation, command.person)
        if all(entry.index != command.disputes for entry in about):
            raise Refused("That entry says nothing about this person. Choose one of the entries on their record.")
        return
    async with door.read(visit.organisation) as reader:
        if isinstance(command, collection.ShowFields):
            await collection_queries.refuse_unlike(reader, command)
        else:
            await collection_queries.refuse_unpublished(reader, command)


async def _unfit(door: Door, visit: Visit, command: attendance.TakeRegister) -> Refused | None:
    async with door.read(visit.organisation) as reader:
        enrolled = await queries.enrolled(reader, command.date, list(command.marks))
        group = await queries.group(reader, command.group)
        closed = await _is_closed(reader, command)
    if group is None:
        return Refused("There is no such group in this school. Look the group up, or form it first.")
    if closed:
        return Refused(
            "The school holds no sessions on that day by its calendar. Check the date, or mark the day with # only."
        )
    missing = [id_text(pupil) for pupil in command.marks if pupil not in enrolled]
    if missing:
        return Refused(
            "Some of these pupils are not on the roll on that day, so nothing was marked. Take them off the register, "
            "or enrol them first.",
            pupils=missing,
        )
    return None


async def _is_closed(reader: Reader, command: attendance.TakeRegister) -> bool:
    """Whether a day was never meant to have sessions, and the marks say otherwise."""
    if days.is_planned(await days.calendar_of(reader, command.date), command.date):
        return False
    marks = command.marks.values()
    return any(attendance_code(mark.code).attendance_class != AttendanceClass.NOT_COLLECTED for mark in marks)
