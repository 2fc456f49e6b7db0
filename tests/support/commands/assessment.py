"""Results."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from events.records.assessment import Assessed, Result
from services.records.learning import assessment
from support.commands.common import ADA, Said, because, of_pupil

_THING, _LEVEL = Assessed(stage="KS1", year=2026, subject="ENG", method="TA"), Result(qualifier="NC", result="EXS")
_THINGS = st.sampled_from([_THING, _THING.model_copy(update={"subject": "MAT"})])
_LEVELS = st.sampled_from([_LEVEL, _LEVEL.model_copy(update={"result": "WTS"})])
ANY: Final = (
    of_pupil(assessment.RecordResult, assessed=_THINGS, outcome=_LEVELS),
    of_pupil(assessment.CorrectResult, assessed=_THINGS, outcome=_LEVELS, reason=because),
    of_pupil(assessment.WithdrawResult, assessed=_THINGS, reason=because),
)
ALL: Final[Sequence[Said]] = (
    assessment.RecordResult(**ADA, assessed=_THING, outcome=_LEVEL),
    assessment.CorrectResult(
        **ADA, assessed=_THING, outcome=_LEVEL.model_copy(update={"result": "GDS"}), reason="seen"
    ),
    assessment.WithdrawResult(**ADA, assessed=_THING, reason="another child's"),
)
