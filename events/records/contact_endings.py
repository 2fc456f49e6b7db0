"""What corrects the end of a number, an address or a link, and what strikes out a detail that never was so."""

from datetime import date

from events.codes.people import PhoneType
from events.identifiers import SubjectId
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex


class PhoneEndCorrected(PersonEvent, name="phone-end-corrected", category="contact"):
    """The end of a number, recorded at an earlier entry, had been wrong: ``ended`` is the first day without it.

    Without that day the number had not ended.
    """

    phone_type: PhoneType
    ended: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class EmailEndCorrected(PersonEvent, name="email-end-corrected", category="contact"):
    """The end of an e-mail address, recorded at an earlier entry, had been wrong: ``ended`` as of a number."""

    ended: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ContactUnlinkCorrected(PersonEvent, name="contact-unlink-corrected", category="contact"):
    """That somebody was no longer a pupil's contact had been wrong: ``ended`` is the first day on which they were not.

    Without that day they still were.
    """

    contact: SubjectId
    ended: date | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ContactDetailWithdrawn(PersonEvent, name="contact-detail-withdrawn", category="contact"):
    """What an earlier entry said never was so: where or how somebody is reached, or who they are to a pupil.

    It was another person's, say. What was true before that entry's day is so from there on.
    """

    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
