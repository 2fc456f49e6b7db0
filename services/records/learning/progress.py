"""Progress reports: written, corrected or withdrawn, and sent to parents, each under an id of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final

from events.identifiers import SubjectId
from events.model import Event, Text200
from events.records.common import EntryIndex
from events.records.progress import (
    Channel,
    Progress,
    ProgressReportCorrected,
    ProgressReportRecorded,
    ProgressReportSent,
    ProgressReportWithdrawn,
    ProgressSendingCorrected,
    Sending,
)
from ledger.decider import Command, Decided, Decider, Refused, Stream
from services.deeds import Told

_WITHDRAWN: Final = "This report was withdrawn. Write the right one as a report of its own."


class AboutReport(Command):
    """``report`` is an id that the caller chooses for one report, so that the same one sent twice is one."""

    scope: ClassVar[str] = "pupils:write"
    purpose: ClassVar[str] = "learning"

    pupil: SubjectId
    report: SubjectId
    valid_on: date

    @property
    def stream(self) -> Stream:
        """A pupil's reports are a stream of their own."""
        return Stream("progress-reports", self.pupil)


class RecordProgressReport(AboutReport):
    """A report of a year or a term was written, on ``valid_on``."""

    progress: Progress


class CorrectProgressReport(AboutReport):
    """The report had been wrong; this is right."""

    progress: Progress
    reason: Text200
    evidence: Text200 | None = None


class WithdrawProgressReport(AboutReport):
    """The report never was this pupil's."""

    reason: Text200
    evidence: Text200 | None = None


class SendProgressReport(AboutReport):
    """The report is sent to a parent, on ``valid_on``."""

    to: SubjectId
    channel: Channel


class CorrectProgressSending(AboutReport):
    """The sending that the entry ``wrong`` tells had been otherwise; without ``sending`` the report was not sent."""

    wrong: EntryIndex
    sending: Sending | None = None
    reason: Text200
    evidence: Text200 | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a decider remembers of a report; ``entry`` is what a correction names."""

    written: date
    progress: Progress
    entry: int
    sent: Told[Sending] = field(default_factory=Told)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Reports:
    """A pupil's reports by their ids."""

    known: Mapping[bytes, Report] = field(default_factory=dict)


def evolve(state: Reports, event: Event, index: int) -> Reports:
    """Fold one event."""
    before = state.known.get(getattr(event, "report", b""))
    match event:
        case ProgressReportRecorded():
            # Of two merged records each may have told a report under one id: what was sent was sent.
            now = Report(event.valid_on, event.progress, index, before.sent if before else Told())
        case ProgressReportCorrected() if before:
            now = replace(before, written=event.valid_on, progress=event.progress, entry=index)
        case ProgressReportWithdrawn() if before and before.entry == event.corrects:
            now = replace(before, withdrawn=True)
        case ProgressReportSent() if before:
            now = replace(before, sent=before.sent.told(index, _sending(event)))
        case ProgressSendingCorrected() if before:
            now = replace(before, sent=before.sent.put_right(event.corrects, index, event.sending))
        case _:  # Also what is said of a report that can no longer be read, or was another pupil's all along.
            return state
    return Reports({**state.known, event.report: now})


def _sending(said: SendProgressReport | ProgressReportSent) -> Sending:
    return Sending(on=said.valid_on, to=said.to, channel=said.channel)


def decide(command: Command, state: Reports) -> Decided:
    """Decide a command; one that says what is already known yields no event."""
    match command:
        case RecordProgressReport():
            event: Event | None = _record(command, state)
        case CorrectProgressReport():
            event = _correct(command, state)
        case WithdrawProgressReport():
            event = _withdraw(command, state)
        case SendProgressReport():
            event = _send(command, state)
        case CorrectProgressSending():
            event = _correct_sending(command, state)
        case _:
            event = None
    return Decided([event] if event else [])


def _record(command: RecordProgressReport, state: Reports) -> Event | None:
    known = state.known.get(command.report)
    if known is not None and known.withdrawn:
        raise Refused(_WITHDRAWN)
    if known is not None and (known.written, known.progress) == (command.valid_on, command.progress):
        return None
    if known is not None:
        raise Refused("A report with this id says something else. Correct it with a reason, or give the new one an id.")
    _refuse_empty(command.progress)
    return ProgressReportRecorded(
        subject=command.pupil, valid_on=command.valid_on, report=command.report, progress=command.progress
    )


def _correct(command: CorrectProgressReport, state: Reports) -> Event | None:
    known = _known(command, state)
    if known.withdrawn:
        raise Refused(_WITHDRAWN)
    if (known.written, known.progress) == (command.valid_on, command.progress):
        return None
    _refuse_empty(command.progress)
    return ProgressReportCorrected(
        subject=command.pupil, valid_on=command.valid_on, report=command.report, progress=command.progress,
        corrects=known.entry, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _withdraw(command: WithdrawProgressReport, state: Reports) -> Event | None:
    known = _known(command, state)
    if known.withdrawn:
        return None
    return ProgressReportWithdrawn(
        subject=command.pupil, valid_on=command.valid_on, report=command.report, corrects=known.entry,
        reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _send(command: SendProgressReport, state: Reports) -> Event | None:
    known = _known(command, state)
    if known.sent.has(_sending(command)):
        return None
    if known.withdrawn:
        raise Refused(_WITHDRAWN)
    _refuse_astray(command, known, _sending(command))
    return ProgressReportSent(
        subject=command.pupil, valid_on=command.valid_on, report=command.report, to=command.to, channel=command.channel
    )


def _correct_sending(command: CorrectProgressSending, state: Reports) -> Event | None:
    known = _known(command, state)
    if not known.sent.is_news(command.wrong, command.sending):
        return None
    if command.sending is not None:
        _refuse_astray(command, known, command.sending)
    return ProgressSendingCorrected(
        subject=command.pupil, valid_on=command.valid_on, report=command.report, sending=command.sending,
        corrects=command.wrong, reason=command.reason, evidence=command.evidence,
    )  # fmt: skip


def _refuse_astray(command: AboutReport, known: Report, sending: Sending) -> None:
    if sending.to == command.pupil:
        raise Refused("A report goes to a parent. Check to whom it was sent.")
    if sending.on < known.written:
        raise Refused("That day is before the report was written. Check the date.")


def _known(command: AboutReport, state: Reports) -> Report:
    known = state.known.get(command.report)
    if known is None:
        raise Refused("There is no such report of this pupil. Look it up in the pupil's record, then send its id.")
    return known


def _refuse_empty(progress: Progress) -> None:
    if not progress.subjects and progress.comment is None:
        raise Refused("The report says nothing. Write of at least one subject, or a general comment.")
    taught = [one.taught.casefold() for one in progress.subjects]
    if len(set(taught)) < len(taught):
        raise Refused("The same subject stands twice in the report. Keep one statement of each subject.")


progress: Final = Decider(
    "records",
    Reports(),
    evolve,
    decide,
    commands=(
        RecordProgressReport,
        CorrectProgressReport,
        WithdrawProgressReport,
        SendProgressReport,
        CorrectProgressSending,
    ),
    categories=("assessment",),
    names=("corrects", "report"),
)
"""Reports to parents."""
