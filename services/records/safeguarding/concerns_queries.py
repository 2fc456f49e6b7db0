"""What the safeguarding lead and the head see of a pupil's concerns; to all others there is no such section."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from events.identifiers import id_text
from ledger.view import Reader
from services.records.safeguarding.concerns_views import Told, concerns
from services.records.section import Fact, Section


async def read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give what had been noticed, referred and closed by a date."""
    row = await reader.get(concerns, subject)
    facts: list[Fact] = []
    for one in row.concerns if row else ():
        if one.told[-1].noticed_on > valid_on:
            continue
        now, ended = one.told[-1], one.closed if one.closed and one.closed.on <= valid_on else None
        before = one.told[-2] if len(one.told) > 1 else None
        value = {
            "concern": id_text(one.concern),
            "what": now.what,
            "account": now.account,
            "noticed_by": now.noticed_by,
        }
        was = _words(before) if before else None
        note = f"Corrected: {now.reason}" if now.reason else None
        until = ended.on if ended else None
        facts.append(Fact("Concern", value, _words(now), now.noticed_on, now.at, until=until, was=was, note=note))
        facts += [
            Fact("Referred to", step.text, step.text, step.on, step.at) for step in one.referrals if step.on <= valid_on
        ]
        if ended is not None:
            facts.append(Fact("Outcome", ended.text, ended.text, ended.on, ended.at))
    return facts


def _words(told: Told) -> str:
    return f"{told.what}. Noticed by {told.noticed_by}. {told.account}"


SECTION: Final = Section("safeguarding", "Safeguarding concerns", "safeguarding", read)
