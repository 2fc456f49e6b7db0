"""What a file says of special educational needs and of health becomes commands; what it leaves out blanks nothing."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from events.codes.sen import SenProvision, sen_codes
from events.model import Strict
from events.records.sen import SenNeeds
from ledger.decider import Step
from services.dates import Day
from services.episodes import Lasting, beginning, running
from services.facts import on
from services.records.care import care_views
from services.records.care import health as ask_health
from services.records.care import sen as ask
from services.records.care.care_views import HealthRow, SenRow
from services.records.files.intake import Effect, Known, Plan, Planner

SPANS_MAX: Final = 50
"""Spells of SEN provision in one row: more than a school life has terms."""


class ProvisionSpan(Strict):
    """A provision from a first to, where the file says it, a last day."""

    since: Day
    until: Day | None = None
    provision: SenProvision


class SenFacts(Strict):
    """What a file says of special educational needs; None is that it does not say."""

    provision: Annotated[tuple[ProvisionSpan, ...], Field(max_length=SPANS_MAX)] = ()
    needs: SenNeeds | None = None


class HealthFacts(Strict):
    """What a file says of health: no more than whether the previous school knew of a condition."""

    medical_flag: bool | None = None


def plan_sen(made: Plan, facts: SenFacts, known: Known, subject: bytes, valid_on: date) -> None:
    """Add what a row says of special educational needs."""
    found = known.rows.get(care_views.sen.name, ())
    row: SenRow = found[0] if found else SenRow(subject=subject)
    provision: list[Lasting[Any]] = sorted(row.provision, key=lambda one: one.since)
    for span in sorted(facts.provision, key=lambda one: one.since):
        _span(made, span, provision, subject)
    if not facts.needs:
        return
    if len(set(facts.needs)) < len(facts.needs):
        made.reasons.append("The same type of SEN is given twice. Take one of the two out.")
        return
    item = on(row.needs, valid_on)
    same = item is not None and item.value == facts.needs
    effect = Effect("SEN needs", "new" if item is None else "same" if same else "changed", facts.needs)
    if item is not None:
        effect = Effect("SEN needs", "same" if same else "changed", facts.needs, item.value, item.at)
    made.effects.append(effect)
    if not same:
        command = ask.RecordSenNeeds(pupil=subject, valid_on=valid_on, needs=facts.needs)
        made.steps.append(Step(ask.sen, command))


def _span(made: Plan, span: ProvisionSpan, provision: list[Lasting[Any]], subject: bytes) -> None:
    """A span that began on the same day must agree; one that the record has open may be ended by the file."""
    what = f"SEN provision from {span.since.isoformat()}"
    if span.until is not None and span.until < span.since:
        made.reasons.append("An SEN provision ends before it begins. Check both dates.")
        return
    if not sen_codes("provision")[span.provision].may_begin(span.since):
        made.reasons.append(
            "An SEN provision begins on a day on which its code was not in use: S, A and P ended and K and E began in "
            "2014. Check the code and the date."
        )
        return
    known = beginning(provision, span.since) or running(provision, span.since)
    if known is not None and known.value == span.provision and span.until in (None, known.until):
        made.effects.append(Effect(what, "same", span.provision, known.value, known.at))
        return
    if known is None or known.since != span.since:
        old, at = (known.value, known.at) if known else (None, None)
        made.effects.append(Effect(what, "changed" if known else "new", span.provision, old, at))
        start = ask.StartSenProvision(pupil=subject, valid_on=span.since, provision=span.provision, until=span.until)
        made.steps.append(Step(ask.sen, start))
        return
    if known.value != span.provision or known.until is not None:
        made.reasons.append(
            "The SEN provision from a day differs from the one recorded here. Check which is right; if it is the "
            "file's, correct the record first and send the row again."
        )
        return
    made.effects.append(Effect(f"end of {what}", "changed", span.until, None, known.at))
    if span.until is not None:
        made.steps.append(Step(ask.sen, ask.EndSenProvision(pupil=subject, valid_on=span.until)))


def plan_health(made: Plan, facts: HealthFacts, known: Known, subject: bytes, valid_on: date) -> None:
    """Add what a row says of health."""
    if facts.medical_flag is None:
        return
    found = known.rows.get(care_views.health.name, ())
    row: HealthRow = found[0] if found else HealthRow(subject=subject)
    item = on(row.flags, valid_on)
    if item is None:
        made.effects.append(Effect("medical flag", "new", facts.medical_flag))
    else:
        same = item.value == facts.medical_flag
        made.effects.append(
            Effect("medical flag", "same" if same else "changed", facts.medical_flag, item.value, item.at)
        )
    if item is None or item.value != facts.medical_flag:
        command = ask_health.ReceiveMedicalFlag(pupil=subject, valid_on=valid_on, flagged=facts.medical_flag)
        made.steps.append(Step(ask_health.health, command))


PLANNERS: Final[tuple[Planner, ...]] = (
    Planner("sen", "sen", SenFacts, (care_views.sen,), plan_sen),
    Planner("health", "health", HealthFacts, (care_views.health,), plan_health),
)
"""What takes in a row's ``sen`` and ``health``."""
