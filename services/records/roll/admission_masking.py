"""What an entry of the admission register leaves out while its processing is restricted (UK GDPR Article 18).

The entry stays: the register of regulation 8 is kept by law whatever is in dispute, and storing is what Article 18(2)
leaves. What is restricted is not shown in it, but through a door of Article 18(2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from events.model import Category
from services.records.answers import RESTRICTED
from services.records.roll.admission_entry import Entered, EnteredContact

CATEGORIES: Final[tuple[Category, ...]] = ("contact", "enrolment", "identity")
"""What the register holds."""
_OF_GAP: Final[Mapping[str, Category]] = {
    "full name": "identity", "sex": "identity", "date of birth": "identity",
    "a parent with parental responsibility": "contact", "the address of a parent": "contact",
    "the telephone number of a parent": "contact", "a second emergency telephone number": "contact",
    "with which parent the pupil normally lives": "contact",
}  # fmt: skip
"""Whose absence a gap tells of; any other is of enrolment."""


def masked(entry: Entered, shut: Mapping[bytes, frozenset[Category]]) -> Entered:
    """Give an entry without what may not be used today of the pupil and of each contact."""
    closed = shut.get(entry.subject, frozenset()).intersection(CATEGORIES)
    gaps = [one for one in entry.gaps if _OF_GAP.get(one, "enrolment") not in closed]
    entry = replace(entry, restricted=sorted(closed), gaps=gaps)
    if "identity" in closed:
        entry = replace(entry, sorted_name=RESTRICTED, name=None, sex=None, date_of_birth=None)
    if "enrolment" in closed:
        entry = replace(entry, times=(), others=())
    if "contact" in closed:
        entry = replace(entry, address=None, lives_with=None, future=None, contacts=(), shown=())
    named = [one for one in entry.shown if shut.get(one, frozenset()).intersection(("contact", "identity"))]
    if named:
        # Both are sentences that name people: what is said of one of them is not taken apart.
        entry = replace(entry, lives_with=None, future=None, shown=[one for one in entry.shown if one not in named])
    return replace(entry, contacts=_contacts(entry.contacts, shut))


def _contacts(
    found: Sequence[EnteredContact], shut: Mapping[bytes, frozenset[Category]]
) -> list[EnteredContact]:  # fmt: skip
    """Give the contacts; of one whose own data may not be used, that there is somebody and no more."""
    made = []
    for one in found:
        closed = shut.get(one.contact.contact, frozenset())
        contact = one.contact
        if "identity" in closed:
            contact = replace(contact, name=RESTRICTED, called=None, was=None)
        if "contact" in closed:
            contact = replace(contact, address=None, phones=(), emails=(), was=None)
        at_pupils = one.at_pupils_address and "contact" not in closed
        made.append(replace(one, contact=contact, at_pupils_address=at_pupils))
    return made
