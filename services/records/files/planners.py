"""What takes in the further parts of a file's row, each of another part of the record."""

from typing import Final

from services.records.care import care_intake
from services.records.characteristics import characteristics_intake
from services.records.files.intake import Planner
from services.records.learning import assessment_intake
from services.records.pupils import identity_intake
from services.records.roll import admission_intake, earlier_intake

PLANNERS: Final[tuple[Planner, ...]] = (
    identity_intake.NUMBERS,
    admission_intake.PLANNER,
    *earlier_intake.PLANNERS,
    assessment_intake.PLANNER,
    characteristics_intake.PLANNER,
    *care_intake.PLANNERS,
)  # fmt: skip
"""In the order of a row's effects; a feature adds its own here."""
