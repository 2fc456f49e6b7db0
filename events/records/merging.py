"""Two records of one child: joined by an event, parted again by another; nothing that was written is rewritten."""

from events.identifiers import SubjectId
from events.model import Alias, Part, RegisterEvent, Text200
from events.records.common import EntryIndex


class Merging(Part):
    """Why two records were joined or parted. Each pupil's key seals their own copy."""

    reason: Text200


class Parting(Merging):
    """Why two records were parted, and what shows that they are of two children."""

    evidence: Text200 | None = None


class PupilsMerged(RegisterEvent[Merging], name="pupils-merged", category="identity"):
    """Two records were found to be of one child: ``merged`` is from here on held to be ``survivor``.

    The ids stand in clear, as in every header, so that the two stay joined when either's keys are destroyed.
    """

    survivor: SubjectId
    merged: SubjectId

    @property
    def alias(self) -> Alias:
        """The merged record is the surviving one."""
        return Alias(self.merged, self.survivor)


class PupilsUnmergedV1(RegisterEvent[Merging], name="pupils-unmerged", category="identity"):
    """What version 2 says, as written before evidence was asked for."""

    survivor: SubjectId
    merged: SubjectId
    corrects: EntryIndex


class PupilsUnmerged(RegisterEvent[Parting], name="pupils-unmerged", version=2, category="identity"):
    """A merge had been wrong: the two are different children, and each has their own record again."""

    survivor: SubjectId
    merged: SubjectId
    corrects: EntryIndex

    @property
    def alias(self) -> Alias:
        """The merged record is itself again."""
        return Alias(self.merged, None)

    @staticmethod
    def upcast_v1_v2(event: PupilsUnmergedV1) -> "PupilsUnmerged":
        """Give what version 1 said: a reason, and no evidence."""
        parts = {pupil: Parting(reason=part.reason) for pupil, part in event.parts.items()}
        return PupilsUnmerged(
            survivor=event.survivor, merged=event.merged, corrects=event.corrects, parts=parts,
        )  # fmt: skip
