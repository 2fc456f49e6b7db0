"""Withdrawing: once, whichever stream the entry is in; never a correction, and never what is not there."""

from datetime import date

import pytest
from support.commands.common import TEMPORARY, ULNS
from support.folded import at, folded
from support.given import given
from support.school import upn

from events.model import PersonEvent
from events.records.common import FullName, PostalAddress
from events.records.contacts import AddressChanged, AddressCorrected, ContactRecorded, PhoneChanged
from events.records.identity import NameChanged, PupilRegistered, UpnRecorded
from events.records.numbers import FormerUpnRecorded, UlnRecorded, UpnMadePermanent
from events.records.withdrawing import ContactEntryWithdrawn, IdentityEntryWithdrawn
from ledger.view import AnyView
from services.records import views
from services.records.families import contact_views
from services.records.files import undoing
from services.records.pupils.numbers import ULN, UPN

ADA, DAY = b"a" * 16, date(2026, 9, 3)
LARK, WREN = (FullName(surname=name, forename="Ada") for name in ("Lark", "Wren"))
HOME = PostalAddress(lines=("1 Reed Lane",))
REGISTERED = PupilRegistered(subject=ADA, valid_on=DAY, full_name=LARK, date_of_birth=date(2020, 5, 6), sex="F")
RENAMED = NameChanged(subject=ADA, valid_on=DAY, full_name=WREN)
MOVED = AddressChanged(subject=ADA, valid_on=DAY, address=HOME)
RANG = PhoneChanged(subject=ADA, valid_on=DAY, phone_type="M", number="07700 900001")
DANA = ContactRecorded(subject=ADA, valid_on=DAY, full_name=WREN)
CORRECTED = AddressCorrected(subject=ADA, valid_on=DAY, address=HOME, corrects=1, reason="seen")


def withdraw(entry: int) -> undoing.WithdrawEntry:
    return undoing.WithdrawEntry(
        in_stream=b"s" * 16, under="pupil-record", entry=entry, valid_on=DAY, reason="never was"
    )


def withdrawn(event: PersonEvent, entry: int) -> PersonEvent:
    kind = IdentityEntryWithdrawn if event.definition.category == "identity" else ContactEntryWithdrawn
    return kind(subject=ADA, valid_on=DAY, withdraws=entry, was=event.definition.name, reason="never was")


def test_an_entry_is_withdrawn_once_and_gives_up_what_it_claimed() -> None:
    given(undoing.undoing, REGISTERED, RENAMED).when(withdraw(2)).then(withdrawn(RENAMED, 2))
    number = UpnRecorded(subject=ADA, valid_on=DAY, upn=upn(1))
    decided = given(undoing.undoing, REGISTERED, number).when(withdraw(2)).then(withdrawn(number, 2))
    assert [(one.kind, one.subject) for one in decided.releases] == [(UPN, ADA)]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (UPN, FormerUpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))),
        (UPN, UpnMadePermanent(subject=ADA, valid_on=DAY, upn=upn(3))),
        (ULN, UlnRecorded(subject=ADA, valid_on=DAY, uln=ULNS[0])),
    ],
)  # fmt: skip
def test_every_number_that_an_entry_claimed_is_given_up(kind: str, event: PersonEvent) -> None:
    temporary = UpnRecorded(subject=ADA, valid_on=DAY, upn=TEMPORARY)
    decided = given(undoing.undoing, REGISTERED, temporary, event).when(withdraw(3)).then(withdrawn(event, 3))
    assert [(one.kind, one.subject) for one in decided.releases] == [(kind, ADA)]
    assert [one.value for one in decided.releases] != [TEMPORARY]


def test_a_number_that_another_entry_still_gives_the_pupil_stays_theirs() -> None:
    former = FormerUpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))
    number = UpnRecorded(subject=ADA, valid_on=DAY, upn=upn(3))
    decided = given(undoing.undoing, REGISTERED, former, number).when(withdraw(2)).then(withdrawn(former, 2))
    assert not decided.releases


def test_what_is_not_there_or_corrects_something_is_not_withdrawn() -> None:
    given(undoing.undoing, REGISTERED).when(withdraw(2)).then_refused("no such entry")
    given(undoing.undoing, CORRECTED).when(withdraw(1)).then_refused("a correction with the reason")


@pytest.mark.parametrize(
    ("view", "event", "before"),
    [
        (views.pupils, RENAMED, [REGISTERED]), (views.pupils, REGISTERED, []), (contact_views.contacts, MOVED, [RANG]),
        (contact_views.contacts, RANG, []), (contact_views.contacts, DANA, [MOVED]), (contact_views.contacts, DANA, []),
    ],
)  # fmt: skip
def test_a_row_is_as_if_the_entry_had_never_been(view: AnyView, event: PersonEvent, before: list[PersonEvent]) -> None:
    gone = withdrawn(event, len(before) + 1)
    assert folded(view, *before, event) != folded(view, *before)
    assert folded(view, *before, event, gone) == folded(view, *before)


def test_a_withdrawal_leaves_rows_alone_that_the_entry_never_touched() -> None:
    assert folded(contact_views.contacts, RENAMED, withdrawn(RENAMED, 1)) == {}
    (row,) = folded(views.pupils, REGISTERED, RENAMED, withdrawn(RENAMED, 2)).values()
    assert (row.search_key, row.names[0].at) == ("lark ada", at(1))
