"""A pupil's results in words, for the record's section on assessment."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from events.codes.assessment import assessment_codes
from events.records.assessment import Assessed, Result
from ledger.view import Reader
from services.records.learning.assessment_views import results
from services.records.section import Fact, Section, fact


async def read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give each thing's latest result by a date, the newest year first."""
    row = await reader.get(results, subject)
    known = sorted(row.results if row else (), key=lambda one: -one.assessed.year)
    found = (fact(label(one.assessed), one.series, valid_on, words) for one in known)
    return [one for one in found if one is not None]


def label(assessed: Assessed) -> str:
    """Give what was assessed, in words."""
    goal = assessment_codes("eyfs_goal").get(assessed.subject)
    subject = f"{assessed.subject} ({goal})" if goal else assessed.subject
    method = assessment_codes("method").get(assessed.method, assessed.method)
    where = "" if assessed.locale == "ENG" else f", {assessment_codes('locale')[assessed.locale]}"
    component = f" {assessed.component}" if assessed.component else ""
    return f"{assessed.stage} {subject}{component}, {method}, {assessed.year}{where}"


def words(outcome: Result) -> str:
    """Give a result with what kind it is."""
    kind = assessment_codes("qualifier").get(outcome.qualifier or "", outcome.qualifier)
    more = ", ".join(one for one in (kind, f"status {outcome.status}" if outcome.status else None) if one)
    return f"{outcome.result} ({more})" if more else outcome.result


SECTION: Final = Section("assessment", "Assessment", "assessment", read)
