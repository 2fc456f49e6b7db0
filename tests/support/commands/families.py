"""Contacts and how people are reached."""

from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from services.records.families import contacts
from support.commands.common import (
    ADDRESSES,
    CONTACTS,
    DAYS,
    HOME,
    PUPILS,
    Said,
    any_of,
    because,
    days,
    names,
    of_person,
    people,
    pupils,
)

ANY: Final = (
    of_person(contacts.RecordContact, title=st.sampled_from([None, "Dr"]), full_name=names),
    any_of(
        contacts.LinkContact,
        person=pupils,
        valid_on=days,
        contact=people,
        relationship=st.just("PAM"),
        parental_responsibility=st.sampled_from([None, True]),
        priority=st.integers(1, 2),
    ),
    any_of(contacts.UnlinkContact, person=pupils, valid_on=days, contact=people, reason=because),
    of_person(contacts.ChangeAddress, address=st.sampled_from(ADDRESSES)),
    of_person(contacts.CorrectAddress, address=st.sampled_from(ADDRESSES), reason=because),
    of_person(
        contacts.ChangePhone, phone_type=st.sampled_from("MH"), number=st.sampled_from(["07700 900001", "07700 900002"])
    ),
    of_person(contacts.ChangeEmail, email=st.sampled_from(["a@example.org", "b@example.org"])),
)
ALL: Final[Sequence[Said]] = (
    contacts.CorrectAddress(**HOME, address=ADDRESSES[1], reason="seen"),
    contacts.ChangePhone(**HOME, phone_type="M", number="07700 900001"),
    contacts.ChangeEmail(person=CONTACTS[0], valid_on=DAYS[0], email="a@example.org"),
    contacts.UnlinkContact(person=PUPILS[0], valid_on=DAYS[2], contact=CONTACTS[0], reason="seen"),
)
