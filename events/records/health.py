"""Health: what a teacher must know of a child to keep them safe, and what was agreed to do about it."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText

Naming: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
"""What a condition, allergy or plan is called: by it, in any case of letters, one is told from another."""
Advice: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=1_000)]
Severity: TypeAlias = Literal["mild", "moderate", "severe", "life-threatening"]


class MedicalCondition(Strict):
    """A condition, and what an adult at school should do about it."""

    called: Naming
    what_to_do: Advice | None = None


class Allergy(Strict):
    """What a child is allergic to, how badly, and what an adult should do."""

    called: Naming
    severity: Severity
    what_to_do: Advice


class CarePlan(Strict):
    """An individual healthcare plan: for what, which medication, who agreed to it, when it is reviewed.

    Children and Families Act 2014 section 100, and its statutory guidance on pupils with medical conditions.
    """

    called: Naming
    medication: Advice | None = None
    agreed_with: Text200
    review_on: date


class MedicalConditionRecorded(PersonEvent, name="medical-condition-recorded", category="health"):
    """A pupil has a condition from a day on, or what is to be done about it changed on that day."""

    condition: MedicalCondition


class MedicalConditionEnded(PersonEvent, name="medical-condition-ended", category="health"):
    """A condition recorded from a day on is over; ``valid_on`` is its last day."""

    called: Naming
    started: date


class MedicalConditionCorrected(PersonEvent, name="medical-condition-corrected", category="health"):
    """A condition recorded at an earlier entry had been wrong."""

    condition: MedicalCondition
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class AllergyRecorded(PersonEvent, name="allergy-recorded", category="health"):
    """A pupil has an allergy from a day on, or its severity or what is to be done changed on that day."""

    allergy: Allergy


class AllergyEnded(PersonEvent, name="allergy-ended", category="health"):
    """An allergy recorded from a day on is over; ``valid_on`` is its last day."""

    called: Naming
    started: date


class AllergyCorrected(PersonEvent, name="allergy-corrected", category="health"):
    """An allergy recorded at an earlier entry had been wrong."""

    allergy: Allergy
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class CarePlanAgreed(PersonEvent, name="care-plan-agreed", category="health"):
    """A care plan was agreed, or agreed anew, and holds from a day on."""

    plan: CarePlan


class CarePlanEnded(PersonEvent, name="care-plan-ended", category="health"):
    """A care plan that was agreed from a day on ended; ``valid_on`` is its last day."""

    called: Naming
    started: date


class CarePlanCorrected(PersonEvent, name="care-plan-corrected", category="health"):
    """A care plan recorded at an earlier entry had been wrong."""

    plan: CarePlan
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class MedicalFlagReceived(PersonEvent, name="medical-flag-received", category="health"):
    """A previous school said whether it knew of a medical condition. It is a hint to ask the family, and no condition.

    The ``MedicalFlag`` of the Common Transfer File.
    """

    flagged: bool


class MedicalFlagCorrected(PersonEvent, name="medical-flag-corrected", category="health"):
    """What was recorded at an earlier entry is not what the previous school said."""

    flagged: bool
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
