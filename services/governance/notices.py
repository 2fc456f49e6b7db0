"""Privacy notices: which text held from when, by its hash, so that a family's copy can be told from another."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import Field

from events.governance import Digest, PrivacyNoticePublished
from events.model import Event
from ledger.decider import Command, Decided, Decider, Refused, Stream


class PublishPrivacyNotice(Command):
    """A version of the notice holds from ``valid_on`` on; ``digest`` is the SHA-256 of its text."""

    scope: ClassVar[str] = "rules:write"
    purpose: ClassVar[str] = "accountability"

    notice_version: Annotated[int, Field(ge=1)]
    digest: Digest
    valid_on: date

    @property
    def stream(self) -> Stream:
        """An organisation's notices are one stream."""
        return Stream("notices")


Published: TypeAlias = Mapping[int, tuple[str, date]]
"""Digest and first day by version."""


def evolve(state: Published, event: Event, index: int) -> Published:  # noqa: ARG001  # the same shape everywhere
    """Fold one event."""
    if isinstance(event, PrivacyNoticePublished):
        return {**state, event.notice_version: (event.digest, event.valid_on)}
    return state


def decide(command: Command, state: Published) -> Decided:
    """Decide a publication; a version that is published already yields no event."""
    if not isinstance(command, PublishPrivacyNotice):
        return Decided()
    known = state.get(command.notice_version)
    if known == (command.digest, command.valid_on):
        return Decided()
    if known is not None:
        raise Refused("This version of the notice was published with another text or day. Publish the next version.")
    if any(version > command.notice_version for version in state):
        raise Refused("A newer version of the notice is published already. Publish a version after that one.")
    published = PrivacyNoticePublished(
        notice_version=command.notice_version, digest=command.digest, valid_on=command.valid_on
    )
    return Decided([published])


notices: Final[Decider[Published]] = Decider(
    "governance", {}, evolve, decide, commands=(PublishPrivacyNotice,), categories=()
)
