"""Assessment: results in the shape of the Common Transfer File, whoever sends them."""

from typing import Annotated

from pydantic import Field

from events.codes.assessment import Locale, ResultCode
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex


class Assessed(Strict):
    """What was assessed: two results of the same thing replace each other, and those of different things do not.

    ``year`` is the calendar year in which the school year ends, as the Common Transfer File has it.
    """

    stage: ResultCode
    locale: Locale = "ENG"
    year: Annotated[int, Field(ge=1988, le=2100)]
    subject: ResultCode
    method: ResultCode
    component: ResultCode | None = None


class Result(Strict):
    """What came of it: ``qualifier`` says whether the result is a mark, a level or a score."""

    status: ResultCode | None = None
    qualifier: ResultCode | None = None
    result: ResultCode


class ResultRecorded(PersonEvent, name="result-recorded", category="assessment"):
    """A pupil was assessed, on ``valid_on``; a later result of the same thing stands beside it."""

    assessed: Assessed
    outcome: Result


class ResultCorrectedV1(PersonEvent, name="result-corrected", category="assessment"):
    """What version 2 says, as written before evidence was asked for."""

    assessed: Assessed
    outcome: Result
    corrects: EntryIndex
    reason: Text200


class ResultCorrected(ResultCorrectedV1, name="result-corrected", version=2, category="assessment"):
    """A result recorded at an earlier entry had been wrong."""

    evidence: Text200 | None = None


class ResultWithdrawnV1(PersonEvent, name="result-withdrawn", category="assessment"):
    """What version 2 says, as written before evidence was asked for."""

    assessed: Assessed
    corrects: EntryIndex
    reason: Text200


class ResultWithdrawn(ResultWithdrawnV1, name="result-withdrawn", version=2, category="assessment"):
    """A result recorded at an earlier entry never was this pupil's, or was annulled."""

    evidence: Text200 | None = None
