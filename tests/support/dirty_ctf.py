"""A Common Transfer File of 200 synthetic pupils as a school really gets it: most rows right, some wrong in known ways."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lxml import etree

from services.connectors.synthetic.ctf_writer import write_ctf
from services.connectors.synthetic.federation import federation
from support.school import upn

SEED: Final = 7
PUPILS: Final = 200
TODAY: Final = date(2026, 11, 24)
SECRET: Final = "Quiddlewhistle"
"""A value of what is not collected, to be looked for where it should not be."""
NAME: Final = "9269901_CTF_9262000_001 (1).xml"
"""As a browser saves a second download."""

Spoil = Callable[[etree._Element], None]


@dataclass(frozen=True, slots=True)
class Dirty:
    """A file; the rows that cannot be taken as they are, by what is wrong with them; and rows that only look odd."""

    data: bytes
    set_aside: dict[str, int]
    taken: dict[str, int]


def dirty_file() -> Dirty:
    """Give the file. Rows are numbered from 1; each spoiled row is another."""
    made = federation(SEED, schools=1, pupils=PUPILS, school_year=2026, today=TODAY)
    (school,) = made.schools
    root = etree.fromstring(write_ctf(school, school.pupils, written_at=datetime(2026, 9, 7, 8), destination="9262000"))  # noqa: DTZ001  # a transfer file's time has no zone
    pupils = root.findall(".//Pupil")
    for pupil in pupils:
        for here in pupil.findall("SchoolHistory/School"):
            here.find("Estab").text = "2000"  # type: ignore[union-attr]  # written just above
    wanted = {what: place * 9 for place, what in enumerate((*SET_ASIDE, *TAKEN), start=1)}
    for what, row in wanted.items():
        ({**SET_ASIDE, **TAKEN})[what](pupils[row - 1])
    _set(pupils[150], "UPN", _text(pupils[151], "UPN"))
    set_aside = {what: wanted[what] for what in SET_ASIDE} | {"UPN twice": 151, "UPN twice too": 152}
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return Dirty(data, set_aside, {what: wanted[what] for what in TAKEN})


def _text(pupil: etree._Element, path: str) -> str:
    return pupil.findtext(path) or ""


def _set(pupil: etree._Element, path: str, text: str) -> None:
    """Set the text of an element, made where it is missing; a path has one parent at the most."""
    parent, _, name = path.rpartition("/")
    above = pupil if not parent else pupil.find(parent)
    if above is None:
        above = etree.SubElement(pupil, parent)
    found = above.find(name)
    (found if found is not None else etree.SubElement(above, name)).text = text


def _wrong_letter(pupil: etree._Element) -> None:
    number = _text(pupil, "UPN")
    _set(pupil, "UPN", ("A" if number[0] != "A" else "B") + number[1:])


def _no_upn(pupil: etree._Element) -> None:
    found = pupil.find("UPN")
    if found is not None:
        pupil.remove(found)


def _mojibake(pupil: etree._Element) -> None:
    _set(pupil, "Forename", "JosÃ©")


def _leaver(pupil: etree._Element) -> None:
    _set(pupil, "BasicDetails/EnrolStatus", "P")


def _same_contact(pupil: etree._Element) -> None:
    for contact in pupil.findall("Contacts/Contact")[:1]:
        _set(contact, "Surname", "Common")
        _set(contact, "Forename", "Alex")


def _removed(pupil: etree._Element) -> None:
    """Give the last school of the history, which is this one, a school before it that says why the pupil went."""
    history = pupil.find("SchoolHistory")
    if history is not None:
        before = etree.Element("School")
        for name, text in (
            ("SchoolName", "Sedge Moor"), ("EntryDate", "2020-09-03"), ("LeavingDate", "2021-07-20"),
            ("LeavingReason", "MOVED"), ("GroundsForRemoval", "8(1)(c)"),
        ):  # fmt: skip
            etree.SubElement(before, name).text = text
        history.insert(0, before)


SET_ASIDE: Final[dict[str, Spoil]] = {
    "wrong check letter": _wrong_letter,
    "no UPN": _no_upn,
    "impossible date": lambda pupil: _set(pupil, "DOB", "2019-02-30"),
    "unknown sex": lambda pupil: _set(pupil, "Sex", "Q"),
    "mojibake": _mojibake,
    "a leaver without a date": _leaver,
}
TAKEN: Final[dict[str, Spoil]] = {
    "temporary UPN": lambda pupil: _set(pupil, "UPN", "P92620002401A"),
    "trailing spaces": lambda pupil: _set(pupil, "Surname", _text(pupil, "Surname") + "   "),
    "unknown year group": lambda pupil: _set(pupil, "BasicDetails/NCyearActual", "99"),
    "nationality given": lambda pupil: _set(pupil, "BasicDetails/Nationality", "FRA"),
    "a contact of a common name": _same_contact,
    "another family's contact of that name": _same_contact,
    "a candidate's number": lambda pupil: _set(pupil, "UCI", "68999 0 98 0001 D"),
    "half a candidate's number": lambda pupil: _set(pupil, "UCI", "689990980001"),
    "details for Wales": lambda pupil: _set(pupil, "NAWdetails/HomeWelsh", SECRET),
    "a place on the map": lambda pupil: _set(pupil, "Address/Easting", SECRET),
    "a reason and a ground": _removed,
}
__all__ = ["NAME", "SECRET", "TODAY", "Dirty", "dirty_file", "upn"]
