"""Published lists of what others give on, a part a row: a list is looked through and never folded row by row."""

from datetime import date

from events.model import Recorded
from events.sharing.onward import ExternalRegisterImported, ExternalShare
from ledger.view import AnyView, Row, View
from services.facts import Provenance


class RegisterPartRow(Row):
    """A part of a published list."""

    digest: str
    as_at: date
    part: int
    of_parts: int
    source: str
    shares: tuple[ExternalShare, ...]
    at: Provenance


external_shares = View(
    "external_shares", version=1, row=RegisterPartRow, key=["digest", "as_at", "part"],
    key_of=lambda r: (r.event.digest, r.event.as_at, r.event.part),
)  # fmt: skip


@external_shares.on(ExternalRegisterImported)
def _imported(row: RegisterPartRow | None, recorded: Recorded[ExternalRegisterImported]) -> RegisterPartRow:  # noqa: ARG001  # taken in once
    body = recorded.body
    return RegisterPartRow(
        digest=body.digest, as_at=body.as_at, part=body.part, of_parts=body.of_parts, source=body.source,
        shares=body.shares, at=Provenance.of(recorded),
    )  # fmt: skip


VIEWS: tuple[AnyView, ...] = (external_shares,)
