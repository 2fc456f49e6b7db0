"""Writes invented pupils as a Common Transfer File, so that the demonstration goes in by the door that schools use.

The structure is that of CTF 25 as far as it is published; the spellings inside Contact are the likely ones.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from lxml import etree

from services.connectors.ctf.file_name import file_name
from services.connectors.synthetic.backgrounds import background, write_background
from services.connectors.synthetic.earlier_years import write_years_before
from services.connectors.synthetic.model import Address, Contact, ContactLink, Pupil, School

VERSION: Final = "25.0"


def ctf_file_name(school: School, number: int = 1, *, destination: str | None = None) -> str:
    """The name of a file from ``school`` to ``destination``, a LAESTAB, or to itself when it moves between systems."""
    return file_name(school.laestab, destination or school.laestab, number)


def write_ctf(
    school: School, pupils: Iterable[Pupil], *, written_at: datetime, destination: str | None = None
) -> bytes:
    """A full file in UTF-8 about ``pupils`` from ``school`` to ``destination``, a LAESTAB, or to itself."""
    root = etree.Element("CTfile")
    _header(root, school, written_at, destination or school.laestab)
    data = etree.SubElement(root, "CTFpupilData")
    for pupil in pupils:
        _pupil(etree.SubElement(data, "Pupil"), school, pupil)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _header(root: etree._Element, school: School, written_at: datetime, destination: str) -> None:
    header = etree.SubElement(root, "Header")
    _text(header, "DocumentName", "Common Transfer File")
    _text(header, "CTFversion", VERSION)
    _text(header, "DateTime", written_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _text(header, "DocumentQualifier", "full")
    _text(header, "SupplierID", "Rollbook")
    source = etree.SubElement(header, "SourceSchool")
    _school_numbers(source, school.laestab)
    _text(source, "URN", school.urn)
    _text(source, "SchoolName", school.name)
    _text(source, "AcademicYear", str(school.calendar.school_year))
    _school_numbers(etree.SubElement(header, "DestSchool"), destination)


def _pupil(element: etree._Element, school: School, pupil: Pupil) -> None:
    _text(element, "UPN", pupil.upn)
    _text(element, "Surname", pupil.surname)
    _text(element, "Forename", pupil.forename)
    _text(element, "DOB", pupil.date_of_birth.isoformat())
    _text(element, "Sex", pupil.sex)
    basic = etree.SubElement(element, "BasicDetails")
    for former in pupil.former_upns:
        _text(basic, "FormerUPN", former)
    _text(basic, "PreferredForename", pupil.preferred_forename)
    _text(basic, "MiddleNames", pupil.middle_names)
    _text(basic, "NCyearActual", pupil.nc_year)
    _text(basic, "EnrolStatus", "C")
    _address(element, pupil.address)
    write_background(element, basic, background(pupil.upn), pupil.entry_date)
    contacts = etree.SubElement(element, "Contacts")
    for link in pupil.contacts:
        _contact(etree.SubElement(contacts, "Contact"), link, pupil.address)
    if pupil.earlier is not None:
        write_years_before(element, pupil.upn, pupil.earlier)
    _school_history(element, school, pupil)


def _contact(element: etree._Element, link: ContactLink, home: Address) -> None:
    contact = link.contact
    _text(element, "Order", str(link.order))
    _text(element, "Title", contact.title)
    _text(element, "Surname", contact.surname)
    _text(element, "Forename", contact.forename)
    _text(element, "Sex", contact.sex)
    _text(element, "Relationship", link.relationship)
    _text(element, "Responsibility", str(link.parental_responsibility).lower())
    if contact.address == home:
        _text(etree.SubElement(element, "Address"), "AddressAsPupil", "true")
    else:
        _address(element, contact.address)
    _phones(element, contact)
    _text(element, "Email", contact.email)


def _phones(element: etree._Element, contact: Contact) -> None:
    phones = etree.SubElement(element, "Phones")
    for phone_type, number in contact.phones:
        phone = etree.SubElement(phones, "Phone")
        _text(phone, "TelephoneType", phone_type)
        _text(phone, "PhoneNo", number)


def _address(element: etree._Element, address: Address) -> None:
    wrapper = etree.SubElement(element, "Address")
    parts = etree.SubElement(wrapper, "BS7666Address")
    _text(parts, "PAON", address.house)
    _text(parts, "Street", address.street)
    _text(parts, "Town", address.town)
    _text(wrapper, "PostCode", address.postcode)


def _school_history(element: etree._Element, school: School, pupil: Pupil) -> None:
    history = etree.SubElement(element, "SchoolHistory")
    if pupil.earlier is not None:
        before = etree.SubElement(history, "School")
        _school_numbers(before, pupil.earlier.laestab)
        _text(before, "SchoolName", pupil.earlier.name)
        _text(before, "EntryDate", pupil.earlier.entry_date.isoformat())
        _text(before, "LeavingDate", pupil.earlier.leaving_date.isoformat())
    here = etree.SubElement(history, "School")
    _school_numbers(here, school.laestab)
    _text(here, "SchoolName", school.name)
    _text(here, "EntryDate", pupil.entry_date.isoformat())
    _text(here, "LastSchool", "true")


def _school_numbers(element: etree._Element, laestab: str) -> None:
    _text(element, "LEA", laestab[:3])
    _text(element, "Estab", laestab[3:])


def _text(parent: etree._Element, name: str, text: str | None) -> None:
    """Add an element that says something; what is not said has no element."""
    if text is not None:
        etree.SubElement(parent, name).text = text
