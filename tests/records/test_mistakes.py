"""What was told and never was so, or not then: put right by its entry, with a reason; and the second time, nothing."""

from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.records.characteristics import FsmReviewSet, FsmReviewWithdrawn
from events.records.collection import Asked, FieldDeclined, FieldGiven, FieldShown, NoticeGiven
from events.records.collection_corrections import (
    Answered,
    FieldAnswerCorrected,
    FieldShowingCorrected,
    NoticeGivingCorrected,
    NoticeReceived,
    Showing,
)
from events.records.common import PostalAddress
from events.records.contact_corrections import PhoneEnded
from events.records.contact_endings import ContactDetailWithdrawn, ContactUnlinkCorrected, PhoneEndCorrected
from events.records.contacts import AddressChanged, ContactLinked, ContactUnlinked, PhoneChanged
from events.records.enrolment import GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place
from events.records.group_corrections import (
    GroupJoiningCorrected,
    GroupLeavingCorrected,
    GroupTeachingCorrected,
    Teaching,
)
from events.records.planned_absence import AbsencePlanCorrected, AbsencePlanned, AbsenceWithdrawn, Planned
from services.records.characteristics.characteristics_views import free_meals as meals_view
from services.records.characteristics.free_meals import WithdrawFsmReview, free_meals
from services.records.families import collection as form
from services.records.families import contact_mistakes as ask
from services.records.families.collection import collection
from services.records.families.collection_views import collected
from services.records.families.contact_mistakes import contact_mistakes
from services.records.families.contact_views import contacts as reach_view
from services.records.families.contacts import ChangePhone, contacts
from services.records.registers.planned_absence import CorrectAbsence, planned_absence
from services.records.registers.planned_views import planned
from services.records.roll.group_views import members, teachers
from services.records.roll.groups import CorrectGroupJoining, CorrectGroupLeaving, CorrectGroupTeaching, groups

ADA, DANA, EVAN, TESS, WREN = b"a" * 16, b"d" * 16, b"e" * 16, b"t" * 16, b"w" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
WHY: dict[str, Any] = {"reason": "misread", "evidence": "their letter"}

# Ends and details ---------------------------------------------------------------------------------------------------

PHONE = PhoneChanged(subject=DANA, valid_on=SEPTEMBER, phone_type="M", number="07700 900001")
ENDED = PhoneEnded(subject=DANA, valid_on=OCTOBER, phone_type="M", reason="another number")


def phone_end(ended: date | None, wrong: int = 2) -> ask.CorrectPhoneEnd:
    return ask.CorrectPhoneEnd(person=DANA, valid_on=OCTOBER, phone_type="M", wrong=wrong, ended=ended, **WHY)


def end_put(ended: date | None, wrong: int = 2) -> PhoneEndCorrected:
    return PhoneEndCorrected(subject=DANA, valid_on=OCTOBER, phone_type="M", corrects=wrong, ended=ended, **WHY)


def test_the_end_of_a_number_is_put_on_another_day_or_taken_back() -> None:
    given(contact_mistakes, PHONE, ENDED).when(phone_end(NOVEMBER)).then(end_put(NOVEMBER))
    given(contact_mistakes, PHONE, ENDED).when(phone_end(None)).then(end_put(None))
    given(contact_mistakes, PHONE, ENDED).when(phone_end(OCTOBER)).then()
    given(contact_mistakes, PHONE, ENDED).when(phone_end(NOVEMBER, 1)).then_refused("tells nothing of the kind")
    given(contact_mistakes, PHONE, ENDED).when(phone_end(date(2026, 9, 1))).then_refused("something else was said")
    put = end_put(NOVEMBER)
    given(contact_mistakes, PHONE, ENDED, put).when(phone_end(MIDDLE)).then_refused("put right before")
    given(contact_mistakes, PHONE, ENDED, put).when(phone_end(None, 3)).then(end_put(None, 3))


def test_an_end_does_not_move_past_what_was_told_since() -> None:
    again = PhoneChanged(subject=DANA, valid_on=NOVEMBER, phone_type="M", number="07700 900002")
    late = phone_end(date(2026, 11, 9))
    given(contact_mistakes, PHONE, ENDED, again).when(late).then_refused("something else was said")
    given(contact_mistakes, PHONE, ENDED, again).when(phone_end(MIDDLE)).then(end_put(MIDDLE))


def test_a_number_whose_end_was_none_is_theirs_again() -> None:
    row = folded(reach_view, PHONE, ENDED, end_put(None))[DANA,]
    assert [(one.value.number, one.since, one.at) for one in row.phones] == [("07700 900001", SEPTEMBER, at(1))]
    (told,) = row.mistakes
    assert (told.value.kind, told.never, told.was_on, told.at) == ("end of phones", True, OCTOBER, at(3))
    assert told.why == "misread Evidence: their letter"
    change = ChangePhone(person=DANA, valid_on=NOVEMBER, phone_type="M", number="07700 900001")
    given(contacts, PHONE, ENDED, end_put(None)).when(change).then()


