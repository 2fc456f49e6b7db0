"""Characteristics of a pupil: each kind changed from a date on or corrected, and fields that are refused unseen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, ClassVar, Final

from pydantic import BeforeValidator

from events.codes.characteristics import SEVERAL, Kind, Source, code_sets, is_refusal
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.characteristics import (
    CareAuthority,
    CharacteristicChanged,
    CharacteristicCorrected,
    Codes,
    FieldName,
    FieldRefused,
)
from law.rules import rule_against
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on, to_correct

LOOKED_AFTER: Final = "looked_after"

Unseen = Annotated[None, BeforeValidator(lambda _: None)]
"""A value that is dropped where it is read: no command, digest, log or error can hold it."""


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pupil-record"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's characteristics are a stream of their own."""
        return Stream("characteristics", self.pupil)


class _Said(_AboutPupil):
    kind: Kind
    codes: Codes
    source: Source | None = None
    care_authority: CareAuthority | None = None


class ChangeCharacteristic(_Said):
    """It is so from ``valid_on`` on, or becomes known. ``source`` is who says so, where that is known."""


class CorrectCharacteristic(_Said):
    """What was recorded had been wrong; this is what it was from ``valid_on`` on."""

    reason: Text200
    evidence: Text200 | None = None


class OfferField(_AboutPupil):
    """A field that may not be collected was given. That it was refused is recorded; ``value`` is dropped unread."""

    field: FieldName
    value: Unseen = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one kind."""

    codes: tuple[str, ...]
    source: str | None
    care_authority: str | None


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What is known by kind, by the day; and the fields that were refused, with the version of the rule."""

    kinds: Mapping[str, tuple[Noted[Answer], ...]] = field(default_factory=dict)
    refused: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def evolve(state: Characteristics, event: Event, index: int) -> Characteristics:
    """Fold one event."""
    match event:
        case CharacteristicChanged() | CharacteristicCorrected():
            answer = Answer(event.codes, event.source, event.care_authority)
            corrects = event.corrects if isinstance(event, CharacteristicCorrected) else None
            series = noted(state.kinds.get(event.kind, ()), Noted(answer, event.valid_on, index), corrects)
            return replace(state, kinds={**state.kinds, event.kind: series})
        case FieldRefused():
            return replace(state, refused={**state.refused, event.field: (event.rule, event.rule_version)})
        case _:
            return state


def decide(command: Command, state: Characteristics) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case ChangeCharacteristic() | CorrectCharacteristic():
            return _say(command, state)
        case OfferField():
            return _refuse(command, state)
        case _:
            return Decided()


def why_not(kind: Kind, codes: tuple[str, ...]) -> str | None:
    """Give, for codes that cannot be recorded of a kind, why not and what to do; None where they can."""
    known = code_sets()[kind]
    if any(code not in known.codes for code in codes):
        return f"{known.title}: this is not a code that the Department for Education uses. Look it up in the list."
    if len(set(codes)) != len(codes) or (len(codes) > 1 and kind not in SEVERAL):
        return f"{known.title}: there is one code too many. Send the one that is right."
    return None


def _say(command: ChangeCharacteristic | CorrectCharacteristic, state: Characteristics) -> Decided:
    kind, codes = command.kind, tuple(sorted(command.codes))
    sentence = why_not(kind, codes)
    if sentence is not None:
        raise Refused(sentence)
    if command.care_authority is not None and (kind != LOOKED_AFTER or codes != ("Y",)):
        raise Refused("Only a pupil in care has a care authority. Leave it out, or send that the pupil is in care.")
    series = state.kinds.get(kind, ())
    known = noted_on(series, command.valid_on)
    if known is not None and known.value == Answer(codes, command.source, command.care_authority):
        return Decided()
    if isinstance(command, ChangeCharacteristic):
        changed = CharacteristicChanged(
            subject=command.pupil, valid_on=command.valid_on, kind=kind, codes=codes, source=command.source,
            care_authority=command.care_authority, refused=is_refusal(kind, codes),
        )  # fmt: skip
        return Decided([changed])
    wrong = to_correct(series, command.valid_on)
    if wrong is None:
        raise Refused(
            "There is nothing of this kind to correct. Send it as a change, with the day from which it holds."
        )
    corrected = CharacteristicCorrected(
        subject=command.pupil, valid_on=command.valid_on, kind=kind, codes=codes, source=command.source,
        care_authority=command.care_authority, refused=is_refusal(kind, codes), corrects=wrong.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return Decided([corrected])


def _refuse(command: OfferField, state: Characteristics) -> Decided:
    rule = rule_against(command.field, command.valid_on)
    if rule is None:
        raise Refused("No rule is against this field, and there is no place for it either. Leave it out.")
    if state.refused.get(command.field) == (rule.id, rule.version):
        return Decided()
    refused = FieldRefused(
        subject=command.pupil, valid_on=command.valid_on, field=command.field, rule=rule.id, rule_version=rule.version
    )
    return Decided([refused])


characteristics: Final = Decider(
    "records",
    Characteristics(),
    evolve,
    decide,
    commands=(ChangeCharacteristic, CorrectCharacteristic, OfferField),
    categories=("characteristics",),
)
