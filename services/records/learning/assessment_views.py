"""A pupil's results as rows: for each thing that was assessed a dated series."""

from typing import Final, TypeAlias

from events.model import Recorded
from events.records.assessment import Assessed, Result, ResultCorrected, ResultRecorded, ResultWithdrawn
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Dated, Provenance, added, corrected

_Said: TypeAlias = ResultRecorded | ResultCorrected | ResultWithdrawn


class Results(Row):
    """Every result of one thing."""

    assessed: Assessed
    series: tuple[Dated[Result], ...] = ()


class AssessmentRow(PersonRow):
    """A pupil's results, in the order in which each thing was first assessed."""

    results: tuple[Results, ...] = ()


results = View("results", version=1, row=AssessmentRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (results,)


@results.on(ResultRecorded, ResultCorrected, ResultWithdrawn)
def _folded(row: AssessmentRow | None, recorded: Recorded[_Said]) -> AssessmentRow:
    body = recorded.body
    known = row or AssessmentRow(subject=body.subject)
    found = next((one for one in known.results if one.assessed == body.assessed), None)
    series = found.series if found else ()
    if isinstance(body, ResultWithdrawn):
        series = tuple(one for one in series if one.at.index != body.corrects)
    else:
        item = Dated[Result](value=body.outcome, since=body.valid_on, at=Provenance.of(recorded))
        wrong = body.corrects if isinstance(body, ResultCorrected) else None
        series = added(series, item) if wrong is None else corrected(series, item, wrong)
    now = Results(assessed=body.assessed, series=series)
    rest = [now if one.assessed == body.assessed else one for one in known.results]
    return known.model_copy(update={"results": tuple(rest if found else [*rest, now])})
