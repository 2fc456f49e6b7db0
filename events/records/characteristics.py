"""Characteristics: what a family says of a pupil's background, free school meals, and fields that are not collected."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from events.codes.characteristics import FsmCategory, Kind, Source, UkCountry
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import PlainText

Codes: TypeAlias = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z]{1,8}$")], ...], Field(min_length=1, max_length=16)
]
"""Codes of one kind: one, or several where a pupil may have several."""
CareAuthority: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{3}$")]
"""The three-digit number of the local authority that looks after a pupil."""
RuleName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
FieldName: TypeAlias = Annotated[PlainText, Field(pattern=r"^[a-z]+(_[a-z]+)*$", max_length=60)]


class CharacteristicChanged(PersonEvent, name="characteristic-changed", category="characteristics"):
    """A characteristic became known or holds from a date on. ``refused`` is whether the answer was refused."""

    kind: Kind
    codes: Codes
    source: Source | None = None
    care_authority: CareAuthority | None = None
    refused: bool


class CharacteristicCorrected(PersonEvent, name="characteristic-corrected", category="characteristics"):
    """A characteristic recorded at an earlier entry had been wrong all along."""

    kind: Kind
    codes: Codes
    source: Source | None = None
    care_authority: CareAuthority | None = None
    refused: bool
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class FsmEpisode(Strict):
    """A time in which a pupil may have free school meals: first and, where it has ended, last day.

    The category exists from September 2026; infants' universal meals are no episode.
    """

    start: date
    until: date | None = None
    country: UkCountry
    fsm_category: FsmCategory | None = None


class FsmEpisodeStarted(PersonEvent, name="fsm-episode-started", category="characteristics"):
    """A pupil is entitled to free school meals from ``valid_on``, until a last day where that is known already."""

    until: date | None = None
    country: UkCountry
    fsm_category: FsmCategory | None = None


class FsmEpisodeEnded(PersonEvent, name="fsm-episode-ended", category="characteristics"):
    """The entitlement that started on a day ended; ``valid_on`` was its last day."""

    started: date


class FsmEpisodeCorrected(PersonEvent, name="fsm-episode-corrected", category="characteristics"):
    """An episode recorded at an earlier entry had been wrong; without ``episode`` there never was one."""

    episode: FsmEpisode | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class FsmReviewSet(PersonEvent, name="fsm-review-set", category="characteristics"):
    """A pupil's entitlement to free school meals is to be looked at again on a day."""

    review: date


class FsmReviewCorrected(PersonEvent, name="fsm-review-corrected", category="characteristics"):
    """The day of a review, as recorded at an earlier entry, had been wrong."""

    review: date
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class FsmReviewWithdrawn(PersonEvent, name="fsm-review-withdrawn", category="characteristics"):
    """No review of a pupil's entitlement was due, as an earlier entry had said; ``valid_on`` is the day it gave."""

    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class FieldRefused(PersonEvent, name="field-refused", category="characteristics"):
    """A field that the organisation has no purpose for was given, and was not taken. The value is kept nowhere.

    UK GDPR Article 5(1)(c). The rule is the one that says so.
    """

    field: FieldName
    rule: RuleName
    rule_version: Annotated[int, Field(ge=1)]
