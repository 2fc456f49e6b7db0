"""How a consent stands on a day, and which must be asked again and why: pure, so that the gate and pages say the same.

Between answers that differ the law decides for biometric information (Protection of Freedoms Act 2012, sections 26 to
28); for anything else the school's own rule does, and it is labelled as that.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from services.facts import on
from services.sharing.consent_views import ChildRow, ConsentRow, GivenAnswer, PurposeRow, PurposeVersion, Turn

State: TypeAlias = Literal["given", "refused", "withdrawn", "expired", "conflict", "not answered", "never asked"]
Why: TypeAlias = Literal[
    "adult", "competent", "new-school", "new-wording", "expired", "conflict", "not-answered", "never-asked"
]  # fmt: skip
OBJECTIONS: Final = ("refused", "withdrawn")
IN_WRITING: Final = ("paper", "online")
"""Consent to biometric processing must be in writing (2012 Act, section 28); an objection counts however it is made."""
MAJORITY_DEFAULT: Final = 18
"""From which age only the pupil may answer, where the school has adopted no rule (Family Law Reform Act 1969 s.1)."""
MONTHS: Final = 12
BY_LAW: Final = "Any objection wins, by law: Protection of Freedoms Act 2012, section 26."
BY_SCHOOL: Final = {
    "any-objection": "Any objection wins, by the school's own rule.",
    "latest-answer": "The latest answer counts, by the school's own rule.",
    "competent-pupil": "The answer of a pupil who can decide counts, by the school's own rule.",
}
BY_ADULT: Final = "The pupil is an adult, so only their own answer counts."


@dataclass(frozen=True, slots=True)
class Child:
    """What a standing rests on of the pupil: born when, here since when, and which ages rules give, in whole years.

    ``competent_from`` is from which age pupils are taken to be able to decide; None where the school has no such rule.
    """

    born: date | None = None
    turns: Sequence[Turn] = ()
    competent_from: int | None = None
    adult_from: int = MAJORITY_DEFAULT

    @classmethod
    def of(cls, row: ChildRow | None, competent_from: int | None, adult_from: int | None) -> "Child":
        """Take it from the pupil's row; of a date of birth that was put right, the right one."""
        born = on(row.born, date.max) if row else None
        adult = MAJORITY_DEFAULT if adult_from is None else adult_from
        return cls(born.value if born else None, row.turns if row else (), competent_from, adult)

    def started(self, day: date) -> date | None:
        """Give since when they are on the roll without a break; None while they are not."""
        started: date | None = None
        for one in sorted(self.turns, key=lambda turn: (turn.day, turn.entry)):
            if one.day > day or (one.day == day and not one.begins):
                break  # the day of leaving is the last one on the roll
            if not one.begins:
                started = None
            elif started is None:
                started = one.day
        return started

    def is_aged(self, years: int | None, day: date) -> bool:
        """Whether they have had the birthday of an age; nobody whose date of birth is not known has."""
        if years is None or self.born is None:
            return False
        return (self.born.year + years, self.born.month, self.born.day) <= (day.year, day.month, day.day)

    def is_adult(self, day: date) -> bool:
        """Whether only they themselves may answer."""
        return self.is_aged(self.adult_from, day)

    def is_competent(self, day: date) -> bool:
        """Whether they are taken to be able to decide."""
        return self.is_aged(self.competent_from, day)


NOBODY: Final = Child()
"""A child of whom nothing is known: a minor, whose own consent counts for nothing and whose objection does."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How a consent stands, by which rule, and the answers that decided it; ``until`` is the last day it is valid."""

    state: State
    rule: str | None = None
    decided_by: Sequence[GivenAnswer] = ()
    until: date | None = None


def standing(row: ConsentRow | None, purpose: PurposeRow | None, day: date, child: Child = NOBODY) -> State:
    """Give how a consent stands on a day, in a word; "given" alone lets anything be done."""
    return judged(row, purpose, day, child).state


def judged(row: ConsentRow | None, purpose: PurposeRow | None, day: date, child: Child = NOBODY) -> Judged:
    """Judge a consent on a day: each person's latest answer counts, and of several the law or the school's rule."""
    version = purpose.current(day) if purpose else None
    answers = [one for one in latest(row, day) if child.is_adult(day) or _counts(one, child)]
    if purpose is None or version is None or not answers:
        asked = row is not None and any(one.since <= day for one in row.requests)
        return Judged("not answered" if asked or answers else "never asked")
    by_date = _Dated(purpose, day)
    if child.is_adult(day):
        own = [one for one in answers if one.capacity == "pupil"]
        # What a parent answered ends with childhood; nothing takes its place until the pupil is asked.
        return by_date.last(own, BY_ADULT) if own else Judged("expired", BY_ADULT, answers)
    if version.biometric:
        return _by_law(answers, by_date)
    return _by_school(answers, version, by_date, child)


