"""Contacts: how a person can be reached and who a pupil's contacts are, each by the day it is about."""

from datetime import date

from support.given import given

from events.records.common import FullName, PostalAddress
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from services.records.families import contacts as ask
from services.records.families.contacts import contacts

ADA, DANA = b"a" * 16, b"d" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
REED, MILL, FORD = (PostalAddress(lines=(line,)) for line in ("1 Reed Lane", "4 Mill Row", "9 Ford Close"))
NAME = FullName(surname="Larksong", forename="Dana")
RECORDED = ContactRecorded(subject=DANA, valid_on=SEPTEMBER, title="Dr", full_name=NAME)


def lives(where: PostalAddress, since: date) -> AddressChanged:
    return AddressChanged(subject=ADA, valid_on=since, address=where)


def moves(where: PostalAddress, since: date) -> ask.ChangeAddress:
    return ask.ChangeAddress(person=ADA, valid_on=since, address=where)


def correct(where: PostalAddress, since: date) -> ask.CorrectAddress:
    return ask.CorrectAddress(person=ADA, valid_on=since, address=where, reason="letter came back")


def corrected(where: PostalAddress, since: date, corrects: int) -> AddressCorrected:
    return AddressCorrected(subject=ADA, valid_on=since, address=where, corrects=corrects, reason="letter came back")


def link(since: date = SEPTEMBER, priority: int = 1, contact: bytes = DANA) -> ask.LinkContact:
    return ask.LinkContact(person=ADA, valid_on=since, contact=contact, relationship="PAM", priority=priority)


def linked(since: date = SEPTEMBER, priority: int = 1) -> ContactLinked:
    return ContactLinked(subject=ADA, valid_on=since, contact=DANA, relationship="PAM", priority=priority)


def unlink(day: date) -> ask.UnlinkContact:
    return ask.UnlinkContact(person=ADA, valid_on=day, contact=DANA, reason="court order seen")


def unlinked(day: date) -> ContactUnlinked:
    return ContactUnlinked(subject=ADA, valid_on=day, contact=DANA, reason="court order seen")


def test_a_contact_is_recorded_once() -> None:
    def record(title: str) -> ask.RecordContact:
        return ask.RecordContact(person=DANA, valid_on=SEPTEMBER, title=title, full_name=NAME)

    given(contacts).when(record("Dr")).then(RECORDED)
    given(contacts, RECORDED).when(record("Ms")).then_refused("record the new contact as another person")


def test_a_pupil_is_linked_to_a_contact_in_an_order() -> None:
    given(contacts).when(link()).then(linked())
    given(contacts, linked()).when(link(OCTOBER, priority=2)).then(linked(OCTOBER, priority=2))
    given(contacts, linked()).when(link(OCTOBER)).then()


def test_nobody_is_their_own_contact() -> None:
    given(contacts).when(link(contact=ADA)).then_refused("cannot be their own contact")


def test_a_contact_is_unlinked_and_may_come_back() -> None:
    given(contacts, linked()).when(unlink(OCTOBER)).then(unlinked(OCTOBER))
    given(contacts, linked(), unlinked(OCTOBER)).when(link(NOVEMBER)).then(linked(NOVEMBER))
    given(contacts).when(unlink(OCTOBER)).then()


def test_a_contact_is_not_unlinked_before_the_link_that_would_bring_them_back() -> None:
    given(contacts, linked(OCTOBER)).when(unlink(MIDDLE)).then_refused("only after that day")
    given(contacts, linked(), linked(OCTOBER, 2)).when(unlink(MIDDLE)).then_refused("only after that day")


def test_a_family_that_moves_back_moves() -> None:
    given(contacts, lives(REED, SEPTEMBER), lives(MILL, OCTOBER)).when(moves(REED, NOVEMBER)).then(
        lives(REED, NOVEMBER)
    )


def test_an_address_that_was_entered_late_does_not_hide_the_present_one() -> None:
    entered = (lives(MILL, OCTOBER), lives(REED, SEPTEMBER))
    given(contacts, *entered).when(moves(MILL, NOVEMBER)).then()
    given(contacts, *entered).when(moves(REED, NOVEMBER)).then(lives(REED, NOVEMBER))


def test_a_move_may_turn_out_to_have_been_earlier() -> None:
    given(contacts, lives(REED, SEPTEMBER), lives(MILL, OCTOBER)).when(moves(MILL, MIDDLE)).then(lives(MILL, MIDDLE))


def test_a_correction_names_the_entry_that_was_true_on_its_day() -> None:
    history = (lives(MILL, OCTOBER), lives(REED, SEPTEMBER))
    given(contacts, *history).when(correct(FORD, OCTOBER)).then(corrected(FORD, OCTOBER, corrects=1))
    given(contacts, *history).when(correct(FORD, SEPTEMBER)).then(corrected(FORD, SEPTEMBER, corrects=2))
    given(contacts, *history).when(correct(FORD, date(2026, 9, 1))).then(corrected(FORD, date(2026, 9, 1), corrects=2))


def test_what_was_corrected_is_known_no_longer() -> None:
    history = (lives(REED, SEPTEMBER), corrected(MILL, SEPTEMBER, corrects=1))
    given(contacts, *history).when(moves(MILL, OCTOBER)).then()
    given(contacts, *history).when(moves(REED, OCTOBER)).then(lives(REED, OCTOBER))
    given(contacts, *history).when(correct(FORD, SEPTEMBER)).then(corrected(FORD, SEPTEMBER, corrects=2))


def test_an_address_that_nobody_knows_cannot_be_corrected() -> None:
    given(contacts).when(correct(REED, SEPTEMBER)).then_refused("Send it as a change")


def test_numbers_are_kept_by_type_and_day() -> None:
    def number(kind: str, text: str, since: date) -> PhoneChanged:
        return PhoneChanged(subject=ADA, valid_on=since, phone_type=kind, number=text)

    def call(kind: str, text: str, since: date) -> ask.ChangePhone:
        return ask.ChangePhone(person=ADA, valid_on=since, phone_type=kind, number=text)

    mobile, new = "07700 900001", "07700 900002"
    known = (number("M", new, OCTOBER), number("M", mobile, SEPTEMBER))
    given(contacts).when(call("M", mobile, SEPTEMBER)).then(number("M", mobile, SEPTEMBER))
    given(contacts, *known).when(call("H", new, NOVEMBER)).then(number("H", new, NOVEMBER))
    given(contacts, *known).when(call("M", new, NOVEMBER)).then()
    given(contacts, *known).when(call("M", mobile, NOVEMBER)).then(number("M", mobile, NOVEMBER))


def test_an_e_mail_address_holds_from_a_day_on() -> None:
    def writes(text: str, since: date) -> EmailChanged:
        return EmailChanged(subject=ADA, valid_on=since, email=text)

    first, second = "lark@example.org", "song@example.org"
    send = ask.ChangeEmail(person=ADA, valid_on=OCTOBER, email=second)
    given(contacts, writes(first, SEPTEMBER)).when(send).then(writes(second, OCTOBER))
    given(contacts, writes(second, SEPTEMBER)).when(send).then()
