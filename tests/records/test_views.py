"""What is shown of pupils, folded from what happened: dated facts, corrections, times that begin and end."""

from datetime import date
from typing import Any

import pytest
from support.folded import ERASED, at, folded
from support.school import upn

from events.governance import InsetDaySet, Term, TermCalendarPublished, UnplannedClosureRecorded
from events.model import Event
from events.records.common import FullName, PostalAddress
from events.records.contacts import (
    AddressChanged,
    AddressCorrected,
    ContactLinked,
    ContactRecorded,
    ContactUnlinked,
    EmailChanged,
    PhoneChanged,
)
from events.records.enrolment import Enrolled, GroupFormed, GroupJoined, GroupLeft, GroupTaughtBy, Place, PupilLeft
from events.records.identity import (
    DateOfBirthCorrected,
    NameChanged,
    NameCorrected,
    PupilRegistered,
    SexCorrected,
    UpnCorrected,
    UpnRecorded,
)
from services.records import views
from services.records.families import contact_views
from services.records.families.contact_views import Called
from services.records.registers.calendar_views import CalendarRow, calendar
from services.records.roll.roll_views import roll
from services.records.views import GroupRow

ADA, DANA, TESS, WREN = b"a" * 16, b"d" * 16, b"t" * 16, b"w" * 16
SEPTEMBER, MIDDLE, OCTOBER, NOVEMBER = date(2026, 9, 3), date(2026, 9, 15), date(2026, 10, 1), date(2026, 11, 2)
BORN, REASON = date(2020, 5, 6), "certificate seen"
LARK, SWIFT, FINCH = (FullName(surname=name, forename="Ada") for name in ("Lark", "Swift", "Finch"))
REED, MILL, FORD = (PostalAddress(lines=(line,)) for line in ("1 Reed Lane", "4 Mill Row", "9 Ford Close"))
REGISTERED = PupilRegistered(subject=ADA, valid_on=SEPTEMBER, full_name=LARK, date_of_birth=BORN, sex="F")


def pupil(*events: Any) -> Any:
    return folded(views.pupils, *events)[ADA,]


def reach(*events: Any) -> Any:
    return folded(contact_views.contacts, *events)[ADA,]


def series(items: Any) -> list[tuple[Any, date, int]]:
    """Give dated facts as value, first day and entry."""
    return [(item.value, item.since, item.at.index) for item in items]


def times(items: Any) -> list[tuple[date, date | None]]:
    """Give spells as first and last day."""
    return [(item.since, item.until) for item in items]


# Identity -----------------------------------------------------------------------------------------------------------


def changed(name: FullName, since: date) -> NameChanged:
    return NameChanged(subject=ADA, valid_on=since, full_name=name)


def named(name: FullName, since: date, corrects: int) -> NameCorrected:
    return NameCorrected(subject=ADA, valid_on=since, full_name=name, corrects=corrects, reason=REASON)


def test_a_registration_says_who_and_where_it_comes_from() -> None:
    row = pupil(REGISTERED)
    assert (row.search_key, row.names[0].at) == ("lark ada", at(1))
    assert [series(facts) for facts in (row.names, row.born, row.sex, row.upn)] == [
        [(LARK, SEPTEMBER, 1)], [(BORN, SEPTEMBER, 1)], [("F", SEPTEMBER, 1)], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("corrects", "since", "left", "found_by"),
    [
        (1, SEPTEMBER, [(SWIFT, OCTOBER, 2), (FINCH, SEPTEMBER, 3)], "swift ada"),
        (2, OCTOBER, [(LARK, SEPTEMBER, 1), (FINCH, OCTOBER, 3)], "finch ada"),
    ],
)
def test_a_correction_takes_the_wrong_name_away_wherever_it_stands(
    corrects: int, since: date, left: list[tuple[FullName, date, int]], found_by: str
) -> None:
    row = pupil(REGISTERED, changed(SWIFT, OCTOBER), named(FINCH, since, corrects))
    assert (series(row.names), row.search_key) == (left, found_by)


