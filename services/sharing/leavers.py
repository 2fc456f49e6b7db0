"""The leavers' board: who left, what must follow them by which school day, and whether it has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, Protocol

from events.model import Category
from ledger.view import Reader
from services.facts import LONDON, Provenance
from services.restrictions import RESTRICTED
from services.shared_facts import Leaver, LeaverSource
from services.sharing.disclosure_views import (
    DisclosureRow,
    OutcomeRow,
    SecretRow,
    disclosures,
    outcomes,
    secrets,
)

TRANSFER: Final = "transfer"
CHILD_PROTECTION: Final = "child-protection-transfer"
CLOCKS: Final[Mapping[str, tuple[str, int]]] = {
    TRANSFER: ("transfer-file-clock", 15), CHILD_PROTECTION: ("child-protection-file-clock", 5),
}  # fmt: skip
"""By purpose: the rule with its number of school days, and the number shown before a school has adopted it."""
ARRIVED: Final = frozenset({"delivered", "confirmed", "receipt-confirmed"})
State = Literal["nothing-sent", "recorded", "failed", "delivered", "confirmed"]


class Rules(Protocol):
    """Whoever knows the rules that the school adopted."""

    async def parameter(self, reader: Reader, rule: str, name: str) -> int | None:
        """Give a parameter of an adopted rule."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What must follow a leaver: by which day, by which rule, and how far it has come.

    ``by_calendar`` is false where no calendar is published for a school year that it runs through: then every weekday
    counted as a school day, and the day will be later once the calendar is known.
    """

    rule: str
    school_days: int
    due: date | None
    by_calendar: bool
    state: State
    overdue: bool
    disclosure: bytes | None = None
    to: str | None = None
    sent_on: date | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A leaver and their clocks; one is None where whoever asks may not know of it.

    ``child_protection`` is None too where there is no such file.
    """

    subject: bytes
    name: str
    left: date
    destination: str | None
    ground: str | None
    transfer: Clock | None
    child_protection: Clock | None


def masked(one: Line, shut: frozenset[Category]) -> Line:
    """Give a line without what may not be used of the pupil; that a file is due stays, as the duty does."""
    if "identity" in shut:
        one = replace(one, name=RESTRICTED)
    return replace(one, destination=None, ground=None) if "enrolment" in shut else one


@dataclass(frozen=True, slots=True)
class _Sent:
    row: DisclosureRow
    state: str
    confirmed_on: date | None


class Board:
    """Puts the board together. ``source`` is the roll and the calendar, ``rules`` what the school adopted."""

    def __init__(self, source: LeaverSource, rules: Rules) -> None:
        self._source, self._rules = source, rules

    async def lines(
        self, reader: Reader, first: date, last: date, today: date, categories: frozenset[Category]
    ) -> Sequence[Line]:
        """Give who left between two days, both inclusive, the earliest first; what is overdue is so on ``today``.

        ``categories`` are those that whoever asks may see.
        """
        openly, secretly = "correspondence" in categories, "safeguarding" in categories
        left = await self._source.left(reader, first, last)
        sent = await _sent(reader, [one.subject for one in left])
        found = []
        for one in left:
            mine = [known for known in sent.get(one.subject, ()) if _day(known.row.at) >= one.since]
            told = one.has_concerns or any(_purpose(known) == CHILD_PROTECTION for known in mine)
            found.append(
                Line(
                    one.subject, one.name, one.day, one.destination, one.ground,
                    await self._clock(reader, one, TRANSFER, mine, today) if openly else None,
                    await self._clock(reader, one, CHILD_PROTECTION, mine, today) if secretly and told else None,
                )
            )  # fmt: skip
        return found

    async def _clock(self, reader: Reader, one: Leaver, purpose: str, sent: Iterable[_Sent], today: date) -> Clock:
        rule, usual = CLOCKS[purpose]
        number = await self._rules.parameter(reader, rule, "school_days") or usual
        due = await self._source.school_day_after(reader, one.day, number)
        fitting = sorted((it for it in sent if _purpose(it) == purpose), key=lambda it: it.row.at.index)
        arrived = [it for it in fitting if it.state in ARRIVED]
        late = due.day is not None and today > due.day and not arrived
        if not fitting:
            return Clock(rule, number, due.day, due.by_calendar, "nothing-sent", late)
        best = (arrived or fitting)[-1]
        return Clock(
            rule, number, due.day, due.by_calendar, _state(best.state), late, best.row.disclosure,
            best.row.sending.to.title, _day(best.row.at), best.confirmed_on,
        )  # fmt: skip


async def _sent(reader: Reader, subjects: Sequence[bytes]) -> dict[bytes, list[_Sent]]:
    """Give what was sent of each of these pupils and not recalled."""
    rows = await reader.find(disclosures, subject=list(subjects))
    which = [row.disclosure for row in rows]
    known = {row.disclosure: row for row in await reader.find(outcomes, disclosure=which)}
    hidden = {(row.subject, row.disclosure): row for row in await reader.find(secrets, subject=list(subjects))}
    found: dict[bytes, list[_Sent]] = {}
    for row in rows:
        one = _outcome(row, known.get(row.disclosure), hidden.get((row.subject, row.disclosure)))
        if one.state != "recalled":
            found.setdefault(row.subject, []).append(one)
    return found


def _outcome(row: DisclosureRow, outcome: OutcomeRow | None, secret: SecretRow | None) -> _Sent:
    if not row.discreet:
        return _Sent(row, outcome.state if outcome else "recorded", outcome.confirmed_on if outcome else None)
    state = secret.outcome if secret and secret.outcome else "recorded"
    confirmed = secret.at if secret and state == "receipt-confirmed" else None
    return _Sent(row, state, _day(confirmed) if confirmed else None)


def _state(text: str) -> State:
    match text:
        case "confirmed" | "receipt-confirmed":
            return "confirmed"
        case "delivered" | "failed":
            return text
        case _:
            return "recorded"


def _purpose(sent: _Sent) -> str:
    return sent.row.sending.sharing_purpose


def _day(at: Provenance) -> date:
    return at.recorded_at.astimezone(LONDON).date()
