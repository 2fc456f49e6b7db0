"""What the views must say before a command is carried out: nothing is recorded about nobody, or of days to come."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from events.codes.attendance import AttendanceClass, attendance_code
from events.identifiers import id_text
from events.records.collection_corrections import NoticeReceived, Showing
from ledger.decider import Command, Refused
from ledger.view import Reader
from services.door import Behind, Door, Visit
from services.records import queries
from services.records.families import collection, collection_queries, protection, residence
from services.records.families.collection_commands import OfPupil
from services.records.families.family_queries import barred, family, linked
from services.records.learning import progress
from services.records.pastoral import exclusions, pastoral
from services.records.pupils import identity, merging
from services.records.pupils.merging_check import unfit
from services.records.registers import attendance
from services.records.registers import attendance_queries as days
from services.records.safeguarding import concerns

AHEAD_DAYS_MAX: Final = 1
"""A register may be taken for today, or tomorrow where a clock is fast; not for next week."""
EARLIEST_BIRTH: Final = date(1900, 1, 1)
"""Nobody whom a school knows was born before; an older date is what some systems write for "unknown"."""
_SOON: Final = 1
"""Days ahead for what was noticed, said or made: tomorrow, where a clock is fast."""
_PLANNED: Final = 120
"""Days ahead for an exclusion: one given at the end of a summer term may begin in the next term."""
AHEAD: Final[Mapping[type[Command], int]] = {
    concerns.RecordConcern: _SOON,
    concerns.CorrectConcern: _SOON,
    concerns.ReferConcern: _SOON,
    concerns.CloseConcern: _SOON,
    concerns.CorrectConcernReferral: _SOON,
    concerns.CorrectConcernClosing: _SOON,
    progress.CorrectProgressSending: _SOON,
    pastoral.RecordPastoralNote: _SOON,
    pastoral.CorrectPastoralNote: _SOON,
    protection.RecordCourtOrder: _SOON,
    protection.CorrectCourtOrder: _SOON,
    exclusions.ReviewExclusion: _SOON,
    exclusions.CorrectExclusionReview: _SOON,
    exclusions.RecordExclusion: _PLANNED,
    exclusions.CorrectExclusion: _PLANNED,
    exclusions.ReinstatePupil: _PLANNED,
    exclusions.CorrectReinstatement: _PLANNED,
}
"""How many days ahead the day of what has happened may be; 2062 for 2026 would hide it until then."""


async def check(door: Door, visit: Visit, command: Command) -> None:
    """Refuse what the views show to be wrong: a register of no group, for a day without sessions, of strangers."""
    _refuse_ahead(visit.today, command)
    if isinstance(command, progress.SendProgressReport):
        await _refuse_barred(door, visit, command)
    if isinstance(command, OfPupil):
        await _check_family(door, visit, command)
    if isinstance(command, residence.InResidence):
        await _refuse_unlinked(door, visit, command)
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


def _refuse_ahead(today: date, command: Command) -> None:
    """Refuse as happened what is of a day to come."""
    most = AHEAD.get(type(command))
    if most is not None and any((day - today).days > most for day in _days(command)):
        raise Refused("That day has not come yet. Check the day, month and year.")


def _days(command: Command) -> Iterator[date]:
    """Yield the days on which something happened, as a command says: its own, and of what it puts right."""
    for name in type(command).model_fields:
        said = getattr(command, name)
        day = said if name in ("valid_on", "reinstated") else getattr(said, "on", None)
        if isinstance(day, date):
            yield day


async def _refuse_unfit(door: Door, visit: Visit, command: Command) -> None:
    """Refuse what the views show to be wrong of a merge, of a merged record, or of a pupil whom nobody registered."""
    strange = isinstance(command, merging.MergePupils)
    if not strange:
        async with door.read(visit.organisation) as reader:
            refused = await unfit(reader, command)
            strange = refused is None and bool(await _strangers(reader, command))
        if refused is not None:
            raise refused
    if strange:
        # Somebody may have registered or marked a moment ago.
        await door.await_views(visit.organisation, await door.log.size(visit.organisation))
        async with door.read(visit.organisation) as reader:
            refused = await unfit(reader, command)
            unknown = await _strangers(reader, command)
        if refused is not None:
            raise refused
        if unknown:
            raise Refused(
                "There is no such pupil in this school, so nothing was recorded. Search for the pupil again, or "
                "register them first.",
                pupils=[id_text(one) for one in unknown],
            )


async def _strangers(reader: Reader, command: Command) -> list[bytes]:
    """Give whom a command names as a pupil and nobody registered here."""
    if isinstance(command, identity.RegisterPupil):
        return []
    wanted = [getattr(command, "pupil", None), *getattr(command, "pupils", ())]
    return [one for one in wanted if isinstance(one, bytes) and not await queries.is_pupil(reader, one)]


async def _refuse_unlinked(door: Door, visit: Visit, command: residence.InResidence) -> None:
    """Refuse that a pupil lives with somebody who is none of their contacts."""
    people = residence.named_in(command)
    if not people:
        return
    await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    async with door.read(visit.organisation) as reader:
        known = await family(reader, command.pupil)
    if any(not any(known.is_same(one, who) for one in linked(known.reach)) for who in people):
        raise Refused("One of these people is none of the pupil's contacts. Link them to the pupil first.")


async def _refuse_barred(door: Door, visit: Visit, command: progress.SendProgressReport) -> None:
    """Refuse to send a report to whom a court or a marker keeps it from."""
    await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    async with door.read(visit.organisation) as reader:
        found = await barred(reader, command.pupil, command.to, command.valid_on)
    if any(one.of == command.pupil and one.what in ("information", "person") for one in found):
        raise Refused(
            "An order or marker keeps the pupil's details from that person. Read it before you send anything."
        )


async def _check_family(door: Door, visit: Visit, command: OfPupil) -> None:
    """Refuse what names a form or notice that the school does not have."""
    async with door.read(visit.organisation) as reader:
        match command:
            case collection.ShowFields():
                await collection_queries.refuse_unlike(reader, command.asked, command.valid_on)
            case collection.CorrectShowing(showing=Showing() as right):
                await collection_queries.refuse_unlike(reader, right.asked, right.on)
            case collection.GiveNotice():
                await collection_queries.refuse_unpublished(reader, command.notice_version, command.digest)
            case collection.CorrectNoticeGiving(received=NoticeReceived() as right):
                await collection_queries.refuse_unpublished(reader, right.notice_version, right.digest)


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
