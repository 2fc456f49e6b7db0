"""Published lists of what others give on: a list is taken in as it was published, part by part, each part once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import Field

from events.governance import Digest
from events.model import Event, Text200
from events.sharing.onward import PARTS_MAX, SHARES_MAX, ExternalRegisterImported, ExternalShare
from ledger.decider import Command, Decided, Decider, Refused, Stream


class ImportExternalShares(Command):
    """Take in a part of a published list, as at the day that it says; ``digest`` is the whole file's SHA-256."""

    scope: ClassVar[str] = "sharing:write"
    purpose: ClassVar[str] = "sharing"

    source: Text200 = "DfE external data shares"
    as_at: date
    digest: Digest
    part: Annotated[int, Field(ge=1, le=PARTS_MAX)]
    of_parts: Annotated[int, Field(ge=1, le=PARTS_MAX)]
    shares: Annotated[tuple[ExternalShare, ...], Field(min_length=1, max_length=SHARES_MAX)]

    @property
    def stream(self) -> Stream:
        """A file, as at a day, is one stream."""
        return Stream("external-register", self.digest, self.as_at)


@dataclass(frozen=True, slots=True)
class Imported:
    """The parts of a list that were taken in."""

    of_parts: int | None = None
    parts: Mapping[int, ExternalRegisterImported] = field(default_factory=dict)


def evolve(state: Imported, event: Event, index: int) -> Imported:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    if isinstance(event, ExternalRegisterImported):
        return Imported(event.of_parts, {**state.parts, event.part: event})
    return state


def decide(command: Command, state: Imported) -> Decided:
    """Decide an import; a part that was taken in before yields no event."""
    if not isinstance(command, ImportExternalShares):
        return Decided()
    if command.part > command.of_parts:
        raise Refused("There is no such part: the list has fewer. Import the file again, from its beginning.")
    imported = ExternalRegisterImported(
        source=command.source, as_at=command.as_at, digest=command.digest, part=command.part,
        of_parts=command.of_parts, shares=command.shares,
    )  # fmt: skip
    known = state.parts.get(command.part)
    if known == imported:
        return Decided()
    if known is not None or state.of_parts not in (None, command.of_parts):
        raise Refused(
            "This file was taken in with other rows. Import it as it was published, and change nothing in it."
        )
    return Decided([imported])


onward: Final[Decider[Imported]] = Decider(
    "sharing", Imported(), evolve, decide, commands=(ImportExternalShares,), categories=("correspondence",)
)
