"""Special educational needs: what provision from when to when, which needs by rank, and the plan of an authority."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from events.codes.sen import SenNeed, SenProvision
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText

NEEDS_MAX = 14
"""As many needs as there are types of need."""
SenNeeds: TypeAlias = Annotated[tuple[SenNeed, ...], Field(max_length=NEEDS_MAX)]
"""Types of need in the order of their rank: the first is the primary need."""


class EhcPlan(Strict):
    """An education, health and care plan, and which authority maintains it (Children and Families Act 2014 s 37)."""

    authority: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None


class SenProvisionStarted(PersonEvent, name="sen-provision-started", category="sen"):
    """A pupil has this provision from a day on, and until another starts or, where that is known, to a last day."""

    provision: SenProvision
    until: date | None = None


class SenProvisionEnded(PersonEvent, name="sen-provision-ended", category="sen"):
    """The provision that started on a day ended; ``valid_on`` is its last day."""

    started: date


class SenProvisionCorrected(PersonEvent, name="sen-provision-corrected", category="sen"):
    """A provision recorded at an earlier entry had been wrong: in its code, its first or its last day."""

    provision: SenProvision
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class SenNeedsRecorded(PersonEvent, name="sen-needs-recorded", category="sen"):
    """A pupil's needs by rank, from a day on. None at all means that no need is known any more."""

    needs: SenNeeds


class SenNeedsCorrected(PersonEvent, name="sen-needs-corrected", category="sen"):
    """The needs recorded at an earlier entry had been wrong all along."""

    needs: SenNeeds
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class EhcPlanIssued(PersonEvent, name="ehc-plan-issued", category="sen"):
    """A local authority made an education, health and care plan. Children and Families Act 2014 section 37."""

    plan: EhcPlan


class EhcPlanCeased(PersonEvent, name="ehc-plan-ceased", category="sen"):
    """The plan that was issued on a day is no longer maintained; ``valid_on`` is its last day (2014 Act s 45)."""

    started: date


class EhcPlanCorrected(PersonEvent, name="ehc-plan-corrected", category="sen"):
    """A plan recorded at an earlier entry had been wrong: in its authority, its first or its last day."""

    plan: EhcPlan
    until: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
