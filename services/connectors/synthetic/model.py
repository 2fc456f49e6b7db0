"""What an invented federation is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from events.codes.attendance import AttendanceCode, Session
from events.codes.people import NcYear, PhoneType, Relationship, Sex
from events.identifiers import Upn
from services.connectors.synthetic.calendar import Calendar

Phase: TypeAlias = Literal["infant", "junior", "primary"]
StaffRole: TypeAlias = Literal["head", "office", "teacher", "senco", "dsl", "dpo"]


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the parts of BS7666: ``house`` is a number or a name."""

    house: str
    street: str
    town: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who cares for a family's children. ``key`` tells them from others of the same name."""

    key: str
    title: str
    forename: str
    surname: str
    sex: Sex
    address: Address
    phones: tuple[tuple[PhoneType, str], ...]
    email: str | None


@dataclass(frozen=True, slots=True)
class ContactLink:
    """What a contact is to one pupil, and in which order the school calls."""

    contact: Contact
    order: int
    relationship: Relationship
    parental_responsibility: bool


@dataclass(frozen=True, slots=True)
class EarlierSchool:
    """Where a pupil was before."""

    laestab: str
    name: str
    entry_date: date
    leaving_date: date


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil on roll. ``family`` is shared by brothers and sisters."""

    family: int
    upn: Upn
    former_upns: tuple[Upn, ...]
    surname: str
    forename: str
    middle_names: str | None
    preferred_forename: str | None
    date_of_birth: date
    sex: Sex
    nc_year: NcYear
    group: str
    address: Address
    contacts: tuple[ContactLink, ...]
    entry_date: date
    earlier: EarlierSchool | None


@dataclass(frozen=True, slots=True)
class Group:
    """A registration group of one year, with the e-mail address of who teaches it."""

    title: str
    nc_year: NcYear
    teacher: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff; ``email`` is their own, and ``teaches`` the titles of their groups."""

    title: str
    forename: str
    surname: str
    job_title: str
    role: StaffRole
    email: str
    teaches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyntheticMark:
    """One pupil's mark at one session."""

    upn: Upn
    code: AttendanceCode
    minutes_late: int | None = None


@dataclass(frozen=True, slots=True)
class SyntheticRegister:
    """The marks of one group at one session."""

    date: date
    session: Session
    group: str
    marks: tuple[SyntheticMark, ...]


@dataclass(frozen=True, slots=True)
class School:
    """One school, its people, its year and its registers so far."""

    name: str
    urn: str
    laestab: str
    phase: Phase
    calendar: Calendar
    staff: tuple[StaffMember, ...]
    groups: tuple[Group, ...]
    pupils: tuple[Pupil, ...]
    registers: tuple[SyntheticRegister, ...]


@dataclass(frozen=True, slots=True)
class Federation:
    """Schools under one governing body, with its data protection officer."""

    name: str
    school_year: int
    today: date
    dpo: StaffMember
    schools: tuple[School, ...]

    def pupils(self) -> Iterator[Pupil]:
        """Every pupil of every school."""
        for school in self.schools:
            yield from school.pupils
