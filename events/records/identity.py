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
