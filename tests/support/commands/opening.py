"""What most schools begin with, so that not everything that follows is refused."""

from collections.abc import Sequence
from typing import Any, Final

from events.records.attendance import Mark
from ledger.decider import Command
from services.governance import calendars, organisations, rule_commands, staff
from services.records.families import contacts
from services.records.pupils import identity
from services.records.registers import attendance
from services.records.roll import enrolment, groups
from support.commands.common import ADA, ADDRESSES, BORN, CONTACTS, DAYS, GROUPS, HOME, NAMES, PUPILS, TERM, TESS
from support.school import upn

_MARKS = {pupil: Mark(code="N") for pupil in PUPILS[:2]}
RULE: Final[dict[str, Any]] = {"rule_version": 1, "digest": "1" * 64}
OPENING: Final[Sequence[Command]] = (
    organisations.RegisterOrganisation(
        organisation=GROUPS[0], kind="establishment", title="Marsh Lane", urn="100000", valid_on=DAYS[0]
    ),
    rule_commands.AdoptLawfulBasis(rule="public-task", citation="Art 6(1)(e)", in_force_from=DAYS[0], **RULE),
    calendars.PublishTermCalendar(school_year=2026, terms=(TERM,)),
    staff.RecordStaff(**TESS, full_name=NAMES[1]),
    staff.GrantRole(**TESS, role="head"),
    *(
        identity.RegisterPupil(pupil=pupil, valid_on=DAYS[0], full_name=NAMES[0], date_of_birth=BORN, sex="F")
        for pupil in PUPILS[:2]
    ),
    identity.RecordUpn(**ADA, upn=upn(1)),
    enrolment.Enrol(**ADA, status="C", year_group="1"),
    contacts.RecordContact(person=CONTACTS[0], valid_on=DAYS[0], title="Dr", full_name=NAMES[0]),
    contacts.LinkContact(**HOME, contact=CONTACTS[0], relationship="PAM", priority=1),
    contacts.ChangeAddress(**HOME, address=ADDRESSES[0]),
    groups.FormGroup(group=GROUPS[0], kind="class", title="Wren", school_year=2026),
    groups.JoinGroup(group=GROUPS[0], pupils=tuple(PUPILS[:2]), date=DAYS[0]),
    attendance.TakeRegister(group=GROUPS[0], date=DAYS[0], session="AM", marks=_MARKS),
)
