"""Corrections of what is known of contacts: each names the entry that was wrong, and is another event than a change."""

from datetime import date
from typing import Any

import pytest
from support.folded import folded
from support.given import given

from events.records.common import FullName
from events.records.contact_corrections import (
    ContactLinkCorrected,
    ContactNameChanged,
    ContactNameCorrected,
    EmailCorrected,
    EmailEnded,
    ParentalResponsibilityCorrected,
    ParentalResponsibilityRecorded,
    PhoneCorrected,
    PhoneEnded,
)
from events.records.contacts import ContactLinked, ContactRecorded, ContactUnlinked, EmailChanged, PhoneChanged
from services.facts import replaced
from services.records.families import contact_views
from services.records.families import contacts as ask
from services.records.families.contacts import contacts
from services.records.families.disagreement_views import Notes
from services.records.values import value_on

ADA, DANA, EVAN = b"a" * 16, b"d" * 16, b"e" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
LARK, SWIFT = (FullName(surname=name, forename="Dana") for name in ("Larksong", "Swift"))
FIRST, SECOND, THIRD = "07700 900001", "07700 900002", "07700 900003"
HERE, THERE = "lark@example.org", "song@example.org"
WHY = "the letter came back"
MOBILE = PhoneChanged(subject=ADA, valid_on=SEPTEMBER, phone_type="M", number=FIRST)
EMAIL = EmailChanged(subject=ADA, valid_on=SEPTEMBER, email=HERE)
LINKED = ContactLinked(subject=ADA, valid_on=SEPTEMBER, contact=DANA, relationship="PAM", priority=1)
RECORDED = ContactRecorded(subject=DANA, valid_on=SEPTEMBER, title="Dr", full_name=LARK)


def right(number: str, since: date = SEPTEMBER, corrects: int = 1) -> PhoneCorrected:
    return PhoneCorrected(subject=ADA, valid_on=since, phone_type="M", number=number, corrects=corrects, reason=WHY)


def test_a_number_is_corrected_by_type_and_day() -> None:
    def correct(number: str, kind: str = "M", since: date = SEPTEMBER) -> ask.CorrectPhone:
        return ask.CorrectPhone(person=ADA, valid_on=since, phone_type=kind, number=number, reason=WHY)

    given(contacts, MOBILE).when(correct(SECOND)).then(right(SECOND))
    given(contacts, MOBILE).when(correct(FIRST)).then()
    given(contacts, MOBILE, right(SECOND)).when(correct(THIRD)).then(right(THIRD, corrects=2))
    given(contacts, MOBILE).when(correct(SECOND, "H")).then_refused("Send it as a change")
    ended = PhoneEnded(subject=ADA, valid_on=OCTOBER, phone_type="M", reason=WHY)
    given(contacts, MOBILE, ended).when(correct(SECOND, since=NOVEMBER)).then_refused("Send it as a change")


def test_a_number_ends_once_and_may_come_back() -> None:
    def end(day: date) -> ask.EndPhone:
        return ask.EndPhone(person=ADA, valid_on=day, phone_type="M", reason=WHY)

    ended = PhoneEnded(subject=ADA, valid_on=OCTOBER, phone_type="M", reason=WHY)
    later = PhoneChanged(subject=ADA, valid_on=NOVEMBER, phone_type="M", number=SECOND)
    given(contacts, MOBILE).when(end(OCTOBER)).then(ended)
    given(contacts).when(end(OCTOBER)).then()
    given(contacts, MOBILE, ended).when(end(NOVEMBER)).then()
    given(contacts, MOBILE, later).when(end(OCTOBER)).then_refused("only after that day")
    again = ask.ChangePhone(person=ADA, valid_on=NOVEMBER, phone_type="M", number=SECOND)
    given(contacts, MOBILE, ended).when(again).then(later)


def test_an_e_mail_address_is_corrected_and_ends() -> None:
    correct = ask.CorrectEmail(person=ADA, valid_on=SEPTEMBER, email=THERE, reason=WHY)
    corrected = EmailCorrected(subject=ADA, valid_on=SEPTEMBER, email=THERE, corrects=1, reason=WHY)
    end = ask.EndEmail(person=ADA, valid_on=OCTOBER, reason=WHY)
    given(contacts, EMAIL).when(correct).then(corrected)
    given(contacts).when(correct).then_refused("Send it as a change")
    given(contacts, EMAIL).when(end).then(EmailEnded(subject=ADA, valid_on=OCTOBER, reason=WHY))
    given(contacts).when(end).then()


