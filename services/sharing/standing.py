"""What the gate rests on, asked of the views: the recipient, the law adopted, and what is known of each pupil."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from events.model import Category
from events.sharing.words import Party
from law.gateways import shared_fields
from ledger.decider import Refused
from ledger.view import Reader
from services.restrictions import RestrictionRow
from services.shared_facts import FactSource
from services.sharing import gate
from services.sharing.agreement_views import agreements, live
from services.sharing.asking import Standing
from services.sharing.consent_queries import Covered, standings
from services.sharing.gateway_queries import documents, own_policies, reviewed_by, to_weigh, undocumented
from services.sharing.recipient_views import RecipientRow, recipients, usable
from services.sharing.restriction_views import restricted, restrictions


class School(Protocol):
    """What sharing asks of governance: the school as a file names it, and its type."""

    async def party(self, reader: Reader) -> Party:
        """Give the school as a sender. Raises Refused where it is not registered."""

    async def school_type(self, reader: Reader) -> str | None:
        """Give its type as the law's gateways name it; None where it is not known."""


CATEGORIES: Final[Mapping[str, Category]] = {one.field: one.category for one in shared_fields()}


class Standings:
    """Asks what the gate rests on (see services.sharing.asking.Weighing)."""

    def __init__(self, facts: FactSource, school: School) -> None:
        self._facts, self._school = facts, school

    def categories(self, fields: Iterable[str]) -> frozenset[Category]:
        """Give the categories of fields. Raises Refused for a field that nobody knows."""
        unknown = sorted(set(fields) - CATEGORIES.keys())
        if unknown:
            raise Refused("There is no such field. Choose from the list of fields that can be shared.", unknown=unknown)
        return frozenset(CATEGORIES[one] for one in fields)

    async def standing(
        self, reader: Reader, recipient: bytes, pupils: Sequence[bytes], on: date, today: date
    ) -> Standing:
        """Give what is known at the reader's position: ages on the day asked about, all else as it stands today."""
        row = await reader.get(recipients, recipient)
        school_type = await self._school.school_type(reader)
        weighed, adopted = await to_weigh(reader, on, school_type), await documents(reader)
        return Standing(
            await _recipient(reader, row, today) if row else None,
            Party(title=row.title, laestab=row.laestab) if row else None,
            weighed,
            await own_policies(reader, today),
            school_type,
            await self._school.party(reader),
            await self._concerns(reader, pupils, on, today),
            {one.rule: reviewed_by(one, adopted) for one in weighed if undocumented(one, adopted, today)},
        )  # fmt: skip

    async def untold(self, reader: Reader, people: Iterable[bytes], today: date) -> frozenset[bytes]:
        """Give those of these people whose identity or contact data may not be used today."""
        rows = await reader.find(restrictions, subject=sorted(set(people)))
        return frozenset(
            row.subject for row in rows if restricted(row, "identity", today) or restricted(row, "contact", today)
        )

    async def _concerns(
        self, reader: Reader, pupils: Sequence[bytes], on: date, today: date
    ) -> Mapping[bytes, gate.Concern]:
        ages = await self._facts.ages(reader, pupils, on)
        given = await standings(reader, pupils, today)
        rows = {row.subject: row for row in await reader.find(restrictions, subject=list(pupils))}
        return {
            one: gate.Concern(ages.get(one), _consented(given.get(one, {})), _restricted(rows.get(one), today))
            for one in pupils
        }


def _consented(found: Mapping[str, Covered]) -> Mapping[str, gate.Consented]:
    return {purpose: gate.Consented(one.state, one.recipients, one.fields) for purpose, one in found.items()}


def _restricted(row: RestrictionRow | None, day: date) -> frozenset[str]:
    return frozenset(field for field, category in CATEGORIES.items() if restricted(row, category, day))


async def _recipient(reader: Reader, row: RecipientRow, today: date) -> gate.Recipient:
    signed = await reader.find(agreements, recipient=row.recipient)
    return gate.Recipient(
        row.kind, row.title, usable(row, today),
        [
            gate.Agreement(one.agreement, frozenset(one.purposes), frozenset(one.fields))
            for one in signed
            if live(one, today)
        ],
        row.recipient,
    )  # fmt: skip
