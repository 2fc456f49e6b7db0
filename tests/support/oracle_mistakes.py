"""What a record should say was told by mistake, worked out from the log's events by brute force and not by the folds."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from events.records import characteristics as meals
from events.records import collection, contact_endings
from events.records import collection_corrections as corrections
from services.records.families.mistakes_queries import LABELS
from support.oracle import ENDS, Oracle, Said
from support.oracle_deeds import standing
from support.oracle_family import ADDRESSES, EMAILS, HOLDS, LINKS, PHONES, ever_linked

_SERIES: Final = (
    ("addresses", ADDRESSES, None), ("phones", PHONES, "phone_type"), ("emails", EMAILS, None),
    ("links", LINKS, "contact"), ("responsible", HOLDS, "contact"),
)  # fmt: skip
"""What may be told of somebody by mistake: the events that say it, and what tells several such facts apart."""
REVIEWS: Final = (meals.FsmReviewSet, meals.FsmReviewCorrected, meals.FsmReviewWithdrawn)


def contact_mistakes_on(oracle: Oracle, pupil: bytes, day: date) -> list[tuple[Any, ...]]:
    """Give each detail that never was so, and each end put right: its entry, what it is of, and its day."""
    people = dict.fromkeys(oracle.shown(one) for one in (pupil, *sorted(ever_linked(oracle, pupil))))
    found = []
    for person in people:
        for name, kinds, tells_apart in _SERIES:
            for entry, event, wrong in _put_right(oracle, person, kinds, tells_apart):
                on = getattr(event, "ended", None) or wrong.since
                kind = f"end of {name}" if isinstance(event, ENDS) else name
                if min(on, wrong.since) <= day:
                    found.append((entry, LABELS[kind], on))
    return sorted(found)


def _put_right(
    oracle: Oracle, person: bytes, kinds: tuple[type[Any], ...], tells_apart: str | None
) -> Iterator[tuple[int, Any, Said]]:
    """Yield what strikes out or moves something that was told by then, with that."""
    events = oracle.of(person, kinds)
    for index, event in events:
        if not isinstance(event, (*ENDS, contact_endings.ContactDetailWithdrawn)):
            continue
        wrong_one = next((one for at, one in events if at == event.corrects), None)
        only = {tells_apart: getattr(wrong_one, tells_apart)} if tells_apart and wrong_one else {}
        before = [one for one in events if one[0] < index]
        wrong = next((one for one in oracle.told(before, None, only) if one.entry == event.corrects), None)
        if wrong is not None:
            yield index, event, wrong


def reviews_not_due(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[int, str]]:
    """Yield each review that was not due: the entry that says so, and what had been said."""
    for index, event, wrong in _struck_reviews(oracle, pupil):
        if wrong.since <= day:
            yield index, f"{event.isoformat()}, on {wrong.since.isoformat()}"


def _struck_reviews(oracle: Oracle, pupil: bytes) -> Iterator[tuple[int, date, Said]]:
    events = oracle.of(pupil, REVIEWS)
    for index, event in events:
        if isinstance(event, meals.FsmReviewWithdrawn):
            told = oracle.said([one for one in events if one[0] < index], "review")
            wrong = next((one for one in told if one.entry == event.corrects), None)
            if wrong is not None:
                yield index, wrong.value, wrong


def shown_to(oracle: Oracle, pupil: bytes) -> list[tuple[int, int, Any]]:
    """Give what was shown: the entry of its first telling, that of the last, and what that says."""
    found: list[tuple[int, int, Any]] = []
    for index, event in oracle.of(pupil, (collection.FieldShown, corrections.FieldShowingCorrected)):
        if isinstance(event, collection.FieldShown):
            said = {name: getattr(event, name) for name in ("to", "wording", "channel", "asked")}
            found.append((index, index, corrections.Showing(on=event.valid_on, **said)))
            continue
        place = next((place for place, one in enumerate(found) if one[1] == event.corrects), None)
        if place is not None:
            first = found[place][0]
            found[place : place + 1] = [(first, index, event.showing)] if event.showing else []
    return found


def answers_to(oracle: Oracle, pupil: bytes, shown: int, item: str) -> list[Said]:
    """Give the answers that stand to a field shown at an entry, each with what it had wrongly been told as."""
    kinds = (collection.FieldGiven, collection.FieldDeclined, corrections.FieldAnswerCorrected)
    told: dict[int, Said] = {}
    for index, event in oracle.of(pupil, kinds):
        if not isinstance(event, corrections.FieldAnswerCorrected):
            is_given = isinstance(event, collection.FieldGiven)
            answer = corrections.Answered(
                on=event.valid_on, item=event.item, shown=event.shown, by=event.by, given=is_given,
                because=None if is_given else event.reason,
            )  # fmt: skip
            told[index] = Said(answer.on, index, answer)
            continue
        wrong = told.pop(event.corrects, None)
        if wrong is not None and event.answer is not None:
            told[index] = Said(event.answer.on, index, event.answer, wrong)
    return [one for one in told.values() if (one.value.shown, one.value.item) == (shown, item)]


def notices_given(oracle: Oracle, pupil: bytes) -> list[tuple[int, date, Any]]:
    """Give the notices that were given: the entry that says so, the day, and which to whom."""
    events = oracle.of(pupil, (collection.NoticeGiven, corrections.NoticeGivingCorrected))
    found = standing(events, collection.NoticeGiven, "received")
    return [(index, getattr(one, "valid_on", None) or one.on, one) for index, one in found]


def notices_otherwise(oracle: Oracle, pupil: bytes, day: date) -> Iterator[tuple[int, str]]:
    """Yield each notice that had been told otherwise, or was not given: the entry that says so, and what was told."""
    told: dict[int, tuple[date, Any]] = {}
    found: dict[int, tuple[date, str]] = {}
    for index, event in oracle.of(pupil, (collection.NoticeGiven, corrections.NoticeGivingCorrected)):
        if isinstance(event, collection.NoticeGiven):
            told[index] = (event.valid_on, event)
            continue
        wrong = told.pop(event.corrects, None)
        if wrong is None:
            continue
        found.pop(event.corrects, None)
        on, notice = wrong
        right = event.received
        words = f"Version {notice.notice_version}"
        if right is None or right.on != on:
            words += f", on {on.isoformat()}"
        found[index] = (right.on if right else on, words)
        if right is not None:
            told[index] = (right.on, right)
    yield from ((index, words) for index, (on, words) in found.items() if on <= day)
