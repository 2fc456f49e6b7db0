"""Health: conditions, allergies and care plans, each told from another by its name and dated; and a school's flag."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, TypeAlias

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.health import (
    Allergy,
    AllergyCorrected,
    AllergyEnded,
    AllergyRecorded,
    CarePlan,
    CarePlanAgreed,
    CarePlanCorrected,
    CarePlanEnded,
    MedicalCondition,
    MedicalConditionCorrected,
    MedicalConditionEnded,
    MedicalConditionRecorded,
    MedicalFlagCorrected,
    MedicalFlagReceived,
    Naming,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.episodes import Episode, begun, ends, is_new, over, to_correct, to_end
from services.facts import Noted, noted, noted_on
from services.facts import to_correct as noted_to_correct


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "pastoral-care"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's health is a stream of its own."""
        return Stream("health", self.pupil)


class _End(_AboutPupil):
    called: Naming


class _Correction(_AboutPupil):
    """``called`` and ``started`` are as recorded: they say which entry had been wrong."""

    called: Naming
    started: date
    until: date | None = None
    reason: Text200
    evidence: Text200 | None = None


class RecordMedicalCondition(_AboutPupil):
    """The pupil has a condition from ``valid_on`` on, or other advice holds for it from then on."""

    condition: MedicalCondition


class EndMedicalCondition(_End):
    """The condition is over; ``valid_on`` is its last day."""


class CorrectMedicalCondition(_Correction):
    """The condition recorded from ``started`` had been wrong; it was this, from ``valid_on`` to ``until``."""

    condition: MedicalCondition


class RecordAllergy(_AboutPupil):
    """The pupil has an allergy from ``valid_on`` on, or another severity or advice holds from then on."""

    allergy: Allergy


class EndAllergy(_End):
    """The allergy is over; ``valid_on`` is its last day."""


class CorrectAllergy(_Correction):
    """The allergy recorded from ``started`` had been wrong; it was this, from ``valid_on`` to ``until``."""

    allergy: Allergy


class AgreeCarePlan(_AboutPupil):
    """A care plan was agreed, or agreed anew, and holds from ``valid_on`` on."""

    plan: CarePlan


class EndCarePlan(_End):
    """The care plan ended; ``valid_on`` is its last day."""


class CorrectCarePlan(_Correction):
    """The care plan recorded from ``started`` had been wrong; it was this, from ``valid_on`` to ``until``."""

    plan: CarePlan


class ReceiveMedicalFlag(_AboutPupil):
    """A previous school said whether it knew of a medical condition."""

    flagged: bool


class CorrectMedicalFlag(_AboutPupil):
    """The previous school said something else."""

    flagged: bool
    reason: Text200
    evidence: Text200 | None = None


_Value: TypeAlias = MedicalCondition | Allergy | CarePlan
_Series: TypeAlias = tuple[Episode[_Value], ...]
_RECORDED: Final[Mapping[type[Command], tuple[str, type[Event]]]] = {
    RecordMedicalCondition: ("condition", MedicalConditionRecorded),
    RecordAllergy: ("allergy", AllergyRecorded),
    AgreeCarePlan: ("plan", CarePlanAgreed),
}
_ENDED: Final[Mapping[type[Command], tuple[str, type[Event]]]] = {
    EndMedicalCondition: ("condition", MedicalConditionEnded),
    EndAllergy: ("allergy", AllergyEnded),
    EndCarePlan: ("plan", CarePlanEnded),
}
_CORRECTED: Final[Mapping[type[Command], tuple[str, type[Event]]]] = {
    CorrectMedicalCondition: ("condition", MedicalConditionCorrected),
    CorrectAllergy: ("allergy", AllergyCorrected),
    CorrectCarePlan: ("plan", CarePlanCorrected),
}
_HAPPENED: Final = {event: what for table in (_RECORDED, _ENDED, _CORRECTED) for what, event in table.values()}


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a pupil's health: episodes by kind and name, and what a previous school said."""

    episodes: Mapping[tuple[str, str], _Series] = field(default_factory=dict)
    flags: tuple[Noted[bool], ...] = ()


