"""A pupil's progress reports as rows: everything that was said of each, and to whom it was sent."""

from datetime import date
from typing import Final, TypeAlias

from events.model import Recorded
from events.records.progress import (
    Progress,
    ProgressReportCorrected,
    ProgressReportRecorded,
    ProgressReportSent,
    ProgressReportWithdrawn,
    ProgressSendingCorrected,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, put_right
from services.facts import Provenance, why

_Said: TypeAlias = ProgressReportCorrected | ProgressReportWithdrawn | ProgressReportSent


class Withdrawal(Row):
    """Why a report was withdrawn, and by which entry."""

    reason: str
    at: Provenance


class ReportVersion(Row):
    """What a report said, and by which entry; ``reason`` is a correction's; one that was withdrawn stays readable."""

    written: date
    progress: Progress
    at: Provenance
    reason: str | None = None
    withdrawn: Withdrawal | None = None


class Sent(Row):
    """To whom a report was sent, and how."""

    to: bytes
    channel: str


class Report(Row):
    """One report."""

    report: bytes
    versions: tuple[ReportVersion, ...]
    sent: tuple[Deed[Sent], ...] = ()


class ReportsRow(PersonRow):
    """A pupil's reports in the order in which they were recorded."""

    reports: tuple[Report, ...] = ()


reports = View("progress_reports", version=3, row=ReportsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (reports,)


@reports.on(ProgressReportRecorded)
def _written(row: ReportsRow | None, recorded: Recorded[ProgressReportRecorded]) -> ReportsRow:
    body, known = recorded.body, row or ReportsRow(subject=recorded.body.subject)
    before = {one.report: one for one in known.reports}
    now = before.get(body.report) or Report(report=body.report, versions=())
    said = ReportVersion(written=body.valid_on, progress=body.progress, at=Provenance.of(recorded))
    before[body.report] = now.model_copy(update={"versions": (*now.versions, said)})
    return known.model_copy(update={"reports": tuple(before.values())})


@reports.on(ProgressReportCorrected, ProgressReportWithdrawn, ProgressReportSent)
def _told(row: ReportsRow | None, recorded: Recorded[_Said]) -> ReportsRow | None:
    """Fold what is said of a report; of one that is not there, as its decider does, nothing."""
    body, at = recorded.body, Provenance.of(recorded)
    before = {one.report: one for one in row.reports} if row else {}
    now = before.get(body.report)
    if row is None or now is None:
        return row
    match body:
        case ProgressReportSent():
            sending = Deed[Sent](value=Sent(to=body.to, channel=body.channel), on=body.valid_on, at=at)
            now = now.model_copy(update={"sent": (*now.sent, sending)})
        case ProgressReportWithdrawn():
            end = {"withdrawn": Withdrawal(reason=why(body), at=at)}
            versions = (one.model_copy(update=end) if one.at.index == body.corrects else one for one in now.versions)
            now = now.model_copy(update={"versions": tuple(versions)})
        case ProgressReportCorrected():
            said = ReportVersion(written=body.valid_on, progress=body.progress, at=at, reason=why(body))
            now = now.model_copy(update={"versions": (*now.versions, said)})
    before[body.report] = now
    return row.model_copy(update={"reports": tuple(before.values())})


@reports.on(ProgressSendingCorrected)
def _sent_otherwise(row: ReportsRow | None, recorded: Recorded[ProgressSendingCorrected]) -> ReportsRow | None:
    how = recorded.body.sending
    right = (how.on, Sent(to=how.to, channel=how.channel)) if how else None
    if row is None:
        return None
    told = (
        one.model_copy(update={"sent": put_right(one.sent, recorded, right)})
        if one.report == recorded.body.report
        else one
        for one in row.reports
    )
    return row.model_copy(update={"reports": tuple(told)})
