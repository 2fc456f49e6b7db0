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


class FormerUpnWithdrawnV1(PersonEvent, name="former-upn-withdrawn", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    upn: Upn
    corrects: EntryIndex
    reason: Text200


class FormerUpnWithdrawn(FormerUpnWithdrawnV1, name="former-upn-withdrawn", version=2, category="identity"):
    """A former unique pupil number recorded at an earlier entry was never this pupil's."""

    evidence: Text200 | None = None


class UlnRecorded(PersonEvent, name="uln-recorded", category="identity"):
    """A pupil's unique learner number became known. The Learning Records Service gives one, normally from age 14."""

    uln: Uln


class UlnCorrectedV1(PersonEvent, name="uln-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    uln: Uln
    corrects: EntryIndex
    reason: Text200


class UlnCorrected(UlnCorrectedV1, name="uln-corrected", version=2, category="identity"):
    """The unique learner number recorded at an earlier entry was not this pupil's."""

    evidence: Text200 | None = None


class UciRecorded(PersonEvent, name="uci-recorded", category="identity"):
    """A pupil's unique candidate identifier became known: the number under which examinations are taken."""

    uci: Uci


class UciCorrectedV1(PersonEvent, name="uci-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    uci: Uci
    corrects: EntryIndex
    reason: Text200


class UciCorrected(UciCorrectedV1, name="uci-corrected", version=2, category="identity"):
    """The unique candidate identifier recorded at an earlier entry was not this pupil's."""

    evidence: Text200 | None = None


class FormerNameRecorded(PersonEvent, name="former-name-recorded", category="identity"):
    """A name that a pupil had before became known, without the days on which they had it."""

    surname: Name | None
    forename: Name | None


class FormerNameCorrectedV1(PersonEvent, name="former-name-corrected", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    surname: Name | None
    forename: Name | None
    corrects: EntryIndex
    reason: Text200


class FormerNameCorrected(FormerNameCorrectedV1, name="former-name-corrected", version=2, category="identity"):
    """A former name recorded at an earlier entry was not quite this pupil's: it was this one."""

    evidence: Text200 | None = None


class FormerNameWithdrawnV1(PersonEvent, name="former-name-withdrawn", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    corrects: EntryIndex
    reason: Text200


class FormerNameWithdrawn(FormerNameWithdrawnV1, name="former-name-withdrawn", version=2, category="identity"):
    """A former name recorded at an earlier entry was never this pupil's."""

    evidence: Text200 | None = None