def evolve(state: Health, event: Event, index: int) -> Health:
    """Fold one event."""
    match event:
        case MedicalFlagReceived():
            return replace(state, flags=noted(state.flags, Noted(event.flagged, event.valid_on, index)))
        case MedicalFlagCorrected():
            return replace(state, flags=noted(state.flags, Noted(event.flagged, event.valid_on, index), event.corrects))
        case MedicalConditionEnded() | AllergyEnded() | CarePlanEnded():
            kind = (_HAPPENED[type(event)], key(event.called))
            ended = over(state.episodes.get(kind, ()), event.started, event.valid_on)
            return replace(state, episodes={**state.episodes, kind: ended})
        case MedicalConditionRecorded() | AllergyRecorded() | CarePlanAgreed():
            value, kind = _valued(event)
            series = begun(state.episodes.get(kind, ()), Episode(value, event.valid_on, None, index))
            return replace(state, episodes={**state.episodes, kind: series})
        case MedicalConditionCorrected() | AllergyCorrected() | CarePlanCorrected():
            value, kind = _valued(event)
            rest = {one: _without(series, event.corrects) for one, series in state.episodes.items()}
            item = Episode(value, event.valid_on, event.until, index)
            return replace(state, episodes={**rest, kind: (*rest.get(kind, ()), item)})
        case _:
            return state


def _without(series: _Series, corrects: int) -> _Series:
    """Give a series without the episode of an entry: a correction may give a thing another name."""
    return tuple(one for one in series if one.entry != corrects)


def key(called: str) -> str:
    """Give by what one condition, allergy or plan is told from another."""
    return " ".join(called.casefold().split())


def _valued(event: Event) -> tuple[_Value, tuple[str, str]]:
    what = _HAPPENED[type(event)]
    value: _Value = getattr(event, what)
    return value, (what, key(value.called))


def decide(command: Command, state: Health) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case RecordMedicalCondition() | RecordAllergy() | AgreeCarePlan():
            events = _record(command, state)
        case EndMedicalCondition() | EndAllergy() | EndCarePlan():
            return _end(command, state)
        case CorrectMedicalCondition() | CorrectAllergy() | CorrectCarePlan():
            events = _correct(command, state)
        case ReceiveMedicalFlag() | CorrectMedicalFlag():
            events = _flag(command, state)
        case _:
            events = []
    return Decided(events)


def _record(command: RecordMedicalCondition | RecordAllergy | AgreeCarePlan, state: Health) -> list[Event]:
    what, made = _RECORDED[type(command)]
    value: _Value = getattr(command, what)
    if not is_new(state.episodes.get((what, key(value.called)), ()), value, command.valid_on):
        return []
    return [made.model_validate({"subject": command.pupil, "valid_on": command.valid_on, what: value})]


def _end(command: EndMedicalCondition | EndAllergy | EndCarePlan, state: Health) -> Decided:
    what, made = _ENDED[type(command)]
    over_now = to_end(state.episodes.get((what, key(command.called)), ()), command.valid_on)
    about = {"subject": command.pupil, "valid_on": command.valid_on}
    return ends(over_now, lambda one: made.model_validate({**about, "called": one.value.called, "started": one.since}))


def _correct(command: CorrectMedicalCondition | CorrectAllergy | CorrectCarePlan, state: Health) -> list[Event]:
    what, made = _CORRECTED[type(command)]
    value: _Value = getattr(command, what)
    recorded = state.episodes.get((what, key(command.called)), ())
    into = state.episodes.get((what, key(value.called)), ())
    wrong = to_correct(recorded, command.started, Episode(value, command.valid_on, command.until, 0), into)
    said = {
        "subject": command.pupil, "valid_on": command.valid_on, what: value, "until": command.until,
        "reason": command.reason, "evidence": command.evidence,
    }  # fmt: skip
    return [made.model_validate({**said, "corrects": one.entry}) for one in wrong]


def _flag(command: ReceiveMedicalFlag | CorrectMedicalFlag, state: Health) -> list[Event]:
    known = noted_on(state.flags, command.valid_on)
    if known is not None and known.value == command.flagged:
        return []
    if isinstance(command, ReceiveMedicalFlag):
        return [MedicalFlagReceived(subject=command.pupil, valid_on=command.valid_on, flagged=command.flagged)]
    wrong = noted_to_correct(state.flags, command.valid_on)
    if wrong is None:
        raise Refused("No previous school's flag is recorded. Record what the school said, with the day.")
    right = MedicalFlagCorrected(
        subject=command.pupil, valid_on=command.valid_on, flagged=command.flagged, corrects=wrong.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip
    return [right]


health: Final = Decider(
    "records",
    Health(),
    evolve,
    decide,
    commands=(*_RECORDED, *_ENDED, *_CORRECTED, ReceiveMedicalFlag, CorrectMedicalFlag),
    categories=("health",),
)
