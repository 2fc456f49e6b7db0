"""What is shown of collection: the form as adopted, the notices published, and what each family was asked and said."""

from datetime import date
from typing import Any

from events.gateways import RuleWithdrawn
from events.governance import CollectionFieldAdopted, PrivacyNoticePublished
from events.model import Recorded
from events.records.collection import Asked, FieldDeclined, FieldGiven, FieldShown, NoticeGiven
from events.records.collection_corrections import FieldAnswerCorrected, FieldShowingCorrected, NoticeGivingCorrected
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, Never, never, put_right
from services.facts import Provenance, why


class FormField(Row):
    """A field of the form, by the newest adoption of its rule."""

    rule: str
    rule_version: int
    item: str
    label: str
    required: bool
    why: str
    citation: str
    in_force_from: date
    in_force_until: date | None
    adopted: int


class PublishedNotice(Row):
    """A version of the privacy notice."""

    notice_version: int
    digest: str
    since: date


class WrongAnswer(Row):
    """What had been recorded instead of an answer before it was corrected, and why that was wrong."""

    item: str
    answer: str
    reason: str | None
    since: date
    at: Provenance
    why: str


class Answer(Row):
    """What was answered, given or declined, and from which day on; ``never`` where it was not answered at all."""

    answer: str
    since: date
    at: Provenance
    reason: str | None = None
    was: WrongAnswer | None = None
    never: Never | None = None


class WrongShowing(Row):
    """How a field had been recorded as shown before that was corrected, and why that was wrong."""

    required: bool
    to: bytes
    channel: str
    since: date
    at: Provenance
    why: str


class Question(Row):
    """A field as somebody was shown it, and all that was answered, as recorded: a family may think again.

    ``shown`` is the entry that first said so, which every answer names; ``never`` where it was not shown at all.
    """

    item: str
    required: bool
    to: bytes
    wording: str
    channel: str
    since: date
    at: Provenance
    shown: int
    answers: tuple[Answer, ...] = ()
    was: WrongShowing | None = None
    never: Never | None = None


class Notice(Row):
    """A version of the privacy notice, and who received it."""

    notice_version: int
    digest: str
    to: bytes


class CollectedRow(PersonRow):
    """What a pupil's family was shown, said and was given."""

    questions: tuple[Question, ...] = ()
    notices: tuple[Deed[Notice], ...] = ()


form_fields = View("form_fields", version=2, row=FormField, key=["rule"], key_of=lambda r: (r.event.rule,))
published_notices = View(
    "published_notices", version=1, row=PublishedNotice, key=["notice_version"],
    key_of=lambda r: (r.event.notice_version,),
)  # fmt: skip
collected = View("collected", version=3, row=CollectedRow, key=["subject"], key_of=lambda r: (r.subject,))


@form_fields.on(CollectionFieldAdopted)
def _adopted(row: FormField | None, recorded: Recorded[CollectionFieldAdopted]) -> FormField:  # noqa: ARG001  # the newest counts
    body = recorded.body
    return FormField(
        rule=body.rule, rule_version=body.rule_version, item=body.item, label=body.label, required=body.required,
        why=body.why, citation=body.citation, in_force_from=body.in_force_from, in_force_until=body.in_force_until,
        adopted=recorded.index,
    )  # fmt: skip


@form_fields.on(RuleWithdrawn)
def _not_asked(row: FormField | None, recorded: Recorded[RuleWithdrawn]) -> None:
    """Ask nothing by a rule that the school no longer goes by."""


@published_notices.on(PrivacyNoticePublished)
def _published(row: PublishedNotice | None, recorded: Recorded[PrivacyNoticePublished]) -> PublishedNotice:  # noqa: ARG001  # published once
    body = recorded.body
    return PublishedNotice(notice_version=body.notice_version, digest=body.digest, since=body.valid_on)


def _row(row: CollectedRow | None, recorded: Recorded[Any]) -> CollectedRow:
    return row or CollectedRow(subject=recorded.body.subject)


@collected.on(FieldShown)
def _shown(row: CollectedRow | None, recorded: Recorded[FieldShown]) -> CollectedRow:
    known, body = _row(row, recorded), recorded.body
    questions = tuple(
        Question(
            item=one.item, required=one.required, to=body.to, wording=body.wording, channel=body.channel,
            since=body.valid_on, at=Provenance.of(recorded), shown=recorded.index,
        )
        for one in body.asked
    )  # fmt: skip
    return known.model_copy(update={"questions": (*known.questions, *questions)})


