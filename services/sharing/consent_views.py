"""What is shown of consents: the school's purposes by version, each pupil's answers, and what the answers rest on."""

from datetime import date
from typing import Any

from events.gateways import RuleWithdrawn
from events.governance import ClockRuleAdopted
from events.model import Recorded
from events.records.enrolment import Enrolled, LeavingCorrected, LeavingUndone, PupilLeft, StartingDayCorrected
from events.records.identity import DateOfBirthCorrected, PupilRegistered
from events.sharing.consents import (
    ConsentAnswerCorrected,
    ConsentGiven,
    ConsentPurposeDefined,
    ConsentRefused,
    ConsentRequested,
    ConsentWithdrawn,
    ObjectionWithdrawn,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected, why
from services.sharing.consents import AnswerEvent, AnswerName, answer_of

AGE_RULES = ("consent-competence", "age-of-majority")
"""The numeric rules that say from which age pupils are taken to decide, and from which only they may."""


class PurposeVersion(Row):
    """A version of what a school asks consent for: its text and that text's SHA-256, and how answers count.

    ``recipients`` are given ``fields`` by it, and nobody and nothing else.
    """

    purpose_version: int
    since: date
    title: str
    text: str
    wording: str
    biometric: bool
    givers: tuple[str, ...]
    valid_months: int | None
    conflicts: str
    recipients: tuple[bytes, ...]
    fields: tuple[str, ...]
    at: Provenance


class PurposeRow(Row):
    """What a school asks consent for, in all its versions."""

    consent_purpose: str
    versions: tuple[PurposeVersion, ...] = ()

    def version(self, number: int | None) -> PurposeVersion | None:
        """Give a version by its number."""
        return next((one for one in self.versions if one.purpose_version == number), None)

    def current(self, day: date) -> PurposeVersion | None:
        """Give the version that is asked for on a day; None before the first."""
        return next((one for one in reversed(self.versions) if one.since <= day), None)


class GivenAnswer(Row):
    """One person's answer on a day, to a version; ``was`` is what a correction found recorded there, at ``was_at``.

    Answers stand in the order in which they were recorded, a corrected one in the place of the wrong one.
    """

    answer: AnswerName
    purpose_version: int | None
    wording: str | None
    by: bytes
    capacity: str
    channel: str
    since: date
    at: Provenance
    was: AnswerName | None = None
    was_at: Provenance | None = None
    reason: str | None = None


class Request(Row):
    """That somebody was asked."""

    purpose_version: int
    wording: str
    asked_of: bytes
    capacity: str
    channel: str
    since: date
    at: Provenance


class ConsentRow(PersonRow):
    """What was asked and answered about a pupil for one purpose."""

    consent_purpose: str
    requests: tuple[Request, ...] = ()
    answers: tuple[GivenAnswer, ...] = ()


class Turn(Row):
    """That a pupil began as something, or left, on a day; by its entry."""

    entry: int
    day: date
    begins: bool


class ChildRow(PersonRow):
    """What the standing of consents rests on of a pupil: when they were born, and since when they are here."""

    born: tuple[Dated[date], ...] = ()
    turns: tuple[Turn, ...] = ()


class AgeRow(Row):
    """An age that an adopted rule gives, in whole years."""

    rule: str
    years: int


def _of(recorded: Recorded[Any]) -> tuple[bytes, str]:
    return recorded.body.subject, recorded.body.consent_purpose


purposes = View(
    "consent_purposes", version=2, row=PurposeRow, key=["consent_purpose"],
    key_of=lambda r: (r.event.consent_purpose,),
)  # fmt: skip
consents = View(
    "consents", version=1, row=ConsentRow, key=["subject", "consent_purpose"], key_of=_of,
    indexed=[["consent_purpose"]],
)  # fmt: skip
children = View("consent_children", version=1, row=ChildRow, key=["subject"], key_of=lambda r: (r.subject,))
ages = View("consent_ages", version=1, row=AgeRow, key=["rule"], key_of=lambda r: (r.event.rule,))


@purposes.on(ConsentPurposeDefined)
def _defined(row: PurposeRow | None, recorded: Recorded[ConsentPurposeDefined]) -> PurposeRow:
    body = recorded.body
    known = row or PurposeRow(consent_purpose=body.consent_purpose)
    version = PurposeVersion(
        purpose_version=body.purpose_version, since=body.valid_on, title=body.title, text=body.text,
        wording=body.wording, biometric=body.biometric, givers=body.givers, valid_months=body.valid_months,
        conflicts=body.conflicts, recipients=body.recipients, fields=body.fields, at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(update={"versions": (*known.versions, version)})


def _row(row: ConsentRow | None, recorded: Recorded[Any]) -> ConsentRow:
    body = recorded.body
    return row or ConsentRow(subject=body.subject, consent_purpose=body.consent_purpose)


@consents.on(ConsentRequested)
def _requested(row: ConsentRow | None, recorded: Recorded[ConsentRequested]) -> ConsentRow:
    known, body = _row(row, recorded), recorded.body
    request = Request(
        purpose_version=body.purpose_version, wording=body.wording, asked_of=body.asked_of, capacity=body.capacity,
        channel=body.channel, since=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(update={"requests": (*known.requests, request)})


@consents.on(ConsentGiven, ConsentRefused, ConsentWithdrawn, ObjectionWithdrawn)
def _answered(row: ConsentRow | None, recorded: Recorded[AnswerEvent]) -> ConsentRow:
    known = _row(row, recorded)
    return known.model_copy(update={"answers": (*known.answers, _answer(recorded))})


@consents.on(ConsentAnswerCorrected)
def _righted(row: ConsentRow | None, recorded: Recorded[ConsentAnswerCorrected]) -> ConsentRow:
    known, body = _row(row, recorded), recorded.body
    right = _answer(recorded).model_copy(update={"reason": why(body)})
    wrong = next((one for one in known.answers if one.at.index == body.corrects), None)
    if wrong is None:
        return known.model_copy(update={"answers": (*known.answers, right)})
    right = right.model_copy(update={"was": wrong.answer, "was_at": wrong.at})
    return known.model_copy(update={"answers": tuple(right if one is wrong else one for one in known.answers)})


def _answer(recorded: Recorded[AnswerEvent]) -> GivenAnswer:
    body = recorded.body
    return GivenAnswer(
        answer=answer_of(body), purpose_version=getattr(body, "purpose_version", None),
        wording=getattr(body, "wording", None), by=body.by, capacity=body.capacity, channel=body.channel,
        since=body.valid_on, at=Provenance.of(recorded),
    )  # fmt: skip


def _child(row: ChildRow | None, recorded: Recorded[Any], **became: Any) -> ChildRow:
    """Give a child's row with what became of it; what a record merged into it says does not count."""
    known = row or ChildRow(subject=recorded.body.subject)
    own = recorded.header.subjects[0] == known.subject
    return known.model_copy(update=became) if own else known


@children.on(PupilRegistered, DateOfBirthCorrected)
def _born(row: ChildRow | None, recorded: Recorded[PupilRegistered | DateOfBirthCorrected]) -> ChildRow:
    body, series = recorded.body, row.born if row else ()
    item = Dated(value=body.date_of_birth, since=body.valid_on, at=Provenance.of(recorded))
    right = corrected(series, item, body.corrects) if isinstance(body, DateOfBirthCorrected) else added(series, item)
    return _child(row, recorded, born=right)


@children.on(Enrolled, PupilLeft)
def _turned(row: ChildRow | None, recorded: Recorded[Enrolled | PupilLeft]) -> ChildRow:
    turn = Turn(entry=recorded.index, day=recorded.body.valid_on, begins=isinstance(recorded.body, Enrolled))
    return _child(row, recorded, turns=(*(row.turns if row else ()), turn))


@children.on(StartingDayCorrected, LeavingCorrected, LeavingUndone)
def _turned_otherwise(
    row: ChildRow | None, recorded: Recorded[StartingDayCorrected | LeavingCorrected | LeavingUndone]
) -> ChildRow:
    body, turns = recorded.body, list[Turn]()
    for one in row.turns if row else ():
        if one.entry != body.corrects:
            turns.append(one)
        elif not isinstance(body, LeavingUndone):
            turns.append(one.model_copy(update={"entry": recorded.index, "day": body.valid_on}))
    return _child(row, recorded, turns=tuple(turns))


@ages.on(ClockRuleAdopted, where=lambda r: r.event.rule in AGE_RULES)
def _age(row: AgeRow | None, recorded: Recorded[ClockRuleAdopted]) -> AgeRow | None:
    years = recorded.body.parameters.get("years")
    return row if years is None else AgeRow(rule=recorded.body.rule, years=years)


@ages.on(RuleWithdrawn, where=lambda r: r.event.rule in AGE_RULES)
def _no_age(row: AgeRow | None, recorded: Recorded[RuleWithdrawn]) -> None:
    """Keep no age of a rule that the organisation no longer goes by."""


VIEWS: tuple[AnyView, ...] = (purposes, consents, children, ages)
"""This feature's views."""
