"""Invented families: brothers and sisters share contacts, and people in different families share names."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from events.codes.people import PhoneType, Relationship
from services.connectors.synthetic.model import Address, Contact, ContactLink
from services.connectors.synthetic.names import (
    MEN,
    SURNAMES,
    WOMEN,
    email_of,
    home_number,
    mobile_number,
    street_address,
)

NAMESAKES: Final = 3
"""Pairs of families whose first contacts have the same title and name: a match by name would mix up two homes."""

_OWN_SURNAME: Final = 0.2
_TWO_HOMES: Final = 0.25
_ONE_PARENT: Final = 0.25
_GRANDPARENT: Final = 0.3
_FOSTERED: Final = 0.03


@dataclass(frozen=True, slots=True)
class Family:
    """Who the children of one family live with and who else is called for them, in the order of calling."""

    number: int
    surname: str
    address: Address
    contacts: tuple[ContactLink, ...]


def families(random: Random, count: int) -> list[Family]:
    """``count`` families, numbered from 0. Some share a surname, NAMESAKES pairs a contact's name."""
    made = [_family(random, number) for number in range(count)]
    for pair in range(min(NAMESAKES, count // 2)):
        made[2 * pair + 1] = _with_namesake(made[2 * pair + 1], made[2 * pair].contacts[0].contact)
    return made


def _family(random: Random, number: int) -> Family:
    surname = random.choice(SURNAMES)
    home = _home(random)
    return Family(number, surname, home, tuple(_contacts(random, number, surname, home)))


def _contacts(random: Random, number: int, surname: str, home: Address) -> Iterator[ContactLink]:
    fostered = random.random() < _FOSTERED
    mother: Relationship = "FOM" if fostered else "PAM"
    father: Relationship = "FOF" if fostered else "PAF"
    yield ContactLink(_contact(random, f"{number}-1", surname, home, woman=True), 1, mother, not fostered)
    if random.random() >= _ONE_PARENT:
        other_home = _home(random) if random.random() < _TWO_HOMES else home
        yield ContactLink(_contact(random, f"{number}-2", surname, other_home, woman=False), 2, father, not fostered)
    if random.random() < _GRANDPARENT:
        relative = _contact(random, f"{number}-3", surname, _home(random), woman=random.random() < 1 / 2)
        yield ContactLink(relative, 3, "FAM", parental_responsibility=False)


def _contact(random: Random, key: str, family_surname: str, home: Address, *, woman: bool) -> Contact:
    forename = random.choice(WOMEN if woman else MEN)
    surname = random.choice(SURNAMES) if random.random() < _OWN_SURNAME else family_surname
    title = random.choice(("Mrs", "Ms", "Dr")) if woman else "Mr"
    written = random.random()
    return Contact(
        key=key,
        title=title,
        forename=forename,
        surname=surname,
        sex="F" if woman else "M",
        address=home,
        phones=_phones(random, both=written > 1 / 2),
        email=email_of(forename, surname, int(key.replace("-", ""))) if written > 1 / 3 else None,
    )


def _phones(random: Random, *, both: bool) -> tuple[tuple[PhoneType, str], ...]:
    mobile: tuple[PhoneType, str] = ("M", mobile_number(random))
    return (mobile, ("H", home_number(random))) if both else (mobile,)


def _home(random: Random) -> Address:
    return Address(*street_address(random))


def _with_namesake(family: Family, contact: Contact) -> Family:
    first, *others = family.contacts
    named = replace(first.contact, title=contact.title, forename=contact.forename, surname=contact.surname)
    return replace(family, contacts=(replace(first, contact=named), *others))
