"""What was told and never was so, or not then: of groups, ends, details, forms, notices, plans and reviews."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.collection import Asked
from events.records.collection_corrections import Answered, NoticeReceived, Showing
from events.records.group_corrections import Teaching
from events.records.planned_absence import Planned
from services.records.characteristics import free_meals
from services.records.families import collection, contact_mistakes, contacts
from services.records.registers import planned_absence
from services.records.roll import groups
from support.commands.common import (
    ADA,
    ADDRESSES,
    CONTACTS,
    DAYS,
    GROUPS,
    HOME,
    PUPILS,
    STAFF,
    Said,
    any_of,
    because,
    days,
    in_group,
    of_person,
    of_pupil,
    people,
    pupils,
    teachers,
)
from support.commands.opening import OPENING

_wrong = st.integers(len(OPENING) - 6, len(OPENING) + 30)
_new = st.none() | days
_ASKED: Final = tuple(Asked(item=item, required=False, rule_version=1) for item in ("religion", "ethnicity"))
_SHOWINGS: Final = [
    Showing(on=DAYS[1], to=CONTACTS[0], wording="2" * 64, channel="online", asked=asked)
    for asked in (_ASKED, _ASKED[:1])
]
_answers = st.builds(
    Answered, on=days, item=st.sampled_from(["religion", "ethnicity"]), shown=_wrong, by=st.just(CONTACTS[0]),
    given=st.booleans(),
)  # fmt: skip
_plans = st.builds(
    Planned, first=days, until=days, sessions=st.sampled_from(["AM", "both"]), code=st.sampled_from("IM"),
    because=because,
)  # fmt: skip
_notices = st.builds(
    NoticeReceived, on=days, notice_version=st.integers(1, 2), digest=st.just("2" * 64), to=st.sampled_from(CONTACTS)
)
_linked = {"contact": people}
ANY: Final = (
    of_person(contacts.ChangePhone, phone_type=st.sampled_from("MH"), number=st.sampled_from(["0771", "0772"])),
    of_person(contacts.EndPhone, phone_type=st.sampled_from("MH"), reason=because),
    of_person(contacts.EndEmail, reason=because),
    of_person(
        contact_mistakes.CorrectPhoneEnd, phone_type=st.sampled_from("MH"), wrong=_wrong, ended=_new, reason=because
    ),
    of_person(contact_mistakes.CorrectEmailEnd, wrong=_wrong, ended=_new, reason=because),
    any_of(
        contact_mistakes.CorrectUnlink, person=pupils, valid_on=days, **_linked, wrong=_wrong, ended=_new, reason=because
    ),
    of_person(contact_mistakes.WithdrawContactDetail, wrong=_wrong, reason=because),
    any_of(groups.CorrectGroupJoining, group=in_group, pupil=pupils, wrong=_wrong, joined=_new, reason=because),
    any_of(groups.CorrectGroupLeaving, group=in_group, pupil=pupils, wrong=_wrong, left=_new, reason=because),
    any_of(
        groups.CorrectGroupTeaching, group=in_group, staff=teachers, wrong=_wrong, reason=because,
        teaching=st.none() | st.builds(Teaching, since=days, until=_new),
    ),
    of_pupil(collection.CorrectShowing, wrong=_wrong, showing=st.none() | st.sampled_from(_SHOWINGS), reason=because),
    of_pupil(collection.CorrectAnswer, wrong=_wrong, answer=st.none() | _answers, reason=because),
    of_pupil(collection.CorrectNoticeGiving, wrong=_wrong, received=st.none() | _notices, reason=because),
    of_pupil(planned_absence.CorrectAbsence, wrong=_wrong, planned=st.none() | _plans, reason=because),
    of_pupil(free_meals.WithdrawFsmReview, wrong=_wrong, reason=because),
)  # fmt: skip
_DANA: Final[dict[str, Any]] = {"person": CONTACTS[0], "valid_on": DAYS[1]}
_LINKED: Final[dict[str, Any]] = {"person": PUPILS[0], "contact": CONTACTS[1]}
_SEEN: Final[dict[str, Any]] = {"reason": "seen", "evidence": "letter"}
_JOINED: Final = OPENING.index(next(one for one in OPENING if isinstance(one, groups.JoinGroup))) + 1
_GIVEN: Final = NoticeReceived(on=DAYS[1], notice_version=4, digest="3" * 64, to=CONTACTS[0])


def _answer(entry: int, item: str = "religion") -> Answered:
    return Answered(on=DAYS[1], item=item, shown=entry, by=CONTACTS[0], given=False, because="not said")


ALL: Final[Sequence[Said]] = (
    contacts.ChangePhone(person=CONTACTS[0], valid_on=DAYS[0], phone_type="H", number="01632 960001"),
    contacts.EndPhone(**_DANA, phone_type="H", reason="seen"),
    lambda newest: contact_mistakes.CorrectPhoneEnd(**_DANA, phone_type="H", wrong=newest, ended=DAYS[2], **_SEEN),
    contacts.ChangeEmail(person=CONTACTS[0], valid_on=DAYS[0], email="c@example.org"),
    contacts.EndEmail(**_DANA, reason="seen"),
    lambda newest: contact_mistakes.CorrectEmailEnd(**_DANA, wrong=newest, **_SEEN),
    contacts.LinkContact(**_LINKED, valid_on=DAYS[0], relationship="PAF", priority=2),
    contacts.UnlinkContact(**_LINKED, valid_on=DAYS[1], reason="seen"),
    lambda newest: contact_mistakes.CorrectUnlink(**_LINKED, valid_on=DAYS[1], wrong=newest, ended=DAYS[3], **_SEEN),
    contacts.ChangeAddress(person=PUPILS[0], valid_on=DAYS[3], address=ADDRESSES[0]),
    lambda newest: contact_mistakes.WithdrawContactDetail(**HOME, wrong=newest, **_SEEN),
    groups.CorrectGroupJoining(group=GROUPS[0], pupil=PUPILS[1], wrong=_JOINED, joined=DAYS[1], **_SEEN),
    groups.LeaveGroup(group=GROUPS[0], pupils=(PUPILS[1],), date=DAYS[2]),
    lambda newest: groups.CorrectGroupLeaving(group=GROUPS[0], pupil=PUPILS[1], wrong=newest, left=DAYS[3], **_SEEN),
    groups.TeachGroup(group=GROUPS[0], staff=STAFF[1], valid_on=DAYS[0]),
    lambda newest: groups.CorrectGroupTeaching(
        group=GROUPS[0], staff=STAFF[1], wrong=newest, teaching=Teaching(since=DAYS[1], until=DAYS[2]), **_SEEN
    ),
    collection.ShowFields(**ADA, to=CONTACTS[0], wording="2" * 64, channel="paper", asked=_ASKED),
    lambda newest: collection.CorrectShowing(**ADA, wrong=newest, showing=_SHOWINGS[0], **_SEEN),
    lambda newest: collection.GiveField(**ADA, item="religion", shown=newest, by=CONTACTS[0]),
    lambda newest: collection.CorrectAnswer(**ADA, wrong=newest, answer=_answer(newest - 1), **_SEEN),
    collection.GiveNotice(**ADA, notice_version=3, digest="3" * 64, to=CONTACTS[0]),
    lambda newest: collection.CorrectNoticeGiving(**ADA, wrong=newest, received=_GIVEN, **_SEEN),
    planned_absence.PlanAbsence(pupil=PUPILS[1], valid_on=DAYS[2], until=DAYS[3], code="I", reason="rang"),
    lambda newest: planned_absence.CorrectAbsence(
        pupil=PUPILS[1], valid_on=DAYS[2], wrong=newest, **_SEEN,
        planned=Planned(first=DAYS[1], until=DAYS[2], sessions="AM", code="M", because="dentist"),
    ),
    free_meals.SetFsmReview(pupil=PUPILS[0], valid_on=DAYS[1], review=DAYS[1]),
    lambda newest: free_meals.WithdrawFsmReview(pupil=PUPILS[0], valid_on=DAYS[1], wrong=newest, **_SEEN),
)  # fmt: skip
