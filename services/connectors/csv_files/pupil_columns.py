"""The columns of a table of pupils: every accepted name and what it means."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.connectors.csv_files.table import plain
from services.connectors.ctf import tags

CONTACTS_MAX: Final = 9
"""Contacts of one pupil in a row; a family with more is entered by hand."""
RESULTS_MAX: Final = 20
"""Results of one pupil in a row: a key stage's worth; more come in another file, as a file adds results only."""
LINES_MAX: Final = 5
"""Lines of an address."""

_PUPIL: Final[Mapping[str, tuple[str, ...]]] = {
    "upn": ("unique pupil number",),
    "former_upn": (),
    "uln": ("unique learner number",),
    "uci": ("unique candidate identifier",),
    "surname": ("legal surname", "last name"),
    "forename": ("legal forename", "first name"),
    "middle_names": ("middle name",),
    "preferred_surname": ("preferred last name",),
    "preferred_forename": ("preferred first name", "known as"),
    "former_surname": (),
    "former_forename": (),
    "date_of_birth": ("dob", "birth date"),
    "sex": ("gender",),
    "year_group": ("year", "nc year", "nc year actual"),
    "status": ("enrolment status", "enrol status"),
    "starting_day": ("start date", "entry date", "admission date", "date of admission"),
    "last_school": ("previous school",),
    **{f"address_line_{n}": (f"address {n}", f"address{n}") for n in range(1, LINES_MAX + 1)},
    "postcode": (),
    "home_phone": ("phone", "telephone"),
    "mobile_phone": ("mobile",),
    "email": ("email address",),
    "ethnicity": (),
    "ethnicity_source": (),
    "first_language": ("home language", "language"),
    "religion": (),
    "disability": ("disabilities",),
    "service_child": ("service children in education", "service child indicator"),
    "free_school_meals": ("fsm", "fsm eligible", "free school meals eligible"),
    "fsm_start": ("free school meals start", "fsm start date", "fsm from"),
    "fsm_end": ("free school meals end", "fsm end date", "fsm until"),
    "fsm_category": (),
    "fsm_review": ("fsm review date",),
    "sen_provision": ("sen status", "sen"),
    "sen_start": ("sen provision start", "sen start date"),
    "sen_needs": ("sen need", "sen type", "sen types"),
}
_CONTACT: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (),
    "surname": ("last name",),
    "forename": ("first name",),
    "relationship": (),
    "priority": ("order",),
    "parental_responsibility": ("responsibility",),
    "lives_with_pupil": ("address as pupil",),
    "phone": ("home phone", "telephone"),
    "mobile_phone": ("mobile",),
    "work_phone": (),
    "email": ("email address",),
}
_RESULT: Final[Mapping[str, tuple[str, ...]]] = {
    "stage": (),
    "subject": (),
    "method": (),
    "component": (),
    "year": (),
    "locale": (),
    "status": (),
    "qualifier": (),
    "result": (),
    "date": (),
}
NOT_COLLECTED: Final = tuple(tag.field for tag in tags.NOT_COLLECTED)
"""Columns of which only whether they were given is looked at; what stands in them is not read."""


def _all() -> Mapping[str, str]:
    found = {plain(name): column for column, names in _PUPIL.items() for name in (column, *names)}
    for number in range(1, CONTACTS_MAX + 1):
        for part, names in _CONTACT.items():
            found |= {plain(f"contact {number} {name}"): contact(number, part) for name in (part, *names)}
    for number in range(1, RESULTS_MAX + 1):
        for part, names in _RESULT.items():
            found |= {plain(f"result {number} {name}"): result(number, part) for name in (part, *names)}
    for tag in tags.NOT_COLLECTED:
        found |= {plain(name): tag.field for name in (tag.field, *tag.names)}
    return MappingProxyType(found)


def contact(number: int, part: str) -> str:
    """Give the column of a part of a contact."""
    return f"contact_{number}_{part}"


def result(number: int, part: str) -> str:
    """Give the column of a part of a result."""
    return f"result_{number}_{part}"


COLUMNS: Final = _all()
"""Accepted column names, in lower case and without blanks or signs, and what each means."""
OF_CONTACTS: Final = tuple(_CONTACT)
OF_RESULTS: Final = tuple(_RESULT)
LABELS: Final[Mapping[str, str]] = MappingProxyType({
    column: f"The {column}".replace("_", " ").replace("upn", "UPN").replace("uln", "ULN").replace("uci", "UCI")
    .replace("email", "e-mail")
    .replace("The fsm", "The free school meals").replace("The sen", "The SEN")
    for column in COLUMNS.values()
})  # fmt: skip
"""What to call a column at the start of a sentence."""
