"""Progress reports: written once, corrected with a reason, and sent to parents on a day."""

import asyncio
from datetime import date
from typing import Any

from support.folded import at, folded
from support.given import given

from events.records.progress import (
    Progress,
    ProgressReportCorrected,
    ProgressReportRecorded,
    ProgressReportSent,
    ProgressReportWithdrawn,
    ProgressSendingCorrected,
    Sending,
    SubjectProgress,
)
from ledger.view import MemoryReader, MemoryRows, Position
from services.records.learning import progress as ask
from services.records.learning.progress import progress
from services.records.learning.progress_queries import SECTION
from services.records.learning.progress_views import reports

ADA, DANA, REPORT = b"a" * 16, b"d" * 16, b"r" * 16
JUNE, JULY = date(2027, 6, 30), date(2027, 7, 9)
MATHS = SubjectProgress(taught="Maths", statement="Counts well.", effort="good")
YEAR = Progress(school_year=2026, subjects=(MATHS,), comment="A good year.")
RIGHT = Progress(school_year=2026, term="summer", subjects=(MATHS,))
RECORDED = ProgressReportRecorded(subject=ADA, valid_on=JUNE, report=REPORT, progress=YEAR)
CORRECTED = ProgressReportCorrected(
    subject=ADA, valid_on=JUNE, report=REPORT, progress=RIGHT, corrects=1, reason="Of the term only"
)
SENT = ProgressReportSent(subject=ADA, valid_on=JULY, report=REPORT, to=DANA, channel="email")
WITHDRAWN = ProgressReportWithdrawn(subject=ADA, valid_on=JULY, report=REPORT, corrects=1, reason="Her twin's")
ON_PAPER = Sending(on=JULY, to=DANA, channel="paper")
SENT_OTHERWISE = ProgressSendingCorrected(
    subject=ADA, valid_on=JULY, report=REPORT, sending=ON_PAPER, corrects=2, reason="Posted", evidence="Post book"
)
NOT_SENT = SENT_OTHERWISE.model_copy(update={"sending": None})
WHO: dict[str, Any] = {"pupil": ADA, "report": REPORT}


def record(said: Progress = YEAR) -> ask.RecordProgressReport:
    return ask.RecordProgressReport(**WHO, valid_on=JUNE, progress=said)


def correct(said: Progress = RIGHT) -> ask.CorrectProgressReport:
    return ask.CorrectProgressReport(**WHO, valid_on=JUNE, progress=said, reason="Of the term only")


def send(to: bytes = DANA, day: date = JULY) -> ask.SendProgressReport:
    return ask.SendProgressReport(**WHO, valid_on=day, to=to, channel="email")


def send_otherwise(how: Sending | None = ON_PAPER, wrong: int = 2) -> ask.CorrectProgressSending:
    return ask.CorrectProgressSending(
        **WHO, valid_on=JULY, wrong=wrong, sending=how, reason="Posted", evidence="Post book"
    )


def test_a_sending_is_corrected() -> None:
    given(progress, RECORDED, SENT).when(send_otherwise()).then(SENT_OTHERWISE)
    given(progress, RECORDED, SENT).when(send_otherwise(None)).then(NOT_SENT)
    given(progress, RECORDED, SENT, NOT_SENT).when(send()).then(SENT)
    given(progress, RECORDED, SENT).when(send_otherwise(wrong=1)).then_refused("tells nothing of the kind")
    given(progress, RECORDED, SENT, NOT_SENT).when(send_otherwise()).then_refused("put right before")
    to_the_pupil = Sending(on=JULY, to=ADA, channel="paper")
    given(progress, RECORDED, SENT).when(send_otherwise(to_the_pupil)).then_refused("goes to a parent")
    early = Sending(on=date(2027, 6, 29), to=DANA, channel="paper")
    given(progress, RECORDED, SENT).when(send_otherwise(early)).then_refused("before the report was written")


