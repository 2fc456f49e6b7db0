"""What is shown of characteristics: each kind as a dated series, episodes of free meals, and what was refused."""

from datetime import date
from typing import Any, Final

from events.model import Recorded
from events.records.characteristics import (
    CharacteristicChanged,
    CharacteristicCorrected,
    FieldRefused,
    FsmEpisodeCorrected,
    FsmEpisodeEnded,
    FsmEpisodeStarted,
    FsmReviewCorrected,
    FsmReviewSet,
    FsmReviewWithdrawn,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, struck_out
from services.facts import Dated, Provenance, added, corrected, why


class Said(Row):
    """Codes of one kind, who gave them, and whether they say that the answer was refused."""

    codes: tuple[str, ...]
    source: str | None
    care_authority: str | None
    refused: bool
    why: str | None = None
    """Why it was corrected, if it was."""


class CharacteristicRow(PersonRow):
    """One kind of characteristic of a pupil."""

    kind: str
    series: tuple[Dated[Said], ...] = ()


characteristics: Final = View(
    "characteristics",
    version=2,
    row=CharacteristicRow,
    key=["subject", "kind"],
    key_of=lambda r: (r.subject, r.body.kind),
)


@characteristics.on(CharacteristicChanged, CharacteristicCorrected)
def _said(
    row: CharacteristicRow | None, recorded: Recorded[CharacteristicChanged | CharacteristicCorrected]
) -> CharacteristicRow:
    body = recorded.body
    known = row or CharacteristicRow(subject=body.subject, kind=body.kind)
    said = Said(
        codes=body.codes, source=body.source, care_authority=body.care_authority, refused=body.refused,
        why=why(body) if isinstance(body, CharacteristicCorrected) else None,
    )  # fmt: skip
    item = Dated[Said](value=said, since=body.valid_on, at=Provenance.of(recorded))
    if isinstance(body, CharacteristicCorrected):
        return known.model_copy(update={"series": corrected(known.series, item, body.corrects)})
    return known.model_copy(update={"series": added(known.series, item)})


class Meals(Row):
    """One episode of free school meals; a corrected one says what it was before and why that was wrong.

    ``voided`` is whether there never was one: it is kept so that its correction stays readable.
    """

    start: date
    until: date | None
    country: str
    fsm_category: str | None
    at: Provenance
    ended_at: Provenance | None = None
    voided: bool = False
    was_start: date | None = None
    was_until: date | None = None
    why: str | None = None


class MealsRow(PersonRow):
    """A pupil's episodes, and when the entitlement is to be looked at again."""

    episodes: tuple[Meals, ...] = ()
    reviews: tuple[Dated[date], ...] = ()
    not_due: tuple[Deed[date], ...] = ()


free_meals: Final = View("free_meals", version=3, row=MealsRow, key=["subject"], key_of=lambda r: (r.subject,))


def _meals(row: MealsRow | None, recorded: Recorded[Any]) -> MealsRow:
    return row or MealsRow(subject=recorded.body.subject)


@free_meals.on(FsmEpisodeStarted)
def _started(row: MealsRow | None, recorded: Recorded[FsmEpisodeStarted]) -> MealsRow:
    body, known = recorded.body, _meals(row, recorded)
    begun = Meals(
        start=body.valid_on, until=body.until, country=body.country, fsm_category=body.fsm_category,
        at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(update={"episodes": (*known.episodes, begun)})


@free_meals.on(FsmEpisodeEnded)
def _ended(row: MealsRow | None, recorded: Recorded[FsmEpisodeEnded]) -> MealsRow:
    body, known = recorded.body, _meals(row, recorded)
    end = {"until": body.valid_on, "ended_at": Provenance.of(recorded)}
    episodes = tuple(
        one.model_copy(update=end) if one.start == body.started and not one.voided else one for one in known.episodes
    )
    return known.model_copy(update={"episodes": episodes})


@free_meals.on(FsmEpisodeCorrected)
def _put_right(row: MealsRow | None, recorded: Recorded[FsmEpisodeCorrected]) -> MealsRow:
    body, known = recorded.body, _meals(row, recorded)
    wrong = next((one for one in known.episodes if one.at.index == body.corrects), None)
    rest = tuple(one for one in known.episodes if one is not wrong)
    at, right = Provenance.of(recorded), body.episode
    if right is not None:
        item = Meals(
            start=right.start, until=right.until, country=right.country, fsm_category=right.fsm_category, at=at,
            was_start=wrong.start if wrong else None, was_until=wrong.until if wrong else None, why=why(body),
        )  # fmt: skip
        return known.model_copy(update={"episodes": (*rest, item)})
    if wrong is None:
        return known
    never = wrong.model_copy(
        update={"voided": True, "at": at, "was_start": wrong.start, "was_until": wrong.until, "why": why(body)}
    )
    return known.model_copy(update={"episodes": (*rest, never)})


@free_meals.on(FsmReviewSet)
def _review(row: MealsRow | None, recorded: Recorded[FsmReviewSet]) -> MealsRow:
    body, known = recorded.body, _meals(row, recorded)
    item = Dated[date](value=body.review, since=body.valid_on, at=Provenance.of(recorded))
    return known.model_copy(update={"reviews": added(known.reviews, item)})


@free_meals.on(FsmReviewCorrected)
def _review_put_right(row: MealsRow | None, recorded: Recorded[FsmReviewCorrected]) -> MealsRow:
    body, known = recorded.body, _meals(row, recorded)
    item = Dated[date](value=body.review, since=body.valid_on, at=Provenance.of(recorded))
    return known.model_copy(update={"reviews": corrected(known.reviews, item, body.corrects)})


@free_meals.on(FsmReviewWithdrawn)
def _review_not_due(row: MealsRow | None, recorded: Recorded[FsmReviewWithdrawn]) -> MealsRow | None:
    if row is None:
        return None  # What is said of a review that can no longer be read.
    reviews, gone = struck_out(row.reviews, recorded)
    return row.model_copy(update={"reviews": reviews, "not_due": (*row.not_due, *gone)})


class Refusal(Row):
    """That a field was given and not taken: from which day, by which rule."""

    since: date
    rule: str
    rule_version: int
    at: Provenance


class RefusedFieldRow(PersonRow):
    """A field that was given of a pupil and not taken: when last, and ``earlier``. The value is nowhere."""

    field: str
    since: date
    rule: str
    rule_version: int
    at: Provenance
    earlier: tuple[Refusal, ...] = ()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Each time that the field was given and not taken, the newest last."""
        newest = Refusal(since=self.since, rule=self.rule, rule_version=self.rule_version, at=self.at)
        return (*self.earlier, newest)


refused_fields: Final = View(
    "refused_fields",
    version=2,
    row=RefusedFieldRow,
    key=["subject", "field"],
    key_of=lambda r: (r.subject, r.body.field),
)


@refused_fields.on(FieldRefused)
def _refused(row: RefusedFieldRow | None, recorded: Recorded[FieldRefused]) -> RefusedFieldRow:
    body = recorded.body
    return RefusedFieldRow(
        subject=body.subject, field=body.field, since=body.valid_on, rule=body.rule, rule_version=body.rule_version,
        at=Provenance.of(recorded), earlier=row.refusals if row else (),
    )  # fmt: skip


VIEWS: Final[tuple[AnyView, ...]] = (characteristics, free_meals, refused_fields)
