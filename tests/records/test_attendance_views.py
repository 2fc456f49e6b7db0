"""What is shown of attendance: a pupil's month, the registers that were taken, and the Ns that nobody has resolved."""

from datetime import date
from typing import Any

from support.folded import at, folded

from events.records.attendance import Amendment, Mark, RegisterAmended, RegisterTaken
from services.records.registers.attendance_queries import marks_of
from services.records.registers.attendance_views import (
    AmendedMark,
    RegisterRow,
    UnresolvedRow,
    attendance_months,
    month_of,
    registers_taken,
    unresolved,
)

ADA, BEN, WREN = b"a" * 16, b"b" * 16, b"w" * 16
DAY, LAST = date(2026, 9, 15), date(2026, 9, 30)


def taken(marks: dict[bytes, str], day: date = DAY, session: Any = "AM", late: int | None = None) -> RegisterTaken:
    parts = {pupil: Mark(code=code, minutes_late=late) for pupil, code in marks.items()}
    return RegisterTaken(group=WREN, date=day, session=session, parts=parts)


def amended(was: str, code: str, day: date = DAY) -> RegisterAmended:
    return RegisterAmended(date=day, session="AM", parts={ADA: Amendment(was=was, code=code, reason="the parent rang")})


def test_a_month_holds_each_sessions_mark_in_its_place() -> None:
    rows = folded(
        attendance_months,
        taken({ADA: "/", BEN: "Y1"}),
        taken({ADA: "\\"}, LAST, "PM"),
        taken({ADA: "I"}, date(2026, 10, 1)),
    )
    september = month_of(DAY)
    assert rows.keys() == {(ADA, september), (BEN, september), (ADA, september + 1)}
    ada, ben = rows[ADA, september], rows[BEN, september]
    assert [ada.code(DAY, "AM"), ada.code(DAY, "PM"), ada.code(LAST, "PM"), ben.code(DAY, "AM")] == [
        "/",
        None,
        "\\",
        "Y1",
    ]
    assert [(mark.date, mark.session, mark.code) for mark in marks_of(ada)] == [(DAY, "AM", "/"), (LAST, "PM", "\\")]


def test_an_amendment_replaces_the_code_and_keeps_both() -> None:
    row = folded(attendance_months, taken({ADA: "N"}), amended("N", "I"), amended("I", "M"))[ADA, month_of(DAY)]
    assert row.code(DAY, "AM") == "M"
    assert row.amendments == tuple(
        AmendedMark(date=DAY, session="AM", was=was, code=code, reason="the parent rang", at=at(index))
        for was, code, index in (("N", "I", 2), ("I", "M", 3))
    )


def test_an_amendment_stands_without_the_register_that_was_erased() -> None:
    row = folded(attendance_months, amended("N", "I"))[ADA, month_of(DAY)]
    assert [(mark.code, mark.amended is not None) for mark in marks_of(row)] == [("I", True)]


def test_minutes_late_belong_to_the_mark_of_a_late_pupil() -> None:
    late = folded(attendance_months, taken({ADA: "L"}, late=12))[ADA, month_of(DAY)]
    assert [mark.minutes_late for mark in marks_of(late)] == [12]
    put_right = folded(attendance_months, taken({ADA: "L"}, late=12), amended("L", "I"))[ADA, month_of(DAY)]
    assert [mark.minutes_late for mark in marks_of(put_right)] == [None]


def test_a_register_counts_its_marks_from_first_to_last() -> None:
    rows = folded(registers_taken, taken({ADA: "/"}), taken({BEN: "/"}), taken({ADA: "I"}, session="PM"))
    assert rows == {
        (DAY, "AM", WREN): RegisterRow(date=DAY, session="AM", group=WREN, marks=2, first=at(1), last=at(2)),
        (DAY, "PM", WREN): RegisterRow(date=DAY, session="PM", group=WREN, marks=1, first=at(3), last=at(3)),
    }


def test_an_n_stands_until_it_is_resolved_and_comes_back_if_amended_again() -> None:
    standing = UnresolvedRow(subject=ADA, date=DAY, session="AM", at=at(1))
    assert folded(unresolved, taken({ADA: "N", BEN: "/"})) == {(ADA, DAY, "AM"): standing}
    assert folded(unresolved, taken({ADA: "N"}), amended("N", "I")) == {}
    assert folded(unresolved, taken({ADA: "I"}), amended("I", "N")) == {
        (ADA, DAY, "AM"): standing.model_copy(update={"at": at(2)})
    }
