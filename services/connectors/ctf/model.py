"""What a Common Transfer File said, field by field; None is "the file does not say", and nothing is ever empty text.

These hold personal data, so none of them prints its content: a stray log line or traceback shows only the class.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from events.codes.people import EnrolmentStatus, NcYear, PhoneType, Relationship, Sex
from events.identifiers import Uci, Uln, Upn
from services.connectors.ctf.assessment import CtfResult
from services.connectors.ctf.care import CtfCare
from services.connectors.ctf.characteristics import CtfCharacteristics
from services.connectors.ctf.file_name import FileName
from services.connectors.problems import Problem

Qualifier: TypeAlias = Literal["full", "partial"]


@dataclass(frozen=True, slots=True)
class CtfHeader:
    """Who wrote the file, when and for whom. A LAESTAB is 7 digits, ``926LLLL``, ``XXXXXXX`` or ``MMMMMMM``."""

    version: str | None
    written_at: datetime | None
    qualifier: Qualifier | None
    descriptor: str | None
    supplier: str | None
    source_laestab: str | None
    source_urn: str | None
    source_name: str | None
    source_year: str | None
    destination_laestab: str | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfAddress:
    """An address as it was sent, either in BS7666 parts or in lines; ``lines`` reads either as lines of a letter."""

    lines: tuple[str, ...] | None
    postcode: str | None
    country: str | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfPhone:
    """A telephone number as written, and its type where the file says one that is known."""

    number: str
    phone_type: PhoneType | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfContact:
    """A pupil's contact as one pupil's record gives them. The same name on another pupil may be another person."""

    position: int
    order: int | None
    title: str | None
    surname: str | None
    forename: str | None
    middle_names: str | None
    relationship: Relationship | None
    parental_responsibility: bool | None
    address_as_pupil: bool | None
    address: CtfAddress | None
    phones: tuple[CtfPhone, ...] | None
    email: str | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfSchool:
    """A pupil's time at one school. ``last_school`` marks the school that they leave."""

    laestab: str | None
    name: str | None
    entry_date: date | None
    leaving_date: date | None
    leaving_reason: str | None
    ground: str | None
    last_school: bool | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfMarks:
    """Marks of sessions in a row, as their sender wrote them."""

    first: date
    marks: str


@dataclass(frozen=True, slots=True, repr=False)
class CtfYear:
    """What one school counted of a pupil's sessions in the school year that ends in ``year``."""

    year: int
    laestab: str | None
    school: str | None
    possible: int | None
    attended: int | None
    authorised: int | None
    unauthorised: int | None
    marks: tuple[CtfMarks, ...]


@dataclass(frozen=True, slots=True, repr=False)
class CtfIdentity:
    """Who a pupil is. The first surname and forename are the legal ones."""

    upn: Upn | None
    former_upns: tuple[Upn, ...] | None
    uln: Uln | None
    uci: Uci | None
    surname: str | None
    forename: str | None
    middle_names: str | None
    preferred_surname: str | None
    preferred_forename: str | None
    former_surname: str | None
    former_forename: str | None
    date_of_birth: date | None
    sex: Sex | None


@dataclass(frozen=True, slots=True, repr=False)
class CtfPupil:
    """One pupil's record: row 1 is the first pupil of the file.

    ``enrolment`` is their time at the school to which the file is addressed, where the school history names it.
    ``as_written`` holds every value that was read as (path, text), so that a person can mend a row that was set aside.
    """

    row: int
    identity: CtfIdentity
    nc_year: NcYear | None
    enrolment_status: EnrolmentStatus | None
    address: CtfAddress | None
    phones: tuple[CtfPhone, ...] | None
    email: str | None
    contacts: tuple[CtfContact, ...] | None
    school_history: tuple[CtfSchool, ...] | None
    enrolment: CtfSchool | None
    years: tuple[CtfYear, ...] | None
    assessments: tuple[CtfResult, ...] | None
    characteristics: CtfCharacteristics
    care: CtfCare
    problems: tuple[Problem, ...]
    as_written: tuple[tuple[str, str], ...]

    @property
    def usable(self) -> bool:
        """Whether the row can be brought in; a row with a fatal problem is set aside for a person."""
        return not any(problem.fatal for problem in self.problems)


@dataclass(frozen=True, slots=True)
class CtfFile:
    """A file as read: its pupils in order, what is odd about the file, and the sections that are not read yet."""

    name: FileName
    header: CtfHeader
    pupils: tuple[CtfPupil, ...]
    problems: tuple[Problem, ...]
    sections_not_read: tuple[str, ...]