def test_an_end_on_another_day_is_kept_with_the_day_it_had() -> None:
    row = folded(reach_view, PHONE, ENDED, end_put(NOVEMBER))[DANA,]
    assert [(one.value.ended, one.since) for one in row.phones] == [(False, SEPTEMBER), (True, NOVEMBER)]
    (told,) = row.mistakes
    assert (told.on, told.was_on, told.never) == (NOVEMBER, OCTOBER, False)


def test_who_was_unlinked_by_mistake_is_a_contact_still() -> None:
    link = ContactLinked(subject=ADA, valid_on=SEPTEMBER, contact=DANA, relationship="PAM", priority=1)
    gone = ContactUnlinked(subject=ADA, valid_on=OCTOBER, contact=DANA, reason="moved")
    about: dict[str, Any] = {"valid_on": OCTOBER, "contact": DANA, **WHY}
    right = ContactUnlinkCorrected(subject=ADA, corrects=2, **about)
    given(contact_mistakes, link, gone).when(ask.CorrectUnlink(person=ADA, wrong=2, **about)).then(right)
    assert [one.value.ended for one in folded(reach_view, link, gone, right)[ADA,].links] == [False]


def test_a_detail_that_never_was_so_is_struck_out_and_stays_readable() -> None:
    first, wrong = (
        AddressChanged(subject=ADA, valid_on=day, address=PostalAddress(lines=(line,)))
        for day, line in ((SEPTEMBER, "1 Reed Lane"), (OCTOBER, "4 Mill Row"))
    )
    strike = ask.WithdrawContactDetail(person=ADA, valid_on=OCTOBER, wrong=2, **WHY)
    struck = ContactDetailWithdrawn(subject=ADA, valid_on=OCTOBER, corrects=2, **WHY)
    given(contact_mistakes, first, wrong).when(strike).then(struck)
    given(contact_mistakes, first).when(strike).then_refused("tells nothing of the kind")
    row = folded(reach_view, first, wrong, struck)[ADA,]
    assert [one.value.lines for one in row.addresses] == [("1 Reed Lane",)]
    (told,) = row.mistakes
    assert (told.value.said, told.never, told.was_at) == ("4 Mill Row", True, at(2))


# Groups -------------------------------------------------------------------------------------------------------------

FORMED = GroupFormed(group=WREN, kind="class", title="Wren", school_year=2026)
JOINED = GroupJoined(group=WREN, date=SEPTEMBER, parts={ADA: Place(), DANA: Place()})
LEFT = GroupLeft(group=WREN, date=OCTOBER, parts={ADA: Place()})


def joining(day: date | None, wrong: int = 2) -> CorrectGroupJoining:
    return CorrectGroupJoining(group=WREN, pupil=ADA, wrong=wrong, joined=day, **WHY)


def joining_put(day: date | None, wrong: int = 2, valid_on: date = SEPTEMBER) -> GroupJoiningCorrected:
    return GroupJoiningCorrected(subject=ADA, valid_on=valid_on, group=WREN, joined=day, corrects=wrong, **WHY)


def leaving_put(day: date | None, wrong: int = 3, valid_on: date = OCTOBER) -> GroupLeavingCorrected:
    return GroupLeavingCorrected(subject=ADA, valid_on=valid_on, group=WREN, left=day, corrects=wrong, **WHY)


def test_the_day_of_joining_is_put_right_for_one_pupil() -> None:
    moved = joining_put(MIDDLE, valid_on=MIDDLE)
    given(groups, FORMED, JOINED).when(joining(MIDDLE)).then(moved)
    given(groups, FORMED, JOINED).when(joining(None)).then(joining_put(None))
    given(groups, FORMED, JOINED, LEFT).when(joining(NOVEMBER)).then_refused("left the group before joining")
    given(groups, FORMED, JOINED, LEFT).when(joining(MIDDLE, 3)).then_refused("tells nothing of the kind")
    rows = folded(members, FORMED, JOINED, moved)
    assert [one.since for one in rows[WREN, ADA].spells] == [MIDDLE]
    assert [one.since for one in rows[WREN, DANA].spells] == [SEPTEMBER]
    wrong = rows[WREN, ADA].corrected(rows[WREN, ADA].spells[0])
    assert wrong is not None
    assert (wrong.was_on, wrong.was_at) == (SEPTEMBER, at(2))
    assert folded(members, FORMED, JOINED, joining_put(None))[WREN, ADA].spells == ()


