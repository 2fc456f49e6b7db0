"""The law by which data may be given, as the organisation adopted it: every version, so that a day has its own law."""

from typing import Any, Final

from events.gateways import (
    GatewayAdopted,
    InLaw,
    Narrowing,
    PolicyAdopted,
    PolicyDocument,
    PolicyDocumentAdopted,
    RuleWithdrawn,
    Terms,
)
from events.governance import ClockRuleAdopted
from events.model import Recorded
from ledger.view import AnyView, Row, View
from services.facts import Provenance

REVIEW_CLOCK: Final = "emergency-review-clock"
"""The rule by which somebody else looks at what went at once in an emergency."""


class GatewayRow(Terms, InLaw, Row):
    """A version of a gateway, where it was adopted, and where the organisation stopped going by it."""

    rule: str
    rule_version: int
    adopted: Provenance
    withdrawn: Provenance | None = None


class PolicyRow(Narrowing, Row):
    """A version of the organisation's own rule on what it keeps back."""

    rule: str
    rule_version: int
    adopted: Provenance
    withdrawn: Provenance | None = None


class PolicyDocumentRow(PolicyDocument, Row):
    """An appropriate policy document in its newest version."""

    rule: str
    rule_version: int
    digest: str
    adopted: Provenance


class ReviewClockRow(Row):
    """Within how many working days what went at once is looked at, as the organisation adopted it."""

    rule: str
    working_days: int


gateways = View(
    "gateways", version=1, row=GatewayRow, key=["rule", "rule_version"],
    key_of=lambda r: (r.event.rule, r.event.rule_version),
)  # fmt: skip
policies = View(
    "policies", version=1, row=PolicyRow, key=["rule", "rule_version"],
    key_of=lambda r: (r.event.rule, r.event.rule_version),
)  # fmt: skip
policy_documents = View(
    "policy_documents", version=1, row=PolicyDocumentRow, key=["rule"], key_of=lambda r: (r.event.rule,)
)

review_clocks = View("review_clocks", version=1, row=ReviewClockRow, key=["rule"], key_of=lambda r: (r.event.rule,))


@gateways.on(GatewayAdopted)
def _gateway(row: GatewayRow | None, recorded: Recorded[GatewayAdopted]) -> GatewayRow:  # noqa: ARG001  # adopted again
    body = recorded.body
    return GatewayRow(**_said(body), adopted=Provenance.of(recorded))


@policies.on(PolicyAdopted)
def _policy(row: PolicyRow | None, recorded: Recorded[PolicyAdopted]) -> PolicyRow:  # noqa: ARG001  # adopted again
    return PolicyRow(**_said(recorded.body), adopted=Provenance.of(recorded))


def _said(body: GatewayAdopted | PolicyAdopted) -> dict[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields if name != "digest"}


@gateways.on(RuleWithdrawn)
def _no_gateway(row: GatewayRow | None, recorded: Recorded[RuleWithdrawn]) -> GatewayRow | None:
    return row.model_copy(update={"withdrawn": Provenance.of(recorded)}) if row else None


@policies.on(RuleWithdrawn)
def _no_policy(row: PolicyRow | None, recorded: Recorded[RuleWithdrawn]) -> PolicyRow | None:
    return row.model_copy(update={"withdrawn": Provenance.of(recorded)}) if row else None


@policy_documents.on(PolicyDocumentAdopted)
def _document(row: PolicyDocumentRow | None, recorded: Recorded[PolicyDocumentAdopted]) -> PolicyDocumentRow:  # noqa: ARG001
    body = recorded.body
    return PolicyDocumentRow(
        rule=body.rule, rule_version=body.rule_version, digest=body.digest, title=body.title,
        conditions=body.conditions, review_on=body.review_on, adopted=Provenance.of(recorded),
    )  # fmt: skip


@policy_documents.on(RuleWithdrawn)
def _no_document(row: PolicyDocumentRow | None, recorded: Recorded[RuleWithdrawn]) -> None:
    """Keep no document that the organisation no longer goes by."""


@review_clocks.on(ClockRuleAdopted, where=lambda r: r.event.rule == REVIEW_CLOCK)
def _clock(row: ReviewClockRow | None, recorded: Recorded[ClockRuleAdopted]) -> ReviewClockRow | None:
    days = recorded.body.parameters.get("working_days")
    return row if days is None else ReviewClockRow(rule=recorded.body.rule, working_days=days)


@review_clocks.on(RuleWithdrawn, where=lambda r: r.event.rule == REVIEW_CLOCK)
def _no_clock(row: ReviewClockRow | None, recorded: Recorded[RuleWithdrawn]) -> None:
    """Keep no number of a rule that the organisation no longer goes by."""


VIEWS: tuple[AnyView, ...] = (gateways, policies, policy_documents, review_clocks)
