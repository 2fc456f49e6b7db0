"""A pupil's safeguarding concerns as rows: everything that was said of each, and what was done."""

from datetime import date
from typing import Any, Final, TypeAlias

from events.model import Recorded
from events.records.concerns import (
    ConcernClosed,
    ConcernClosingCorrected,
    ConcernCorrected,
    ConcernRecorded,
    ConcernReferralCorrected,
    ConcernReferred,
    ConcernWithdrawn,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Deed, Never, never, put_right
from services.facts import Provenance, why

_Told: TypeAlias = ConcernRecorded | ConcernCorrected
_Done: TypeAlias = ConcernReferred | ConcernClosed | ConcernReferralCorrected | ConcernClosingCorrected
_Said: TypeAlias = _Told | ConcernWithdrawn | _Done


class Told(Row):
    """What was said of a concern, and by which entry; ``reason`` is a correction's."""

    what: str
    account: str
    noticed_by: str
    noticed_on: date
    at: Provenance
    reason: str | None = None


class Concern(Row):
    """One concern: everything that was said of it, in order, and what was done; ``never`` is why it never was one."""

    concern: bytes
    told: tuple[Told, ...]
    referrals: tuple[Deed[str], ...] = ()
    closings: tuple[Deed[str], ...] = ()
    never: Never | None = None


class ConcernsRow(PersonRow):
    """A pupil's concerns in the order in which they were recorded."""

    concerns: tuple[Concern, ...] = ()


concerns = View("concerns", version=2, row=ConcernsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (concerns,)


@concerns.on(
    ConcernRecorded, ConcernCorrected, ConcernWithdrawn, ConcernReferred, ConcernClosed, ConcernReferralCorrected,
    ConcernClosingCorrected,
)  # fmt: skip
def _folded(row: ConcernsRow | None, recorded: Recorded[_Said]) -> ConcernsRow | None:
    body = recorded.body
    known = row or ConcernsRow(subject=body.subject)
    before = {one.concern: one for one in known.concerns}
    now = _now(before.get(body.concern), recorded)
    if now is None:  # What is said of a concern that can no longer be read, or was another pupil's all along.
        return row
    return known.model_copy(update={"concerns": tuple({**before, body.concern: now}.values())})


def _now(concern: Concern | None, recorded: Recorded[Any]) -> Concern | None:
    body = recorded.body
    if concern is None:
        is_first = isinstance(body, ConcernRecorded)
        return Concern(concern=body.concern, told=(_told(recorded),)) if is_first else None
    match body:
        case ConcernRecorded() | ConcernCorrected():
            told: dict[str, object] = {"told": (*concern.told, _told(recorded)), "never": None}
        case ConcernWithdrawn():
            told = {"never": never(recorded)}
        case ConcernReferred():
            told = {"referrals": (*concern.referrals, _deed(recorded, body.referred_to))}
        case ConcernReferralCorrected():
            right = (body.referral.on, body.referral.referred_to) if body.referral else None
            told = {"referrals": put_right(concern.referrals, recorded, right)}
        case ConcernClosed():
            told = {"closings": (*concern.closings, _deed(recorded, body.outcome))}
        case _:
            right = (body.closing.on, body.closing.outcome) if body.closing else None
            told = {"closings": put_right(concern.closings, recorded, right)}
    return concern.model_copy(update=told)


def _deed(recorded: Recorded[Any], what: str) -> Deed[str]:
    return Deed[str](value=what, on=recorded.body.valid_on, at=Provenance.of(recorded))


def _told(recorded: Recorded[_Told]) -> Told:
    body = recorded.body
    return Told(
        what=body.what, account=body.account, noticed_by=body.noticed_by, noticed_on=body.valid_on,
        at=Provenance.of(recorded), reason=why(body) if isinstance(body, ConcernCorrected) else None,
    )  # fmt: skip
