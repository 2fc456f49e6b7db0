"""Special educational needs: provision and plans from a first to a last day, needs by rank; changed or corrected."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar, Final

from events.codes.sen import SenNeed, SenProvision, sen_codes
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.sen import (
    EhcPlan,
    EhcPlanCeased,
    EhcPlanCorrected,
    EhcPlanIssued,
    SenNeeds,
    SenNeedsCorrected,
    SenNeedsRecorded,
    SenProvisionCorrected,
    SenProvisionEnded,
    SenProvisionStarted,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.episodes import Episode, begun, ends, is_new, over, righted, to_correct, to_end
from services.facts import Noted, noted, noted_on
from services.facts import to_correct as noted_to_correct


class _AboutPupil(Command):
    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "learning"

    pupil: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's special educational needs are a stream of their own."""
        return Stream("sen", self.pupil)


class _Correction(_AboutPupil):
    reason: Text200
    evidence: Text200 | None = None


class StartSenProvision(_AboutPupil):
    """The pupil has this provision from ``valid_on`` on, to a last day where that is known."""

    provision: SenProvision
    until: date | None = None


class EndSenProvision(_AboutPupil):
    """The provision of that day ended with it."""


class CorrectSenProvision(_Correction):
    """The provision recorded from ``started`` had been wrong; it was this one, from ``valid_on`` to ``until``."""

    started: date
    provision: SenProvision
    until: date | None = None


class RecordSenNeeds(_AboutPupil):
    """The pupil has these needs from ``valid_on`` on, the primary one first."""

    needs: SenNeeds


class CorrectSenNeeds(_Correction):
    """The needs had been wrong; this is what they were from ``valid_on`` on."""

    needs: SenNeeds


class IssueEhcPlan(_AboutPupil):
    """An authority made an education, health and care plan on ``valid_on``."""

    plan: EhcPlan = EhcPlan()


class CeaseEhcPlan(_AboutPupil):
    """The plan of that day is maintained no longer than that day."""


class CorrectEhcPlan(_Correction):
    """The plan recorded from ``started`` had been wrong; it was this one, from ``valid_on`` to ``until``."""

    started: date
    plan: EhcPlan
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Sen:
    """What is known of a pupil's special educational needs."""

    provision: tuple[Episode[SenProvision], ...] = ()
    needs: tuple[Noted[tuple[SenNeed, ...]], ...] = ()
    plans: tuple[Episode[EhcPlan], ...] = ()


def evolve(state: Sen, event: Event, index: int) -> Sen:
    """Fold one event."""
    match event:
        case SenProvisionStarted():
            item = Episode(event.provision, event.valid_on, event.until, index)
            return replace(state, provision=begun(state.provision, item))
        case SenProvisionEnded():
            return replace(state, provision=over(state.provision, event.started, event.valid_on))
        case SenProvisionCorrected():
            item = Episode(event.provision, event.valid_on, event.until, index)
            return replace(state, provision=righted(state.provision, item, event.corrects))
        case SenNeedsRecorded():
            return replace(state, needs=noted(state.needs, Noted(event.needs, event.valid_on, index)))
        case SenNeedsCorrected():
            return replace(state, needs=noted(state.needs, Noted(event.needs, event.valid_on, index), event.corrects))
        case EhcPlanIssued():
            return replace(state, plans=begun(state.plans, Episode(event.plan, event.valid_on, None, index)))
        case EhcPlanCeased():
            return replace(state, plans=over(state.plans, event.started, event.valid_on))
        case EhcPlanCorrected():
            plan = Episode(event.plan, event.valid_on, event.until, index)
            return replace(state, plans=righted(state.plans, plan, event.corrects))
        case _:
            return state


def decide(command: Command, state: Sen) -> Decided:
    """Decide a command; one that says what is already known of its day yields no event."""
    match command:
        case EndSenProvision() | CeaseEhcPlan():
            return _end(command, state)
        case StartSenProvision() | CorrectSenProvision():
            events = _provision(command, state)
        case RecordSenNeeds() | CorrectSenNeeds():
            events = _needs(command, state)
        case IssueEhcPlan() | CorrectEhcPlan():
            events = _plan(command, state)
        case _:
            events = []
    return Decided(events)


def _end(command: EndSenProvision | CeaseEhcPlan, state: Sen) -> Decided:
    about: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on}
    if isinstance(command, EndSenProvision):
        over_now = to_end(state.provision, command.valid_on)
        return ends(over_now, lambda one: SenProvisionEnded(**about, started=one.since))
    return ends(to_end(state.plans, command.valid_on), lambda one: EhcPlanCeased(**about, started=one.since))


def _provision(command: StartSenProvision | CorrectSenProvision, state: Sen) -> list[Event]:
    about: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on}
    if not sen_codes("provision")[command.provision].may_begin(command.valid_on):
        raise Refused(
            "This kind of SEN provision could not begin on that day: statements, school action and school action plus "
            "gave way to N, K and E in 2014. Check the code and the day."
        )
    said: dict[str, Any] = {"provision": command.provision, "until": command.until}
    if isinstance(command, StartSenProvision):
        is_news = is_new(state.provision, command.provision, command.valid_on, command.until)
        return [SenProvisionStarted(**about, **said)] if is_news else []
    wrong = to_correct(state.provision, command.started, Episode(command.provision, command.valid_on, command.until, 0))
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [SenProvisionCorrected(**about, **said, corrects=one.entry, **why) for one in wrong]


def _needs(command: RecordSenNeeds | CorrectSenNeeds, state: Sen) -> list[Event]:
    if len(set(command.needs)) < len(command.needs):
        raise Refused("The same need is given twice. Give each need once, the primary one first.")
    known = noted_on(state.needs, command.valid_on)
    if known is not None and known.value == command.needs:
        return []
    about: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on}
    if isinstance(command, RecordSenNeeds):
        return [SenNeedsRecorded(**about, needs=command.needs)]
    wrong = noted_to_correct(state.needs, command.valid_on)
    if wrong is None:
        raise Refused("There are no needs to correct. Record them, with the day from which they are known.")
    why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
    return [SenNeedsCorrected(**about, needs=command.needs, corrects=wrong.entry, **why)]


def _plan(command: IssueEhcPlan | CorrectEhcPlan, state: Sen) -> list[Event]:
    about: dict[str, Any] = {"subject": command.pupil, "valid_on": command.valid_on}
    match command:
        case IssueEhcPlan():
            is_news = is_new(state.plans, command.plan, command.valid_on)
            return [EhcPlanIssued(**about, plan=command.plan)] if is_news else []
        case CorrectEhcPlan():
            wrong = to_correct(state.plans, command.started, Episode(command.plan, command.valid_on, command.until, 0))
            said: dict[str, Any] = {"plan": command.plan, "until": command.until}
            why: dict[str, Any] = {"reason": command.reason, "evidence": command.evidence}
            return [EhcPlanCorrected(**about, **said, corrects=one.entry, **why) for one in wrong]


sen: Final = Decider(
    "records",
    Sen(),
    evolve,
    decide,
    commands=(
        StartSenProvision, EndSenProvision, CorrectSenProvision, RecordSenNeeds, CorrectSenNeeds, IssueEhcPlan,
        CeaseEhcPlan, CorrectEhcPlan,
    ),
    categories=("sen",),
)  # fmt: skip
