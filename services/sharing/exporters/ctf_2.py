"""The Common Transfer File with attendance and every earlier school: the second version of its exporter.

Education (Pupil Information) (England) Regulations 2005, reg 9. Files sent by the first version are made again by that.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from services.shared_facts import Pupil, SharedFact
from services.sharing.exporters import Export, Exporter, File
from services.sharing.exporters import ctf as first
from services.sharing.exporters.ctf import add, numbers

SECTIONS: Final[Mapping[str, frozenset[str]]] = {
    "identity": frozenset({"upn", "former_upn", "uln", "full_name", "former_names", "date_of_birth", "sex"}),
    "characteristics": frozenset({
        "ethnicity", "first_language", "service_child", "disability", "medical_conditions",
    }),
    "free-school-meals": frozenset({"free_school_meals"}),
    "looked-after": frozenset({"looked_after"}),
    "sen": frozenset({"sen_provision", "sen_needs"}),
    "home": frozenset({"address", "phones", "emails"}),
    "contacts": frozenset({"contacts"}),
    "attendance": frozenset({"attendance_summary", "earlier_attendance"}),
    "results": frozenset({"results"}),
    "schools": frozenset({"enrolment", "leaving", "admission", "previous_schools"}),
}  # fmt: skip
"""The parts of the file from which a partial one is chosen."""
FIELDS: Final = frozenset[str]().union(*SECTIONS.values())
LINES: Final = 5
"""Lines of an address that have an element of their own; a sixth stands as the county, as readers put it back."""


def make(export: Export) -> File:
    """Make the file: UTF-8, pupils in the order given; a partial one names each section that it lacks."""
    root = etree.Element("CTfile")
    lacking = CTF_2.left_out(export.fields)
    said = f"Without: {', '.join(lacking)}" if lacking else None
    first.header(etree.SubElement(root, "Header"), export, FIELDS, said)
    data = etree.SubElement(root, "CTFpupilData")
    for one in export.pupils:
        _pupil(etree.SubElement(data, "Pupil"), one, export)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    sender, to = first.place(export.sender.laestab), first.place(export.to.laestab)
    return File(f"{sender}_CTF_{to}_{export.number:03}.xml", "application/xml", content)


def _pupil(element: etree._Element, pupil: Pupil, export: Export) -> None:
    first.child(element, pupil)
    address = first.first(pupil, "address")
    first.reach(element, address, first.values(pupil, "phones"), first.values(pupil, "emails"))
    _sixth_line(element, address)
    if pupil.of("contacts"):
        contacts = etree.SubElement(element, "Contacts")
        for one in pupil.of("contacts"):
            _contact(etree.SubElement(contacts, "Contact"), one.value)
    _attendance(element, pupil, export)
    first.results_of(element, pupil.of("results"))
    _history(element, pupil, export)


def _contact(element: etree._Element, said: Mapping[str, Any]) -> None:
    first.contact(element, said)
    _sixth_line(element, said["address"])
    middle = ((said["called"] or {}).get("full_name") or {}).get("middle_names")
    forename = element.find("Forename")
    if middle is not None and forename is not None:
        names = etree.Element("MiddleNames")
        names.text = middle
        forename.addnext(names)


def _sixth_line(element: etree._Element, address: Mapping[str, Any] | None) -> None:
    lines: Sequence[str] = address["lines"][LINES:] if address else ()
    after = element.find("Address/AddressLines")
    if lines and after is not None:
        county = etree.Element("County")
        county.text = ", ".join(lines)
        after.addnext(county)


def _attendance(element: etree._Element, pupil: Pupil, export: Export) -> None:
    """Add the school year's count here, then what earlier schools counted, as they wrote it."""
    here = [one.value["year"] for one in pupil.of("attendance_summary") if one.value.get("year")]
    before = pupil.of("earlier_attendance")
    if not here and not before:
        return
    attendance = etree.SubElement(element, "Attendance")
    for counted in here:
        year = etree.SubElement(attendance, "YearData")
        add(year, "Year", str(counted["year"]))
        numbers(year, export.sender.laestab)
        add(year, "SchoolName", export.sender.title)
        _counts(year, counted)
    for one in before:
        which, counted = one.value["which"], one.value["value"]
        year = etree.SubElement(attendance, "YearData")
        add(year, "Year", str(which["year"]))
        _school(year, which)
        _counts(year, counted)
        for part in counted["marks_sent"]:
            sessions = etree.SubElement(year, "AttendSessions")
            add(sessions, "AttendanceStartDate", part["first"])
            add(sessions, "AttendanceMarks", part["marks"])


def _counts(year: etree._Element, counted: Mapping[str, Any]) -> None:
    for name, what in (
        ("SessionsPossible", "possible"), ("SessionsAuthorised", "authorised"), ("SessionsAttended", "attended"),
        ("SessionsUnauthorised", "unauthorised"),
    ):  # fmt: skip
        add(year, name, None if counted[what] is None else str(counted[what]))


def _history(element: etree._Element, pupil: Pupil, export: Export) -> None:
    """Add every school attended before, and the time at this one: to whoever receives the file it is the last."""
    schools = etree.Element("SchoolHistory")
    for one in pupil.of("previous_schools"):
        which, said = one.value["which"], one.value["value"]
        school = etree.SubElement(schools, "School")
        _school(school, which)
        add(school, "EntryDate", which["entered"])
        add(school, "LeavingDate", said["left"])
        add(school, "LeavingReason", said["reason"])
        add(school, "GroundsForRemoval", said["ground"])
    for name in _known_by_name_alone(pupil):
        add(etree.SubElement(schools, "School"), "SchoolName", name)
    _time_here(schools, pupil, export)
    if len(schools):
        element.append(schools)


def _known_by_name_alone(pupil: Pupil) -> Iterable[str]:
    """Give the last school of the admission register, unless it stands among the earlier schools already."""
    known = {(one.value["which"]["school"] or "").casefold() for one in pupil.of("previous_schools")}
    for one in pupil.of("admission"):
        name = one.value["value"]
        if one.value["label"] == "Last school attended" and isinstance(name, str) and name.casefold() not in known:
            yield name


def _time_here(schools: etree._Element, pupil: Pupil, export: Export) -> None:
    began = next((one.value["entered"] for one in pupil.of("enrolment")), None)
    left: SharedFact | None = next(iter(pupil.of("leaving")), None)
    if began is None and left is None:
        return
    here = etree.SubElement(schools, "School")
    numbers(here, export.sender.laestab)
    add(here, "SchoolName", export.sender.title)
    add(here, "EntryDate", began)
    if left is not None:
        add(here, "LeavingDate", left.since.isoformat() if left.since else None)
        add(here, "GroundsForRemoval", left.value.get("ground"))
    add(here, "LastSchool", "true")


def _school(element: etree._Element, which: Mapping[str, Any]) -> None:
    if which["laestab"]:
        numbers(element, which["laestab"])
    add(element, "SchoolName", which["school"])


CTF_2: Final = Exporter("ctf", 2, "Common Transfer File", make, FIELDS, sections=SECTIONS)
