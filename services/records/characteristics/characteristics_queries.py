"""The sections of a pupil's record about characteristics: what is known of each kind, in the words of its code."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, get_args

from events.codes.characteristics import Kind, code_sets, in_words
from ledger.view import Reader
from services.facts import on
from services.records.characteristics.characteristics_views import (
    Meals,
    MealsRow,
    Refusal,
    Said,
    characteristics,
    free_meals,
    refused_fields,
)
from services.records.section import Fact, Section, done, fact

_REVIEW: Final = "Review of free school meals"
REFUSED: Final = "The family refused to answer."


async def read_characteristics(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give what is known of each kind on a date, in the order of the kinds."""
    rows = {row.kind: row for row in await reader.find(characteristics, subject=subject)}
    found = []
    for kind in get_args(Kind):
        row = rows.get(kind)
        known = fact(code_sets()[kind].title, row.series, valid_on, _worded(kind)) if row else None
        if known is not None:
            found.append(_noted(known))
    return found


async def read_free_meals(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give the episodes that had begun on a date, and when the entitlement is to be looked at again."""
    row = await reader.get(free_meals, subject) or MealsRow(subject=subject)
    begun = sorted((one for one in row.episodes if one.start <= valid_on), key=lambda one: (one.start, one.at.index))
    once = {(one.start, one.until, one.country, one.fsm_category, one.voided): one for one in begun}
    review = fact(_REVIEW, row.reviews, valid_on, date.isoformat)
    not_due = [done(_REVIEW, one, None, date.isoformat, "No such review was due.") for one in row.not_due]
    return [
        *(_episode(one) for one in once.values()),
        *([review] if review else []),
        *(one for one in not_due if one.since is not None and one.since <= valid_on),
    ]


async def read_refused(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give the fields that had been given and not taken by a date, each as it was last refused by then."""
    rows = await reader.find(refused_fields, subject=subject)
    by_then = ((row.field, on(row.refusals, valid_on)) for row in rows)
    return [_refused(field, one) for field, one in by_then if one is not None]


def _worded(kind: str) -> Callable[[Said], str]:
    def words(said: Said) -> str:
        text = in_words(kind, said.codes)
        authority = f", local authority {said.care_authority}" if said.care_authority else ""
        source = f" (said by {code_sets()['source'].codes.get(said.source, said.source)})" if said.source else ""
        return f"{text}{authority}{source}"

    return words


def _noted(known: Fact) -> Fact:
    said: Said = known.value
    notes = [REFUSED] if said.refused else []
    notes += [f"Corrected: {said.why}"] if said.why else []
    return replace(known, note=" ".join(notes) or None)


def _episode(one: Meals) -> Fact:
    category = code_sets()["fsm_category"].codes.get(one.fsm_category or "")
    words = f"{category}, " if category else ""
    text = f"{words}{code_sets()['uk_country'].codes.get(one.country, one.country)}"
    was = None
    if one.was_start is not None:
        was = f"from {one.was_start.isoformat()}{f' to {one.was_until.isoformat()}' if one.was_until else ''}"
    if one.voided:
        text = "There never was an episode from that day."
    return Fact(
        "Free school meals", {"country": one.country, "category": one.fsm_category, "voided": one.voided}, text,
        one.start, one.at, until=one.until, was=was, note=f"Corrected: {one.why}" if one.why else None,
    )  # fmt: skip


def _refused(field: str, one: Refusal) -> Fact:
    label = field.replace("_", " ").capitalize()
    text = f"Given, and not taken: rule {one.rule}, version {one.rule_version}. The value is not kept."
    return Fact(label, None, text, one.since, one.at)


SECTIONS: Final = (
    Section("characteristics", "Characteristics", "characteristics", read_characteristics),
    Section("free-school-meals", "Free school meals", "characteristics", read_free_meals),
    Section("refused-fields", "Fields that are not collected", "characteristics", read_refused),
)
