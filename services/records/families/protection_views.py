"""What is shown of protection: the orders about a pupil, and the markers on a person, with what each forbids."""

from datetime import date
from typing import Any

from events.model import Recorded
from events.records.protection import (
    CourtOrderCorrected,
    CourtOrderLifted,
    CourtOrderLiftingCorrected,
    CourtOrderRecorded,
    CourtOrderWithdrawn,
    NonDisclosureCorrected,
    NonDisclosureLifted,
    NonDisclosureLiftingCorrected,
    NonDisclosureMarked,
)
from ledger.view import AnyView, PersonRow, Row, View
from services.deeds import Never, never
from services.facts import Provenance, why


class Lifting(Row):
    """A correction of a lifting: why, the first day without it as said before (None: none was), and by which entry."""

    reason: str
    was: date | None
    at: Provenance


class OrderBefore(Row):
    """What an order had been told to be, and by which entry."""

    kind: str
    restrains: bytes | None
    forbids: tuple[str, ...]
    since: date
    until: date | None
    document: str | None
    at: Provenance


class Order(Row):
    """An order as it was last recorded; ``until`` is its last day, ``lifted`` the first day without it.

    ``before`` is what the last telling of it took the place of.
    """

    order: bytes
    kind: str
    restrains: bytes | None
    forbids: tuple[str, ...]
    since: date
    until: date | None
    document: str | None
    at: Provenance
    lifted: date | None = None
    before: OrderBefore | None = None
    lifting: Lifting | None = None
    never: Never | None = None


class MarkerBefore(Row):
    """What a marker had been told to withhold, from whom, when and why, and by which entry."""

    covers: str
    against: bytes | None
    since: date
    until: date | None
    reason: str
    at: Provenance


class Marker(Row):
    """A non-disclosure marker; ``against`` is from whom the details are kept (None: from everybody).

    Of a corrected one ``before`` is what had been told, and ``corrected`` why that was wrong.
    """

    marker: bytes
    covers: str
    against: bytes | None
    since: date
    until: date | None
    reason: str
    at: Provenance
    lifted: date | None = None
    before: MarkerBefore | None = None
    corrected: str | None = None
    lifting: Lifting | None = None
    never: Never | None = None


class ProtectionRow(PersonRow):
    """The orders about a pupil and the markers on a person."""

    orders: tuple[Order, ...] = ()
    markers: tuple[Marker, ...] = ()


def is_in_force(one: Order | Marker, day: date) -> bool:
    """Whether an order or marker holds on a day."""
    holds = one.since <= day and (one.until is None or day <= one.until) and (one.lifted is None or day < one.lifted)
    return holds and one.never is None


protections = View("protections", version=4, row=ProtectionRow, key=["subject"], key_of=lambda r: (r.subject,))


def _row(row: ProtectionRow | None, recorded: Recorded[Any]) -> ProtectionRow:
    return row or ProtectionRow(subject=recorded.body.subject)


@protections.on(CourtOrderRecorded, CourtOrderCorrected)
def _ordered(
    row: ProtectionRow | None, recorded: Recorded[CourtOrderRecorded | CourtOrderCorrected]
) -> ProtectionRow:  # fmt: skip
    known, body = _row(row, recorded), recorded.body
    before = next((one for one in known.orders if one.order == body.order), None)
    order = Order(
        order=body.order, kind=body.order_kind, restrains=body.restrains, forbids=body.forbids, since=body.valid_on,
        until=body.until, document=body.document, at=Provenance.of(recorded), lifted=before.lifted if before else None,
        before=_order_before(before) if before else None,
        lifting=before.lifting if before else None,
    )  # fmt: skip
    rest = tuple(one for one in known.orders if one.order != body.order)
    return known.model_copy(update={"orders": (*rest, order)})


def _order_before(one: Order) -> OrderBefore:
    return OrderBefore(
        kind=one.kind, restrains=one.restrains, forbids=one.forbids, since=one.since, until=one.until,
        document=one.document, at=one.at,
    )  # fmt: skip


