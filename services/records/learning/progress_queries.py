"""A pupil's progress reports in words, for the record's section on them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from events.identifiers import id_text
from events.records.progress import Progress
from ledger.view import Reader
from services.records.learning.progress_views import Report, ReportVersion, Sent, reports
from services.records.section import Fact, Section, done

_BY: Final[Mapping[str, str]] = {
    "paper": "on paper", "email": "by e-mail", "portal": "through the parents' portal", "in-person": "in person",
}  # fmt: skip


async def read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give the reports that were written by a date, each with its sendings by then."""
    row = await reader.get(reports, subject)
    return [fact for one in (row.reports if row else ()) for fact in _facts(one, valid_on)]


def _facts(one: Report, valid_on: date) -> Iterator[Fact]:
    now, before = one.versions[-1], one.versions[-2] if len(one.versions) > 1 else None
    if now.written > valid_on:
        return
    value = {"report": id_text(one.report), **now.progress.model_dump(mode="json")}
    if now.withdrawn:
        never, why = {"report": value["report"], "withdrawn": True}, f"Corrected: {now.withdrawn.reason}"
        yield Fact(
            label(now.progress), never, "Withdrawn: it never was this pupil's.", now.written, now.withdrawn.at,
            was=words(now.progress), note=why,
        )  # fmt: skip
    else:
        yield Fact(
            label(now.progress), value, words(now.progress), now.written, now.at,
            was=_before(before, now) if before else None, note=f"Corrected: {now.reason}" if now.reason else None,
            was_at=before.at if before else None,
        )  # fmt: skip
    # Who a pupil's contacts are is another category: their id says it to whoever may look them up.
    for sent in one.sent:
        if sent.on <= valid_on:
            told = {"report": id_text(one.report), "to": id_text(sent.value.to), "channel": sent.value.channel}
            yield done(f"{label(now.progress)}: sent", sent, told, _went, "It was not sent.")


def _before(was: ReportVersion, now: ReportVersion) -> str:
    """Write what a report said before and, where these were corrected, of which time and of which day."""
    title = label(was.progress)
    of = f"{title}. " if title != label(now.progress) else ""
    on = f" Written on {was.written.isoformat()}." if was.written != now.written else ""
    return f"{of}{words(was.progress)}{on}"


def _went(sent: Sent) -> str:
    return f"to a parent, {_BY[sent.channel]}"


def label(progress: Progress) -> str:
    """Give of which time a report is."""
    years = f"{progress.school_year} to {progress.school_year + 1}"
    return f"Report of the {progress.term} term, {years}" if progress.term else f"Report of the year {years}"


def words(progress: Progress) -> str:
    """Give what a report says: each subject, and the general comment."""
    said = []
    for one in progress.subjects:
        effort = f" Effort: {one.effort}." if one.effort else ""
        said.append(f"{one.taught}: {one.statement}{effort}")
    return " ".join([*said, *([progress.comment] if progress.comment else [])])


SECTION: Final = Section("progress", "Progress reports", "assessment", read)
"""Education (Pupil Information) (England) Regulations 2005."""
