"""The breaker: a file that says it is the whole roll, and lacks too many of its pupils, is refused as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.decider import Refused, Step, Stream
from services.door import Door, Visit
from services.records.answers import Reads
from services.records.files.batches import StopBatch, batches
from services.records.queries import on_roll

RULE: Final = "feed-missing-percent"
PERCENT_DEFAULT: Final = 10
"""Until a school has adopted the rule; ten pupils of a hundred do not leave between two files."""
STOPPED: Final = (
    "This file says that it is the whole roll, and lacks too many of the pupils on it. Nothing of it was taken and "
    "nobody was removed. Ask whoever made it to export all pupils, or send it as a part of the roll."
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside the roll: how many are enrolled, and who of them the file lacks; it never makes anybody leave."""

    enrolled: int
    missing: tuple[bytes, ...]
    index: int


async def compare(
    door: Door, reads: Reads, visit: Visit, batch: bytes, upns: Iterable[str], key: bytes, *, dry_run: bool = False
) -> Compared:
    """Compare a whole roll with the pupils on it today. Raises Refused, with the anomaly recorded, where many lack."""
    given = {upn.strip().upper() for upn in upns}
    async with door.read(visit.organisation) as reader:
        index = (await reader.position()).index
        percent = await reads.parameter(reader, RULE, "percent")
        listed = await on_roll(reader, visit.today)
    missing = tuple(one.subject for one in listed if one.upn is None or one.upn not in given)
    allowed = PERCENT_DEFAULT if percent is None else percent
    if len(missing) * 100 > allowed * len(listed):
        if not dry_run:
            command = StopBatch(batch=batch, enrolled=len(listed), missing=len(missing), percent=allowed)
            await door.carry_out(visit, "records", [Step(batches, command)], key)
        raise Refused(STOPPED, enrolled=len(listed), missing=len(missing), percent=allowed)
    return Compared(len(listed), missing, index)


async def refuse_stopped(door: Door, organisation: bytes, batch: bytes) -> None:
    """Raise Refused where a batch has been stopped: none of its rows is taken."""
    loaded = await door.log.stream(organisation, Stream("batch", batch).id(organisation))
    if any(stored.name == "feed-anomaly-found" for stored in loaded.entries):
        raise Refused(STOPPED)
