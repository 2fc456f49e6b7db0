"""Values that must be a known code, number or address form, each refused in a sentence that never repeats it."""

import re
from typing import Final, TypeVar

from pydantic import TypeAdapter

from events.codes.people import EnrolmentStatus, NcYear, PhoneType, Relationship, Sex
from events.identifiers import Uci, Uln, Upn, check_uci, check_uln, check_upn, upn_warnings
from services.connectors.ctf import tags
from services.connectors.ctf.element import Element
from services.connectors.ctf.tags import Tag
from services.connectors.problems import Place, Problems
from services.connectors.written import accepted

Code = TypeVar("Code")

SEXES: Final[TypeAdapter[Sex]] = TypeAdapter(Sex)
NC_YEARS: Final[TypeAdapter[NcYear]] = TypeAdapter(NcYear)
STATUSES: Final[TypeAdapter[EnrolmentStatus]] = TypeAdapter(EnrolmentStatus)
PHONE_TYPES: Final[TypeAdapter[PhoneType]] = TypeAdapter(PhoneType)
RELATIONSHIPS: Final[TypeAdapter[Relationship]] = TypeAdapter(Relationship)

PREVIOUS: Final[EnrolmentStatus] = "P"
"""The enrolment status of a pupil who has left."""

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_ORDERS: Final = range(1, 100)
_DIGITS_MIN: Final = 3
"""Digits in the shortest number that anybody can call."""


def coded(codes: TypeAdapter[Code], element: Element, tag: Tag) -> Code | None:
    """A value of a code set, in capitals and without leading noughts; an unknown one is noted."""
    text = element.text(tag)
    if text is None:
        return None
    try:
        return codes.validate_python(text.upper().lstrip("0") or text)
    except ValueError:
        note = element.row.problems.fatal if tag.vital else element.row.problems.minor
    note(element.place(tag), "is not a code that the Department for Education uses. Correct it.")
    return None


def unique_pupil_number(text: str, place: Place, problems: Problems, *, vital: bool) -> Upn | None:
    """A UPN with the right check letter; the reason that it is not one is noted, and what is unusual about it."""
    upn = accepted(check_upn, text, place, problems, vital=vital)
    for warning in () if upn is None else upn_warnings(upn):
        problems.minor(place, f"is unusual. {warning}")
    return upn


def unique_learner_number(element: Element) -> Uln | None:
    """A ULN with the right last digit; a wrong one is left out, as the UPN says who the pupil is."""
    text = element.text(tags.ULN)
    place, problems = element.place(tags.ULN), element.row.problems
    return None if text is None else accepted(check_uln, text, place, problems, vital=False)


def unique_candidate_identifier(element: Element) -> Uci | None:
    """A UCI of the right form; a wrong one is left out."""
    text = element.text(tags.UCI)
    place, problems = element.place(tags.UCI), element.row.problems
    return None if text is None else accepted(check_uci, text, place, problems, vital=False)


def email_address(element: Element) -> str | None:
    """An e-mail address with something on both sides of one @; anything else is left out."""
    text = element.text(tags.EMAIL)
    if text is None or _EMAIL.fullmatch(text):
        return text
    element.row.problems.minor(element.place(tags.EMAIL), "is not an e-mail address: left out. Add it by hand.")
    return None


def telephone_number(element: Element) -> str | None:
    """A telephone number as written, if there are digits enough to call."""
    text = element.text(tags.PHONE_NUMBER)
    if text is None or sum(character.isdigit() for character in text) >= _DIGITS_MIN:
        return text
    element.row.problems.minor(element.place(tags.PHONE_NUMBER), "cannot be called: left out. Add it by hand.")
    return None


def order_of_calling(element: Element) -> int | None:
    """In which order the school calls, 1 first, at most 99."""
    text = element.text(tags.ORDER)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and int(text) in _ORDERS:
        return int(text)
    element.row.problems.minor(element.place(tags.ORDER), "is not a number from 1 to 99, so it was left out.")
    return None
