"""What the records service publishes: who a pupil is, who cares for them, where they belong, when they were present."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from events.codes.attendance import AttendanceCode, Session
from events.codes.calendar import school_year
from events.codes.people import EnrolmentStatus, NcYear, PhoneType, Relationship, Sex
from events.identifiers import BatchId, GroupId, SubjectId, Upn
from events.model import Event, Part, PersonEvent, RegisterEvent, Strict, Text200
from events.text import PlainText

Name: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
Line: TypeAlias = Annotated[PlainText, Field(min_length=1, max_length=100)]
EntryIndex: TypeAlias = Annotated[int, Field(ge=1)]
Minutes: TypeAlias = Annotated[int, Field(ge=0, le=480)]
"""Minutes late, at most a school day."""


class FullName(Strict):
    """A person's legal name, and the name they are called by where it differs."""

    surname: Name
    forename: Name
    middle_names: Name | None = None
    preferred_surname: Name | None = None
    preferred_forename: Name | None = None


class PostalAddress(Strict):
    """Where a person lives, as lines of a letter."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=6)]
    postcode: Annotated[PlainText, Field(max_length=10)] | None = None


# Identity


class PupilRegistered(PersonEvent, name="pupil-registered", category="identity"):
    """A pupil became known to the school, with the identity that its admission register must hold.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    full_name: FullName
    date_of_birth: date
    sex: Sex


class NameChanged(PersonEvent, name="name-changed", category="identity"):
    """A pupil took another name from a date on. What they were called before stays true of its time."""

    full_name: FullName


class NameCorrected(PersonEvent, name="name-corrected", category="identity"):
    """A name recorded at an earlier entry had been wrong all along."""

    full_name: FullName
    corrects: EntryIndex
    reason: Text200


class DateOfBirthCorrected(PersonEvent, name="date-of-birth-corrected", category="identity"):
    """A date of birth recorded at an earlier entry had been wrong."""

    date_of_birth: date
    corrects: EntryIndex
    reason: Text200


class SexCorrected(PersonEvent, name="sex-corrected", category="identity"):
    """The sex recorded at an earlier entry had been wrong."""

    sex: Sex
    corrects: EntryIndex
    reason: Text200


class UpnRecorded(PersonEvent, name="upn-recorded", category="identity"):
    """A pupil's unique pupil number became known, by transfer or by the school's own allocation."""

    upn: Upn


class UpnCorrected(PersonEvent, name="upn-corrected", category="identity"):
    """The unique pupil number recorded at an earlier entry was not this pupil's."""

    upn: Upn
    corrects: EntryIndex
    reason: Text200


# Contacts: every contact is a subject of their own, so that one can be erased without the other


class ContactRecorded(PersonEvent, name="contact-recorded", category="identity"):
    """A parent, carer or other contact became known. They are never matched to another pupil's contact by name."""

    title: Annotated[PlainText, Field(max_length=20)] | None = None
    full_name: FullName


class ContactLinked(PersonEvent, name="contact-linked", category="contact"):
    """A pupil's contact: who they are to the pupil, and in which order the school calls (1 first)."""

    contact: SubjectId
    relationship: Relationship
    parental_responsibility: bool | None = None
    priority: Annotated[int, Field(ge=1, le=99)]


class ContactUnlinked(PersonEvent, name="contact-unlinked", category="contact"):
    """Somebody is no longer a pupil's contact."""

    contact: SubjectId
    reason: Text200


class AddressChanged(PersonEvent, name="address-changed", category="contact"):
    """A pupil or contact lives at another address from a date on, or their first address became known."""

    address: PostalAddress


class AddressCorrected(PersonEvent, name="address-corrected", category="contact"):
    """An address recorded at an earlier entry had been wrong all along."""

    address: PostalAddress
    corrects: EntryIndex
    reason: Text200


class PhoneChanged(PersonEvent, name="phone-changed", category="contact"):
    """A pupil's or contact's telephone number of one type, from a date on."""

    phone_type: PhoneType
    number: Annotated[PlainText, Field(min_length=3, max_length=30)]


class EmailChanged(PersonEvent, name="email-changed", category="contact"):
    """A pupil's or contact's e-mail address, from a date on."""

    email: Annotated[PlainText, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]


# Enrolment and groups


class Enrolled(PersonEvent, name="enrolled", category="enrolment"):
    """A pupil's starting day: their name stands in the admission register from ``valid_on``.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 8.
    """

    status: EnrolmentStatus
    year_group: NcYear


class PupilLeft(PersonEvent, name="pupil-left", category="enrolment"):
    """A pupil's last day on the roll was ``valid_on``.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 9.
    """

    reason: Text200


class GroupFormed(Event, name="group-formed"):
    """A registration group or class exists for a school year (named by the year it begins in)."""

    group: GroupId
    kind: Literal["registration", "class"]
    title: Annotated[PlainText, Field(min_length=1, max_length=60)]
    school_year: Annotated[int, Field(ge=2000, le=2100)]
    year_group: NcYear | None = None


class Place(Part):
    """A pupil's place in a group. The group and the date are in the plain part; this says only that it was theirs."""


class GroupJoined(RegisterEvent[Place], name="group-joined", category="enrolment"):
    """Pupils belong to a group from a date on."""

    group: GroupId
    date: date


class GroupLeft(RegisterEvent[Place], name="group-left", category="enrolment"):
    """Pupils no longer belong to a group; the date is their last day in it."""

    group: GroupId
    date: date


class GroupTaughtBy(PersonEvent, name="group-taught-by", category="enrolment"):
    """A member of staff teaches a group from ``valid_on`` until, where it is known, a last day."""

    group: GroupId
    until: date | None = None


# Attendance


class Mark(Part):
    """One pupil's attendance at one session."""

    code: AttendanceCode
    minutes_late: Minutes | None = None


class RegisterTaken(RegisterEvent[Mark], name="register-taken", category="attendance"):
    """A session register was taken for some or all of a group.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 10.
    """

    group: GroupId
    date: date
    session: Session

    @property
    def period(self) -> int:
        """Registers are destroyed a school year at a time, six years after the last entry (reg 7)."""
        return school_year(self.date)


class Amendment(Part):
    """One pupil's mark replaced: what it was, what it is, and why."""

    was: AttendanceCode
    code: AttendanceCode
    reason: Text200


class RegisterAmended(RegisterEvent[Amendment], name="register-amended", category="attendance"):
    """Marks already taken were replaced. Both stay readable: that is the point of a register.

    School Attendance (Pupil Registration) (England) Regulations 2024, reg 6. Who amended it, and their job title then,
    follow from the header's actor.
    """

    date: date
    session: Session

    @property
    def period(self) -> int:
        """The amended register's school year: an amendment is an entry of it (reg 7)."""
        return school_year(self.date)


# Intake


class BatchReceived(Event, name="batch-received"):
    """A connector began to bring in a file. ``file_digest`` is an HMAC under the organisation's key, in hex."""

    batch: BatchId
    connector: Annotated[PlainText, Field(min_length=1, max_length=60)]
    kind: Literal["ctf", "registers"]
    file_digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0)]


class RowQuarantined(PersonEvent, name="row-quarantined", category="correspondence"):
    """A row of a batch was set aside, with the reasons, to be fixed by a person.

    The subject is the batch: the row is sealed under a key of the batch, which is destroyed after thirty days.
    """

    row: Annotated[int, Field(ge=0)]
    fields: Annotated[str, Field(max_length=200_000)]
    reasons: Annotated[tuple[Text200, ...], Field(min_length=1, max_length=50)]