def test_a_correction_made_later_leaves_no_hole_in_the_past() -> None:
    noticed: dict[str, Any] = {"subject": ADA, "valid_on": NOVEMBER, "corrects": 1, "reason": REASON}
    born = DateOfBirthCorrected(**noticed, date_of_birth=date(2020, 6, 5))
    assert series(pupil(REGISTERED, born).born) == [(date(2020, 6, 5), SEPTEMBER, 2)]
    named_later = NameCorrected(**noticed, full_name=FINCH)
    assert series(pupil(REGISTERED, named_later, changed(SWIFT, OCTOBER)).names) == [
        (FINCH, SEPTEMBER, 2), (SWIFT, OCTOBER, 3),
    ]  # fmt: skip


def test_a_name_entered_late_does_not_become_what_a_pupil_is_found_by() -> None:
    row = pupil(changed(SWIFT, OCTOBER), changed(FINCH, MIDDLE))
    assert row.search_key == "swift ada"


def test_preferred_names_are_what_a_pupil_is_found_by() -> None:
    name = LARK.model_copy(update={"preferred_surname": "Wren", "preferred_forename": "Addie"})
    assert pupil(changed(name, SEPTEMBER)).search_key == "wren addie"


def test_birth_date_sex_and_upn_are_corrected() -> None:
    said: dict[str, Any] = {"subject": ADA, "valid_on": SEPTEMBER, "reason": REASON}
    row = pupil(
        REGISTERED,
        UpnRecorded(subject=ADA, valid_on=SEPTEMBER, upn=upn(1)),
        DateOfBirthCorrected(**said, date_of_birth=date(2020, 6, 5), corrects=1),
        SexCorrected(**said, sex="M", corrects=1),
        UpnCorrected(**said, upn=upn(2), corrects=2),
    )
    assert [series(facts) for facts in (row.born, row.sex, row.upn)] == [
        [(date(2020, 6, 5), SEPTEMBER, 3)], [("M", SEPTEMBER, 4)], [(upn(2), SEPTEMBER, 5)],
    ]  # fmt: skip
    assert series(row.names) == [(LARK, SEPTEMBER, 1)]


@pytest.mark.parametrize(
    ("correction", "field"),
    [
        (named(SWIFT, SEPTEMBER, 1), "names"),
        (DateOfBirthCorrected(subject=ADA, valid_on=SEPTEMBER, date_of_birth=BORN, corrects=1, reason=REASON), "born"),
        (SexCorrected(subject=ADA, valid_on=SEPTEMBER, sex="M", corrects=1, reason=REASON), "sex"),
        (UpnCorrected(subject=ADA, valid_on=SEPTEMBER, upn=upn(2), corrects=1, reason=REASON), "upn"),
        (AddressCorrected(subject=ADA, valid_on=SEPTEMBER, address=MILL, corrects=1, reason=REASON), "addresses"),
    ],
)
def test_a_correction_stands_without_what_it_corrected(correction: Event, field: str) -> None:
    view = contact_views.contacts if field == "addresses" else views.pupils
    row = folded(view, ERASED, correction)[ADA,]
    assert [item.at.index for item in getattr(row, field)] == [2]


# Contacts -----------------------------------------------------------------------------------------------------------


def test_a_contacts_name_is_shown() -> None:
    recorded = ContactRecorded(subject=ADA, valid_on=SEPTEMBER, title="Dr", full_name=LARK)
    assert series(reach(recorded).names) == [(Called(title="Dr", full_name=LARK), SEPTEMBER, 1)]


def test_addresses_numbers_and_e_mail_are_kept_by_day() -> None:
    row = reach(
        AddressChanged(subject=ADA, valid_on=SEPTEMBER, address=REED),
        AddressChanged(subject=ADA, valid_on=OCTOBER, address=MILL),
        AddressCorrected(subject=ADA, valid_on=SEPTEMBER, address=FORD, corrects=1, reason=REASON),
        PhoneChanged(subject=ADA, valid_on=SEPTEMBER, phone_type="M", number="07700 900001"),
        EmailChanged(subject=ADA, valid_on=SEPTEMBER, email="lark@example.org"),
    )
    assert series(row.addresses) == [(MILL, OCTOBER, 2), (FORD, SEPTEMBER, 3)]
    assert [(phone.value.phone_type, phone.value.number) for phone in row.phones] == [("M", "07700 900001")]
    assert series(row.emails) == [("lark@example.org", SEPTEMBER, 5)]


