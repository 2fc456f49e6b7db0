"""How a consent should stand, worked out from the log's events by what the law and the school's rule say in words.

For children only: each person's last word is looked up, objections are counted, and nothing of the folds is used.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.sharing.consents import (
    ConsentAnswerCorrected,
    ConsentGiven,
    ConsentPurposeDefined,
    ConsentRefused,
    ConsentRequested,
    ConsentWithdrawn,
    ObjectionWithdrawn,
)
from support.oracle import Oracle

_WORDS: dict[type[Any], str] = {
    ConsentGiven: "yes", ConsentRefused: "refused", ConsentWithdrawn: "withdrawn", ObjectionWithdrawn: "-",
}  # fmt: skip
_RIGHTED = {"given": "yes", "refused": "refused", "withdrawn": "withdrawn", "objection-withdrawn": "-", "none": ""}


@dataclass
class Word:
    """What somebody said, on which day, at which entry."""

    entry: int
    day: date
    word: str
    event: Any


def words(oracle: Oracle, pupil: bytes, purpose: str) -> list[Word]:
    """Give all that was said, as if it had been written down right the first time."""
    found: list[Word] = []
    for index, event in oracle.of(pupil, (*_WORDS, ConsentAnswerCorrected)):
        if event.consent_purpose != purpose:
            continue
        if isinstance(event, ConsentAnswerCorrected):
            right = Word(index, event.valid_on, _RIGHTED[event.answer], event)
            places = [place for place, one in enumerate(found) if one.entry == event.corrects]
            found[places[0] : places[0] + 1] = [right]
        else:
            found.append(Word(index, event.valid_on, _WORDS[type(event)], event))
    return found


def stands(oracle: Oracle, pupil: bytes, purpose: str, day: date) -> str:
    """Give in a word how a consent about a child stands on a day."""
    versions = [event for _, event in oracle.named((ConsentPurposeDefined,)) if event.consent_purpose == purpose]
    current = [one for one in versions if one.valid_on <= day][-1:]
    heard = [one for one in words(oracle, pupil, purpose) if one.day <= day and one.word]
    last = [one for one in heard if not any(_is_after(other, one, heard) for other in heard)]
    # A child's own yes needs an age at which they can decide, and none of these children has it.
    said = [one for one in last if one.word != "-" and not (one.word == "yes" and one.event.capacity == "pupil")]
    if not said or not current:
        asked = any(
            event.consent_purpose == purpose and event.valid_on <= day
            for _, event in oracle.of(pupil, (ConsentRequested,))
        )
        return "not answered" if asked or said else "never asked"
    rule = current[0]
    noes, yeses = [one for one in said if one.word != "yes"], [one for one in said if one.word == "yes"]
    if rule.biometric:
        if noes:
            return _latest(noes).word
        yeses = [one for one in yeses if one.event.capacity == "parent" and one.event.channel != "spoken"]
        return _valid(yeses, versions, day) if yeses else "not answered"
    if rule.conflicts == "latest-answer":
        one = _latest(said)
        return _valid([one], versions, day) if one.word == "yes" else one.word
    if noes and rule.conflicts == "competent-pupil" and yeses and _valid(yeses, versions, day) == "given":
        return "conflict"
    return _latest(noes).word if noes else _valid(yeses, versions, day)


def _is_after(other: Word, one: Word, heard: list[Word]) -> bool:
    return other.event.by == one.event.by and (other.day, heard.index(other)) > (one.day, heard.index(one))


def _latest(said: list[Word]) -> Word:
    newest = max(one.day for one in said)
    return [one for one in said if one.day == newest][-1]


def _valid(yeses: list[Word], versions: list[Any], day: date) -> str:
    for one in yeses:
        months = [each.valid_months for each in versions if each.purpose_version == one.event.purpose_version]
        if not months or months[0] is None or day < _months_on(one.day, months[0]):
            return "given"
    return "expired"


def _months_on(day: date, months: int) -> date:
    for _ in range(months):
        year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
        day = date(year, month, min(day.day, monthrange(year, month)[1]))
    return day
