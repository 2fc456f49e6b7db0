"""Staff: subjects like pupils, with dated job titles and roles. A connector acts in a role like anybody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, NamedTuple

from events.governance import JobTitleChanged, Role, RoleGranted, RoleWithdrawn, StaffRecorded, Title
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import FullName
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.facts import Noted, noted, noted_on


class _AboutStaff(Command):
    scope: ClassVar[str] = "staff:write"
    purpose: ClassVar[str] = "school-administration"

    staff: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A member of staff is a stream of their own."""
        return Stream("staff", self.staff)


class RecordStaff(_AboutStaff):
    """A member of staff becomes known."""

    full_name: FullName


class ChangeJobTitle(_AboutStaff):
    """They hold this title from ``valid_on`` on."""

    job_title: Title


class GrantRole(_AboutStaff):
    """They may act in this role from ``valid_on`` on."""

    role: Role


class WithdrawRole(_AboutStaff):
    """They may no longer act in this role; ``valid_on`` is the first day without it, and may be brought forward."""

    role: Role
    reason: Text200


class Acting(NamedTuple):
    """The newest time in a role: its first day and the first day without it; ``before`` is that of the time before."""

    since: date
    until: date | None = None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as known: titles by the day, and the newest time in each role."""

    full_name: FullName | None = None
    titles: tuple[Noted[str], ...] = ()
    roles: Mapping[str, Acting] = field(default_factory=dict)


def evolve(state: Member, event: Event, index: int) -> Member:
    """Fold one event."""
    match event:
        case StaffRecorded():
            return replace(state, full_name=event.full_name)
        case JobTitleChanged():
            return replace(state, titles=noted(state.titles, Noted(event.job_title, event.valid_on, index)))
        case RoleGranted():
            known = state.roles.get(event.role)
            if known is None or known.until is not None:
                acting = Acting(event.valid_on, None, known.until if known else None)
            else:
                acting = known._replace(since=min(known.since, event.valid_on))
            return replace(state, roles={**state.roles, event.role: acting})
        case RoleWithdrawn() if event.role in state.roles:
            ended = state.roles[event.role]._replace(until=event.valid_on)
            return replace(state, roles={**state.roles, event.role: ended})
        case _:
            return state


def decide(command: Command, state: Member) -> Decided:
    """Decide a command; what is already so on its day yields no event."""
    if isinstance(command, RecordStaff):
        return _record(command, state)
    if state.full_name is None:
        raise Refused("There is no such member of staff here. Record the member of staff first.")
    match command:
        case ChangeJobTitle():
            known = noted_on(state.titles, command.valid_on)
            if known is not None and known.value == command.job_title:
                return Decided()
            changed = JobTitleChanged(subject=command.staff, valid_on=command.valid_on, job_title=command.job_title)
            return Decided([changed])
        case GrantRole():
            return _grant(command, state.roles.get(command.role))
        case WithdrawRole():
            return _withdraw(command, state.roles.get(command.role))
        case _:
            return Decided()


def _record(command: RecordStaff, state: Member) -> Decided:
    if state.full_name is None:
        return Decided([StaffRecorded(subject=command.staff, valid_on=command.valid_on, full_name=command.full_name)])
    if state.full_name != command.full_name:
        raise Refused(
            "This member of staff is already recorded under another name. Record a new member of staff as another "
            "person."
        )
    return Decided()


def _grant(command: GrantRole, known: Acting | None) -> Decided:
    """A role that is held may be granted from an earlier day; what was withdrawn in between stays withdrawn."""
    if known is not None:
        without_from = known.before if known.until is None else known.until
        if known.until is None and command.valid_on >= known.since:
            return Decided()
        if without_from is not None and command.valid_on < without_from:
            raise Refused("The role was withdrawn from a later day on. Grant it from that day on, or check the date.")
    return Decided([RoleGranted(subject=command.staff, valid_on=command.valid_on, role=command.role)])


def _withdraw(command: WithdrawRole, known: Acting | None) -> Decided:
    if known is None or (known.until is not None and known.until <= command.valid_on):
        return Decided()
    if command.valid_on < known.since:
        raise Refused("The role was granted only from a later day on. Withdraw it from that day on, or check the date.")
    withdrawn = RoleWithdrawn(
        subject=command.staff, valid_on=command.valid_on, role=command.role, reason=command.reason
    )
    return Decided([withdrawn])


staff: Final = Decider(
    "governance",
    Member(),
    evolve,
    decide,
    commands=(RecordStaff, ChangeJobTitle, GrantRole, WithdrawRole),
    categories=("identity", "access"),
)
