"""Any script of commands, for property tests: what a school, its office and its staff may send, in any order."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from events.governance import Term
from events.records.attendance import Mark
from events.records.collection import Asked
from events.records.common import FullName, PostalAddress
from ledger.codec import Codec, Meta
from ledger.decider import Command, Decider, Desk, Refused, Step
from ledger.log import Log
from ledger.shape import encode, shape
from ledger.view import AnyView, Key, MemoryRows
from services.governance import calendars, notices, organisations, rules, staff
from services.governance.api import COMMANDS as OF_GOVERNANCE
from services.governance.views import VIEWS as GOVERNANCE
from services.records import attendance, collection, contacts, disagreement, enrolment, groups, identity, protection
from services.records.api import COMMANDS as OF_RECORDS
from services.records.views import VIEWS as RECORDS
from support.school import upn

DECIDERS: Final[Mapping[type[Command], Decider[Any]]] = {**OF_RECORDS, **OF_GOVERNANCE}
VIEWS: Final[tuple[AnyView, ...]] = (*RECORDS, *GOVERNANCE)
GROUPS = [b"wren".ljust(16, b"\0"), b"robin".ljust(16, b"\0")]
PUPILS = [bytes([number]) * 16 for number in range(1, 5)]
CONTACTS = [bytes([number]) * 16 for number in range(5, 7)]
STAFF = [bytes([number]) * 16 for number in range(7, 9)]
TRUST = b"trust".ljust(16, b"\0")
DAYS = [date(2026, 9, day) for day in (7, 8, 30)] + [date(2026, 10, 1)]
TERM = Term(first=DAYS[0], last=date(2026, 10, 23))
BORN = date(2020, 5, 6)
CATEGORIES = [None, "identity", "contact", "enrolment", "attendance", "access"]
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
_HOLDS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "holds": st.booleans(), "known_from": st.sampled_from(["court", "self-declared"])
}  # fmt: skip
_NUMBERS = st.sampled_from(["07700 900001", "07700 900002"])
_ORDERS = st.sampled_from([bytes([number]) * 16 for number in (21, 22)])
_ORDER: Final[dict[str, st.SearchStrategy[Any]]] = {
    "order_kind": st.just("prohibited-steps"), "forbids": st.sampled_from([("address",), ("contact", "information")]),
    "until": st.sampled_from([None, DAYS[2]]),
}  # fmt: skip
_ASKED: Final = tuple(
    Asked(item=item, required=required, rule_version=1) for item, required in (("religion", False), ("sex", True))
)
_ITEMS, _SHOWN = st.sampled_from(["religion", "sex"]), st.integers(1, 60)
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
    _of_person(contacts.ChangeContactName, title=st.sampled_from([None, "Dr"]), full_name=names),
    _of_person(contacts.CorrectContactName, title=st.sampled_from([None, "Dr"]), full_name=names, reason=because),
    _any(
        contacts.CorrectLink, person=pupils, valid_on=days, contact=people, relationship=st.sampled_from(["PAM", "PAF"]),
        parental_responsibility=st.sampled_from([None, True]), priority=st.integers(1, 2), reason=because,
    ),
    _any(contacts.RecordParentalResponsibility, person=pupils, valid_on=days, contact=people, **_HOLDS),
    _any(
        contacts.CorrectParentalResponsibility, person=pupils, valid_on=days, contact=people, reason=because, **_HOLDS
    ),
    _of_person(contacts.CorrectPhone, phone_type=st.sampled_from("MH"), number=_NUMBERS, reason=because),
    _of_person(contacts.EndPhone, phone_type=st.sampled_from("MH"), reason=because),
    _of_person(contacts.CorrectEmail, email=st.sampled_from(["a@example.org", "b@example.org"]), reason=because),
    _of_person(contacts.EndEmail, reason=because),
    _of_pupil(protection.RecordCourtOrder, order=_ORDERS, restrains=people, **_ORDER),
    _of_pupil(protection.CorrectCourtOrder, order=_ORDERS, restrains=people, reason=because, **_ORDER),
    _of_pupil(protection.LiftCourtOrder, order=_ORDERS, reason=because),
    _of_person(
        protection.MarkNonDisclosure, marker=_ORDERS, withholds=st.sampled_from(["address", "person"]),
        against=st.none() | people, reason=because,
    ),
    _of_person(protection.LiftNonDisclosure, marker=_ORDERS, reason=because),
    _of_pupil(
        collection.ShowFields, to=st.sampled_from(CONTACTS), wording=st.just("1" * 64), channel=st.just("paper"),
        asked=st.sampled_from([_ASKED, _ASKED[:1]]),
    ),
    _of_pupil(collection.GiveField, item=_ITEMS, shown=_SHOWN, by=st.sampled_from(CONTACTS)),
    _of_pupil(collection.DeclineField, item=_ITEMS, shown=_SHOWN, by=st.sampled_from(CONTACTS), reason=because),
    _of_pupil(
        collection.GiveNotice, notice_version=st.integers(1, 2), digest=st.just("1" * 64), to=st.sampled_from(CONTACTS)
    ),
    _of_person(disagreement.AddStatementOfDisagreement, disputes=st.integers(1, 20), text=because),
    _of_person(disagreement.WithdrawStatementOfDisagreement, statement=st.integers(1, 40), reason=because),
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
    _of_rule(
        rules.AdoptCollectionField, "collect-religion", "absence", item=_ITEMS, label=st.just("Religion"),
        required=st.booleans(), why=st.just("For meals."), citation=st.just("Art 13(2)(e)"), in_force_from=days,
    ),
    _any(
        notices.PublishPrivacyNotice, notice_version=st.integers(1, 2), digest=st.sampled_from(["1" * 64, "2" * 64]),
        valid_on=days,
    ),
    _of_rule(rules.AdoptClockRule, "absence", "public-task",
             parameters=st.dictionaries(st.sampled_from(["days", "percent"]), st.integers(1, 9), min_size=1)),
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
_DANA: Final[dict[str, Any]] = {"person": CONTACTS[0], "valid_on": DAYS[1]}
_HERS: Final[dict[str, Any]] = {**_HOME, "contact": CONTACTS[0], "holds": True}
_STEPS: Final[dict[str, Any]] = {**_ADA, "order": bytes([23]) * 16, "order_kind": "prohibited-steps"}
OF_FAMILIES: Final[Sequence[Command]] = (
    disagreement.AddStatementOfDisagreement(**_HOME, disputes=8, text="never"),
    disagreement.WithdrawStatementOfDisagreement(**_HOME, statement=len(OPENING) + 1, reason="settled"),
    collection.ShowFields(**_ADA, to=CONTACTS[0], wording="1" * 64, channel="paper", asked=_ASKED),
    collection.GiveField(**_ADA, item="sex", shown=len(OPENING) + 3, by=CONTACTS[0]),
    collection.DeclineField(**_ADA, item="religion", shown=len(OPENING) + 3, by=CONTACTS[0]),
    collection.GiveNotice(**_ADA, notice_version=1, digest="1" * 64, to=CONTACTS[0]),
    contacts.ChangeContactName(**_DANA, full_name=_NAMES[1]),
    contacts.CorrectContactName(**_DANA, full_name=_NAMES[2], reason="seen"),
    contacts.CorrectLink(**_HOME, contact=CONTACTS[0], relationship="STM", priority=1, reason="seen"),
    contacts.RecordParentalResponsibility(**_HERS, known_from="self-declared"),
    contacts.CorrectParentalResponsibility(**_HERS, known_from="birth-certificate", reason="seen"),
    contacts.ChangePhone(**_DANA, phone_type="M", number="07700 900001"),
    contacts.CorrectPhone(**_DANA, phone_type="M", number="07700 900002", reason="rang"),
    contacts.EndPhone(person=CONTACTS[0], valid_on=DAYS[2], phone_type="M", reason="rang"),
    contacts.ChangeEmail(**_DANA, email="b@example.org"),
    contacts.CorrectEmail(**_DANA, email="c@example.org", reason="seen"),
    contacts.EndEmail(person=CONTACTS[0], valid_on=DAYS[2], reason="seen"),
    protection.RecordCourtOrder(**_STEPS, restrains=CONTACTS[1], forbids=("contact",)),
    protection.CorrectCourtOrder(**_STEPS, restrains=CONTACTS[1], forbids=("address",), reason="seen"),
    protection.LiftCourtOrder(pupil=PUPILS[0], order=bytes([23]) * 16, valid_on=DAYS[2], reason="seen"),
    protection.MarkNonDisclosure(
        **_DANA, marker=bytes([24]) * 16, withholds="address", against=CONTACTS[1], reason="seen"
    ),
    protection.LiftNonDisclosure(person=CONTACTS[0], marker=bytes([24]) * 16, valid_on=DAYS[2], reason="seen"),
    disagreement.AddStatementOfDisagreement(**_HOME, disputes=8, fact="full_name", text="never so"),
)
EVERYTHING: Final[Sequence[Command]] = (
    *OPENING,
    *OF_FAMILIES,
    organisations.JoinOrganisation(body=TRUST, body_kind="trust", valid_on=DAYS[0]),
    organisations.LeaveOrganisation(body=TRUST, valid_on=DAYS[1]),
    rules.AdoptPurpose(rule="pupil-record", bases=("public-task",), categories=("identity",), **_RULE),
    rules.AdoptClockRule(rule="absence", parameters={"percent": 10, "days": 5}, **_RULE),
    rules.AdoptCollectionField(
        rule="collect-religion",
        item="religion",
        label="Religion",
        required=False,
        why="For meals.",
        citation="Art 13(2)(e)",
        in_force_from=DAYS[0],
        **_RULE,
    ),
    notices.PublishPrivacyNotice(notice_version=1, digest="1" * 64, valid_on=DAYS[0]),
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
)
"""Each event that any view folds, at least once."""


# Without a least length hypothesis draws lists of about five, of which most commands are refused.
_any_commands = st.lists(
    st.one_of(*ABOUT_PUPILS, *ABOUT_FAMILIES, *OF_CLASSES, *OF_GOVERNORS), min_size=12, max_size=36
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
    try:
        await desk.handle(organisation, [Step(decider, command)], meta)
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