def test_a_link_ends_and_what_it_was_stays() -> None:
    linked = ContactLinked(subject=ADA, valid_on=SEPTEMBER, contact=DANA, relationship="PAM", priority=2)
    ended = ContactUnlinked(subject=ADA, valid_on=OCTOBER, contact=DANA, reason="court order seen")
    links = [
        (item.value.contact, item.value.priority, item.value.ended, item.since) for item in reach(linked, ended).links
    ]
    assert links == [(DANA, 2, False, SEPTEMBER), (DANA, 2, True, OCTOBER)]
    assert reach(ERASED, ended).links == ()


# Enrolment and groups -----------------------------------------------------------------------------------------------


def enrolled(since: date, year_group: str = "1") -> Enrolled:
    return Enrolled(subject=ADA, valid_on=since, status="C", year_group=year_group)


LEFT = PupilLeft(subject=ADA, valid_on=OCTOBER, ground="moved-away")


@pytest.mark.parametrize(
    ("events", "spells"),
    [
        ([enrolled(SEPTEMBER)], [(SEPTEMBER, None)]),
        ([enrolled(SEPTEMBER), LEFT], [(SEPTEMBER, OCTOBER)]),
        ([enrolled(SEPTEMBER), LEFT, enrolled(NOVEMBER)], [(SEPTEMBER, OCTOBER), (NOVEMBER, None)]),
        ([enrolled(MIDDLE, "2"), enrolled(SEPTEMBER), LEFT], [(MIDDLE, OCTOBER), (SEPTEMBER, OCTOBER)]),
        ([enrolled(SEPTEMBER), enrolled(NOVEMBER, "2"), LEFT], [(SEPTEMBER, OCTOBER)]),
        ([ERASED, LEFT], []),
    ],
)
def test_times_on_the_roll(events: list[Any], spells: list[tuple[date, date | None]]) -> None:
    row = folded(roll, *events)[ADA,]
    assert times(row.spells) == spells
    assert all(spell.at.index == place for spell, place in zip(row.spells[:1], [1], strict=False))


def test_times_in_a_group() -> None:
    def joined(day: date) -> GroupJoined:
        return GroupJoined(group=WREN, date=day, parts={ADA: Place()})

    left = GroupLeft(group=WREN, date=OCTOBER, parts={ADA: Place(), DANA: Place()})
    rows = folded(views.members, joined(SEPTEMBER), left, joined(NOVEMBER))
    assert rows.keys() == {(WREN, ADA)}
    assert times(rows[WREN, ADA].spells) == [(SEPTEMBER, OCTOBER), (NOVEMBER, None)]


def test_a_teachers_last_day_is_set_moved_and_taken_away() -> None:
    def taught(first: date, last: date | None) -> GroupTaughtBy:
        return GroupTaughtBy(subject=TESS, group=WREN, valid_on=first, until=last)

    told = [taught(SEPTEMBER, None), taught(NOVEMBER, None), taught(SEPTEMBER, OCTOBER), taught(SEPTEMBER, MIDDLE)]
    assert times(folded(views.teachers, *told)[WREN, TESS].spells) == [(NOVEMBER, None), (SEPTEMBER, MIDDLE)]


def test_a_group_is_shown_by_its_title() -> None:
    formed = GroupFormed(group=WREN, kind="class", title="Wren", school_year=2026, year_group="1")
    assert folded(views.groups, formed) == {
        (WREN,): GroupRow(group=WREN, kind="class", title="Wren", school_year=2026, year_group="1")
    }


# Time ---------------------------------------------------------------------------------------------------------------


def test_a_calendar_gathers_its_school_years_days() -> None:
    autumn, winter = Term(first=SEPTEMBER, last=OCTOBER), Term(first=NOVEMBER, last=date(2026, 12, 18))
    rows = folded(
        calendar,
        UnplannedClosureRecorded(date=date(2027, 9, 8), reason="flood"),
        InsetDaySet(date=NOVEMBER),
        TermCalendarPublished(school_year=2026, terms=(autumn,), bank_holidays=(MIDDLE,)),
        InsetDaySet(date=MIDDLE),
        UnplannedClosureRecorded(date=OCTOBER, reason="snow"),
        TermCalendarPublished(school_year=2026, terms=(autumn, winter)),
    )
    assert rows == {
        (2026,): CalendarRow(school_year=2026, terms=(autumn, winter), inset=(MIDDLE, NOVEMBER), closed=(OCTOBER,)),
        (2027,): CalendarRow(school_year=2027, closed=(date(2027, 9, 8),)),
    }
