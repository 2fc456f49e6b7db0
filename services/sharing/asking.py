"""What somebody wants to give to whom, and what the gate must know to answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Protocol, TypeVar

from pydantic import AwareDatetime, Field

from events.identifiers import SubjectId
from events.model import PARTS_MAX, Category, Strict, Text200
from events.sharing.disclosures import FIELDS_MAX
from events.sharing.words import Channel, FieldName, Party, SharingPurpose
from ledger.decider import Refused
from ledger.view import Reader
from services.sharing import gate
from services.sharing.exporters import fields_of
from services.sharing.exporters.all import EXPORTERS
from services.sharing.gateway_terms import Gateway


class Asked(Strict):
    """What somebody wants to give to whom: of pupils, or of everyone on the roll on a day less ``leaving_out``."""

    recipient: SubjectId
    sharing_purpose: SharingPurpose
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    pupils: Annotated[tuple[SubjectId, ...], Field(max_length=PARTS_MAX)] = ()
    cohort_on: date | None = None
    leaving_out: Annotated[tuple[SubjectId, ...], Field(max_length=PARTS_MAX)] = ()
    on: date | None = None
    necessity: Text200 | None = None
    decided_because: Text200 | None = None
    exporter: Annotated[str, Field(max_length=40)] = "spreadsheet"
    channel: Channel = "by-hand"
    file_number: Annotated[int, Field(ge=0, le=999_999)] = 0
    discreetly: bool = False
    person: SubjectId | None = None
    """Which of the pupil's contacts is given it, where the recipient is a parent."""


class Previewed(Strict):
    """What a preview gave: then, and with this SHA-256. Exactly those bytes go, or nothing does."""

    made_at: AwareDatetime
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ToSend(Asked):
    """As above, under a fresh id of the sender's making: a second attempt with the same id sends nothing twice."""

    disclosure: SubjectId
    previewed: Previewed | None = None


class InParts(Strict):
    """What is to be given, as fields or as sections of a kind of file that has some (see ``in_fields``)."""

    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()
    sections: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=FIELDS_MAX)] = ()


class AskedInParts(InParts, Asked):
    """What somebody wants to give to whom, of which it may say sections in place of fields."""


class ToSendInParts(InParts, ToSend):
    """As above, to be sent."""


AskedT = TypeVar("AskedT", AskedInParts, ToSendInParts)


class ToDeliver(Strict):
    """Which disclosure is to be carried; ``pupil`` finds one that was told discreetly."""

    disclosure: SubjectId
    pupil: SubjectId | None = None


class ToKeepBack(Strict):
    """What a person decided not to give, and why: of pupils, or of everyone on the roll on a day."""

    decision: SubjectId
    recipient: SubjectId
    sharing_purpose: SharingPurpose
    fields: Annotated[tuple[FieldName, ...], Field(min_length=1, max_length=FIELDS_MAX)]
    pupils: Annotated[tuple[SubjectId, ...], Field(max_length=PARTS_MAX)] = ()
    cohort_on: date | None = None
    reason: Text200


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gate rests on: the recipient, the law and policies adopted, and what is known of each pupil."""

    recipient: gate.Recipient | None
    party: Party | None
    gateways: Sequence[Gateway]
    policies: Sequence[gate.Policy]
    school_type: str | None
    sender: Party
    concerns: Mapping[bytes, gate.Concern]
    undocumented: Mapping[str, date | None]


def in_fields(asked: AskedT) -> AskedT:
    """Give what is asked with its sections as the fields that they are made of. Raises Refused."""
    if bool(asked.fields) == bool(asked.sections):
        raise Refused("Say what is to be given: either fields or sections of the file.")
    if not asked.sections:
        return asked
    return asked.model_copy(update={"fields": fields_of(EXPORTERS, asked.exporter, asked.sections)})


def refuse_unclear(asked: Asked, today: date) -> None:
    """Refuse what could be taken in two ways, so that nobody gives more than they meant to. Raises Refused."""
    if (asked.cohort_on is None) == (not asked.pupils):
        raise Refused("Say whom this is about: either pupils, or everyone on the roll on a day.")
    if asked.cohort_on is None and asked.leaving_out:
        raise Refused("Only a return about everyone leaves pupils out. Name just those whom this is about.")
    if asked.cohort_on is not None:
        if asked.on is not None or asked.discreetly:
            raise Refused("A return about everyone is of its own day, and nothing of it is discreet. Leave these out.")
        if asked.necessity is not None or asked.decided_because is not None:
            raise Refused("What is weighed for each child is not given of everyone. Name the pupils.")
    if asked.discreetly and len(asked.pupils) != 1:
        raise Refused("What is told discreetly is told of one pupil at a time. Send this for each of them.")
    if max(asked.on or today, asked.cohort_on or today) > today:
        raise Refused("Nobody knows yet what will be true on that day. Ask about today, or an earlier day.")


class Weighing(Protocol):
    """Whoever knows what the gate rests on (see services.sharing.standing)."""

    async def standing(
        self, reader: Reader, recipient: bytes, pupils: Sequence[bytes], on: date, today: date
    ) -> Standing:
        """Give what is known at the reader's position: ages on the day asked about, all else as it stands today."""

    async def untold(self, reader: Reader, people: Iterable[bytes], today: date) -> frozenset[bytes]:
        """Give those of these people whose identity or contact data may not be used today."""

    def categories(self, fields: Iterable[str]) -> frozenset[Category]:
        """Give the categories of fields. Raises Refused for a field that nobody knows."""
