"""The collection form of a school on a day, in its wording; and what a pupil's family was asked, told and said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from ledger.decider import Refused
from ledger.view import Reader
from services.facts import on
from services.records.families.collection import GiveNotice, ShowFields
from services.records.families.collection_views import Answer, FormField, collected, form_fields, published_notices
from services.records.section import Fact, Section


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


async def refuse_unlike(reader: Reader, command: ShowFields) -> None:
    """Refuse to record that a family was shown what the adopted form does not say. Raises Refused."""
    asked = {row.item: (row.required, row.rule_version) for row in (await form_on(reader, command.valid_on)).fields}
    for one in command.asked:
        if one.item not in asked:
            raise Refused("The school's form does not ask for one of these fields. Take the fields from the form.")
        if (one.required, one.rule_version) != asked[one.item]:
            raise Refused("The form says otherwise whether one of these is required. Take the fields from the form.")


async def refuse_unpublished(reader: Reader, command: GiveNotice) -> None:
    """Refuse a notice that the school did not publish. Raises Refused."""
    row = await reader.get(published_notices, command.notice_version)
    if row is None or row.digest != command.digest:
        raise Refused("The school has not published this version of its notice with this text. Check which it gave.")


async def collection_section(reader: Reader, pupil: bytes, day: date) -> list[Fact]:
    """Give what the family was shown and answered, and which notices it was given, up to a day."""
    row = await reader.get(collected, pupil)
    if row is None:
        return []
    labels = {one.item: one.label for one in await reader.find(form_fields)}
    facts = []
    for one in row.questions:
        if one.since > day:
            continue
        answer = on(one.answers, day)
        said, reason = (answer.answer, answer.reason) if answer else (None, None)
        earlier = [other for other in one.answers if answer and _order(other) < _order(answer)]
        was = max(earlier, key=_order, default=None)
        value = {
            "item": one.item, "required": one.required, "to": one.to, "wording": one.wording, "channel": one.channel,
            "answer": said, "reason": reason, "shown": one.at.index,
        }  # fmt: skip
        must = "required" if one.required else "a choice"
        text = f"Shown as {must}, {one.channel}; {_words(answer)}"
        at = answer.at if answer else one.at
        label = labels.get(one.item, one.item)
        facts.append(Fact(label, value, text, one.since, at, was=_words(was) if was else None))
    for given in row.notices:
        if given.since <= day:
            notice = {"notice_version": given.notice_version, "digest": given.digest, "to": given.to}
            facts.append(Fact("Privacy notice", notice, f"Version {given.notice_version}", given.since, given.at))
    return facts


def _order(answer: Answer) -> tuple[date, int]:
    return answer.since, answer.at.index


def _words(answer: Answer | None) -> str:
    if answer is None:
        return "not answered yet"
    return f"{answer.answer}: {answer.reason}" if answer.reason else answer.answer


COLLECTION: Final = Section("collection", "What the family was asked and told", "correspondence", collection_section)
"""The section of a pupil's record."""