def test_the_day_of_leaving_is_put_right_or_taken_back() -> None:
    leave = CorrectGroupLeaving(group=WREN, pupil=ADA, wrong=3, left=NOVEMBER, **WHY)
    moved = leaving_put(NOVEMBER, valid_on=NOVEMBER)
    given(groups, FORMED, JOINED, LEFT).when(leave).then(moved)
    (spell,) = folded(members, FORMED, JOINED, LEFT, moved)[WREN, ADA].spells
    assert spell.until == NOVEMBER
    (spell,) = folded(members, FORMED, JOINED, LEFT, leaving_put(None))[WREN, ADA].spells
    assert spell.until is None


def test_who_taught_a_group_is_put_right() -> None:
    taught = GroupTaughtBy(subject=TESS, valid_on=SEPTEMBER, group=WREN)
    right = Teaching(since=MIDDLE, until=OCTOBER)
    correct = CorrectGroupTeaching(group=WREN, staff=TESS, wrong=2, teaching=right, **WHY)
    corrected = GroupTeachingCorrected(
        subject=TESS, valid_on=MIDDLE, group=WREN, teaching=right, corrects=2, **WHY
    )  # fmt: skip
    given(groups, FORMED, taught).when(correct).then(corrected)
    (spell,) = folded(teachers, FORMED, taught, corrected)[WREN, TESS].spells
    assert (spell.since, spell.until) == (MIDDLE, OCTOBER)
    never = corrected.model_copy(update={"teaching": None})
    assert folded(teachers, FORMED, taught, never)[WREN, TESS].spells == ()
    backwards = Teaching(since=OCTOBER, until=MIDDLE)
    odd = correct.model_copy(update={"teaching": backwards})
    given(groups, FORMED, taught).when(odd).then_refused("before the first")


# The form and the notice --------------------------------------------------------------------------------------------

ASKED = (Asked(item="religion", required=False, rule_version=1), Asked(item="sex", required=True, rule_version=1))
ABOUT: dict[str, Any] = {"valid_on": SEPTEMBER, **WHY}
SHOWN = FieldShown(subject=ADA, valid_on=SEPTEMBER, to=DANA, wording="1" * 64, channel="paper", asked=ASKED)
DECLINED = FieldDeclined(subject=ADA, valid_on=MIDDLE, item="religion", shown=1, by=DANA)
TO_EVAN = Showing(on=SEPTEMBER, to=EVAN, wording="1" * 64, channel="paper", asked=ASKED)


def answered(**more: Any) -> Answered:
    return Answered(**{"on": MIDDLE, "item": "religion", "shown": 1, "by": DANA, "given": True, **more})


def test_what_was_shown_is_put_right_while_nobody_answered_it() -> None:
    to_evan = form.CorrectShowing(pupil=ADA, wrong=1, showing=TO_EVAN, **ABOUT)
    put = FieldShowingCorrected(subject=ADA, showing=TO_EVAN, corrects=1, **ABOUT)
    given(collection, SHOWN).when(to_evan).then(put)
    given(collection, SHOWN, DECLINED).when(to_evan).then_refused("Correct those answers first")
    # An answer names the entry at which its question was shown first, by whichever entry the office knows it.
    give = form.GiveField(pupil=ADA, valid_on=MIDDLE, item="religion", shown=2, by=EVAN)
    given(collection, SHOWN, put).when(give).then(
        FieldGiven(subject=ADA, valid_on=MIDDLE, item="religion", shown=1, by=EVAN)
    )
    religion, _ = folded(collected, SHOWN, put)[ADA,].questions
    assert (religion.to, religion.at, religion.shown, religion.was.to) == (EVAN, at(2), 1, DANA)
    never = put.model_copy(update={"showing": None})
    assert all(one.never for one in folded(collected, SHOWN, never)[ADA,].questions)


def test_an_answer_is_put_right_or_taken_back() -> None:
    correct = form.CorrectAnswer(pupil=ADA, wrong=2, answer=answered(), **ABOUT)
    put = FieldAnswerCorrected(subject=ADA, answer=answered(), corrects=2, **ABOUT)
    given(collection, SHOWN, DECLINED).when(correct).then(put)
    given(collection, SHOWN, DECLINED).when(correct.model_copy(update={"answer": None})).then(
        put.model_copy(update={"answer": None})
    )
    unfit = {
        "somebody else": answered(by=EVAN), "does not show": answered(item="ethnicity"),
        "law requires": answered(item="sex", given=False), "was not declined": answered(because="no"),
    }  # fmt: skip
    for sentence, answer in unfit.items():
        given(collection, SHOWN, DECLINED).when(correct.model_copy(update={"answer": answer})).then_refused(sentence)
    religion, _ = folded(collected, SHOWN, DECLINED, put)[ADA,].questions
    assert [(one.answer, one.at, one.was.answer) for one in religion.answers] == [("given", at(3), "declined")]


