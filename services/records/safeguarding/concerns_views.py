"""A pupil's safeguarding concerns as rows: everything that was said of each, and what was done."""

from datetime import date
from typing import Final, TypeAlias

from events.model import Recorded
from events.records.concerns import ConcernClosed, ConcernCorrected, ConcernRecorded, ConcernReferred
from ledger.view import AnyView, PersonRow, Row, View
from services.facts import Provenance

_Said: TypeAlias = ConcernRecorded | ConcernCorrected | ConcernReferred | ConcernClosed


class Told(Row):
    """What was said of a concern, and by which entry; ``reason`` is a correction's."""

    what: str
    account: str
    noticed_by: str
    noticed_on: date
    at: Provenance
    reason: str | None = None


class Step(Row):
    """A referral or the end of a concern."""

    on: date
    text: str
    at: Provenance


class Concern(Row):
    """One concern: everything that was said of it, in order, and what was done."""

    concern: bytes
    told: tuple[Told, ...]
    referrals: tuple[Step, ...] = ()
    closed: Step | None = None


class ConcernsRow(PersonRow):
    """A pupil's concerns in the order in which they were recorded."""

    concerns: tuple[Concern, ...] = ()


concerns = View("concerns", version=2, row=ConcernsRow, key=["subject"], key_of=lambda r: (r.subject,))
VIEWS: Final[tuple[AnyView, ...]] = (concerns,)


@concerns.on(ConcernRecorded, ConcernCorrected, ConcernReferred, ConcernClosed)
def _folded(row: ConcernsRow | None, recorded: Recorded[_Said]) -> ConcernsRow | None:
    body, at = recorded.body, Provenance.of(recorded)
    known = row or ConcernsRow(subject=body.subject)
    found = next((one for one in known.concerns if one.concern == body.concern), None)
    if found is None and not isinstance(body, ConcernRecorded):
        return row  # What is said of a concern that is not there is passed by, as its decider does.
    concern = found or Concern(concern=body.concern, told=())
    match body:
        case ConcernReferred():
            step = Step(on=body.valid_on, text=body.referred_to, at=at)
            concern = concern.model_copy(update={"referrals": (*concern.referrals, step)})
        case ConcernClosed():
            concern = concern.model_copy(update={"closed": Step(on=body.valid_on, text=body.outcome, at=at)})
        case _:
            told = Told(
                what=body.what, account=body.account, noticed_by=body.noticed_by, noticed_on=body.valid_on, at=at,
                reason=body.reason if isinstance(body, ConcernCorrected) else None,
            )  # fmt: skip
            concern = concern.model_copy(update={"told": (*concern.told, told)})
    rest = [one if one.concern != body.concern else concern for one in known.concerns]
    return known.model_copy(update={"concerns": tuple(rest if found else [*rest, concern])})
