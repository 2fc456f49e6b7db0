"""One ``Pupil`` element read into a row: what it says, what is wrong with it, and nothing that it does not say."""

from datetime import date

from lxml import etree

from services.connectors.ctf import coded as codes
from services.connectors.ctf import tags
from services.connectors.ctf.assessment import assessments
from services.connectors.ctf.care import read_care
from services.connectors.ctf.characteristics import read_characteristics
from services.connectors.ctf.coded import coded
from services.connectors.ctf.earlier import read_years
from services.connectors.ctf.element import Element, Row
from services.connectors.ctf.model import CtfContact, CtfIdentity, CtfPhone, CtfPupil
from services.connectors.ctf.places import address, enrolment_at, school_history
from services.connectors.problems import Place, Problems
from services.connectors.written import EARLIEST_BIRTH


def read_pupil(
    element: etree._Element, number: int, *, destination: str | None, whole: bool, today: date
) -> tuple[CtfPupil, tuple[str, ...]]:
    """Read one pupil, and give with it the names of the sections that say something and are not read yet.

    ``number`` is the row, from 1. ``destination`` is the LAESTAB to which the file is addressed. ``whole`` is whether
    the file means to say everything about a pupil: in a partial one nothing that it leaves out is missed.
    """
    row = Row()
    pupil = Element([element], row)
    basic = pupil.child(tags.BASIC_DETAILS)
    identity = _identity(pupil, basic, today)
    _note_missing(identity, row.problems, whole=whole)
    pupil.refuse(tags.APPLICATION_REFERENCE, tags.WELSH_DETAILS)
    history = school_history(pupil, today)
    status, here = coded(codes.STATUSES, basic, tags.ENROLMENT_STATUS), enrolment_at(history, destination)
    if status == codes.PREVIOUS and (here is None or here.leaving_date is None):
        row.problems.fatal(basic.place(tags.ENROLMENT_STATUS), "says that the pupil has left, and no leaving date is "
                           "given. Ask the sender for the date.")  # fmt: skip
    read = CtfPupil(
        row=number,
        identity=identity,
        nc_year=coded(codes.NC_YEARS, basic, tags.NC_YEAR),
        enrolment_status=status,
        address=address(pupil),
        phones=_phones(pupil),
        email=codes.email_address(pupil),
        contacts=_contacts(pupil),
        school_history=history,
        enrolment=here,
        years=read_years(pupil, today),
        assessments=assessments(pupil, today),
        characteristics=read_characteristics(pupil, basic, today),
        care=read_care(pupil, today),
        problems=row.problems.found,  # The last two are evaluated last, when all has been read.
        as_written=tuple(row.as_written),
    )
    return read, tuple(row.not_read())


def _identity(pupil: Element, basic: Element, today: date) -> CtfIdentity:
    upn = pupil.text(tags.UPN)
    problems = pupil.row.problems
    former = [
        codes.unique_pupil_number(text, pupil.place(tags.FORMER_UPN), problems, vital=False)
        for text in (*basic.texts(tags.FORMER_UPN), *pupil.texts(tags.FORMER_UPN))
    ]
    return CtfIdentity(
        upn=None if upn is None else codes.unique_pupil_number(upn, pupil.place(tags.UPN), problems, vital=True),
        former_upns=tuple(dict.fromkeys(filter(None, former))) or None,
        uln=codes.unique_learner_number(pupil),
        uci=codes.unique_candidate_identifier(pupil),
        surname=pupil.text(tags.SURNAME) or basic.text(tags.SURNAME),
        forename=pupil.text(tags.FORENAME) or basic.text(tags.FORENAME),
        middle_names=basic.text(tags.MIDDLE_NAMES),
        preferred_surname=basic.text(tags.PREFERRED_SURNAME),
        preferred_forename=basic.text(tags.PREFERRED_FORENAME),
        former_surname=basic.text(tags.FORMER_SURNAME),
        former_forename=basic.text(tags.FORMER_FORENAME),
        date_of_birth=_date_of_birth(pupil, today) or _date_of_birth(basic, today),
        sex=coded(codes.SEXES, pupil, tags.SEX) or coded(codes.SEXES, basic, tags.SEX),
    )


def _date_of_birth(element: Element, today: date) -> date | None:
    return element.day(tags.DATE_OF_BIRTH, EARLIEST_BIRTH, today)


def _note_missing(identity: CtfIdentity, problems: Problems, *, whole: bool) -> None:
    """Note what is needed to tell which child a row is about, and, in a full file, to register a new one."""
    noted = {problem.field for problem in problems.found}
    needed = {
        tags.SURNAME: identity.surname,
        tags.FORENAME: identity.forename,
        tags.DATE_OF_BIRTH: identity.date_of_birth,
        tags.SEX: identity.sex,
    }
    missing = [tag for tag, value in needed.items() if value is None and tag.field not in noted]
    if identity.upn is None and tags.UPN.field not in noted:
        if any(tag is not tags.SEX for tag in missing):
            problems.fatal(
                Place(tags.UPN.field, "This row"),
                "has neither a UPN nor a full name with a date of birth. Ask the sender who the pupil is.",
            )
            return
        problems.minor(
            Place(tags.UPN.field, "The UPN"),
            "is not given. Check first that this pupil is not on the roll already, then ask the sender for it.",
        )
    if whole:
        for tag in missing:
            problems.minor(Place(tag.field, f"The {tag.label}"), "is not given. A new pupil needs it.")


def _phones(element: Element) -> tuple[CtfPhone, ...] | None:
    found = []
    for phone in element.child(tags.PHONES).children(tags.PHONE, "phones", " of telephone"):
        phone_type = coded(codes.PHONE_TYPES, phone, tags.PHONE_TYPE)
        number = codes.telephone_number(phone)
        if number is not None:
            found.append(CtfPhone(number, phone_type))
    return tuple(found) or None


def _contacts(pupil: Element) -> tuple[CtfContact, ...] | None:
    """The contacts in the file's order. Whom else one of them may be, nobody can say from a name."""
    contacts = pupil.child(tags.CONTACTS).children(tags.CONTACT, "contacts", " of contact")
    found = (_contact(position, contact) for position, contact in enumerate(contacts, start=1))
    return tuple(filter(None, found)) or None


def _contact(position: int, contact: Element) -> CtfContact | None:
    inside = contact.child(tags.ADDRESS).truth(tags.ADDRESS_AS_PUPIL)
    beside = contact.truth(tags.ADDRESS_AS_PUPIL)
    contact.refuse(tags.CONTACT_SEX)
    read = CtfContact(
        position=position,
        order=codes.order_of_calling(contact),
        title=contact.text(tags.TITLE),
        surname=contact.text(tags.CONTACT_SURNAME),
        forename=contact.text(tags.CONTACT_FORENAME),
        middle_names=contact.text(tags.MIDDLE_NAMES),
        relationship=coded(codes.RELATIONSHIPS, contact, tags.RELATIONSHIP),
        parental_responsibility=contact.truth(tags.RESPONSIBILITY),
        address_as_pupil=beside if inside is None else inside,
        address=address(contact),
        phones=_phones(contact),
        email=codes.email_address(contact),
    )
    said = (read.title, read.surname, read.forename, read.relationship, read.phones, read.address, read.email)
    if not any(said):
        return None
    if read.surname is None:
        place = contact.place(tags.CONTACT_SURNAME)
        contact.row.problems.minor(place, "is not given, so that contact was left out. Add the contact by hand.")
        return None
    return read
