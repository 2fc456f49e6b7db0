"""What the door and services ask of one another's views: put together here, as services never import one another."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from events.model import Category
from events.sharing.words import Party
from ledger.alias import held
from ledger.decider import Ground, Refused
from ledger.view import Reader
from services.governance import queries as governance
from services.records import queries as records
from services.records.pupils.identity_views import aliases
from services.restrictions import restricted_categories
from services.rights.restriction_views import restrictions
from services.sharing.processing import AdoptedPurpose, Controller


class SchoolFacts:
    """What the door asks of the services' views (see services.door.Facts)."""

    async def roles(self, reader: Reader, subject: bytes, day: date) -> frozenset[str]:
        """Give the roles in which somebody may act on a day."""
        return await governance.roles(reader, subject, day)

    async def teaches(
        self, reader: Reader, subject: bytes, day: date, groups: Iterable[bytes], pupils: Iterable[bytes]
    ) -> bool:
        """Whether somebody teaches all of these groups and pupils on a day."""
        return await records.teaches(reader, subject, day, groups, pupils)

    async def kind(self, reader: Reader) -> str | None:
        """Give what kind of organisation this is."""
        about = await governance.about(reader)
        return about.kind if about else None

    async def ground(self, reader: Reader, purpose: str, day: date) -> Ground | None:
        """Give the lawful basis and categories of a purpose of the organisation."""
        return await governance.ground(reader, purpose, day)

    async def held(self, reader: Reader) -> Mapping[bytes, bytes]:
        """Give whose records are merged into which."""
        return await held(reader, aliases)

    async def restricted(
        self, reader: Reader, people: Sequence[bytes] | None, day: date
    ) -> Mapping[bytes, frozenset[Category]]:
        """Give which categories of these people's data (None: of everybody's) may not be used on a day, if any."""
        wanted = {} if people is None else {"subject": list(people)}
        rows = await reader.find(restrictions, **wanted)
        found = {row.subject: restricted_categories(row, day) for row in rows}
        return {subject: categories for subject, categories in found.items() if categories}


class SchoolParty:
    """What sharing asks of governance (see services.sharing.standing.School)."""

    async def party(self, reader: Reader) -> Party:
        """Give the school as a sender. Raises Refused where it is not registered."""
        about = await governance.about(reader)
        if about is None:
            raise Refused("Register the school before anything is shared in its name.")
        return Party(title=about.title, laestab=about.laestab)

    async def school_type(self, reader: Reader) -> str | None:
        """Give its type as the law's gateways name it; None where it is not known."""
        about = await governance.about(reader)
        return about.school_type if about else None


class SchoolController:
    """What the record of processing asks of governance (see services.sharing.processing.Governing)."""

    async def controller(self, reader: Reader, today: date) -> Controller:
        """Give the school as a controller. Raises Refused where it is not registered."""
        about = await governance.about(reader)
        if about is None:
            raise Refused("Register the school before anything is shared in its name.")
        adopted = [
            AdoptedPurpose(one.purpose, one.title, one.covers, one.bases, one.categories)
            for one in await governance.adopted_purposes(reader)
        ]
        officers = await governance.in_roles(reader, ["dpo"], today)
        return Controller(about.title, about.urn, sorted(officers.values()), adopted)
