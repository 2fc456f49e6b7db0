"""What governors and the office decide of the school itself."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from ledger.decider import Command
from services.governance import calendars, organisations, rule_commands, staff
from support.commands.common import DAYS, GROUPS, STAFF, TERM, TESS, TRUST, Said, any_of, because, days, names, of_staff
from support.commands.opening import RULE


def of_rule(command: type[Command], *ids: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Command]:
    digest = st.sampled_from(["1" * 64, "2" * 64])
    return any_of(command, rule=st.sampled_from(ids), rule_version=st.integers(1, 3), digest=digest, **fields)


ANY: Final = (
    any_of(
        organisations.RegisterOrganisation,
        organisation=st.just(GROUPS[0]),
        kind=st.just("establishment"),
        title=st.just("Marsh Lane"),
        urn=st.just("100000"),
        valid_on=days,
    ),
    any_of(organisations.JoinOrganisation, body=st.just(TRUST), body_kind=st.just("trust"), valid_on=days),
    any_of(organisations.LeaveOrganisation, body=st.just(TRUST), valid_on=days),
    of_staff(staff.RecordStaff, full_name=names),
    of_staff(staff.ChangeJobTitle, job_title=st.sampled_from(["Teacher", "Headteacher"])),
    of_staff(staff.GrantRole, role=st.sampled_from(["teacher", "head"])),
    of_staff(staff.WithdrawRole, role=st.sampled_from(["teacher", "head"]), reason=because),
    any_of(
        calendars.PublishTermCalendar,
        school_year=st.just(2026),
        terms=st.just((TERM,)),
        bank_holidays=st.sampled_from([(), (DAYS[2],)]),
    ),
    any_of(calendars.SetInsetDay, date=days),
    any_of(calendars.RecordUnplannedClosure, date=days, reason=because),
    of_rule(rule_commands.AdoptLawfulBasis, "public-task", citation=st.just("Art 6(1)(e)"), in_force_from=days),
    of_rule(
        rule_commands.AdoptPurpose, "pupil-record", bases=st.just(("public-task",)), categories=st.just(("identity",))
    ),
    of_rule(
        rule_commands.AdoptClockRule,
        "absence",
        "public-task",
        parameters=st.dictionaries(st.sampled_from(["days", "percent"]), st.integers(1, 9), min_size=1),
    ),
)
ALL: Final[Sequence[Said]] = (
    organisations.JoinOrganisation(body=TRUST, body_kind="trust", valid_on=DAYS[0]),
    organisations.LeaveOrganisation(body=TRUST, valid_on=DAYS[1]),
    rule_commands.AdoptPurpose(rule="pupil-record", bases=("public-task",), categories=("identity",), **RULE),
    rule_commands.AdoptClockRule(rule="absence", parameters={"percent": 10, "days": 5}, **RULE),
    calendars.SetInsetDay(date=DAYS[1]),
    calendars.RecordUnplannedClosure(date=DAYS[2], reason="snow"),
    staff.ChangeJobTitle(**TESS, job_title="Headteacher"),
    staff.WithdrawRole(staff=STAFF[0], valid_on=DAYS[2], role="head", reason="left"),
)
