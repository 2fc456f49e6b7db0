"""What is asked of protection: to record, lift, withdraw and put right orders of courts and non-disclosure markers."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from events.codes.families import CourtOrder, Prohibition, Withheld
from events.identifiers import SubjectId
from events.model import Text200
from events.records.protection import Marking
from events.text import PlainText
from ledger.decider import Command, Stream


class _OfPerson(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "contact-families"

    valid_on: date


class _OfPupil(_OfPerson):
    pupil: SubjectId
    order: SubjectId

    @property
    def stream(self) -> Stream:
        """What may not be told of a person is a stream of its own."""
        return Stream("protection", self.pupil)


class RecordCourtOrder(_OfPupil):
    """A court made an order on ``valid_on``. ``order`` is a fresh id; ``until`` is its last day, where it names one."""

    order_kind: CourtOrder
    restrains: SubjectId | None = None
    forbids: Annotated[tuple[Prohibition, ...], Field(max_length=3)] = ()
    until: date | None = None
    document: Annotated[PlainText, Field(min_length=1, max_length=100)] | None = None


class CorrectCourtOrder(RecordCourtOrder):
    """The order had been recorded wrongly; this is what it says."""

    reason: Text200
    evidence: Text200 | None = None


class LiftCourtOrder(_OfPupil):
    """The order holds no longer; ``valid_on`` is the first day without it."""

    reason: Text200


class CorrectCourtOrderLifting(_OfPupil):
    """The day on which the order was lifted had been wrong; ``lifted`` is right, and None if it still holds."""

    lifted: date | None = None
    reason: Text200
    evidence: Text200 | None = None


class WithdrawCourtOrder(_OfPupil):
    """There never was such an order about this pupil: it was another child's, or was not made."""

    reason: Text200
    evidence: Text200 | None = None


class _OfMarker(_OfPerson):
    person: SubjectId
    marker: SubjectId

    @property
    def stream(self) -> Stream:
        """As for an order."""
        return Stream("protection", self.person)


class MarkNonDisclosure(_OfMarker):
    """The person's address, or anything about them, is not to be told to ``against``; without it, to anybody."""

    withholds: Withheld
    against: SubjectId | None = None
    until: date | None = None
    reason: Text200


class LiftNonDisclosure(_OfMarker):
    """The marker holds no longer; ``valid_on`` is the first day without it."""

    reason: Text200


class CorrectNonDisclosureLifting(_OfMarker):
    """The day on which the marker was lifted had been wrong; ``lifted`` is right, and None if it still holds."""

    lifted: date | None = None
    reason: Text200
    evidence: Text200 | None = None


class CorrectNonDisclosure(_OfMarker):
    """The marker had been recorded wrongly; without ``marking`` there should have been none."""

    marking: Marking | None = None
    reason: Text200
    evidence: Text200 | None = None