@protections.on(CourtOrderLifted)
def _order_lifted(row: ProtectionRow | None, recorded: Recorded[CourtOrderLifted]) -> ProtectionRow:
    known, body = _row(row, recorded), recorded.body
    orders = tuple(
        one.model_copy(update={"lifted": body.valid_on}) if one.order == body.order else one for one in known.orders
    )
    return known.model_copy(update={"orders": orders})


def _relifted(one: Any, recorded: Recorded[CourtOrderLiftingCorrected | NonDisclosureLiftingCorrected]) -> Any:
    body = recorded.body
    lifting = Lifting(reason=why(body), was=one.lifted, at=Provenance.of(recorded))
    return one.model_copy(update={"lifted": body.lifted, "lifting": lifting})


@protections.on(CourtOrderLiftingCorrected)
def _order_relifted(row: ProtectionRow | None, recorded: Recorded[CourtOrderLiftingCorrected]) -> ProtectionRow:
    known, order = _row(row, recorded), recorded.body.order
    orders = tuple(_relifted(one, recorded) if one.order == order else one for one in known.orders)
    return known.model_copy(update={"orders": orders})


@protections.on(NonDisclosureLiftingCorrected)
def _marker_relifted(row: ProtectionRow | None, recorded: Recorded[NonDisclosureLiftingCorrected]) -> ProtectionRow:
    known, marker = _row(row, recorded), recorded.body.marker
    markers = tuple(_relifted(one, recorded) if one.marker == marker else one for one in known.markers)
    return known.model_copy(update={"markers": markers})


@protections.on(CourtOrderWithdrawn)
def _order_withdrawn(row: ProtectionRow | None, recorded: Recorded[CourtOrderWithdrawn]) -> ProtectionRow | None:
    if row is None:
        return None  # What is said of an order that can no longer be read.
    end = {"never": never(recorded)}
    orders = (one.model_copy(update=end) if one.order == recorded.body.order else one for one in row.orders)
    return row.model_copy(update={"orders": tuple(orders)})


@protections.on(NonDisclosureCorrected)
def _marked_otherwise(row: ProtectionRow | None, recorded: Recorded[NonDisclosureCorrected]) -> ProtectionRow | None:
    if row is None:
        return None  # As of an order.
    body, right = recorded.body, recorded.body.marking
    markers = []
    for one in row.markers:
        update: dict[str, Any] = {"never": never(recorded)}
        if right is not None:
            update = {
                "covers": right.withholds, "against": right.against, "since": right.since, "until": right.until,
                "reason": right.because, "at": Provenance.of(recorded), "before": _marker_before(one),
                "corrected": why(body),
            }  # fmt: skip
        markers.append(one.model_copy(update=update) if one.at.index == body.corrects else one)
    return row.model_copy(update={"markers": tuple(markers)})


def _marker_before(one: Marker) -> MarkerBefore:
    return MarkerBefore(
        covers=one.covers, against=one.against, since=one.since, until=one.until, reason=one.reason, at=one.at
    )


@protections.on(NonDisclosureMarked)
def _marked(row: ProtectionRow | None, recorded: Recorded[NonDisclosureMarked]) -> ProtectionRow:
    known, body = _row(row, recorded), recorded.body
    marker = Marker(
        marker=body.marker, covers=body.withholds, against=body.against, since=body.valid_on, until=body.until,
        reason=body.reason, at=Provenance.of(recorded),
    )  # fmt: skip
    return known.model_copy(update={"markers": (*known.markers, marker)})


@protections.on(NonDisclosureLifted)
def _marker_lifted(row: ProtectionRow | None, recorded: Recorded[NonDisclosureLifted]) -> ProtectionRow:
    known, body = _row(row, recorded), recorded.body
    markers = tuple(
        one.model_copy(update={"lifted": body.valid_on}) if one.marker == body.marker else one for one in known.markers
    )
    return known.model_copy(update={"markers": markers})


VIEWS: tuple[AnyView, ...] = (protections,)
"""This feature's views."""
