"""What a file says of a pupil's characteristics and free meals, compared with the record and never blanking it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from events.codes.characteristics import FsmCategory, Kind, Source, code_sets
from events.codes.characteristics import UkCountry as Country
from events.model import Strict
from events.records.characteristics import CareAuthority, Codes, FieldName, FsmEpisode
from law.rules import rule_against
from ledger.decider import Step
from services.facts import on
from services.records import characteristics as say
from services.records import free_meals as meals
from services.records.characteristics_views import CharacteristicRow, Meals, MealsRow, RefusedFieldRow
from services.records.characteristics_views import characteristics as characteristics_view
from services.records.characteristics_views import free_meals as free_meals_view
from services.records.characteristics_views import refused_fields as refused_fields_view
from services.records.intake import Effect, Known, Plan, Planner

COUNTRY: Final = "ENG"
"""The country of an episode whose file does not say it: the school is in England."""


class SaidFact(Strict):
    """What a file says of one kind."""

    kind: Kind
    codes: Codes
    source: Source | None = None
    care_authority: CareAuthority | None = None


class EpisodeFact(Strict):
    """An episode of free school meals as a file gives it."""

    start: date
    until: date | None = None
    country: Country | None = None
    fsm_category: FsmCategory | None = None


class CharacteristicsFact(Strict):
    """A row's section. ``not_collected`` names the fields that were given and dropped."""

    said: Annotated[tuple[SaidFact, ...], Field(max_length=20)] = ()
    fsm: Annotated[tuple[EpisodeFact, ...], Field(max_length=50)] = ()
    fsm_review: date | None = None
    not_collected: Annotated[tuple[FieldName, ...], Field(max_length=20)] = ()


AHEAD_MAX: Final = timedelta(days=120)
"""A file may know before the summer of meals from September on; a start later than that is a slip of the year."""


def plan(made: Plan, part: CharacteristicsFact, known: Known, pupil: bytes, valid_on: date) -> None:
    """Add to a plan what the section would change."""
    rows: dict[str, CharacteristicRow] = {row.kind: row for row in known.rows.get(characteristics_view.name, ())}
    for fact in {fact.kind: fact for fact in part.said}.values():
        _said(made, fact, rows.get(fact.kind), pupil, valid_on)
    found: Sequence[MealsRow] = known.rows.get(free_meals_view.name, ())
    row = found[0] if found else MealsRow(subject=pupil)
    _episodes(made, part.fsm, row, pupil, valid_on)
    _review(made, part.fsm_review, row, pupil, valid_on)
    refused: dict[str, RefusedFieldRow] = {one.field: one for one in known.rows.get(refused_fields_view.name, ())}
    for field in part.not_collected:
        _refused(made, field, refused.get(field), pupil, valid_on)


def _said(made: Plan, fact: SaidFact, row: CharacteristicRow | None, pupil: bytes, valid_on: date) -> None:
    sentence = say.why_not(fact.kind, fact.codes)
    if sentence is not None:
        made.reasons.append(sentence)
        return
    item = on(row.series, valid_on) if row else None
    codes, source, authority = tuple(sorted(fact.codes)), fact.source, fact.care_authority
    if item is not None and (item.value.codes == codes or set(codes) <= code_sets()[fact.kind].unanswered):
        # What the file leaves out stays as it is, and "not obtained" is no answer to put in place of one.
        codes, source = item.value.codes, source if item.value.codes == codes and source else item.value.source
        authority = authority or item.value.care_authority
    effect = fact.kind.replace("_", " ")
    wanted = {"codes": codes, "source": source, "care_authority": authority}
    old = None
    if item is not None:
        old = {name: getattr(item.value, name) for name in wanted}
        if old == wanted:
            made.effects.append(Effect(effect, "same", wanted, old, item.at))
            return
    made.effects.append(Effect(effect, "changed" if item else "new", wanted, old, item.at if item else None))
    command = say.ChangeCharacteristic(
        pupil=pupil, valid_on=valid_on, kind=fact.kind, codes=codes, source=source, care_authority=authority
    )
    made.steps.append(Step(say.characteristics, command))


