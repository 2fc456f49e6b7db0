"""Any script of commands, for property tests: what a school, its office and its staff may send, in any order."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from events.governance import Term
from events.records.attendance import Mark
from events.records.common import FullName, PostalAddress
from events.records.health import Allergy, CarePlan, MedicalCondition
from events.records.sen import EhcPlan
from ledger.alias import Aliases, joins_in
from ledger.codec import Codec, Meta
from ledger.decider import Command, Decider, Desk, Refused, Step, decided_by
from ledger.log import Log
from ledger.shape import encode, shape
from ledger.view import AnyView, Key, MemoryRows
from services.governance import calendars, organisations, rules, staff
from services.governance.api import COMMANDS as OF_GOVERNANCE
from services.governance.views import VIEWS as GOVERNANCE
from services.records import attendance, contacts, documents, enrolment, groups, health, identity, merging, numbers, sen
from services.records.api import COMMANDS as OF_RECORDS
from services.records.views import VIEWS as RECORDS
from support.school import upn

DECIDERS: Final[Mapping[type[Command], Decider[Any]]] = {
    **OF_RECORDS,
    **OF_GOVERNANCE,
    **decided_by((documents.documents,)),
}
VIEWS: Final[tuple[AnyView, ...]] = (*RECORDS, *GOVERNANCE)
GROUPS = [b"wren".ljust(16, b"\0"), b"robin".ljust(16, b"\0")]
PUPILS = [bytes([number]) * 16 for number in range(1, 5)]
CONTACTS = [bytes([number]) * 16 for number in range(5, 7)]
STAFF = [bytes([number]) * 16 for number in range(7, 9)]
TRUST = b"trust".ljust(16, b"\0")
DAYS = [date(2026, 9, day) for day in (7, 8, 30)] + [date(2026, 10, 1)]
TERM = Term(first=DAYS[0], last=date(2026, 10, 23))
BORN = date(2020, 5, 6)
ULNS = ["1000000019", "1234567899"]
TEMPORARY = "P92620002401A"
CATEGORIES = [None, "identity", "contact", "enrolment", "attendance", "access", "sen", "health"]
"""What a request may ask to erase of somebody: everything, or one kind of fact."""

_NAMES = [FullName(surname=name, forename="Ada") for name in ("Lark", "Wren", "Swift")]
_ADDRESSES = [PostalAddress(lines=(line,)) for line in ("1 Reed Lane", "4 Mill Row")]
days, names = st.sampled_from(DAYS), st.sampled_from(_NAMES)
pupils, people = st.sampled_from(PUPILS), st.sampled_from([*PUPILS[:2], *CONTACTS])
members, teachers = st.lists(pupils, min_size=1, unique=True).map(tuple), st.sampled_from(STAFF)
in_group, in_session = st.sampled_from(GROUPS), st.sampled_from(["AM", "PM"])
codes = st.sampled_from(["N", "I", "L", "Y1", "C1", "H", "/"])
marks = st.one_of(st.just(Mark(code="L", minutes_late=5)), codes.map(lambda code: Mark(code=code)))
because = st.sampled_from(["seen", "rang"])


def _any(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    """Give any command of a class; what of its fields has one value only is left to its default."""
    return st.builds(command, **fields)


def _of_pupil(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return _any(command, pupil=pupils, valid_on=days, **fields)


def _of_person(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return _any(command, person=people, valid_on=days, **fields)


def _of_staff(command: type[Command], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    return _any(command, staff=teachers, valid_on=days, **fields)


def _of_rule(command: type[Command], *ids: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    digest = st.sampled_from(["1" * 64, "2" * 64])
    return _any(command, rule=st.sampled_from(ids), rule_version=st.integers(1, 3), digest=digest, **fields)


ABOUT_PUPILS = (
    _of_pupil(identity.RegisterPupil, full_name=names, date_of_birth=st.just(BORN), sex=st.just("F")),
    _of_pupil(identity.ChangeName, full_name=names),
    _of_pupil(identity.CorrectName, full_name=names, reason=because),
    _of_pupil(identity.CorrectDateOfBirth, date_of_birth=st.sampled_from([BORN, date(2020, 6, 5)]), reason=because),
    _of_pupil(identity.CorrectSex, sex=st.sampled_from("FM"), reason=because),
    _of_pupil(identity.RecordUpn, upn=st.integers(1, 3).map(upn)),
    _of_pupil(identity.CorrectUpn, upn=st.integers(1, 3).map(upn), reason=because),
    _of_pupil(enrolment.Enrol, status=st.just("C"), year_group=st.sampled_from("12")),
    _of_pupil(enrolment.Leave, reason=because),
)
_IDENTITY = (
    _any(merging.MergePupils, survivor=pupils, merged=pupils, reason=because),
    _any(merging.MergePupils, survivor=pupils, merged=pupils, reason=because),
    _any(merging.UnmergePupils, survivor=pupils, merged=pupils, reason=because),
    _of_pupil(numbers.MakeUpnPermanent, upn=st.integers(1, 3).map(upn)),
    _of_pupil(numbers.RecordFormerUpn, upn=st.integers(1, 3).map(upn)),
    _of_pupil(numbers.WithdrawFormerUpn, upn=st.integers(1, 3).map(upn), reason=because),
    _of_pupil(numbers.RecordUln, uln=st.sampled_from(ULNS)),
    _of_pupil(numbers.CorrectUln, uln=st.sampled_from(ULNS), reason=because),
    _of_pupil(numbers.RecordFormerName, surname=st.sampled_from([None, "Rook"]), forename=st.just("Ida")),
)
ABOUT_FAMILIES = (
    _of_person(contacts.RecordContact, title=st.sampled_from([None, "Dr"]), full_name=names),
    _any(
        contacts.LinkContact, person=pupils, valid_on=days, contact=people, relationship=st.just("PAM"),
        parental_responsibility=st.sampled_from([None, True]), priority=st.integers(1, 2),
    ),
    _any(contacts.UnlinkContact, person=pupils, valid_on=days, contact=people, reason=because),
    _of_person(contacts.ChangeAddress, address=st.sampled_from(_ADDRESSES)),
    _of_person(contacts.CorrectAddress, address=st.sampled_from(_ADDRESSES), reason=because),
    _of_person(contacts.ChangePhone, phone_type=st.sampled_from("MH"), number=st.sampled_from(["07700 900001", "07700 900002"])),
    _of_person(contacts.ChangeEmail, email=st.sampled_from(["a@example.org", "b@example.org"])),
)  # fmt: skip
OF_CLASSES = (
    _any(groups.FormGroup, group=in_group, kind=st.just("class"), title=st.just("Wren"), school_year=st.just(2026)),
    _any(groups.JoinGroup, group=in_group, pupils=members, date=days),
    _any(groups.LeaveGroup, group=in_group, pupils=members, date=days),
    _any(groups.TeachGroup, group=in_group, staff=teachers, valid_on=days, until=st.none() | days),
    _any(
        attendance.TakeRegister, group=in_group, date=days, session=in_session,
        marks=st.dictionaries(pupils, marks, min_size=1),
    ),
    _any(attendance.AmendMark, pupil=pupils, date=days, session=in_session, code=codes, reason=because),
)  # fmt: skip
OF_GOVERNORS = (
    _any(
        organisations.RegisterOrganisation, organisation=st.just(GROUPS[0]), kind=st.just("establishment"),
        title=st.just("Marsh Lane"), urn=st.just("100000"), valid_on=days,
    ),
    _any(organisations.JoinOrganisation, body=st.just(TRUST), body_kind=st.just("trust"), valid_on=days),
    _any(organisations.LeaveOrganisation, body=st.just(TRUST), valid_on=days),
    _of_staff(staff.RecordStaff, full_name=names),
    _of_staff(staff.ChangeJobTitle, job_title=st.sampled_from(["Teacher", "Headteacher"])),
    _of_staff(staff.GrantRole, role=st.sampled_from(["teacher", "head"])),
    _of_staff(staff.WithdrawRole, role=st.sampled_from(["teacher", "head"]), reason=because),
    _any(calendars.PublishTermCalendar, school_year=st.just(2026), terms=st.just((TERM,)),
         bank_holidays=st.sampled_from([(), (DAYS[2],)])),
    _any(calendars.SetInsetDay, date=days),
    _any(calendars.RecordUnplannedClosure, date=days, reason=because),
    _of_rule(rules.AdoptLawfulBasis, "public-task", citation=st.just("Art 6(1)(e)"), in_force_from=days),
    _of_rule(rules.AdoptPurpose, "pupil-record", bases=st.just(("public-task",)), categories=st.just(("identity",))),
    _of_rule(rules.AdoptClockRule, "absence", "public-task",
             parameters=st.dictionaries(st.sampled_from(["days", "percent"]), st.integers(1, 9), min_size=1)),
)  # fmt: skip
_CONDITIONS = [
    MedicalCondition(called=name, what_to_do=advice)
    for name, advice in (("Asthma", None), ("asthma", "Inhaler"), ("Gout", None))
]
_ALLERGIES = [Allergy(called="Nuts", severity=severity, what_to_do="Pen") for severity in ("mild", "life-threatening")]
_PLANS = [CarePlan(called="Asthma", agreed_with="Parents", review_on=day) for day in DAYS[:2]]
_EHC = [EhcPlan(), EhcPlan(authority="Fenshire")]
_ends, _needs = st.none() | days, st.sampled_from([("ASD",), ("ASD", "SLCN"), ()])
_named = st.sampled_from(["Asthma", "asthma", "Gout", "Nuts"])
_SCAN: Final[dict[str, Any]] = {
    "file_name": "plan.pdf", "content_type": "application/pdf", "size": 9, "chunks": 1, "ciphertext_digest": "a" * 64,
}  # fmt: skip
_kept: Final[dict[str, Any]] = {
    "document": st.sampled_from([b"scan".ljust(16, b"\0"), b"form".ljust(16, b"\0")]), "kept_as": st.sampled_from(["sen", "health", "contact"]),
}  # fmt: skip
OF_CARE = (
    _of_pupil(documents.AddDocument, **_kept, **{name: st.just(value) for name, value in _SCAN.items()}),
    _of_pupil(documents.WithdrawDocument, **_kept, reason=because),
    _of_pupil(sen.StartSenProvision, provision=st.sampled_from("NKES"), until=_ends),
    _of_pupil(sen.EndSenProvision),
    _of_pupil(sen.CorrectSenProvision, started=days, provision=st.sampled_from("NKE"), until=_ends, reason=because),
    _of_pupil(sen.RecordSenNeeds, needs=_needs),
    _of_pupil(sen.CorrectSenNeeds, needs=_needs, reason=because),
    _of_pupil(sen.IssueEhcPlan, plan=st.sampled_from(_EHC)),
    _of_pupil(sen.CeaseEhcPlan),
    _of_pupil(sen.CorrectEhcPlan, started=days, plan=st.sampled_from(_EHC), until=_ends, reason=because),
    _of_pupil(health.RecordMedicalCondition, condition=st.sampled_from(_CONDITIONS)),
    _of_pupil(health.EndMedicalCondition, called=_named),
    _of_pupil(health.CorrectMedicalCondition, called=_named, started=days, condition=st.sampled_from(_CONDITIONS), until=_ends, reason=because),
    _of_pupil(health.RecordAllergy, allergy=st.sampled_from(_ALLERGIES)),
    _of_pupil(health.EndAllergy, called=_named),
    _of_pupil(health.CorrectAllergy, called=_named, started=days, allergy=st.sampled_from(_ALLERGIES), until=_ends, reason=because),
    _of_pupil(health.AgreeCarePlan, plan=st.sampled_from(_PLANS)),
    _of_pupil(health.EndCarePlan, called=_named),
    _of_pupil(health.CorrectCarePlan, called=_named, started=days, plan=st.sampled_from(_PLANS), until=_ends, reason=because),
    _of_pupil(health.ReceiveMedicalFlag, flagged=st.booleans()),
    _of_pupil(health.CorrectMedicalFlag, flagged=st.booleans(), reason=because),
)  # fmt: skip
_ADA: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[0]}
_HOME: Final[dict[str, Any]] = {"person": PUPILS[0], "valid_on": DAYS[0]}
_TESS: Final[dict[str, Any]] = {"staff": STAFF[0], "valid_on": DAYS[0]}
_RULE: Final[dict[str, Any]] = {"rule_version": 1, "digest": "1" * 64}
_MARKS = {pupil: Mark(code="N") for pupil in PUPILS[:2]}
OPENING: Final[Sequence[Command]] = (
    organisations.RegisterOrganisation(
        organisation=GROUPS[0], kind="establishment", title="Marsh Lane", urn="100000", valid_on=DAYS[0]
    ),
    rules.AdoptLawfulBasis(rule="public-task", citation="Art 6(1)(e)", in_force_from=DAYS[0], **_RULE),
    calendars.PublishTermCalendar(school_year=2026, terms=(TERM,)),
    staff.RecordStaff(**_TESS, full_name=_NAMES[1]),
    staff.GrantRole(**_TESS, role="head"),
    *(
        identity.RegisterPupil(pupil=pupil, valid_on=DAYS[0], full_name=_NAMES[0], date_of_birth=BORN, sex="F")
        for pupil in PUPILS[:2]
    ),
    identity.RecordUpn(**_ADA, upn=upn(1)),
    enrolment.Enrol(**_ADA, status="C", year_group="1"),
    contacts.RecordContact(person=CONTACTS[0], valid_on=DAYS[0], title="Dr", full_name=_NAMES[0]),
    contacts.LinkContact(**_HOME, contact=CONTACTS[0], relationship="PAM", priority=1),
    contacts.ChangeAddress(**_HOME, address=_ADDRESSES[0]),
    groups.FormGroup(group=GROUPS[0], kind="class", title="Wren", school_year=2026),
    groups.JoinGroup(group=GROUPS[0], pupils=tuple(PUPILS[:2]), date=DAYS[0]),
    attendance.TakeRegister(group=GROUPS[0], date=DAYS[0], session="AM", marks=_MARKS),
)
"""What most schools begin with, so that not everything that follows is refused."""
_BEN: Final[dict[str, Any]] = {"pupil": PUPILS[1], "valid_on": DAYS[0]}
_ONE: Final[dict[str, Any]] = {"survivor": PUPILS[0], "merged": PUPILS[1], "reason": "seen"}
IDENTITY: Final[Sequence[Command]] = (
    identity.RecordUpn(**_BEN, upn=TEMPORARY),
    merging.MergePupils(**_ONE),
    numbers.MakeUpnPermanent(**_BEN, upn=upn(3)),
    numbers.RecordFormerUpn(**_ADA, upn=upn(4)),
    numbers.WithdrawFormerUpn(**_ADA, upn=upn(4), reason="seen"),
    attendance.AmendMark(pupil=PUPILS[1], date=DAYS[0], session="AM", code="I", reason="rang"),
    contacts.ChangeEmail(person=PUPILS[1], valid_on=DAYS[0], email="b@example.org"),
    merging.UnmergePupils(**_ONE),
    numbers.RecordUln(**_ADA, uln=ULNS[0]),
    numbers.CorrectUln(**_ADA, uln=ULNS[1], reason="seen"),
    numbers.RecordFormerName(**_ADA, surname="Rook"),
    merging.MergePupils(survivor=PUPILS[1], merged=PUPILS[0], reason="seen"),
)
"""Ends with two records merged, which were merged the other way round before."""
_WRONG: Final[dict[str, Any]] = {**_ADA, "started": DAYS[0], "reason": "seen"}
_OVER: Final[dict[str, Any]] = {"pupil": PUPILS[0], "valid_on": DAYS[2]}
_FILE: Final[dict[str, Any]] = {**_ADA, "document": b"scan".ljust(16, b"\0"), "kept_as": "sen"}
CARE: Final[Sequence[Command]] = (
    documents.AddDocument(**_FILE, **_SCAN),
    documents.WithdrawDocument(**_FILE, reason="seen"),
    sen.StartSenProvision(**_ADA, provision="K"),
    sen.CorrectSenProvision(**_WRONG, provision="E"),
    sen.EndSenProvision(**_OVER),
    sen.RecordSenNeeds(**_ADA, needs=("ASD",)),
    sen.CorrectSenNeeds(**_ADA, needs=("ASD", "SLCN"), reason="seen"),
    sen.IssueEhcPlan(**_ADA),
    sen.CorrectEhcPlan(**_WRONG, plan=_EHC[1]),
    sen.CeaseEhcPlan(**_OVER),
    health.RecordMedicalCondition(**_ADA, condition=_CONDITIONS[0]),
    health.CorrectMedicalCondition(**_WRONG, called="asthma", condition=_CONDITIONS[1]),
    health.EndMedicalCondition(**_OVER, called="Asthma"),
    health.RecordAllergy(**_ADA, allergy=_ALLERGIES[0]),
    health.CorrectAllergy(**_WRONG, called="Nuts", allergy=_ALLERGIES[1]),
    health.EndAllergy(**_OVER, called="Nuts"),
    health.AgreeCarePlan(**_ADA, plan=_PLANS[0]),
    health.CorrectCarePlan(**_WRONG, called="Asthma", plan=_PLANS[1]),
    health.EndCarePlan(**_OVER, called="Asthma"),
    health.ReceiveMedicalFlag(**_ADA, flagged=True),
    health.CorrectMedicalFlag(**_ADA, flagged=False, reason="seen"),
)
EVERYTHING: Final[Sequence[Command]] = (
    *OPENING,
    organisations.JoinOrganisation(body=TRUST, body_kind="trust", valid_on=DAYS[0]),
    organisations.LeaveOrganisation(body=TRUST, valid_on=DAYS[1]),
    rules.AdoptPurpose(rule="pupil-record", bases=("public-task",), categories=("identity",), **_RULE),
    rules.AdoptClockRule(rule="absence", parameters={"percent": 10, "days": 5}, **_RULE),
    calendars.SetInsetDay(date=DAYS[1]),
    calendars.RecordUnplannedClosure(date=DAYS[2], reason="snow"),
    staff.ChangeJobTitle(**_TESS, job_title="Headteacher"),
    staff.WithdrawRole(staff=STAFF[0], valid_on=DAYS[2], role="head", reason="left"),
    identity.ChangeName(pupil=PUPILS[0], valid_on=DAYS[2], full_name=_NAMES[1]),
    identity.CorrectName(**_ADA, full_name=_NAMES[2], reason="seen"),
    identity.CorrectDateOfBirth(**_ADA, date_of_birth=date(2020, 6, 5), reason="seen"),
    identity.CorrectSex(**_ADA, sex="M", reason="seen"),
    identity.CorrectUpn(**_ADA, upn=upn(2), reason="seen"),
    contacts.CorrectAddress(**_HOME, address=_ADDRESSES[1], reason="seen"),
    contacts.ChangePhone(**_HOME, phone_type="M", number="07700 900001"),
    contacts.ChangeEmail(person=CONTACTS[0], valid_on=DAYS[0], email="a@example.org"),
    contacts.UnlinkContact(person=PUPILS[0], valid_on=DAYS[2], contact=CONTACTS[0], reason="seen"),
    groups.TeachGroup(group=GROUPS[0], staff=STAFF[0], valid_on=DAYS[0]),
    groups.LeaveGroup(group=GROUPS[0], pupils=(PUPILS[0],), date=DAYS[2]),
    attendance.AmendMark(pupil=PUPILS[0], date=DAYS[0], session="AM", code="I", reason="rang"),
    enrolment.Leave(pupil=PUPILS[0], valid_on=DAYS[2], reason="moved"),
    *CARE,
    *IDENTITY,
)
"""Each event that any view folds, at least once."""


# Without a least length hypothesis draws lists of about five, of which most commands are refused.
_any_commands = st.lists(
    st.one_of(*ABOUT_PUPILS, *_IDENTITY, *ABOUT_FAMILIES, *OF_CLASSES, *OF_GOVERNORS, *OF_CARE),
    min_size=12,
    max_size=36,
)
SCRIPTS: Final[st.SearchStrategy[list[Command]]] = st.builds(
    lambda opening, rest: [*opening, *rest], st.sampled_from([OPENING, OPENING, EVERYTHING, ()]), _any_commands
)
"""Any commands, most of them of a school that has begun."""


async def send(desks: Mapping[str, Desk], organisation: bytes, number: int, command: Command) -> None:
    """Carry a script's command out as the service whose it is. A refused command leaves no trace."""
    decider = DECIDERS[type(command)]
    desk = desks[decider.service]
    before = await desk.log.size(organisation)
    meta = Meta(STAFF[0], "office", command.purpose, "a-basis", number.to_bytes(16, "big"))
    merges = await desk.log.stream(organisation, merging.MERGES.id(organisation))
    of = Aliases(joins_in(desk.codec.open(stored, ()) for stored in merges.entries)).at()
    try:
        await desk.handle(organisation, [Step(decider, command)], meta, of=of)
    except Refused:
        assert await desk.log.size(organisation) == before


def desks_of(log: Log, codec: Codec) -> dict[str, Desk]:
    """Give both services' desks on one log."""
    return {service: Desk(log, codec, service) for service in ("records", "governance")}


def packed(rows: MemoryRows, subject: bytes | None = None) -> dict[str, dict[Key, bytes]]:
    """Give rows as the bytes that a table would hold; with ``subject``, only that person's."""
    return {
        view.table: kept
        for view in VIEWS
        if (subject is None or view.is_personal)
        and (kept := {
            key: encode(shape(view.row).pack(row))
            for key, row in rows.held.get(view.table, {}).items()
            if subject is None or row.subject == subject
        })
    }  # fmt: skip
