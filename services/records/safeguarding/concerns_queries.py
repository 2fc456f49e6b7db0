"""What the safeguarding lead and the head see of a pupil's concerns; to all others there is no such section."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from events.identifiers import id_text
from ledger.view import Reader
from services.deeds import last
from services.records.safeguarding.concerns_views import Concern, Told, concerns
from services.records.section import Fact, Section, done, withdrawn


async def read(reader: Reader, subject: bytes, valid_on: date) -> Sequence[Fact]:
    """Give what had been noticed, referred and closed by a date."""
    row = await reader.get(concerns, subject)
    return [fact for one in (row.concerns if row else ()) for fact in _facts(one, valid_on)]


def _facts(one: Concern, valid_on: date) -> Iterator[Fact]:
    now, before = one.told[-1], one.told[-2] if len(one.told) > 1 else None
    if now.noticed_on > valid_on:
        return
    closed = last(one.closings)
    value = {
        "concern": id_text(one.concern), "what": now.what, "account": now.account, "noticed_by": now.noticed_by,
    }  # fmt: skip
    told = Fact(
        "Concern", value, _words(now), now.noticed_on, now.at,
        until=closed.on if closed and closed.on <= valid_on else None, was=_words(before) if before else None,
        note=f"Corrected: {now.reason}" if now.reason else None,
    )  # fmt: skip
    yield withdrawn(told, one.never, "There never was such a concern about this pupil.")
    for referral in one.referrals:
        if referral.on <= valid_on:
            yield done("Referred to", referral, referral.value, str, "It was not referred.")
    for closing in one.closings:
        if closing.on <= valid_on and (closing.never or closing is closed):
            yield done("Outcome", closing, closing.value, str, "It was not closed.")


def _words(told: Told) -> str:
    return f"{told.what}. Noticed by {told.noticed_by}. {told.account}"


SECTION: Final = Section("safeguarding", "Safeguarding concerns", "safeguarding", read)