def test_the_section_shows_what_a_correction_of_a_sending_replaced() -> None:
    rows = MemoryRows()

    async def read() -> Any:
        return await SECTION.read(MemoryReader(rows, Position(4, None)), ADA, JULY)

    rows.save(reports, folded(reports, RECORDED, SENT, SENT_OTHERWISE))
    _, sent = asyncio.run(read())
    assert (sent.text, sent.was, sent.at) == ("to a parent, on paper", "to a parent, by e-mail", at(3))
    assert sent.note == "Corrected: Posted Evidence: Post book"
    rows.save(reports, folded(reports, RECORDED, SENT, NOT_SENT))
    _, sent = asyncio.run(read())
    assert (sent.value, sent.text) == (None, "It was not sent.")
    assert sent.was == f"to a parent, by e-mail, on {JULY.isoformat()}"
    assert folded(reports, SENT_OTHERWISE) == {}


def test_a_report_is_written_once_and_says_something() -> None:
    given(progress).when(record()).then(RECORDED)
    given(progress, RECORDED).when(record(RIGHT)).then_refused("Correct it with a reason")
    given(progress).when(record(Progress(school_year=2026))).then_refused("says nothing")
    twice = Progress(school_year=2026, subjects=(MATHS, MATHS))
    given(progress).when(record(twice)).then_refused("stands twice")


def test_a_report_is_corrected() -> None:
    given(progress, RECORDED).when(correct()).then(CORRECTED)
    given(progress).when(correct()).then_refused("no such report")


def test_a_report_is_withdrawn_and_said_no_more_of() -> None:
    withdraw = ask.WithdrawProgressReport(**WHO, valid_on=JULY, reason="Her twin's")
    given(progress, RECORDED).when(withdraw).then(WITHDRAWN)
    second = WITHDRAWN.model_copy(update={"corrects": 2})
    given(progress, RECORDED, CORRECTED).when(withdraw).then(second)
    given(progress).when(withdraw).then_refused("no such report")
    for command in (record(), correct(), send()):
        given(progress, RECORDED, WITHDRAWN).when(command).then_refused("was withdrawn")
    given(progress, RECORDED, SENT, WITHDRAWN).when(send()).then()


def test_the_section_shows_that_a_report_was_withdrawn_and_where_it_had_gone() -> None:
    rows = MemoryRows()
    rows.save(reports, folded(reports, RECORDED, SENT, WITHDRAWN))

    async def read() -> Any:
        return await SECTION.read(MemoryReader(rows, Position(3, None)), ADA, JULY)

    never, sent = asyncio.run(read())
    assert (never.text, never.at) == ("Withdrawn: it never was this pupil's.", at(3))
    assert (never.was, never.note) == ("Maths: Counts well. Effort: good. A good year.", "Corrected: Her twin's")
    assert sent.at == at(2)


def test_what_is_said_of_a_report_that_is_not_there_makes_no_row() -> None:
    assert folded(reports, CORRECTED, SENT, WITHDRAWN) == {}


def test_a_report_is_sent_to_a_parent_after_it_was_written() -> None:
    given(progress, RECORDED).when(send()).then(SENT)
    given(progress).when(send()).then_refused("no such report")
    given(progress, RECORDED).when(send(ADA)).then_refused("goes to a parent")
    given(progress, RECORDED).when(send(day=date(2027, 6, 29))).then_refused("before the report was written")


def test_the_section_shows_what_stands_and_where_it_went() -> None:
    rows = MemoryRows()
    rows.save(reports, folded(reports, RECORDED, CORRECTED, SENT))
    reader = MemoryReader(rows, Position(3, None))

    async def read(day: date) -> Any:
        return await SECTION.read(reader, ADA, day)

    written, sent = asyncio.run(read(JULY))
    assert written.label == "Report of the summer term, 2026 to 2027"
    assert (written.text, written.was) == (
        "Maths: Counts well. Effort: good.",
        "Report of the year 2026 to 2027. Maths: Counts well. Effort: good. A good year.",
    )  # fmt: skip
    assert (written.note, written.at) == ("Corrected: Of the term only", at(2))
    assert (sent.text, sent.since, sent.at) == ("to a parent, by e-mail", JULY, at(3))
    assert len(asyncio.run(read(JUNE))) == 1
    assert asyncio.run(read(date(2027, 6, 29))) == []


def test_what_is_said_of_a_report_that_cannot_be_read_is_not_shown() -> None:
    rows = MemoryRows()
    rows.save(reports, folded(reports, SENT))

    async def read() -> Any:
        return await SECTION.read(MemoryReader(rows, Position(1, None)), ADA, JULY)

    assert asyncio.run(read()) == []
