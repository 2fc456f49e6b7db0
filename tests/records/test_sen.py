"""Special educational needs: each provision and plan has its days, and a change is never a correction."""

from datetime import date

import pytest
from support.folded import at, folded
from support.given import given

from events.codes.sen import sen_codes
from events.model import Event
from events.records.sen import (
    EhcPlan,
    EhcPlanCeased,
    EhcPlanCorrected,
    EhcPlanIssued,
    SenNeedsCorrected,
    SenNeedsRecorded,
    SenProvisionCorrected,
    SenProvisionEnded,
    SenProvisionStarted,
)
from services.episodes import one_at_a_time
from services.records.care import care_views
from services.records.care import sen as ask
from services.records.care.sen import sen

ADA = b"a" * 16
SEPTEMBER, OCTOBER, NOVEMBER, LATER = date(2026, 9, 3), date(2026, 10, 1), date(2026, 11, 2), date(2026, 12, 1)
REASON = "letter seen"


def started(provision: str = "K", since: date = SEPTEMBER, until: date | None = None) -> SenProvisionStarted:
    return SenProvisionStarted(subject=ADA, valid_on=since, provision=provision, until=until)


def start(provision: str = "K", since: date = SEPTEMBER, until: date | None = None) -> ask.StartSenProvision:
    return ask.StartSenProvision(pupil=ADA, valid_on=since, provision=provision, until=until)


def ended(day: date, since: date = SEPTEMBER) -> SenProvisionEnded:
    return SenProvisionEnded(subject=ADA, valid_on=day, started=since)


def test_a_provision_starts_and_another_takes_its_place() -> None:
    given(sen).when(start()).then(started())
    given(sen, started()).when(start("E", OCTOBER)).then(started("E", OCTOBER))
    given(sen, started()).when(start("K", OCTOBER)).then()


def test_a_provision_ends_once_and_is_not_opened_again_by_saying_that_it_began() -> None:
    end = ask.EndSenProvision(pupil=ADA, valid_on=NOVEMBER)
    given(sen, started()).when(end).then(ended(NOVEMBER))
    given(sen, started(), ended(NOVEMBER)).when(start()).then()
    given(sen, started(), ended(OCTOBER)).when(end).then_refused("nothing of this kind on that day")
    given(sen, started(), ended(LATER)).when(end).then_refused("send a correction with the reason")
    given(sen, started(until=LATER)).when(end).then_refused("Another last day")
    given(sen, started(), ended(OCTOBER)).when(start("K", NOVEMBER)).then(started("K", NOVEMBER))


def test_what_was_recorded_from_a_day_is_corrected_and_never_started_again() -> None:
    given(sen, started()).when(start("E")).then_refused("send a correction with the reason")
    given(sen).when(start("K", OCTOBER, SEPTEMBER)).then_refused("before the first")
    correct = ask.CorrectSenProvision(
        pupil=ADA, started=SEPTEMBER, valid_on=OCTOBER, provision="E", until=LATER, reason=REASON, evidence="the plan"
    )
    right = SenProvisionCorrected(
        subject=ADA, valid_on=OCTOBER, provision="E", until=LATER, corrects=1, reason=REASON, evidence="the plan"
    )
    given(sen, started()).when(correct).then(right)
    given(sen).when(correct).then_refused("Nothing of this kind")
    given(sen, started(), started("N", OCTOBER)).when(correct).then_refused("Another one is recorded")


def corrected(entry: int, until: date | None = None) -> SenProvisionCorrected:
    return SenProvisionCorrected(
        subject=ADA, valid_on=SEPTEMBER, provision="E", until=until, corrects=entry, reason=REASON, evidence=None
    )


def test_one_correction_puts_right_what_each_of_two_merged_records_says_of_a_day() -> None:
    correct = ask.CorrectSenProvision(pupil=ADA, started=SEPTEMBER, valid_on=SEPTEMBER, provision="E", reason=REASON)
    given(sen, started(), started()).when(correct).then(corrected(1), corrected(2))
    given(sen, started(), started("E")).when(correct).then(corrected(1))
    moved = correct.model_copy(update={"started": OCTOBER})
    given(sen, started("E"), started("K", OCTOBER)).when(moved).then(corrected(2))