def test_a_contacts_name_is_changed_or_corrected() -> None:
    change = ask.ChangeContactName(person=DANA, valid_on=OCTOBER, title="Dr", full_name=SWIFT)
    correct = ask.CorrectContactName(person=DANA, valid_on=SEPTEMBER, title="Dr", full_name=SWIFT, reason=WHY)
    changed = ContactNameChanged(subject=DANA, valid_on=OCTOBER, title="Dr", full_name=SWIFT)
    corrected = ContactNameCorrected(
        subject=DANA, valid_on=SEPTEMBER, title="Dr", full_name=SWIFT, corrects=1, reason=WHY
    )
    given(contacts, RECORDED).when(change).then(changed)
    given(contacts, RECORDED).when(correct).then(corrected)
    given(contacts).when(change).then_refused("Record the contact first")
    same = ask.RecordContact(person=DANA, valid_on=NOVEMBER, title="Dr", full_name=SWIFT)
    given(contacts, RECORDED, changed).when(same).then()


def test_a_link_is_corrected_where_there_was_one() -> None:
    def correct(day: date) -> ask.CorrectLink:
        return ask.CorrectLink(
            person=ADA, valid_on=day, contact=DANA, relationship="STM", parental_responsibility=False, priority=2,
            reason=WHY,
        )  # fmt: skip

    corrected = ContactLinkCorrected(
        subject=ADA, valid_on=SEPTEMBER, contact=DANA, relationship="STM", parental_responsibility=False, priority=2,
        corrects=1, reason=WHY,
    )  # fmt: skip
    gone = ContactUnlinked(subject=ADA, valid_on=OCTOBER, contact=DANA, reason=WHY)
    given(contacts, LINKED).when(correct(SEPTEMBER)).then(corrected)
    given(contacts).when(correct(SEPTEMBER)).then_refused("not the pupil's contact on that day")
    given(contacts, LINKED, gone).when(correct(NOVEMBER)).then_refused("not the pupil's contact on that day")


def test_parental_responsibility_has_a_source_of_its_own() -> None:
    said: dict[str, Any] = {"subject": ADA, "valid_on": SEPTEMBER, "contact": DANA}
    declared = ParentalResponsibilityRecorded(**said, holds=True, known_from="self-declared")
    sent: dict[str, Any] = {"person": ADA, "valid_on": SEPTEMBER, "contact": DANA}
    record = ask.RecordParentalResponsibility(**sent, holds=True, known_from="self-declared")
    correct = ask.CorrectParentalResponsibility(
        **sent, holds=False, known_from="court", reason=WHY, evidence="order of 2 July"
    )
    corrected = ParentalResponsibilityCorrected(
        **said, holds=False, known_from="court", corrects=2, reason=WHY, evidence="order of 2 July"
    )
    given(contacts, LINKED).when(record).then(declared)
    given(contacts).when(record).then_refused("none of the pupil's contacts")
    given(contacts, LINKED, declared).when(correct).then(corrected)
    given(contacts, LINKED).when(correct).then_refused("No source of parental responsibility")


def test_a_row_keeps_what_was_replaced_and_its_entry() -> None:
    row = folded(contact_views.contacts, MOBILE, right(SECOND))[ADA,]
    (number,) = row.phones
    assert (number.value.number, number.was.number, number.was_at.index) == (SECOND, FIRST, 1)
    moved = PhoneChanged(subject=ADA, valid_on=OCTOBER, phone_type="M", number=THIRD)
    row = folded(contact_views.contacts, MOBILE, right(SECOND), moved)[ADA,]
    was = replaced(row.phones, row.phones[-1])
    assert was is not None
    assert (was.value.number, was.at.index) == (SECOND, 2)


def test_a_correction_of_one_contacts_link_leaves_the_others() -> None:
    evan = ContactLinked(subject=ADA, valid_on=MIDDLE, contact=EVAN, relationship="PAF", priority=2)
    corrected = ContactLinkCorrected(
        subject=ADA, valid_on=OCTOBER, contact=DANA, relationship="STM", priority=1, corrects=1, reason=WHY
    )
    row = folded(contact_views.contacts, LINKED, evan, corrected)[ADA,]
    said = {item.value.contact: (item.value.relationship, item.since) for item in row.links}
    assert said == {DANA: ("STM", SEPTEMBER), EVAN: ("PAF", MIDDLE)}


@pytest.mark.parametrize(("day", "expected"), [(SEPTEMBER, HERE), (OCTOBER, None), (NOVEMBER, THERE)])
def test_what_has_ended_is_not_shown(day: date, expected: str | None) -> None:
    ended = EmailEnded(subject=ADA, valid_on=OCTOBER, reason=WHY)
    back = EmailChanged(subject=ADA, valid_on=NOVEMBER, email=THERE)
    row = folded(contact_views.contacts, EMAIL, ended, back)[ADA,]
    found = value_on(row.emails, day, Notes())
    assert (found.value if found else None) == expected
