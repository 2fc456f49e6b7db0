"""What was not given where that anybody asked is itself a secret."""

from events.identifiers import SubjectId
from events.model import PersonEvent
from events.sharing.disclosures import NotShared


class NotSharedDiscreetly(PersonEvent, name="not-shared-discreetly", category="safeguarding", discreet=True):
    """It was to be told discreetly of one pupil, and nothing was: to whom, for what, and by which sentences."""

    decision: SubjectId
    not_shared: NotShared
