"""What the governance service publishes: organisations, staff, calendars, adopted rules, and who looked at what."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.codes.calendar import school_year
from events.identifiers import LaEstab, OrganisationId, Urn
from events.model import CATEGORIES, Category, Event, Part, PersonEvent, RegisterEvent, Strict, Text200
from events.records.common import FullName
from events.text import PlainText

Title: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
RuleId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
OrganisationKind: TypeAlias = Literal["establishment", "federation", "trust", "authority"]
Role: TypeAlias = Literal["teacher", "office", "head", "dpo", "connector", "senco", "dsl"]
"""senco: special educational needs co-ordinator; dsl: designated safeguarding lead."""

CaseNumber: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/-]{0,39}$")]
"""A case's number and never its name: it stands in clear."""

# Organisations


class OrganisationRegistered(Event, name="organisation-registered"):
    """A log began. An establishment keeps pupils; a federation, trust or authority keeps members and rules."""

    kind: OrganisationKind
    title: Title
    urn: Urn | None = None
    laestab: LaEstab | None = None
    school_type: Annotated[PlainText, Field(max_length=60)] | None = None
    valid_on: date


class OrganisationJoined(Event, name="organisation-joined"):
    """The organisation became a member of a federation, trust or authority on a date."""

    body: OrganisationId
    body_kind: Literal["federation", "trust", "authority"]
    valid_on: date


class OrganisationLeft(Event, name="organisation-left"):
    """The organisation's membership of a body ended; the date is its last day."""

    body: OrganisationId
    valid_on: date


# Staff: subjects like pupils, sealed like pupils


class StaffRecorded(PersonEvent, name="staff-recorded", category="identity"):
    """A member of staff, or a connector acting as one, became known to the organisation."""

    full_name: FullName


class JobTitleChanged(PersonEvent, name="job-title-changed", category="identity"):
    """A member of staff holds a job title from a date on. The register print shows the title as at each entry."""

    job_title: Title


class RoleGranted(PersonEvent, name="role-granted", category="access"):
    """A member of staff may act in a role from a date on."""

    role: Role


class RoleWithdrawn(PersonEvent, name="role-withdrawn", category="access"):
    """A member of staff may no longer act in a role; the date is the first day without it."""

    role: Role
    reason: Text200


# Time


class Term(Strict):
    """Days between which school is held, both inclusive."""

    first: date
    last: date


class TermCalendarPublished(Event, name="term-calendar-published"):
    """The days on which a school means to be open in a school year: half terms, without INSET and bank holidays."""

    school_year: Annotated[int, Field(ge=2000, le=2100)]
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=12)]
    bank_holidays: Annotated[tuple[date, ...], Field(max_length=20)] = ()


class InsetDaySet(Event, name="inset-day-set"):
    """Staff are in and pupils are not: no session is held on that day."""

    date: date


class UnplannedClosureRecorded(Event, name="unplanned-closure-recorded"):
    """The whole school was closed unexpectedly on a day: snow, flood, no heating."""

    date: date
    reason: Text200


# Adopted rules: a rule reaches a fold only through one of these


class PurposeAdopted(Event, name="purpose-adopted"):
    """The organisation processes personal data for this purpose, on these lawful bases, in these categories."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest
    bases: Annotated[tuple[RuleId, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(max_length=len(CATEGORIES))]


class LawfulBasisAdopted(Event, name="lawful-basis-adopted"):
    """The organisation relies on this lawful basis, cited as it stood when adopted."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None


class ClockRuleAdopted(Event, name="clock-rule-adopted"):
    """A numeric rule of law applies to this organisation with these parameters: days, percentages, counts."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest
    parameters: dict[str, int]


class FieldRuleAdopted(Event, name="field-rule-adopted"):
    """The organisation does not collect these fields: no purpose of its needs them (UK GDPR Art 5(1)(c))."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest
    not_collected: Annotated[tuple[Annotated[PlainText, Field(min_length=1, max_length=60)], ...], Field(min_length=1)]


class CollectionFieldAdopted(Event, name="collection-field-adopted"):
    """The school's collection form asks for this, as required by a law or as a choice."""

    rule: RuleId
    rule_version: Annotated[int, Field(ge=1)]
    digest: Digest
    item: Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=60)]
    label: Annotated[PlainText, Field(min_length=1, max_length=200)]
    required: bool
    why: Text200
    citation: Annotated[PlainText, Field(min_length=1, max_length=500)]
    in_force_from: date
    in_force_until: date | None = None


# Notices


class PrivacyNoticePublished(Event, name="privacy-notice-published"):
    """A version of the privacy notice holds from a date on; the digest is the SHA-256 of its text.

    UK GDPR Articles 13 and 14.
    """

    notice_version: Annotated[int, Field(ge=1)]
    digest: Digest
    valid_on: date


# Reads: who looked


class Shown(Part):
    """What of one subject was shown."""

    categories: Annotated[tuple[Category, ...], Field(max_length=len(CATEGORIES))]
    what: Annotated[PlainText, Field(min_length=1, max_length=60)]


class RecordViewed(RegisterEvent[Shown], name="record-viewed", category="access"):
    """A person's record was opened, as known at an entry. Written before the body is sent (UK GDPR Art 5(2))."""

    date: date
    known_at: Annotated[int, Field(ge=0)]

    @property
    def period(self) -> int:
        """Reads are kept, and go, by the school year in which somebody looked."""
        return school_year(self.date)


class RecordsSearched(RegisterEvent[Shown], name="records-searched", category="access"):
    """A search or list returned these subjects. What was typed is not kept: it may itself be personal."""

    date: date
    known_at: Annotated[int, Field(ge=0)]
    kind: Literal["search", "list"]
    count: Annotated[int, Field(ge=0)]

    @property
    def period(self) -> int:
        """As for a record that was viewed."""
        return school_year(self.date)


class HistoryReplayed(RegisterEvent[Shown], name="history-replayed", category="access"):
    """Somebody asked what was known at an earlier entry, under a case number."""

    date: date
    known_at: Annotated[int, Field(ge=0)]
    case: CaseNumber

    @property
    def period(self) -> int:
        """As for a record that was viewed."""
        return school_year(self.date)
