"""What is shown of collection: the form as adopted, the notices published, and what each family was asked and said."""

from datetime import date
from typing import Any

from events.gateways import RuleWithdrawn
from events.governance import CollectionFieldAdopted, PrivacyNoticePublished
from events.model import Recorded
from events.records.collection import FieldDeclined, FieldGiven, FieldShown, NoticeGiven
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance


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


class Answer(Row):
    """What was answered, given or declined, and from which day on."""

    answer: str
    since: date
    at: Provenance
    reason: str | None = None


class Question(Row):
    """A field as somebody was shown it, and all that was answered, as recorded: a family may think again."""

    item: str
    required: bool
    to: bytes
    wording: str
    channel: str
    since: date
    at: Provenance
    answers: tuple[Answer, ...] = ()


class Notice(Row):
    """A version of the privacy notice that somebody received."""

    notice_version: int
    digest: str
    to: bytes
    since: date
    at: Provenance


class CollectedRow(PersonRow):
    """What a pupil's family was shown, said and was given."""

    questions: tuple[Question, ...] = ()
    notices: tuple[Notice, ...] = ()


form_fields = View("form_fields", version=2, row=FormField, key=["rule"], key_of=lambda r: (r.event.rule,))
published_notices = View(
    "published_notices", version=1, row=PublishedNotice, key=["notice_version"],
    key_of=lambda r: (r.event.notice_version,),
)  # fmt: skip
collected = View("collected", version=2, row=CollectedRow, key=["subject"], key_of=lambda r: (r.subject,))


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
            since=body.valid_on, at=Provenance.of(recorded),
        )
        for one in body.asked
    )  # fmt: skip
    return known.model_copy(update={"questions": (*known.questions, *questions)})


@collected.on(FieldGiven, FieldDeclined)
def _answered(row: CollectedRow | None, recorded: Recorded[FieldGiven | FieldDeclined]) -> CollectedRow:
    known, body = _row(row, recorded), recorded.body
    answer = Answer(
        answer="declined" if isinstance(body, FieldDeclined) else "given", since=body.valid_on,
        at=Provenance.of(recorded), reason=getattr(body, "reason", None),
    )  # fmt: skip
    questions = tuple(
        one.model_copy(update={"answers": (*one.answers, answer)})
        if (one.at.index, one.item) == (body.shown, body.item)
        else one
        for one in known.questions
    )
    return known.model_copy(update={"questions": questions})


@collected.on(NoticeGiven)
def _given(row: CollectedRow | None, recorded: Recorded[NoticeGiven]) -> CollectedRow:
    known, body = _row(row, recorded), recorded.body
    notice = Notice(
        notice_version=body.notice_version, digest=body.digest, to=body.to, since=body.valid_on,
        at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(update={"notices": (*known.notices, notice)})


VIEWS: tuple[AnyView, ...] = (form_fields, published_notices, collected)
"""This feature's views."""
