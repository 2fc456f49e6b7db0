"""Recipients with what was agreed with them and what they ask for: who may be given something on a day, and who not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ledger.view import Reader
from services.sharing.agreement_views import AgreementRow, agreements, live
from services.sharing.gateway_views import gateways
from services.sharing.recipient_views import RecipientRow, recipients, usable
from services.sharing.request_views import RequestRow, requests

Standing = Literal["live", "to-come", "ran-out", "ended"]


@dataclass(frozen=True, slots=True)
class ListedAgreement:
    """An agreement as it stands on a day; ``days_left`` counts the days after it, while it is live."""

    agreement: AgreementRow
    title: str
    standing: Standing
    days_left: int | None


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """A recipient on a day: what stands in the way of it, what was agreed, what it asks for.

    ``needs_agreement``: a law that the school has adopted lets this kind be given data only under an agreement, or
    there was one and it is over.
    """

    recipient: RecipientRow
    trouble: str | None
    needs_agreement: bool
    agreements: Sequence[ListedAgreement]
    requests: Sequence[RequestRow]

    @property
    def live(self) -> Sequence[ListedAgreement]:
        """The agreements that are live."""
        return [one for one in self.agreements if one.standing == "live"]

    @property
    def waiting(self) -> Sequence[RequestRow]:
        """The requests that nobody has decided."""
        return [one for one in self.requests if one.decision is None]

    @property
    def is_red(self) -> bool:
        """Whether something has to be done before this recipient may be given what it is registered for."""
        return self.trouble is not None or (self.needs_agreement and not self.live)


async def listed(reader: Reader, day: date) -> list[ListedRecipient]:
    """Give every recipient, those with something to be done first, then by name."""
    signed = await agreed(reader, day)
    asked = await reader.find(requests)
    needing = await _needing(reader)
    found = [_listed(row, signed, asked, needing, day) for row in await reader.find(recipients)]
    return sorted(found, key=lambda one: (not one.is_red, one.recipient.title.casefold(), one.recipient.recipient))


async def one(reader: Reader, recipient: bytes, day: date) -> ListedRecipient | None:
    """Give one recipient; None where there is no such one."""
    row = await reader.get(recipients, recipient)
    if row is None:
        return None
    asked = await reader.find(requests, recipient=recipient)
    return _listed(row, await agreed(reader, day), asked, await _needing(reader), day)


async def agreed(reader: Reader, day: date) -> list[ListedAgreement]:
    """Give every agreement: the live ones first, the next to run out before the others, then the rest by last day."""
    titles = {row.recipient: row.title for row in await reader.find(recipients)}
    found = [
        ListedAgreement(
            row, titles.get(row.recipient, ""), _standing(row, day), (row.last - day).days if live(row, day) else None
        )
        for row in await reader.find(agreements)
    ]
    order = ("live", "to-come", "ended", "ran-out")
    return sorted(found, key=lambda one: (order.index(one.standing), one.agreement.last, one.agreement.agreement))


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be asked for by a kind of recipient, by the law that the school has adopted: purposes, and fields."""

    purposes: Sequence[str]
    fields: Sequence[str]


async def choices(reader: Reader, kind: str) -> Choices:
    """Give the purposes and fields that any adopted gateway has for a kind of recipient."""
    fitting = [row for row in await reader.find(gateways) if row.withdrawn is None and kind in row.recipients]
    return Choices(
        sorted({purpose for row in fitting for purpose in row.purposes}),
        sorted({field for row in fitting for field in row.fields}),
    )


def _standing(row: AgreementRow, day: date) -> Standing:
    if live(row, day):
        return "live"
    if day < row.since and row.last >= row.since:
        return "to-come"
    return "ended" if row.ended and row.ended.last < day else "ran-out"


async def _needing(reader: Reader) -> frozenset[str]:
    """Give the kinds of recipient to which a law that was adopted lets data go only under an agreement."""
    rows = await reader.find(gateways)
    return frozenset(kind for row in rows if row.agreement and row.withdrawn is None for kind in row.recipients)


def _listed(
    row: RecipientRow,
    signed: Iterable[ListedAgreement],
    asked: Iterable[RequestRow],
    needing: frozenset[str],
    day: date,
) -> ListedRecipient:
    own = [one for one in signed if one.agreement.recipient == row.recipient]
    wishes = sorted((one for one in asked if one.recipient == row.recipient), key=lambda one: -one.at.index)
    was_agreed = any(one.standing in ("ended", "ran-out") for one in own)
    return ListedRecipient(row, usable(row, day), row.kind in needing or was_agreed, own, wishes)
