"""What is shown of governance: the organisation itself, its staff with titles and roles, and the rules it adopted."""

from datetime import date
from typing import Any

from events.governance import (
    ClockRuleAdopted,
    FieldRuleAdopted,
    JobTitleChanged,
    LawfulBasisAdopted,
    OrganisationJoined,
    OrganisationLeft,
    OrganisationRegistered,
    PurposeAdopted,
    RoleGranted,
    RoleWithdrawn,
    StaffRecorded,
)
from events.model import Recorded
from events.records.common import FullName
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added


class Membership(Row):
    """A time as a member of a federation, trust or authority."""

    body: bytes
    kind: str
    since: date
    until: date | None = None


class OrganisationRow(Row):
    """The organisation whose log this is; there is one such row in a log."""

    place: int = 0
    kind: str
    title: str
    urn: str | None
    laestab: str | None
    school_type: str | None
    memberships: tuple[Membership, ...] = ()


organisation = View("organisation", version=1, row=OrganisationRow, key=["place"], key_of=lambda _: (0,))


@organisation.on(OrganisationRegistered)
def _registered(row: OrganisationRow | None, recorded: Recorded[OrganisationRegistered]) -> OrganisationRow:
    body = recorded.body
    return OrganisationRow(
        kind=body.kind, title=body.title, urn=body.urn, laestab=body.laestab, school_type=body.school_type,
        memberships=row.memberships if row else (),
    )  # fmt: skip


@organisation.on(OrganisationJoined)
def _joined(row: OrganisationRow | None, recorded: Recorded[OrganisationJoined]) -> OrganisationRow | None:
    body = recorded.body
    membership = Membership(body=body.body, kind=body.body_kind, since=body.valid_on)
    return row.model_copy(update={"memberships": (*row.memberships, membership)}) if row else None


@organisation.on(OrganisationLeft)
def _left(row: OrganisationRow | None, recorded: Recorded[OrganisationLeft]) -> OrganisationRow | None:
    if row is None:
        return None
    ended = tuple(
        one.model_copy(update={"until": recorded.body.valid_on})
        if one.body == recorded.body.body and one.until is None
        else one
        for one in row.memberships
    )
    return row.model_copy(update={"memberships": ended})


class RoleSpell(Row):
    """A time in a role; ``until`` is the first day without it."""

    role: str
    since: date
    until: date | None = None


class StaffRow(PersonRow):
    """A member of staff: their name, titles and roles, each dated."""

    names: tuple[Dated[FullName], ...] = ()
    titles: tuple[Dated[str], ...] = ()
    roles: tuple[RoleSpell, ...] = ()

    def roles_on(self, day: date) -> frozenset[str]:
        """Give the roles in which they may act on a day."""
        return frozenset(
            spell.role for spell in self.roles if spell.since <= day and (spell.until is None or day < spell.until)
        )


staff = View("staff", version=2, row=StaffRow, key=["subject"], key_of=lambda r: (r.subject,))


def _known(row: StaffRow | None, recorded: Recorded[Any]) -> StaffRow:
    return row or StaffRow(subject=recorded.body.subject)


def _dated(recorded: Recorded[Any], value: Any) -> Dated[Any]:
    return Dated.model_construct(value=value, since=recorded.body.valid_on, at=Provenance.of(recorded))


@staff.on(StaffRecorded)
def _staff(row: StaffRow | None, recorded: Recorded[StaffRecorded]) -> StaffRow:
    known = _known(row, recorded)
    return known.model_copy(update={"names": added(known.names, _dated(recorded, recorded.body.full_name))})


@staff.on(JobTitleChanged)
def _title(row: StaffRow | None, recorded: Recorded[JobTitleChanged]) -> StaffRow:
    known = _known(row, recorded)
    return known.model_copy(update={"titles": added(known.titles, _dated(recorded, recorded.body.job_title))})


@staff.on(RoleGranted)
def _granted(row: StaffRow | None, recorded: Recorded[RoleGranted]) -> StaffRow:
    known = _known(row, recorded)
    spell = RoleSpell(role=recorded.body.role, since=recorded.body.valid_on)
    return known.model_copy(update={"roles": (*known.roles, spell)})


@staff.on(RoleWithdrawn)
def _withdrawn(row: StaffRow | None, recorded: Recorded[RoleWithdrawn]) -> StaffRow:
    known, body = _known(row, recorded), recorded.body
    # A withdrawal may be brought forward, so it ends what has no end yet and what would end later.
    roles = tuple(
        spell.model_copy(update={"until": body.valid_on})
        if spell.role == body.role and (spell.until is None or spell.until > body.valid_on)
        else spell
        for spell in known.roles
    )
    return known.model_copy(update={"roles": roles})


class RuleRow(Row):
    """An adopted rule, as it stood in law when it was adopted, and the entry that adopted it."""

    rule: str
    kind: str
    version: int
    digest: str
    bases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    citation: str | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    parameters: dict[str, int] | None = None
    index: int


rules = View("rules", version=1, row=RuleRow, key=["rule"], key_of=lambda r: (r.event.rule,))


@rules.on(PurposeAdopted, LawfulBasisAdopted, ClockRuleAdopted, FieldRuleAdopted)
def _adopted(row: RuleRow | None, recorded: Recorded[Any]) -> RuleRow:  # noqa: ARG001  # the newest adoption counts
    body = recorded.body
    shared = {"rule": body.rule, "version": body.rule_version, "digest": body.digest, "index": recorded.index}
    match body:
        case PurposeAdopted():
            return RuleRow(kind="purpose", bases=body.bases, categories=body.categories, **shared)
        case LawfulBasisAdopted():
            return RuleRow(
                kind="lawful-basis", citation=body.citation, in_force_from=body.in_force_from,
                in_force_until=body.in_force_until, **shared,
            )  # fmt: skip
        case FieldRuleAdopted():
            return RuleRow(kind="field-rule", **shared)
        case _:
            return RuleRow(kind="clock-rule", parameters=body.parameters, **shared)


VIEWS: tuple[AnyView, ...] = (organisation, staff, rules)
"""Every view of the governance service, for its runner."""
