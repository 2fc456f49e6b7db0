"""The collection form of a school on a day, in its wording; and what a pupil's family was asked, told and said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from events.records.collection import Asked
from ledger.decider import Refused
from ledger.view import Reader
from services.facts import on
from services.records.families.collection_views import (
    Answer,
    FormField,
    Notice,
    Question,
    WrongAnswer,
    collected,
    form_fields,
    published_notices,
)
from services.records.section import Fact, Section, done, withdrawn


@dataclass(frozen=True, slots=True)
class Form:
    """A school's form on a day: its fields, required ones first, and the SHA-256 of its wording."""

    fields: Sequence[FormField]
    wording: str


async def form_on(reader: Reader, day: date) -> Form:
    """Give the form as adopted and in force on a day."""
    rows = [
        row
        for row in await reader.find(form_fields)
        if row.in_force_from <= day and (row.in_force_until is None or day <= row.in_force_until)
    ]
    fields = sorted(rows, key=lambda row: (not row.required, row.adopted, row.rule))
    return Form(fields, sha256("\n".join(wording(one) for one in fields).encode()).hexdigest())


def wording(one: FormField) -> str:
    """Give a field as a family reads it: what is asked, whether it must be answered, by which law, and why."""
    must = "You must give this" if one.required else "This is your choice"
    return f"{one.label}. {must} ({one.citation}). {one.why}"


async def refuse_unlike(reader: Reader, asked: Sequence[Asked], day: date) -> None:
    """Refuse to record that a family was shown what the adopted form does not say. Raises Refused."""
    known = {row.item: (row.required, row.rule_version) for row in (await form_on(reader, day)).fields}
    for one in asked:
        if one.item not in known:
            raise Refused("The school's form does not ask for one of these fields. Take the fields from the form.")
        if (one.required, one.rule_version) != known[one.item]:
            raise Refused("The form says otherwise whether one of these is required. Take the fields from the form.")


async def refuse_unpublished(reader: Reader, notice_version: int, digest: str) -> None:
    """Refuse a notice that the school did not publish. Raises Refused."""
    row = await reader.get(published_notices, notice_version)
    if row is None or row.digest != digest:
        raise Refused("The school has not published this version of its notice with this text. Check which it gave.")


async def collection_section(reader: Reader, pupil: bytes, day: date) -> list[Fact]:
    """Give what the family was shown and answered, and which notices it was given, up to a day."""
    row = await reader.get(collected, pupil)
    if row is None:
        return []
    labels = {one.item: one.label for one in await reader.find(form_fields)}
    asked = [_asked(labels.get(one.item, one.item), one, day) for one in row.questions if one.since <= day]
    given = [
        done("Privacy notice", one, one.value.model_dump(), _version, "This notice was not given to the family.")
        for one in row.notices
        if one.on <= day
    ]
    return [*asked, *given]


def _asked(label: str, one: Question, day: date) -> Fact:
    standing = [answer for answer in one.answers if not answer.never]
    answer = on(standing, day)
    earlier = [other for other in standing if answer and _order(other) < _order(answer)]
    was = max(earlier, key=_order, default=None)
    value = {
        "item": one.item, "required": one.required, "to": one.to, "wording": one.wording, "channel": one.channel,
        "answer": answer.answer if answer else None, "reason": answer.reason if answer else None, "shown": one.shown,
    }  # fmt: skip
    must = "required" if one.required else "a choice"
    text = f"Shown as {must}, {one.channel}; {_words(answer)}"
    before = _words(answer.was) if answer and answer.was else _words(was) if was else None
    notes = [f"What was shown was corrected: {one.was.why}"] if one.was else []
    notes += [f"The answer was corrected: {answer.was.why}"] if answer and answer.was else []
    notes += [
        f"Not answered on {gone.since.isoformat()} ({_words(gone)}): {gone.never.why}"
        for gone in one.answers
        if gone.never and gone.since <= day
    ]
    known = Fact(
        label, value, text, one.since, answer.at if answer else one.at, was=before, note=" ".join(notes) or None
    )  # fmt: skip
    return withdrawn(known, one.never, "This was not shown to the family.")


def _order(answer: Answer) -> tuple[date, int]:
    return answer.since, answer.at.index


def _words(answer: Answer | WrongAnswer | None) -> str:
    if answer is None:
        return "not answered yet"
    return f"{answer.answer}: {answer.reason}" if answer.reason else answer.answer


def _version(notice: Notice) -> str:
    return f"Version {notice.notice_version}"


COLLECTION: Final = Section("collection", "What the family was asked and told", "correspondence", collection_section)
"""The section of a pupil's record."""
