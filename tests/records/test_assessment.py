"""Assessment: results by what was assessed and when; a file adds results and never corrects one."""

from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.codes.assessment import assessment_codes
from events.records.assessment import Assessed, Result, ResultCorrected, ResultRecorded, ResultWithdrawn
from services.facts import Dated
from services.records.files.intake import Known, Plan
from services.records.learning import assessment as ask
from services.records.learning.assessment import assessment
from services.records.learning.assessment_intake import AssessmentFacts, ResultFact, plan
from services.records.learning.assessment_queries import label, words
from services.records.learning.assessment_views import AssessmentRow, Results, results

ADA = b"a" * 16
JUNE, JULY = date(2026, 6, 12), date(2026, 7, 3)
CHECK = Assessed(stage="KS1", year=2026, subject="PHON", method="TT", component="MARK")
GOAL = Assessed(stage="EYF", year=2025, subject="COM_E01", method="TA")
TWENTY, THIRTY = (Result(qualifier="NM", result=mark) for mark in ("20", "30"))
RECORDED = ResultRecorded(subject=ADA, valid_on=JUNE, assessed=CHECK, outcome=TWENTY)
CORRECTED = ResultCorrected(
    subject=ADA, valid_on=JUNE, assessed=CHECK, outcome=THIRTY, corrects=1, reason="Counted again"
)
WITHDRAWN = ResultWithdrawn(subject=ADA, valid_on=JUNE, assessed=CHECK, corrects=1, reason="Another child's")


def record(outcome: Result = TWENTY, day: date = JUNE, assessed: Assessed = CHECK) -> ask.RecordResult:
    return ask.RecordResult(pupil=ADA, valid_on=day, assessed=assessed, outcome=outcome)


def correct(outcome: Result = THIRTY) -> ask.CorrectResult:
    return ask.CorrectResult(pupil=ADA, valid_on=JUNE, assessed=CHECK, outcome=outcome, reason="Counted again")


def withdraw(day: date = JUNE) -> ask.WithdrawResult:
    return ask.WithdrawResult(pupil=ADA, valid_on=day, assessed=CHECK, reason="Another child's")


def test_a_result_is_recorded() -> None:
    given(assessment).when(record()).then(RECORDED)


def test_a_result_of_another_thing_replaces_nothing() -> None:
    given(assessment, RECORDED).when(record(assessed=GOAL)).then(RECORDED.model_copy(update={"assessed": GOAL}))


def test_a_later_result_stands_beside_the_earlier_one() -> None:
    given(assessment, RECORDED).when(record(THIRTY, JULY)).then(
        RECORDED.model_copy(update={"valid_on": JULY, "outcome": THIRTY})
    )


def test_another_result_of_the_same_day_needs_a_correction() -> None:
    given(assessment, RECORDED).when(record(THIRTY)).then_refused("correct it with a reason")
    given(assessment, RECORDED).when(correct()).then(CORRECTED)
    given(assessment).when(correct()).then_refused("no such result to correct")


def test_a_result_is_withdrawn_and_may_be_recorded_anew() -> None:
    given(assessment, RECORDED).when(withdraw()).then(WITHDRAWN)
    given(assessment, RECORDED).when(withdraw(JULY)).then_refused("of that day")
    given(assessment, RECORDED, WITHDRAWN).when(record(THIRTY)).then(RECORDED.model_copy(update={"outcome": THIRTY}))


def test_the_row_shows_what_stands() -> None:
    def row(*series: Dated[Result]) -> dict[Any, AssessmentRow]:
        return {(ADA,): AssessmentRow(subject=ADA, results=(Results(assessed=CHECK, series=series),))}

    first = Dated[Result](value=TWENTY, since=JUNE, at=at(1))
    later = RECORDED.model_copy(update={"valid_on": JULY, "outcome": THIRTY})
    assert folded(results, RECORDED, later) == row(first, Dated[Result](value=THIRTY, since=JULY, at=at(2)))
    right = Dated[Result](value=THIRTY, since=JUNE, at=at(2), was=TWENTY, was_at=at(1))
    assert folded(results, RECORDED, CORRECTED) == row(right)
    assert folded(results, RECORDED, WITHDRAWN) == row()


def planned(*facts: ResultFact, held: dict[Any, Any] | None = None) -> Plan:
    made = Plan()
    known = Known(rows={results.name: list((held or {}).values())})
    plan(made, AssessmentFacts(results=facts), known, ADA, JUNE)
    return made


def test_a_file_says_what_is_new_same_and_changed() -> None:
    held = folded(results, RECORDED)
    new = planned(ResultFact(assessed=CHECK, outcome=TWENTY))
    assert [(one.effect, one.new) for one in new.effects] == [("new", TWENTY)]
    assert [step.command for step in new.steps] == [record()]
    same = planned(ResultFact(assessed=CHECK, outcome=TWENTY, on=JULY), held=held)
    assert (same.effects[0].effect, same.steps) == ("same", [])
    changed = planned(ResultFact(assessed=CHECK, outcome=THIRTY, on=JULY), held=held)
    assert [(one.effect, one.old, one.new, one.at) for one in changed.effects] == [("changed", TWENTY, THIRTY, at(1))]
    assert [step.command for step in changed.steps] == [record(THIRTY, JULY)]


def test_a_file_never_corrects() -> None:
    made = planned(ResultFact(assessed=CHECK, outcome=THIRTY), held=folded(results, RECORDED))
    assert (made.steps, made.effects) == ([], [])
    assert "another result than the one recorded" in made.reasons[0]


def test_results_are_read_in_words() -> None:
    assert label(GOAL) == "EYF COM_E01 (listening, attention and understanding), teacher assessment, 2025"
    assert label(CHECK) == "KS1 PHON MARK, test or task, 2026"
    assert words(Result(status="R", qualifier="NM", result="20")) == "20 (mark, status R)"
    assert words(Result(result="EXS")) == "EXS"


def test_there_are_seventeen_goals_and_a_good_level() -> None:
    assert len(assessment_codes("eyfs_goal")) == 18
    assert set(assessment_codes("phonics_outcome")) == {"Wa", "Wt", "A", "D", "L", "Q"}
