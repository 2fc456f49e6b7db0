"""What a school asks consent for: each purpose by its versions, as an answer is to a text that can be shown."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Annotated, ClassVar, Final, TypeAlias

from pydantic import Field

from events.governance import Title
from events.identifiers import SubjectId
from events.model import Event
from events.sharing.consents import (
    RECIPIENTS_MAX,
    Capacity,
    Conflicts,
    ConsentPurpose,
    ConsentPurposeDefined,
    ConsentVersion,
)
from events.sharing.disclosures import FIELDS_MAX
from events.sharing.words import FieldName
from events.text import Prose
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.permission import Action


class DefineConsentPurpose(Command):
    """Ask consent for this from ``valid_on`` on. A new text, or new rules for the answers, are the next version.

    ``recipients`` are given ``fields`` by it; where nothing leaves the school by it, both are empty.
    """

    scope: ClassVar[str] = "rules:write"
    purpose: ClassVar[str] = "sharing"
    action: ClassVar[Action] = "govern"

    consent_purpose: ConsentPurpose
    purpose_version: ConsentVersion
    valid_on: date
    title: Title
    text: Annotated[Prose, Field(min_length=1, max_length=4_000)]
    biometric: bool = False
    givers: Annotated[tuple[Capacity, ...], Field(min_length=1, max_length=3)]
    valid_months: Annotated[int, Field(ge=1, le=240)] | None = None
    conflicts: Conflicts
    recipients: Annotated[tuple[SubjectId, ...], Field(max_length=RECIPIENTS_MAX)] = ()
    fields: Annotated[tuple[FieldName, ...], Field(max_length=FIELDS_MAX)] = ()

    @property
    def stream(self) -> Stream:
        """What a school asks consent for is one stream."""
        return Stream("consent-purposes")


Defined: TypeAlias = Mapping[str, tuple[ConsentPurposeDefined, ...]]
"""Each purpose's versions, in order."""


def wording(text: str) -> str:
    """Give the SHA-256 of a text that is shown to whoever is asked, in hex: what an answer names."""
    return sha256(text.encode()).hexdigest()


def evolve(state: Defined, event: Event, index: int) -> Defined:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    if isinstance(event, ConsentPurposeDefined):
        return {**state, event.consent_purpose: (*state.get(event.consent_purpose, ()), event)}
    return state


def decide(command: Command, state: Defined) -> Decided:
    """Decide a definition; a version that is known already yields no event."""
    if not isinstance(command, DefineConsentPurpose):
        return Decided()
    if bool(command.recipients) != bool(command.fields):
        raise Refused(
            "Name both who is given something by this consent and which fields, as the text that families see does; "
            "or neither, if nothing leaves the school."
        )
    event, versions = _defined(command), state.get(command.consent_purpose, ())
    if event in versions:
        return Decided()
    if command.purpose_version != len(versions) + 1:
        raise Refused("This version says something else already, or comes too early. Define the next version.")
    if versions and command.valid_on < versions[-1].valid_on:
        raise Refused("This version would begin before the one that it follows. Check the day.")
    if command.biometric and ("parent" not in command.givers or command.conflicts != "any-objection"):
        raise Refused(
            "For biometric information a parent consents, and any objection wins (Protection of Freedoms Act 2012, "
            "section 26). Let parents give it, and choose that any objection wins."
        )
    return Decided([event])


def _defined(command: DefineConsentPurpose) -> ConsentPurposeDefined:
    return ConsentPurposeDefined(
        consent_purpose=command.consent_purpose, purpose_version=command.purpose_version, valid_on=command.valid_on,
        title=command.title, text=command.text, wording=wording(command.text), biometric=command.biometric,
        givers=tuple(dict.fromkeys(command.givers)), valid_months=command.valid_months, conflicts=command.conflicts,
        recipients=tuple(sorted(set(command.recipients))), fields=tuple(sorted(set(command.fields))),
    )  # fmt: skip


consent_purposes: Final[Decider[Defined]] = Decider(
    "sharing", {}, evolve, decide, commands=(DefineConsentPurpose,), categories=()
)