def _episodes(made: Plan, facts: Sequence[EpisodeFact], row: MealsRow, pupil: bytes, valid_on: date) -> None:
    known = [one for one in row.episodes if not one.voided]
    never = {one.start for one in row.episodes if one.voided}
    taken: list[FsmEpisode] = []
    for fact in sorted(set(facts), key=lambda one: (one.start, one.until or date.max)):
        if fact.start in never:
            continue  # A person has put right that there was none: a file that still has it does not undo that.
        if fact.start > valid_on + AHEAD_MAX:
            made.reasons.append(
                "An episode of free school meals starts long after the day of the file. Check its start."
            )
            continue
        same = next(
            (one for one in known if one.start <= fact.start and (one.until is None or fact.start <= one.until)), None
        )
        if same is not None:
            _known(made, fact, same, pupil)
            continue
        wanted = FsmEpisode(
            start=fact.start, until=fact.until, country=fact.country or COUNTRY, fsm_category=fact.fsm_category
        )
        held = [
            FsmEpisode(start=one.start, until=one.until, country=one.country, fsm_category=one.fsm_category)
            for one in known
        ]
        if any(meals.overlap(wanted, one) for one in [*held, *taken]):
            made.reasons.append(
                "The file's free school meals overlap another episode. Check which days are right, correct the record "
                "and send the row again."
            )
            continue
        taken.append(wanted)
        made.effects.append(Effect(_label(fact), "new", wanted))
        start = meals.StartFsmEpisode(
            pupil=pupil, valid_on=wanted.start, until=wanted.until, country=wanted.country,
            fsm_category=wanted.fsm_category,
        )  # fmt: skip
        made.steps.append(Step(meals.free_meals, start))


def _known(made: Plan, fact: EpisodeFact, same: Meals, pupil: bytes) -> None:
    """An episode that is known already, from its start or within it: at most its end is news."""
    told = (fact.country or same.country, fact.fsm_category or same.fsm_category)
    if same.start == fact.start and told != (same.country, same.fsm_category):
        made.reasons.append(
            "The country or category of an episode of free school meals differs from the one recorded. Check which is "
            "right; if it is the file's, correct the record first and send the row again."
        )
        return
    is_within = (
        same.until is not None and fact.until is not None and same.start < fact.start and fact.until <= same.until
    )
    if fact.until is None or same.until == fact.until or is_within:
        made.effects.append(Effect(_label(fact), "same", same.until, same.until, same.at))
        return
    if same.until is not None:
        made.reasons.append(
            "The end of an episode of free school meals differs from the one recorded. Check which is right; if it is "
            "the file's, correct the record first and send the row again."
        )
        return
    made.effects.append(Effect(_label(fact), "changed", fact.until, None, same.at))
    end = meals.EndFsmEpisode(pupil=pupil, valid_on=fact.until, started=same.start)
    made.steps.append(Step(meals.free_meals, end))


def _review(made: Plan, review: date | None, row: MealsRow, pupil: bytes, valid_on: date) -> None:
    if review is None:
        return
    item = on(row.reviews, valid_on)
    if item is not None and item.value == review:
        made.effects.append(Effect("free school meals review", "same", review, review, item.at))
        return
    old, at = (item.value, item.at) if item else (None, None)
    made.effects.append(Effect("free school meals review", "changed" if item else "new", review, old, at))
    made.steps.append(Step(meals.free_meals, meals.SetFsmReview(pupil=pupil, valid_on=valid_on, review=review)))


def _refused(made: Plan, field: str, row: RefusedFieldRow | None, pupil: bytes, valid_on: date) -> None:
    rule = rule_against(field, valid_on)
    if rule is None or (row is not None and (row.rule, row.rule_version) == (rule.id, rule.version)):
        return
    made.effects.append(Effect(field.replace("_", " "), "new", "not collected, so not kept"))
    made.steps.append(Step(say.characteristics, say.OfferField(pupil=pupil, valid_on=valid_on, field=field)))


def _label(fact: EpisodeFact) -> str:
    return f"free school meals from {fact.start.isoformat()}"


PLANNER: Final = Planner(
    "characteristics",
    "characteristics",
    CharacteristicsFact,
    (characteristics_view, free_meals_view, refused_fields_view),
    plan,
)
