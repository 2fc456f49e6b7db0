"""Two records of one child: joined by an event, parted again by another; nothing that was written is rewritten."""

from events.identifiers import SubjectId
from events.model import Alias, Part, RegisterEvent, Text200
from events.records.common import EntryIndex


class Merging(Part):
    """Why two records were joined or parted. Each pupil's key seals their own copy."""

    reason: Text200


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


class PupilsUnmerged(RegisterEvent[Merging], name="pupils-unmerged", category="identity"):
    """A merge had been wrong: the two are different children, and each has their own record again."""

    survivor: SubjectId
    merged: SubjectId
    corrects: EntryIndex

    @property
    def alias(self) -> Alias:
        """The merged record is itself again."""
        return Alias(self.merged, None)
