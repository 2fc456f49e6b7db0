"""What flows to whom by which law, and which of it should not go on as it is: drawn from what was given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from events.model import Category
from events.sharing.disclosures import Sending
from law.gateways import shared_fields
from ledger.view import Reader
from services.facts import LONDON
from services.sharing.agreement_views import AgreementRow, agreements, live
from services.sharing.disclosure_queries import Line
from services.sharing.gateway_views import GatewayRow, gateways
from services.sharing.recipient_views import RecipientRow, recipients, usable

CATEGORIES: Final[Mapping[str, Category]] = {one.field: one.category for one in shared_fields()}
FIELDS: Final[Mapping[str, str]] = {one.field: one.title for one in shared_fields()}


@dataclass(frozen=True, slots=True)
class Flow:
    """A category of data that went to a recipient by a law: which fields, how often, last when, and what is wrong."""

    category: str
    recipient: bytes
    kind: str
    to: str
    gateway: str
    gateway_version: int
    law: str
    citation: str
    purposes: Sequence[str]
    fields: Sequence[str]
    disclosures: int
    last: date
    troubles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Known:
    """Whom and by what a school gives data, as its register names them: laws are there in every version."""

    recipients: Mapping[bytes, RecipientRow]
    laws: Mapping[tuple[str, int], GatewayRow]
    agreements: Sequence[AgreementRow]

    def law(self, sending: Sending) -> tuple[str, str]:
        """Give the title and the citation of the law by which something was given, in the version of then."""
        row = self.laws.get((sending.gateway, sending.gateway_version))
        return (row.title, row.citation) if row else (sending.gateway, "")

    def titles(self) -> Mapping[str, str]:
        """Give every law that was ever adopted by its newest title."""
        return {rule: self.laws[rule, version].title for rule, version in sorted(self.laws)}

    def to(self, recipient: bytes) -> str:
        """Give what a recipient is called."""
        row = self.recipients.get(recipient)
        return row.title if row else "A recipient that is not registered"


async def known(reader: Reader) -> Known:
    """Give the names of everybody and everything in a school's register."""
    return Known(
        {row.recipient: row for row in await reader.find(recipients)},
        {(row.rule, row.rule_version): row for row in await reader.find(gateways)},
        await reader.find(agreements),
    )


def flows(lines: Iterable[Line], named: Known, today: date) -> list[Flow]:
    """Give what flows, by category, recipient and law: those with something wrong first."""
    found: dict[tuple[str, bytes, str, int], list[tuple[Line, list[str]]]] = {}
    for line in lines:
        by_category: dict[str, list[str]] = {}
        for field in line.fields:
            by_category.setdefault(CATEGORIES.get(field, "correspondence"), []).append(field)
        for category, fields in by_category.items():
            sending = line.sending
            key = (category, sending.recipient, sending.gateway, sending.gateway_version)
            found.setdefault(key, []).append((line, fields))
    made = [_flow(key[0], several, named, today) for key, several in found.items()]
    return sorted(made, key=lambda one: (not one.troubles, one.category, one.to.casefold(), one.law))


def _flow(category: str, several: Sequence[tuple[Line, Sequence[str]]], named: Known, today: date) -> Flow:
    sending = several[0][0].sending
    law, citation = named.law(sending)
    fields = sorted({field for _, found in several for field in found})
    purposes = sorted({line.sending.sharing_purpose for line, _ in several})
    return Flow(
        category, sending.recipient, sending.recipient_kind, named.to(sending.recipient), sending.gateway,
        sending.gateway_version, law, citation, purposes, fields, len(several),
        max(given_on(line) for line, _ in several), troubles(sending, purposes, fields, named, today),
    )  # fmt: skip


def given_on(line: Line) -> date:
    """Give the day on which something was given, in London."""
    return line.at.recorded_at.astimezone(LONDON).date()


def troubles(
    sending: Sending, purposes: Sequence[str], fields: Sequence[str], named: Known, today: date
) -> list[str]:  # fmt: skip
    """Give why this could not be given again today, as sentences; nothing where it could."""
    row, law = named.recipients.get(sending.recipient), named.laws.get((sending.gateway, sending.gateway_version))
    found = [] if row is None else [sentence for sentence in [usable(row, today)] if sentence]
    if law is None:
        return found
    if law.withdrawn is not None:
        found.append("The school no longer goes by this law.")
    elif law.in_force_until is not None and law.in_force_until < today:
        found.append("This law is no longer in force.")
    if law.agreement and not _is_agreed(sending.recipient, purposes, fields, named.agreements, today):
        found.append("No live agreement covers this.")
    return found


def _is_agreed(
    recipient: bytes, purposes: Sequence[str], fields: Sequence[str], signed: Iterable[AgreementRow], today: date
) -> bool:
    return any(
        one.recipient == recipient and live(one, today) and set(purposes) <= set(one.purposes)
        and set(fields) <= set(one.fields)
        for one in signed
    )  # fmt: skip
