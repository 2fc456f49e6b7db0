"""What had been recorded of a pupil's contacts, and of how they are reached, and never was so, or not on that day."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from events.codes.people import code_set
from ledger.view import Reader
from services.deeds import Deed
from services.records.families.contact_views import Detail
from services.records.families.family_queries import Family, family, linked
from services.records.section import Fact, Section, done

LABELS: Final[Mapping[str, str]] = {
    "addresses": "Address",
    "phones": "Telephone",
    "emails": "E-mail address",
    "links": "Contact",
    "responsible": "Parental responsibility",
    "end of phones": "End of a telephone number",
    "end of emails": "End of an e-mail address",
    "end of links": "End of being a contact",
}
_NEVER: Final = "This never was so."
_NO_END: Final = "It had not ended."


async def mistakes_section(reader: Reader, pupil: bytes, day: date) -> list[Fact]:
    """Give each detail of the pupil and of the contacts that was put right otherwise than by another value."""
    known = await family(reader, pupil)
    rows = {one: known.people[one] for one in linked(known.reach) if one in known.people}
    once = {row.subject: (who, row) for who, row in reversed([(pupil, known.reach), *rows.items()])}
    return [
        _fact(known, who, one, day)
        for who, row in reversed(once.values())
        for one in row.mistakes
        if min(one.on, one.was_on or one.on) <= day
    ]


def _fact(known: Family, who: bytes, one: Deed[Detail], day: date) -> Fact:
    about = who if one.value.contact is None else one.value.contact
    whose = "" if about == known.pupil else f"{known.name(about, day)}: "
    value = {"of": who, "kind": one.value.kind, "said": one.value.said, "contact": one.value.contact}
    never = _NO_END if one.value.kind.startswith("end") else _NEVER
    return done(f"{whose}{LABELS[one.value.kind]}", one, value, _words, never)


def _words(detail: Detail) -> str:
    """Give a detail in words: who somebody is to a pupil by its code, a number's type by its."""
    names = {"links": "relationship", "end of links": "relationship", "end of phones": "phone_type"}
    codes = code_set(names[detail.kind]) if detail.kind in names else {}
    return codes.get(detail.said, detail.said) or "ended"


MISTAKES: Final = Section("contact-mistakes", "Contact details recorded by mistake", "contact", mistakes_section)
"""The section of a pupil's record."""
