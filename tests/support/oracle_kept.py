"""What a record should say of notes, concerns, documents and the collection form, by brute force and not by the folds.

Each of these has an id or an entry of its own: whatever names it is looked up for each day that is asked about.
"""

from datetime import date, timedelta
from typing import Any, get_args

from events.records import concerns, pastoral
from events.records.documents import DocumentAdded, DocumentCategory, DocumentWithdrawn
from support.oracle import Oracle, said_of
from support.oracle_deeds import day_of, last_told, standing
from support.oracle_mistakes import answers_to, notices_given, shown_to

_NOTES = (pastoral.PastoralNoteRecorded, pastoral.PastoralNoteCorrected)
_TOLD = (concerns.ConcernRecorded, concerns.ConcernCorrected)


def notes_on(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[Any, ...]]:
    """Give each note of a day or before as it was last told: its entry, text and day, and the text it replaced."""
    events = oracle.of(pupil, _NOTES)
    found = []
    for note in last_told(oracle, pupil, _NOTES, pastoral.PastoralNoteWithdrawn, "note"):
        *before, (entry, now) = [one for one in events if one[1].note == note]
        if now.valid_on <= day:
            found.append((entry, now.text, now.valid_on, before[-1][1].text if before else None))
    return sorted(found, key=lambda one: one[0])


def concerns_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, list[Any]]:
    """Give each concern that was noticed by a day as it was last told, with what was done of it by then."""
    told = oracle.of(pupil, _TOLD)
    stands = last_told(oracle, pupil, _TOLD, concerns.ConcernWithdrawn, "concern")
    found: dict[str, list[Any]] = {"Concern": [], "Referred to": [], "Outcome": []}
    for concern in {event.concern for _, event in told}:
        *before, (entry, now) = [one for one in told if one[1].concern == concern]
        if now.valid_on > day:
            continue
        ends = _done(oracle, pupil, concern, concerns.ConcernClosed, concerns.ConcernClosingCorrected, "closing")
        ends = [one for one in ends[-1:] if day_of(one[1]) <= day]
        was = before[-1][1] if before else None
        if concern in stands:
            found["Concern"].append((
                entry, now.what, now.account, now.noticed_by, now.valid_on, day_of(ends[0][1]) if ends else None,
                f"{was.what}. Noticed by {was.noticed_by}. {was.account}" if was else None,
            ))  # fmt: skip
        found["Outcome"] += [(index, deed.outcome) for index, deed in ends]
        referred = _done(
            oracle, pupil, concern, concerns.ConcernReferred, concerns.ConcernReferralCorrected, "referral"
        )
        found["Referred to"] += [(index, deed.referred_to) for index, deed in referred if day_of(deed) <= day]
    return {label: sorted(what, key=lambda one: one[0]) for label, what in found.items()}


def _done(
    oracle: Oracle, pupil: bytes, concern: bytes, told: type[Any], corrected: type[Any], right: str
) -> list[tuple[int, Any]]:  # fmt: skip
    """Give what stands of what was done about a concern."""
    return standing([one for one in oracle.of(pupil, (told, corrected)) if one[1].concern == concern], told, right)


def documents_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, list[tuple[Any, ...]]]:
    """Give of each category the documents kept by a day: entry, name, type, size and last day, and whether it is gone."""
    withdrawn = oracle.of(pupil, (DocumentWithdrawn,))
    found: dict[str, list[tuple[Any, ...]]] = {category: [] for category in get_args(DocumentCategory)}
    for index, event in oracle.of(pupil, (DocumentAdded,)):
        if event.valid_on <= day:
            gone = [one.valid_on for at, one in withdrawn if at > index and one.document == event.document]
            last = max(gone[-1] - timedelta(days=1), event.valid_on) if gone else None
            kept = (index, event.file_name, event.content_type, event.size, last, bool(gone) and gone[-1] <= day)
            found[event.kept_as].append(kept)
    return found


def collection_on(oracle: Oracle, pupil: bytes, day: date) -> dict[str, list[Any]]:
    """Give each field shown by a day with the answer that stood on it, and each notice given by then."""
    fields = []
    for first, entry, shown in shown_to(oracle, pupil):
        for one in shown.asked if shown.on <= day else ():
            said = said_of(answers_to(oracle, pupil, first, one.item), day)
            answer = said.value if said else None
            fields.append((
                first, one.item, one.required, shown.to, shown.wording, shown.channel,
                None if answer is None else "given" if answer.given else "declined",
                answer.because if answer else None, said.entry if said else entry,
            ))  # fmt: skip
    notices = [
        (index, one.notice_version, one.digest, one.to)
        for index, on, one in notices_given(oracle, pupil)
        if on <= day
    ]  # fmt: skip
    fields = sorted(fields, key=lambda one: (*one[:2], one[8]))
    return {
        "fields": fields,
        "given": [one for one in fields if one[6] == "given"],
        "declined": [one for one in fields if one[6] == "declined"],
        "notices": notices,
    }