def latest(row: ConsentRow | None, day: date) -> list[GivenAnswer]:
    """Give each person's latest answer up to a day, less those of whoever took an objection back or never answered."""
    found: dict[bytes, GivenAnswer] = {}
    for one in row.answers if row else ():
        known = found.get(one.by)
        if one.answer != "none" and one.since <= day and (known is None or known.since <= one.since):
            found[one.by] = one
    # In the order in which they were recorded: of one day, the later entry is the later answer.
    counted = [one for one in row.answers if found.get(one.by) is one] if row else []
    return [one for one in counted if one.answer != "objection-withdrawn"]


def _counts(one: GivenAnswer, child: Child) -> bool:
    """Whether an answer counts at all: a child who cannot decide yet can object, and cannot consent."""
    return one.capacity != "pupil" or one.answer in OBJECTIONS or child.is_competent(one.since)


@dataclass(frozen=True, slots=True)
class _Dated:
    """Answers as they are valid on a day."""

    purpose: PurposeRow
    day: date

    def until(self, one: GivenAnswer) -> date | None:
        """Give the last day on which a consent is valid, by the version that it was given to."""
        version = self.purpose.version(one.purpose_version)
        if version is None or version.valid_months is None:
            return None
        return later(one.since, version.valid_months) - timedelta(days=1)

    def state(self, one: GivenAnswer) -> State:
        """Give how one answer stands."""
        if one.answer in OBJECTIONS:
            return "refused" if one.answer == "refused" else "withdrawn"
        until = self.until(one)
        return "expired" if until is not None and until < self.day else "given"

    def last(self, answers: Sequence[GivenAnswer], rule: str) -> Judged:
        """Give what the latest of some answers says."""
        one = [each for each in answers if each.since == max(known.since for known in answers)][-1]
        return Judged(self.state(one), rule, [one], self.until(one) if one.answer == "given" else None)

    def of(self, answers: Iterable[GivenAnswer], *states: State) -> list[GivenAnswer]:
        """Give the answers that stand so."""
        return [one for one in answers if self.state(one) in states]


def _by_law(answers: Sequence[GivenAnswer], by_date: _Dated) -> Judged:
    """Biometric information: one parent's consent in writing, and no objection of anybody's, whatever came when."""
    against = by_date.of(answers, "refused", "withdrawn")
    if against:
        return by_date.last(against, BY_LAW)
    written = [one for one in answers if one.capacity == "parent" and one.channel in IN_WRITING]
    return _any_given(written, by_date, BY_LAW) if written else Judged("not answered", BY_LAW, answers)


def _by_school(answers: Sequence[GivenAnswer], version: PurposeVersion, by_date: _Dated, child: Child) -> Judged:
    rule = BY_SCHOOL[version.conflicts]
    against = by_date.of(answers, "refused", "withdrawn")
    match version.conflicts:
        case "latest-answer":
            return by_date.last(answers, rule)
        case "competent-pupil":
            own = [one for one in answers if one.capacity == "pupil" and child.is_competent(one.since)]
            if own:
                return by_date.last(own, rule)
            if against and by_date.of(answers, "given"):
                return Judged("conflict", rule, answers)
    return by_date.last(against, rule) if against else _any_given(answers, by_date, rule)


def _any_given(answers: Sequence[GivenAnswer], by_date: _Dated, rule: str) -> Judged:
    """Give what consents come to to which nobody objects: one that is still valid is enough."""
    return by_date.last(by_date.of(answers, "given") or answers, rule)


# What must be asked again -----------------------------------------------------------------------------------------


def due(row: ConsentRow | None, purpose: PurposeRow | None, day: date, child: Child = NOBODY) -> list[Why]:
    """Give why a consent must be asked, or asked again, on a day; nothing where it need not be."""
    version = purpose.current(day) if purpose else None
    if version is None:
        return []
    found = judged(row, purpose, day, child)
    why = list(_of_state(found.state))
    answers = latest(row, day)
    own = [one for one in answers if one.capacity == "pupil"]
    if child.is_adult(day):
        why += [] if any(child.is_adult(one.since) for one in own) else ["adult"]
    elif child.is_competent(day) and "pupil" in version.givers:
        why += [] if any(child.is_competent(one.since) for one in own) else ["competent"]
    started = child.started(day)
    if answers and started is not None and all(one.since < started for one in answers):
        why.append("new-school")
    answered = [one.purpose_version for one in found.decided_by if one.purpose_version is not None]
    if found.state == "given" and answered and max(answered) < version.purpose_version:
        why.append("new-wording")
    return why


def _of_state(state: State) -> Iterable[Why]:
    match state:
        case "expired" | "conflict":
            return (state,)
        case "not answered":
            return ("not-answered",)
        case "never asked":
            return ("never-asked",)
        case _:
            return ()


def later(day: date, months: int) -> date:
    """Give the day so many months later; the last of its month where there is no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
