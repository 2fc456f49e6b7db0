"""Staff: recorded once, titles by the day, and roles that are never wider than somebody meant."""

from datetime import date

import pytest
from support.given import given

from events.governance import JobTitleChanged, RoleGranted, RoleWithdrawn, StaffRecorded
from events.records.common import FullName
from services.governance.staff import ChangeJobTitle, GrantRole, RecordStaff, WithdrawRole, staff

TESS = b"t" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
NAME, OTHER = FullName(surname="Larksong", forename="Tess"), FullName(surname="Swiftwing", forename="Tess")
RECORDED = StaffRecorded(subject=TESS, valid_on=SEPTEMBER, full_name=NAME)


def grant(day: date) -> GrantRole:
    return GrantRole(staff=TESS, valid_on=day, role="head")


def granted(day: date) -> RoleGranted:
    return RoleGranted(subject=TESS, valid_on=day, role="head")


def withdraw(day: date) -> WithdrawRole:
    return WithdrawRole(staff=TESS, valid_on=day, role="head", reason="left the school")


def withdrawn(day: date) -> RoleWithdrawn:
    return RoleWithdrawn(subject=TESS, valid_on=day, role="head", reason="left the school")


def test_a_member_of_staff_is_recorded_once() -> None:
    given(staff).when(RecordStaff(staff=TESS, valid_on=SEPTEMBER, full_name=NAME)).then(RECORDED)
    given(staff, RECORDED).when(RecordStaff(staff=TESS, valid_on=SEPTEMBER, full_name=OTHER)).then_refused(
        "as another person"
    )


@pytest.mark.parametrize(
    "command", [grant(SEPTEMBER), withdraw(SEPTEMBER), ChangeJobTitle(staff=TESS, valid_on=SEPTEMBER, job_title="Head")]
)
def test_nothing_is_said_of_somebody_whom_nobody_recorded(command: GrantRole | WithdrawRole | ChangeJobTitle) -> None:
    given(staff).when(command).then_refused("Record the member of staff first")


def test_a_title_is_that_of_its_day() -> None:
    def title(text: str, day: date) -> JobTitleChanged:
        return JobTitleChanged(subject=TESS, valid_on=day, job_title=text)

    def change(text: str, day: date) -> ChangeJobTitle:
        return ChangeJobTitle(staff=TESS, valid_on=day, job_title=text)

    given(staff, RECORDED).when(change("Class teacher", SEPTEMBER)).then(title("Class teacher", SEPTEMBER))
    entered = (RECORDED, title("Headteacher", OCTOBER), title("Class teacher", SEPTEMBER))
    given(staff, *entered).when(change("Headteacher", NOVEMBER)).then()
    given(staff, *entered).when(change("Class teacher", NOVEMBER)).then(title("Class teacher", NOVEMBER))
    given(staff, *entered).when(change("Headteacher", MIDDLE)).then(title("Headteacher", MIDDLE))


def test_a_role_is_granted_from_a_day_on() -> None:
    given(staff, RECORDED).when(grant(OCTOBER)).then(granted(OCTOBER))
    given(staff, RECORDED, granted(OCTOBER)).when(grant(NOVEMBER)).then()


def test_a_role_may_be_granted_from_an_earlier_day() -> None:
    given(staff, RECORDED, granted(OCTOBER)).when(grant(SEPTEMBER)).then(granted(SEPTEMBER))
    given(staff, RECORDED, granted(OCTOBER), granted(SEPTEMBER)).when(withdraw(MIDDLE)).then(withdrawn(MIDDLE))


def test_a_role_is_withdrawn_from_a_day_on() -> None:
    given(staff, RECORDED, granted(SEPTEMBER)).when(withdraw(OCTOBER)).then(withdrawn(OCTOBER))
    given(staff, RECORDED).when(withdraw(OCTOBER)).then()
    given(staff, RECORDED, granted(OCTOBER)).when(withdraw(MIDDLE)).then_refused("granted only from a later day on")


def test_a_withdrawal_may_be_brought_forward_and_not_put_off() -> None:
    history = (RECORDED, granted(SEPTEMBER), withdrawn(NOVEMBER))
    given(staff, *history).when(withdraw(OCTOBER)).then(withdrawn(OCTOBER))
    given(staff, *history, withdrawn(OCTOBER)).when(withdraw(NOVEMBER)).then()


def test_an_old_grant_sent_again_does_not_undo_a_withdrawal() -> None:
    history = (RECORDED, granted(SEPTEMBER), withdrawn(OCTOBER))
    given(staff, *history).when(grant(SEPTEMBER)).then_refused("withdrawn from a later day on")
    given(staff, *history).when(grant(OCTOBER)).then(granted(OCTOBER))
    given(staff, *history, granted(NOVEMBER)).when(grant(MIDDLE)).then_refused("withdrawn from a later day on")
    given(staff, *history, granted(NOVEMBER)).when(grant(OCTOBER)).then(granted(OCTOBER))
