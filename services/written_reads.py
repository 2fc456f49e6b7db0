"""Every read is written to the log before it is shown: by whichever service shows it, as governance's event."""

from collections.abc import Iterable, Mapping

from events.governance import Shown
from events.model import PARTS_MAX
from ledger.decider import Command, Refused, Step
from ledger.view import Reader
from services.door import At, Door, Visit
from services.facts import Provenance
from services.governance import queries as governance
from services.governance import reads
from services.opened import through


class WrittenReads:
    """Writes reads to the log and names the people of its entries (see services.records.api.Reads)."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown; a replay, under its case number; a door that was opened."""
        shown = through(shown, visit.through)
        if at.asked is None:
            await self._write(visit, self._view(visit, index, shown))
        else:
            await self._write(visit, self._replay(visit, at, at.asked, shown))

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown, in as many entries as it takes."""
        pupils = list(shown.items())
        for start in range(0, max(len(pupils), 1), PARTS_MAX):
            page = dict(pupils[start : start + PARTS_MAX])
            if at.asked is not None:
                await self._write(visit, self._replay(visit, at, at.asked, page))
                continue
            await self._write(
                visit,
                reads.Search(
                    reader=visit.caller.subject, day=visit.today, known_at=index, shown=page,
                    kind="search" if kind == "search" else "list", count=len(pupils),
                ),
            )  # fmt: skip

    async def names(self, organisation: bytes, wanted: Iterable[Provenance]) -> Mapping[int, str]:
        """Give who made each entry, by index: name and job title as they stood at that entry."""
        made = {one.index: one for one in wanted}
        async with self._door.read(organisation) as reader:
            people = await governance.people(reader, [one.actor for one in made.values()])
        found = {}
        for index, one in made.items():
            who = governance.who(people.get(one.actor), one.recorded_at, index)
            found[index] = f"{who.name}, {who.job_title}" if who.job_title else who.name
        return found

    async def parameter(self, reader: Reader, rule: str, name: str) -> int | None:
        """Give a parameter of an adopted rule."""
        found = await governance.parameters(reader, rule)
        return found.get(name) if found else None

    def _view(self, visit: Visit, index: int, shown: Mapping[bytes, Shown]) -> Command:
        return reads.ViewRecord(reader=visit.caller.subject, day=visit.today, known_at=index, shown=dict(shown))

    def _replay(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> Command:
        if at.case is None:
            raise Refused(
                "Replaying history needs the number of the case it is for. Give it as case=… ; it is written down."
            )
        return reads.Replay(
            reader=visit.caller.subject, day=visit.today, known_at=index, shown=dict(shown), case=at.case
        )

    async def _write(self, visit: Visit, command: Command) -> None:
        await self._door.record(visit, Step(reads.reads, command))