@collected.on(FieldShowingCorrected)
def _shown_otherwise(row: CollectedRow | None, recorded: Recorded[FieldShowingCorrected]) -> CollectedRow | None:
    right, corrects = recorded.body.showing, recorded.body.corrects
    wrong = {one.item: one for one in row.questions if one.at.index == corrects and not one.never} if row else {}
    if row is None or not wrong:
        return row  # What is said of what can no longer be read.
    shown = next(iter(wrong.values())).shown
    asked = right.asked if right else ()
    items = {one.item for one in asked}
    now = [
        one.model_copy(update={"never": never(recorded)}) if one.at.index == corrects and one.item not in items else one
        for one in row.questions
        if one.at.index != corrects or one.item not in items
    ]
    now += [_as_shown(one, wrong.get(one.item), recorded, shown) for one in asked]
    return row.model_copy(update={"questions": tuple(sorted(now, key=lambda one: one.shown))})


def _as_shown(
    asked: Asked, wrong: Question | None, recorded: Recorded[FieldShowingCorrected], shown: int
) -> Question:  # fmt: skip
    right = recorded.body.showing
    if right is None:
        raise TypeError("what was not shown has no fields")
    was = None
    if wrong is not None:
        was = WrongShowing(
            required=wrong.required, to=wrong.to, channel=wrong.channel, since=wrong.since, at=wrong.at,
            why=why(recorded.body),
        )  # fmt: skip
    return Question(
        item=asked.item, required=asked.required, to=right.to, wording=right.wording, channel=right.channel,
        since=right.on, at=Provenance.of(recorded), shown=shown, answers=wrong.answers if wrong else (), was=was,
    )  # fmt: skip


@collected.on(FieldGiven, FieldDeclined)
def _answered(row: CollectedRow | None, recorded: Recorded[FieldGiven | FieldDeclined]) -> CollectedRow:
    known, body = _row(row, recorded), recorded.body
    answer = Answer(
        answer="declined" if isinstance(body, FieldDeclined) else "given", since=body.valid_on,
        at=Provenance.of(recorded), reason=getattr(body, "reason", None),
    )  # fmt: skip
    return _with(known, (body.shown, body.item), answer)


def _with(row: CollectedRow, question: tuple[int, str], answer: Answer) -> CollectedRow:
    questions = tuple(
        one.model_copy(update={"answers": (*one.answers, answer)})
        if (one.shown, one.item) == question and not one.never
        else one
        for one in row.questions
    )
    return row.model_copy(update={"questions": questions})


@collected.on(FieldAnswerCorrected)
def _answered_otherwise(row: CollectedRow | None, recorded: Recorded[FieldAnswerCorrected]) -> CollectedRow | None:
    right, corrects = recorded.body.answer, recorded.body.corrects
    told = ((question, one) for question in (row.questions if row else ()) for one in question.answers)
    found = next(((question, one) for question, one in told if one.at.index == corrects), None)
    if row is None or found is None:
        return row  # As of what was shown.
    question, wrong = found
    kept = tuple(one for one in question.answers if one is not wrong)
    if right is None:
        kept = (*kept, wrong.model_copy(update={"never": never(recorded)}))
    questions = tuple(one.model_copy(update={"answers": kept}) if one is question else one for one in row.questions)
    row = row.model_copy(update={"questions": questions})
    if right is None:
        return row
    was = WrongAnswer(
        item=question.item, answer=wrong.answer, reason=wrong.reason, since=wrong.since, at=wrong.at,
        why=why(recorded.body),
    )  # fmt: skip
    answer = Answer(
        answer="given" if right.given else "declined", since=right.on, at=Provenance.of(recorded),
        reason=right.because, was=was,
    )  # fmt: skip
    return _with(row, (right.shown, right.item), answer)


@collected.on(NoticeGiven)
def _given(row: CollectedRow | None, recorded: Recorded[NoticeGiven]) -> CollectedRow:
    known, body = _row(row, recorded), recorded.body
    notice = Notice(notice_version=body.notice_version, digest=body.digest, to=body.to)
    given = Deed[Notice](value=notice, on=body.valid_on, at=Provenance.of(recorded))
    return known.model_copy(update={"notices": (*known.notices, given)})


@collected.on(NoticeGivingCorrected)
def _given_otherwise(row: CollectedRow | None, recorded: Recorded[NoticeGivingCorrected]) -> CollectedRow | None:
    if row is None:
        return None  # As of what was shown.
    said = recorded.body.received
    right = Notice(notice_version=said.notice_version, digest=said.digest, to=said.to) if said else None
    notices = put_right(row.notices, recorded, (said.on, right) if said and right else None)
    return row.model_copy(update={"notices": notices})


VIEWS: tuple[AnyView, ...] = (form_fields, published_notices, collected)
"""This feature's views."""
