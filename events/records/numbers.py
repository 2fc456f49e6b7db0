"""A pupil's numbers and names of before: former UPNs, the learner number, what they were once called."""

from events.identifiers import Uci, Uln, Upn
from events.model import PersonEvent, Text200
from events.records.common import EntryIndex, Name


class UpnMadePermanent(PersonEvent, name="upn-made-permanent", category="identity"):
    """A pupil's temporary UPN gave way to a permanent one. The temporary one had been right, and is kept as former."""

    upn: Upn


class FormerUpnRecorded(PersonEvent, name="former-upn-recorded", category="identity"):
    """A unique pupil number that a pupil had before became known."""

    upn: Upn


class FormerUpnWithdrawn(PersonEvent, name="former-upn-withdrawn", category="identity"):
    """A former unique pupil number recorded at an earlier entry was never this pupil's."""

    upn: Upn
    corrects: EntryIndex
    reason: Text200


class UlnRecorded(PersonEvent, name="uln-recorded", category="identity"):
    """A pupil's unique learner number became known. The Learning Records Service gives one, normally from age 14."""

    uln: Uln


class UlnCorrected(PersonEvent, name="uln-corrected", category="identity"):
    """The unique learner number recorded at an earlier entry was not this pupil's."""

    uln: Uln
    corrects: EntryIndex
    reason: Text200


class UciRecorded(PersonEvent, name="uci-recorded", category="identity"):
    """A pupil's unique candidate identifier became known: the number under which examinations are taken."""

    uci: Uci


class UciCorrected(PersonEvent, name="uci-corrected", category="identity"):
    """The unique candidate identifier recorded at an earlier entry was not this pupil's."""

    uci: Uci
    corrects: EntryIndex
    reason: Text200


class FormerNameRecorded(PersonEvent, name="former-name-recorded", category="identity"):
    """A name that a pupil had before became known, without the days on which they had it."""

    surname: Name | None
    forename: Name | None


class FormerNameCorrected(PersonEvent, name="former-name-corrected", category="identity"):
    """A former name recorded at an earlier entry was not quite this pupil's: it was this one."""

    surname: Name | None
    forename: Name | None
    corrects: EntryIndex
    reason: Text200


class FormerNameWithdrawn(PersonEvent, name="former-name-withdrawn", category="identity"):
    """A former name recorded at an earlier entry was never this pupil's."""

    corrects: EntryIndex
    reason: Text200
