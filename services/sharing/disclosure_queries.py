"""The register of disclosures: what was given to whom, of a school or of one child, cohorts included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.sharing.disclosures import Sending
from law.days import working_day_after
from ledger.view import Reader
from services.facts import LONDON, Provenance
from services.shared_facts import KEPT_DISCREETLY, MAY_BE_KEPT_BACK, FactSource, Moment
from services.sharing.disclosure_views import (
    CohortRow,
    DisclosureRow,
    OutcomeRow,
    ReviewRow,
    SecretRow,
    cohorts,
    cohorts_not_shared,
    disclosures,
    not_shared,
    outcomes,
    persons_given,
    reviews,
    secrets,
)
from services.sharing.gateway_queries import review_days


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register: a disclosure, of how many pupils, and how far it came."""

    disclosure: bytes
    sending: Sending
    fields: Sequence[str]
    withheld: Sequence[str]
    pupils: int
    cohort: bool
    discreet: bool
    known_at: int
    valid_on: date
    state: str
    confirmed_on: date | None
    receipt: str | None
    reason: str | None
    review_due: date | None
    reviewed: bool
    hidden_until: date | None
    at: Provenance
    person: bytes | None = None
    """Which contact of the pupil it was to, where it was to a person."""
    found_right: bool | None = None
    review: str | None = None
    """Why somebody else found it right, or not, that it went at once."""


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line of what was not shared: to whom, for what, and why."""

    decision: bytes
    recipient: bytes
    sharing_purpose: str
    fields: Sequence[str]
    reasons: Sequence[str]
    by_gate: bool
    pupils: int | None
    at: Provenance


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the register is wanted; what is None is not asked about. Both days are inclusive, in London."""

    recipient: bytes | None = None
    gateway: str | None = None
    purpose: str | None = None
    first: date | None = None
    last: date | None = None
    disclosure: bytes | None = None

    def takes(self, line: Line) -> bool:
        """Whether a line is wanted."""
        day = line.at.recorded_at.astimezone(LONDON).date()
        return (
            (self.disclosure is None or line.disclosure == self.disclosure)
            and (self.recipient is None or line.sending.recipient == self.recipient)
            and (self.gateway is None or line.sending.gateway == self.gateway)
            and (self.purpose is None or line.sending.sharing_purpose == self.purpose)
            and (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
        )


async def register(reader: Reader, wanted: Filter, *, discreet: bool) -> list[Line]:
    """Give a school's register, the newest first; what was told discreetly only to whoever may know that it was."""
    rows = [one for one in await reader.find(disclosures) if discreet or not one.discreet]
    known, days = await _outcomes(reader), await review_days(reader)
    hidden = {(row.subject, row.disclosure): row for row in await reader.find(secrets)} if discreet else {}
    named = {row.disclosure: row.person for row in await reader.find(persons_given)}
    why = {(row.subject, row.disclosure): row for row in await reader.find(reviews)}
    found: dict[bytes, Line] = {}
    for row in rows:
        which = row.subject, row.disclosure
        line = _reviewed(_line(row, known, hidden.get(which), days), why.get(which))
        before = found.get(row.disclosure)
        found[row.disclosure] = _together(before, line) if before else replace(line, person=named.get(row.disclosure))
    lines = [*found.values(), *(_cohort(row, known) for row in await reader.find(cohorts))]
    return sorted((one for one in lines if wanted.takes(one)), key=lambda one: -one.at.index)


async def about(
    reader: Reader, facts: FactSource, organisation: bytes, subject: bytes, *, discreet: bool
) -> list[Line]:
    """Give everything that was given of one pupil, the newest first: also in returns about everyone on the roll."""
    known, days = await _outcomes(reader), await review_days(reader)
    hidden = {row.disclosure: row for row in await reader.find(secrets, subject=subject)} if discreet else {}
    rows = [one for one in await reader.find(disclosures, subject=subject) if discreet or not one.discreet]
    named = {row.disclosure: row.person for row in await reader.find(persons_given, subject=subject)}
    why = {row.disclosure: row for row in await reader.find(reviews, subject=subject)}
    lines = [
        replace(
            _reviewed(_line(row, known, hidden.get(row.disclosure), days), why.get(row.disclosure)),
            person=named.get(row.disclosure),
        )
        for row in rows
    ]
    lines += await returns(reader, facts, organisation, subject)
    return sorted(lines, key=lambda one: -one.at.index)


async def returns(reader: Reader, facts: FactSource, organisation: bytes, subject: bytes) -> list[Line]:
    """Give the returns about everyone that a pupil was in, without the fields kept back of this one."""
    known = await _outcomes(reader)
    found = await cohorts_of(reader, facts, organisation, subject)
    return [await _of_one(facts, organisation, subject, row, _cohort(row, known)) for row in found]


async def cohorts_of(reader: Reader, facts: FactSource, organisation: bytes, subject: bytes) -> list[CohortRow]:
    """Give the returns that a pupil was in: on the roll as it was known then, or named, and not left out."""
    return await of_pupil(facts, organisation, subject, await reader.find(cohorts))


async def of_pupil(
    facts: FactSource, organisation: bytes, subject: bytes, rows: Sequence[CohortRow]
) -> list[CohortRow]:  # fmt: skip
    """Give those of some returns that a pupil was in: also as a record that is merged into theirs since."""
    moments = [moment_of(row) for row in rows]
    was = await facts.was_on_roll(organisation, subject, moments) if rows else ()
    return [
        row
        for row, ids in zip(rows, was, strict=True)
        if ids.difference(row.cohort.excluded) or subject in row.cohort.included
    ]


async def _of_one(facts: FactSource, organisation: bytes, subject: bytes, row: CohortRow, line: Line) -> Line:
    """Give a return's line for one child: without the fields that an order or marker kept back of this child."""
    asked = MAY_BE_KEPT_BACK.intersection(line.fields)
    stood = await facts.stood(organisation, subject, asked, moment_of(row)) if asked else ()
    withheld = {one for pupil in stood for one in pupil.withheld}
    given = {one for one in asked if any(pupil.of(one) for pupil in stood)}
    return replace(line, fields=[one for one in line.fields if one not in withheld - given], withheld=sorted(withheld))


def moment_of(row: CohortRow) -> Moment:
    """Give the moment as which a return about everyone was made."""
    return Moment(row.cohort.known_at, row.cohort.reference_date, sent_on(row.sending))


def sent_on(sending: Sending) -> date:
    """Give the day in London on which something was sent."""
    return sending.made_at.astimezone(LONDON).date()


async def for_family(reader: Reader, facts: FactSource, organisation: bytes, subject: bytes, today: date) -> list[Line]:
    """Give what a family is shown: nothing that is hidden today, and of nothing a trace that something is."""
    secret = {row.disclosure: row for row in await reader.find(secrets, subject=subject)}
    lines = await about(reader, facts, organisation, subject, discreet=True)
    return [one for one in lines if not _is_hidden(one, secret.get(one.disclosure), today)]


def _is_hidden(line: Line, secret: SecretRow | None, today: date) -> bool:
    if secret is not None and secret.revealed:
        return False
    # What was told discreetly is shown once somebody says so, and by no day alone.
    return line.discreet or (secret is not None and secret.until is not None and today < secret.until)


async def kept(reader: Reader, *, discreet: bool) -> list[KeptLine]:
    """Give what a school did not share, the newest first; what was to be told discreetly to whoever may know of it."""
    counted: dict[bytes, KeptLine] = {}
    for row in (one for one in await reader.find(not_shared) if discreet or not one.discreet):
        said, before = row.not_shared, counted.get(row.decision)
        counted[row.decision] = KeptLine(
            row.decision, said.recipient, said.sharing_purpose, said.fields, said.reasons, said.by_gate,
            (before.pupils or 0) + 1 if before else 1, row.at,
        )  # fmt: skip
    of_all = [
        KeptLine(row.decision, row.recipient, row.sharing_purpose, row.fields, row.reasons, row.by_gate, None, row.at)
        for row in await reader.find(cohorts_not_shared)
    ]
    return sorted([*counted.values(), *of_all], key=lambda one: -one.at.index)


async def _outcomes(reader: Reader) -> Mapping[bytes, OutcomeRow]:
    return {row.disclosure: row for row in await reader.find(outcomes)}


def _line(row: DisclosureRow, known: Mapping[bytes, OutcomeRow], secret: SecretRow | None, days: int) -> Line:
    outcome = known.get(row.disclosure)
    state = (secret.outcome if secret and secret.outcome else None) or (outcome.state if outcome else "recorded")
    hidden = secret.until if secret and secret.until and not secret.revealed else None
    withheld = sorted({one for sent in row.sent for one in sent.withheld})
    # The line says that these were asked for, of every pupil alike: not that this one has been excluded.
    fields = sorted({*row.fields, *KEPT_DISCREETLY.intersection(row.sending.fields)})
    return Line(
        row.disclosure, row.sending, fields, withheld, 1, cohort=False, discreet=row.discreet,
        known_at=row.known_at, valid_on=row.valid_on, state=state,
        confirmed_on=outcome.confirmed_on if outcome else None, receipt=outcome.receipt if outcome else None,
        reason=outcome.reason if outcome else None, review_due=_review_due(row.sending, row.at, days),
        reviewed=bool((outcome and outcome.review) or (secret and secret.reviewed)), hidden_until=hidden,
        at=row.at,
    )  # fmt: skip


def _reviewed(line: Line, why: ReviewRow | None) -> Line:
    return line if why is None else replace(line, found_right=why.found_right, review=why.reason)


def _cohort(row: CohortRow, known: Mapping[bytes, OutcomeRow]) -> Line:
    outcome = known.get(row.disclosure)
    return Line(
        row.disclosure, row.sending, row.sending.fields, (), row.pupils, cohort=True, discreet=False,
        known_at=row.cohort.known_at, valid_on=row.cohort.reference_date,
        state=outcome.state if outcome else "recorded", confirmed_on=outcome.confirmed_on if outcome else None,
        receipt=outcome.receipt if outcome else None, reason=outcome.reason if outcome else None,
        review_due=None, reviewed=False, hidden_until=None, at=row.at,
    )  # fmt: skip


def _together(one: Line, other: Line) -> Line:
    """Give two pupils' lines of one disclosure as one."""
    return replace(
        one, pupils=one.pupils + other.pupils, fields=_union(one.fields, other.fields),
        withheld=_union(one.withheld, other.withheld),
    )  # fmt: skip


def _union(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted({*one, *other})


def _review_due(sending: Sending, at: Provenance, days: int) -> date | None:
    return working_day_after(at.recorded_at.astimezone(LONDON).date(), days) if sending.emergency else None
