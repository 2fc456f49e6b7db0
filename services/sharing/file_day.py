"""The day that a file is of: the one asked for or, of the file that follows a leaver, their last day on the roll."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from ledger.decider import Refused
from ledger.view import Reader
from services.shared_facts import FactSource
from services.sharing import gate
from services.sharing.asking import Asked

FOLLOWING: Final = frozenset({"transfer"})
"""Purposes whose file follows a leaver: of a later day it would say nothing of where they had been, or in which year.

Education (Pupil Information) (England) Regulations 2005, SI 2005/1437, reg 9.
"""


async def day_of(
    facts: FactSource, reader: Reader, asked: Asked, whom: Sequence[bytes], today: date
) -> tuple[date, str | None]:
    """Give the day, and a sentence where nobody had named it and it is not today's. Raises Refused for several days."""
    named = asked.cohort_on or asked.on
    if named is not None or asked.sharing_purpose not in FOLLOWING:
        return named or today, None
    left = await facts.last_days(reader, whom, today)
    days = {left.get(one, today) for one in whom}
    if len(days) > 1:
        raise Refused(
            "These pupils did not leave on one day, and a transfer file is of the last day of whom it follows. Send a "
            "file for each of them, or say the day."
        )
    day = next(iter(days), today)
    if day == today:
        return today, None
    whose = "The pupil's" if len(whom) == 1 else "These pupils'"
    return day, f"{whose} last day on the roll was {day.day} {day:%B %Y}, so the file is as of that day."


def said_with(decision: gate.Decision, because: str | None) -> gate.Decision:
    """Give a decision that says, last of its reasons, of which day it is."""
    if because is None:
        return decision
    tree = decision.reason
    own = gate.Reason(sentence=because, outcome="allowed")
    return replace(decision, reason=replace(tree, because=(*tree.because, own)))
