"""Attendance: registers and amendments, decided purely."""

from datetime import date

from support.given import given

from events.records.attendance import Amendment, Mark, RegisterAmended, RegisterTaken
from services.records.registers.attendance import AmendMark, Outcome, TakeRegister, attendance

AYA, BEN, GROUP = b"a" * 16, b"b" * 16, b"g" * 16
DAY = date(2026, 9, 15)


def take(marks: dict[bytes, str], day: date = DAY, session: str = "AM") -> TakeRegister:
    coded = {pupil: Mark(code=code) for pupil, code in marks.items()}
    return TakeRegister.model_validate({"group": GROUP, "date": day, "session": session, "marks": coded})


def taken(marks: dict[bytes, str]) -> RegisterTaken:
    coded = {pupil: Mark(code=code) for pupil, code in marks.items()}
    return RegisterTaken(group=GROUP, date=DAY, session="AM", parts=coded)


def amend(code: str, reason: str = "the parent rang") -> AmendMark:
    return AmendMark(pupil=AYA, date=DAY, session="AM", code=code, reason=reason)


def amended(was: str, code: str, reason: str = "the parent rang") -> RegisterAmended:
    return RegisterAmended(date=DAY, session="AM", parts={AYA: Amendment(was=was, code=code, reason=reason)})


def test_a_register_is_taken() -> None:
    given(attendance).when(take({AYA: "I"})).then(taken({AYA: "I"}), outcomes={AYA: Outcome.TAKEN})


def test_a_child_marked_by_the_office_does_not_stop_the_class() -> None:
    given(attendance, taken({AYA: "M"})).when(take({AYA: "/", BEN: "/"})).then(
        taken({BEN: "/"}), outcomes={AYA: Outcome.SEND_AN_AMENDMENT, BEN: Outcome.TAKEN}
    )


def test_the_same_mark_again_is_unchanged() -> None:
    given(attendance, taken({AYA: "/"})).when(take({AYA: "/"})).then(outcomes={AYA: Outcome.UNCHANGED})


def test_an_amendment_keeps_what_it_replaced() -> None:
    given(attendance, taken({AYA: "N"})).when(amend("I")).then(amended("N", "I"), outcomes={AYA: Outcome.AMENDED})


def test_a_second_amendment_replaces_the_first() -> None:
    given(attendance, taken({AYA: "N"}), amended("N", "I")).when(amend("M")).then(amended("I", "M"))


def test_what_has_no_mark_cannot_be_amended() -> None:
    given(attendance).when(amend("I")).then_refused("no mark for this pupil yet")


def test_a_code_of_another_time_is_refused() -> None:
    given(attendance).when(take({AYA: "H"})).then_refused("withdrawn after 18 August 2024")
    given(attendance).when(take({AYA: "C1"}, date(2024, 8, 18))).then_refused("only from 19 August 2024")
    given(attendance, taken({AYA: "N"})).when(amend("J")).then_refused("Use J1 instead")


def test_the_slash_is_for_mornings() -> None:
    given(attendance).when(take({AYA: "/"}, session="PM")).then_refused("for morning sessions")
    given(attendance).when(take({AYA: "\\"})).then_refused("for afternoon sessions")
