"""What is shown of governance: the organisation itself, its staff with titles and roles, and the rules it adopted."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from events.gateways import GatewayAdopted, PolicyAdopted, PolicyDocumentAdopted, RuleWithdrawn
from events.governance import (
    ClockRuleAdopted,
    CollectionFieldAdopted,
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
from events.model import Event, Recorded
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
    """An adopted rule, as it stood in law when it was adopted, and the entry that adopted it.

    ``conditions`` are those of DPA 2018 Schedule 1 for which a policy document speaks, until it is looked at again.
    """

    rule: str
    kind: str
    version: int
    digest: str
    title: str | None = None
    bases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    citation: str | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None
    parameters: dict[str, int] | None = None
    conditions: tuple[int, ...] = ()
    review_on: date | None = None
    index: int


rules = View("rules", version=2, row=RuleRow, key=["rule"], key_of=lambda r: (r.event.rule,))

_KINDS: Final[Mapping[type[Event], tuple[str, tuple[str, ...]]]] = {
    PurposeAdopted: ("purpose", ("bases", "categories")),
    LawfulBasisAdopted: ("lawful-basis", ("citation", "in_force_from", "in_force_until")),
    ClockRuleAdopted: ("clock-rule", ("parameters",)),
    FieldRuleAdopted: ("field-rule", ()),
    CollectionFieldAdopted: ("collection-field", ("citation", "in_force_from", "in_force_until")),
    GatewayAdopted: ("gateway", ("title", "citation", "in_force_from", "in_force_until")),
    PolicyAdopted: ("policy", ("title", "in_force_from", "in_force_until")),
    PolicyDocumentAdopted: ("policy-document", ("title", "conditions", "review_on")),
}
"""What kind of rule each adoption is of, and what of it is shown."""


@rules.on(*_KINDS)
def _adopted(row: RuleRow | None, recorded: Recorded[Any]) -> RuleRow:  # noqa: ARG001  # the newest adoption counts
    body = recorded.body
    kind, shown = _KINDS[type(body)]
    return RuleRow(
        rule=body.rule, version=body.rule_version, digest=body.digest, index=recorded.index, kind=kind,
        **{name: getattr(body, name) for name in shown},
    )  # fmt: skip


@rules.on(RuleWithdrawn)
def _not_gone_by(row: RuleRow | None, recorded: Recorded[RuleWithdrawn]) -> None:
    """Show no rule that the organisation no longer goes by."""


VIEWS: tuple[AnyView, ...] = (organisation, staff, rules)
"""Every view of the governance service, for its runner."""
