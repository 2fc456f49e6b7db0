"""Consents as they are asked for: how they stand for the gate, of one pupil with each answer, and of one purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.view import Reader
from services.sharing.consent_standing import Child, Judged, State, Why, due, judged
from services.sharing.consent_views import (
    AGE_RULES,
    ConsentRow,
    GivenAnswer,
    PurposeRow,
    PurposeVersion,
    Request,
    ages,
    children,
    consents,
    purposes,
)


@dataclass(frozen=True, slots=True)
class PupilConsent:
    """How one consent about a pupil stands on a day, why it must be asked again, and all that was answered."""

    consent_purpose: str
    title: str
    biometric: bool
    judged: Judged
    due: Sequence[Why]
    requests: Sequence[Request]
    answers: Sequence[GivenAnswer]


@dataclass(frozen=True, slots=True)
class Line:
    """How one purpose's consent stands for one pupil; "restricted" where that may not be used."""

    subject: bytes
    standing: State | Literal["restricted"]
    until: date | None
    due: Sequence[Why]


@dataclass(frozen=True, slots=True)
class Covered:
    """How a consent stands, and who is given what by it, in the version that was answered."""

    state: State
    recipients: frozenset[bytes]
    fields: frozenset[str]


async def standings(reader: Reader, pupils: Sequence[bytes], on: date) -> Mapping[bytes, Mapping[str, Covered]]:
    """Give how every consent stands for each of these pupils, by purpose; what the school never defined is not there.

    It is judged on the day asked about and on the day of the newest answer besides: whatever day something is given
    for, it leaves after everything that is known, so a consent that was taken back since is no consent any more.
    """
    asked, known = await reader.find(purposes), await _children(reader, pupils)
    rows = {(row.subject, row.consent_purpose): row for row in await reader.find(consents, subject=list(pupils))}
    found: dict[bytes, Mapping[str, Covered]] = {}
    for subject in pupils:
        found[subject] = {
            one.consent_purpose: _covered(
                one, _lasting(rows.get((subject, one.consent_purpose)), one, on, known[subject])
            )
            for one in asked
        }
    return found


def _covered(purpose: PurposeRow, said: Judged) -> Covered:
    """Give what a consent covers: what every version covers to which it was given; one that is not known, nothing."""
    versions = [purpose.version(one.purpose_version) for one in said.decided_by if one.answer == "given"]
    recipients = [frozenset(one.recipients if one else ()) for one in versions]
    fields = [frozenset(one.fields if one else ()) for one in versions]
    return Covered(
        said.state,
        recipients[0].intersection(*recipients) if recipients else frozenset(),
        fields[0].intersection(*fields) if fields else frozenset(),
    )


def _lasting(row: ConsentRow | None, purpose: PurposeRow, on: date, child: Child) -> Judged:
    newest = max((one.since for one in row.answers), default=on) if row else on
    then = judged(row, purpose, on, child)
    return then if newest <= on or then.state != "given" else judged(row, purpose, newest, child)


async def defined(reader: Reader, day: date) -> list[tuple[PurposeRow, PurposeVersion]]:
    """Give what the school asks consent for on a day, each in its version of that day."""
    found = [(row, row.current(day)) for row in await reader.find(purposes)]
    return [(row, version) for row, version in found if version is not None]


async def purpose_on(reader: Reader, consent_purpose: str, day: date) -> tuple[PurposeRow, PurposeVersion] | None:
    """Give one purpose in its version of a day; None where the school does not ask consent for it."""
    row = await reader.get(purposes, consent_purpose)
    version = row.current(day) if row else None
    return None if row is None or version is None else (row, version)


async def of_pupil(reader: Reader, subject: bytes, day: date) -> list[PupilConsent]:
    """Give each consent about a pupil, as it stands on a day."""
    child = (await _children(reader, [subject]))[subject]
    rows = {row.consent_purpose: row for row in await reader.find(consents, subject=subject)}
    return [
        _of_pupil(purpose, version, rows.get(purpose.consent_purpose), day, child)
        for purpose, version in await defined(reader, day)
    ]


def _of_pupil(
    purpose: PurposeRow, version: PurposeVersion, row: ConsentRow | None, day: date, child: Child
) -> PupilConsent:
    return PupilConsent(
        purpose.consent_purpose, version.title, version.biometric, judged(row, purpose, day, child),
        due(row, purpose, day, child), [one for one in row.requests if one.since <= day] if row else (),
        [one for one in row.answers if one.since <= day] if row else (),
    )  # fmt: skip


async def of_purpose(reader: Reader, purpose: PurposeRow, pupils: Sequence[bytes], day: date) -> list[Line]:
    """Give how a purpose's consent stands for each of these pupils on a day, and whom it must be asked of."""
    known = await _children(reader, pupils)
    found = await reader.find(consents, subject=list(pupils), consent_purpose=purpose.consent_purpose)
    rows = {row.subject: row for row in found}
    lines = []
    for subject in pupils:
        row, child = rows.get(subject), known[subject]
        said = judged(row, purpose, day, child)
        lines.append(Line(subject, said.state, said.until, due(row, purpose, day, child)))
    return lines


async def child_of(reader: Reader, subject: bytes) -> Child | None:
    """Give what the standing of consents rests on of one pupil; None where there is no such pupil."""
    if await reader.get(children, subject) is None:
        return None
    return (await _children(reader, [subject]))[subject]


async def _children(reader: Reader, pupils: Sequence[bytes]) -> dict[bytes, Child]:
    years = {row.rule: row.years for row in await reader.find(ages)}
    competent_from, adult_from = (years.get(rule) for rule in AGE_RULES)
    rows = {row.subject: row for row in await reader.find(children, subject=list(pupils))}
    return {one: Child.of(rows.get(one), competent_from, adult_from) for one in pupils}