def test_what_two_merged_records_say_of_a_day_is_shown_once_and_never_ends_before_it_began() -> None:
    def shown(*events: Event) -> list[tuple[str, date, date | None]]:
        (row,) = folded(care_views.sen, *events).values()
        return [(one.value, one.since, one.until) for one in one_at_a_time(row.provision)]

    assert shown(started(), started()) == [("K", SEPTEMBER, None)]
    assert shown(started(), started("E")) == [("K", SEPTEMBER, None), ("E", SEPTEMBER, None)]
    assert shown(started(), started(), corrected(1), corrected(2)) == [("E", SEPTEMBER, None)]
    both = [("K", SEPTEMBER, date(2026, 9, 30)), ("E", SEPTEMBER, date(2026, 9, 30)), ("N", OCTOBER, None)]
    assert shown(started(), started("E"), started("N", OCTOBER)) == both


@pytest.mark.parametrize("code", ["S", "A", "P"])
def test_statements_and_school_action_could_begin_only_before_2015(code: str) -> None:
    before = date(2013, 9, 2)
    given(sen).when(start(code, before)).then(started(code, before))
    given(sen).when(start(code, date(2015, 1, 1))).then_refused("could not begin on that day")
    given(sen).when(start("K", before)).then_refused("could not begin on that day")


def test_needs_stand_in_the_order_of_their_rank() -> None:
    record = ask.RecordSenNeeds(pupil=ADA, valid_on=SEPTEMBER, needs=("DS", "NSA"))
    recorded = SenNeedsRecorded(subject=ADA, valid_on=SEPTEMBER, needs=("DS", "NSA"))
    given(sen).when(record).then(recorded)
    swapped = ask.CorrectSenNeeds(pupil=ADA, valid_on=OCTOBER, needs=("NSA", "DS"), reason=REASON)
    given(sen, recorded).when(swapped).then(
        SenNeedsCorrected(subject=ADA, valid_on=OCTOBER, needs=("NSA", "DS"), corrects=1, reason=REASON)
    )
    given(sen).when(swapped).then_refused("no needs to correct")
    twice = ask.RecordSenNeeds(pupil=ADA, valid_on=SEPTEMBER, needs=("DS", "DS"))
    given(sen).when(twice).then_refused("given twice")
    assert len(sen_codes("need")) == 14


def test_a_plan_is_issued_ceases_and_can_be_corrected() -> None:
    plan = EhcPlan(authority="Fenshire")
    issued = EhcPlanIssued(subject=ADA, valid_on=SEPTEMBER, plan=plan)
    given(sen).when(ask.IssueEhcPlan(pupil=ADA, valid_on=SEPTEMBER, plan=plan)).then(issued)
    given(sen, issued).when(ask.CeaseEhcPlan(pupil=ADA, valid_on=NOVEMBER)).then(
        EhcPlanCeased(subject=ADA, valid_on=NOVEMBER, started=SEPTEMBER)
    )
    correct = ask.CorrectEhcPlan(pupil=ADA, started=SEPTEMBER, valid_on=OCTOBER, plan=plan, reason=REASON)
    given(sen, issued).when(correct).then(
        EhcPlanCorrected(subject=ADA, valid_on=OCTOBER, plan=plan, corrects=1, reason=REASON)
    )


def test_the_view_keeps_the_days_and_what_a_correction_replaced() -> None:
    right = SenProvisionCorrected(
        subject=ADA, valid_on=OCTOBER, provision="E", until=None, corrects=1, reason=REASON, evidence=None
    )
    row = folded(care_views.sen, started(), right, ended(NOVEMBER, OCTOBER))[ADA,]
    (only,) = row.provision
    assert (only.value, only.since, only.until, only.replaced) == ("E", OCTOBER, NOVEMBER, "K")
    assert only.at == at(2)
