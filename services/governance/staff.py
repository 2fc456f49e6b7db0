"""Staff: subjects like pupils, with dated job titles and roles. A connector acts in a role like anybody else."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Final

from events.governance import JobTitleChanged, Role, RoleGranted, RoleWithdrawn, StaffRecorded, Title
from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records import FullName
from ledger.decider import Command, Decided, Decider, Refused, Stream


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
    """They may no longer act in this role; ``valid_on`` is the first day without it."""

    role: Role
    reason: Text200


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff as known."""

    full_name: FullName | None = None
    job_title: str | None = None
    roles: frozenset[str] = frozenset()


def evolve(state: Member, event: Event, index: int) -> Member:  # noqa: ARG001  # the same shape in every aggregate
    """Fold one event."""
    match event:
        case StaffRecorded():
            return replace(state, full_name=event.full_name)
        case JobTitleChanged():
            return replace(state, job_title=event.job_title)
        case RoleGranted():
            return replace(state, roles=state.roles | {event.role})
        case RoleWithdrawn():
            return replace(state, roles=state.roles - {event.role})
        case _:
            return state


def decide(command: Command, state: Member) -> Decided:
    """Decide a command; what is already so yields no event."""
    if isinstance(command, RecordStaff):
        if state.full_name is not None:
            return Decided()
        return Decided([StaffRecorded(subject=command.staff, valid_on=command.valid_on, full_name=command.full_name)])
    if state.full_name is None:
        raise Refused("There is no such member of staff here. Record the member of staff first.")
    match command:
        case ChangeJobTitle() if command.job_title != state.job_title:
            event: Event = JobTitleChanged(
                subject=command.staff, valid_on=command.valid_on, job_title=command.job_title
            )
        case GrantRole() if command.role not in state.roles:
            event = RoleGranted(subject=command.staff, valid_on=command.valid_on, role=command.role)
        case WithdrawRole() if command.role in state.roles:
            event = RoleWithdrawn(
                subject=command.staff, valid_on=command.valid_on, role=command.role, reason=command.reason
            )
        case _:
            return Decided()
    return Decided([event])


staff: Final = Decider("governance", Member(), evolve, decide)
