"""Which person a disclosure was to, where its recipient is not an organisation: a parent who asked for the record."""

from events.identifiers import SubjectId
from events.model import PersonEvent


class GivenToPerson(PersonEvent, name="given-to-person", category="correspondence"):
    """A disclosure about one pupil was to this contact of theirs, so that nothing kept from that person is in it."""

    disclosure: SubjectId
    person: SubjectId
