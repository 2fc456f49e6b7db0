"""What a file says of a pupil's results, compared with what is known: a file adds results and never corrects one."""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from events.model import Strict
from events.records.assessment import Assessed, Result
from ledger.decider import Step
from services.dates import Day
from services.facts import on
from services.records.files.intake import Effect, Known, Plan, Planner
from services.records.learning import assessment
from services.records.learning.assessment_views import AssessmentRow, results

RESULTS_MAX: Final = 400
"""Results in one pupil's row: every goal, check and test of a school life, several times over."""


class ResultFact(Strict):
    """One result; ``on`` is its date, where the file gives one."""

    assessed: Assessed
    outcome: Result
    on: Day | None = None


class AssessmentFacts(Strict):
    """A pupil's results as a file gives them."""

    results: Annotated[tuple[ResultFact, ...], Field(max_length=RESULTS_MAX)] = ()


def plan(made: Plan, facts: AssessmentFacts, known: Known, pupil: bytes, valid_on: date) -> None:
    """Add what the results come to. A result without a date is taken to be of the file's."""
    rows: list[AssessmentRow] = list(known.rows.get(results.name, ()))
    held = {one.assessed: one.series for row in rows for one in row.results}
    for said in facts.results:
        day = said.on or valid_on
        item = on(held.get(said.assessed, ()), day)
        field = f"result {said.assessed.stage} {said.assessed.subject} {said.assessed.year}"
        if item is not None and item.value == said.outcome:
            made.effects.append(Effect(field, "same", said.outcome, item.value, item.at))
            continue
        if item is not None and item.since == day:
            made.reasons.append(
                "The file gives another result than the one recorded for the same assessment and day. Check which is "
                "right; if it is the file's, correct the record first and send the row again."
            )
            continue
        old, at = (item.value, item.at) if item else (None, None)
        made.effects.append(Effect(field, "changed" if item else "new", said.outcome, old, at))
        command = assessment.RecordResult(pupil=pupil, valid_on=day, assessed=said.assessed, outcome=said.outcome)
        made.steps.append(Step(assessment.assessment, command))


PLANNER: Final = Planner("assessment", "assessment", AssessmentFacts, (results,), plan)
