"""A pupil's progress reports as rows: everything that was said of each, and to whom it was sent."""

from datetime import date
from typing import Final, TypeAlias

from events.model import Recorded
from events.records.progress import Progress, ProgressReportCorrected, ProgressReportRecorded, ProgressReportSent
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance

_Said: TypeAlias = ProgressReportRecorded | ProgressReportCorrected | ProgressReportSent


class ReportVersion(Row):
    """What a report said, and by which entry; ``reason`` is a correction's."""

    written: date
    progress: Progress
    at: Provenance
    reason: str | None = None


class Sending(Row):
    """To whom a report was sent, when and how."""

    to: bytes
    channel: str
    on: date
    at: Provenance


class Report(Row):
    """One report. Without versions, what it said can no longer be read."""

    report: bytes
    versions: tuple[ReportVersion, ...] = ()
    sent: tuple[Sending, ...] = ()


class ReportsRow(PersonRow):
    """A pupil's reports in the order in which they were recorded."""

    reports: tuple[Report, ...] = ()


reports = View("progress_reports", version=1, row=ReportsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (reports,)


@reports.on(ProgressReportRecorded, ProgressReportCorrected, ProgressReportSent)
def _reported(row: ReportsRow | None, recorded: Recorded[_Said]) -> ReportsRow:
    body, at = recorded.body, Provenance.of(recorded)
    known = row or ReportsRow(subject=body.subject)
    before = {one.report: one for one in known.reports}
    now = before.get(body.report) or Report(report=body.report)
    if isinstance(body, ProgressReportSent):
        sending = Sending(to=body.to, channel=body.channel, on=body.valid_on, at=at)
        now = now.model_copy(update={"sent": (*now.sent, sending)})
    else:
        reason = body.reason if isinstance(body, ProgressReportCorrected) else None
        said = ReportVersion(written=body.valid_on, progress=body.progress, at=at, reason=reason)
        now = now.model_copy(update={"versions": (*now.versions, said)})
    before[body.report] = now
    return known.model_copy(update={"reports": tuple(before.values())})
