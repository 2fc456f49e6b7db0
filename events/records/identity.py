"""Who a pupil is: what the admission register holds of them, changed from a date on or corrected."""

from datetime import date

from events.codes.people import Sex
from events.identifiers import Upn
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex, FullName


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


class NameCorrectedV1(PersonEvent, name="name-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    full_name: FullName
    corrects: EntryIndex
    reason: Text200


class NameCorrected(NameCorrectedV1, name="name-corrected", version=2, category="identity"):
    """A name recorded at an earlier entry had been wrong all along."""

    evidence: Text200 | None = None


class DateOfBirthCorrectedV1(PersonEvent, name="date-of-birth-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    date_of_birth: date
    corrects: EntryIndex
    reason: Text200


class DateOfBirthCorrected(DateOfBirthCorrectedV1, name="date-of-birth-corrected", version=2, category="identity"):
    """A date of birth recorded at an earlier entry had been wrong."""

    evidence: Text200 | None = None


class SexCorrectedV1(PersonEvent, name="sex-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    sex: Sex
    corrects: EntryIndex
    reason: Text200


class SexCorrected(SexCorrectedV1, name="sex-corrected", version=2, category="identity"):
    """The sex recorded at an earlier entry had been wrong."""

    evidence: Text200 | None = None


class UpnRecorded(PersonEvent, name="upn-recorded", category="identity"):
    """A pupil's unique pupil number became known, by transfer or by the school's own allocation."""

    upn: Upn


class UpnCorrectedV1(PersonEvent, name="upn-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    upn: Upn
    corrects: EntryIndex
    reason: Text200


class UpnCorrected(UpnCorrectedV1, name="upn-corrected", version=2, category="identity"):
    """The unique pupil number recorded at an earlier entry was not this pupil's."""

    evidence: Text200 | None = None