def test_an_answer_to_another_field_moves_there() -> None:
    put = FieldAnswerCorrected(subject=ADA, answer=answered(item="sex"), corrects=2, **ABOUT)
    religion, sex = folded(collected, SHOWN, DECLINED, put)[ADA,].questions
    assert (religion.answers, [one.answer for one in sex.answers]) == ((), ["given"])


def test_a_notice_given_to_another_family_was_not_given_to_this_one() -> None:
    notice = NoticeGiven(subject=ADA, valid_on=SEPTEMBER, notice_version=1, digest="2" * 64, to=DANA)
    take_back = form.CorrectNoticeGiving(pupil=ADA, wrong=1, **ABOUT)
    never = NoticeGivingCorrected(subject=ADA, corrects=1, **ABOUT)
    given(collection, notice).when(take_back).then(never)
    (told,) = folded(collected, notice, never)[ADA,].notices
    assert (told.never, told.was_at) == (True, at(1))
    give = form.GiveNotice(pupil=ADA, valid_on=SEPTEMBER, notice_version=1, digest="2" * 64, to=DANA)
    given(collection, notice, never).when(give).then(notice)
    later = NoticeReceived(on=OCTOBER, notice_version=1, digest="2" * 64, to=DANA)
    given(collection, notice).when(take_back.model_copy(update={"received": later})).then(
        never.model_copy(update={"received": later})
    )


# Plans and reviews --------------------------------------------------------------------------------------------------

PLAN = AbsencePlanned.model_validate({
    "subject": ADA, "valid_on": SEPTEMBER, "until": MIDDLE, "sessions": "both", "code": "M", "reason": "hospital",
})  # fmt: skip


def plan(first: date, until: date) -> Planned:
    return Planned(first=first, until=until, sessions="AM", code="M", because="dentist")


def correct_plan(right: Planned | None, wrong: int = 1) -> CorrectAbsence:
    return CorrectAbsence(pupil=ADA, valid_on=SEPTEMBER, wrong=wrong, planned=right, **WHY)


def test_a_plan_is_put_right_or_was_none() -> None:
    right = plan(OCTOBER, OCTOBER)
    put = AbsencePlanCorrected(subject=ADA, valid_on=OCTOBER, planned=right, corrects=1, **WHY)
    none = AbsencePlanCorrected(subject=ADA, valid_on=SEPTEMBER, corrects=1, **WHY)
    given(planned_absence, PLAN).when(correct_plan(right)).then(put)
    given(planned_absence, PLAN).when(correct_plan(None)).then(none)
    given(planned_absence, PLAN).when(correct_plan(right, 7)).then_refused("No absence of this pupil is planned")
    given(planned_absence, PLAN).when(correct_plan(plan(MIDDLE, SEPTEMBER))).then_refused("not be before the first")
    gone = AbsenceWithdrawn(subject=ADA, valid_on=SEPTEMBER, plan=1, reason="moved")
    given(planned_absence, PLAN, gone).when(correct_plan(right)).then_refused("Plan the absence anew")
    other = PLAN.model_copy(update={"valid_on": OCTOBER, "until": NOVEMBER})
    given(planned_absence, PLAN, other).when(correct_plan(right)).then_refused("Another absence is planned")
    (shown,) = folded(planned, PLAN, put)[ADA,].plans
    assert (shown.first, shown.sessions, shown.at) == (OCTOBER, "AM", at(2))
    assert (shown.was.first, shown.was.at, shown.was.why) == (SEPTEMBER, at(1), "misread Evidence: their letter")
    (shown,) = folded(planned, PLAN, none)[ADA,].plans
    assert not shown.covers(SEPTEMBER, "AM")


def test_a_review_that_was_not_due_is_struck_out() -> None:
    review = FsmReviewSet(subject=ADA, valid_on=SEPTEMBER, review=NOVEMBER)
    struck = FsmReviewWithdrawn(subject=ADA, valid_on=SEPTEMBER, corrects=1, **WHY)
    strike = WithdrawFsmReview(pupil=ADA, valid_on=SEPTEMBER, wrong=1, **WHY)
    given(free_meals, review).when(strike).then(struck)
    given(free_meals).when(strike).then_refused("tells nothing of the kind")
    row = folded(meals_view, review, struck)[ADA,]
    assert row.reviews == ()
    assert [(one.value, one.never, one.was_at) for one in row.not_due] == [(NOVEMBER, True, at(1))]
