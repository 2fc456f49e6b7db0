"""The gate: whether data may be given to somebody, as one pure function, with a tree of reasons that cites the law.

Default deny. A statute's gateway that the school has adopted and that is in force on the day permits; the school's own
policies, a recipient's standing, consent and restriction only narrow. It reads no clock and no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from services.sharing.gateway_terms import Gateway

Outcome: TypeAlias = Literal["allowed", "denied", "needs-a-person"]
_RANK: Final[Mapping[Outcome, int]] = {"allowed": 0, "needs-a-person": 1, "denied": 2}


@dataclass(frozen=True, slots=True)
class Policy:
    """The school's own rule: what it gives nobody, or not to some, though the law would let it. It permits nothing."""

    rule: str
    rule_version: int
    fields: frozenset[str]
    recipients: frozenset[str]
    purposes: frozenset[str]

    def narrows(self, kind: str, purpose: str) -> bool:
        """Whether it speaks of this kind of recipient and this purpose; what it leaves empty means all."""
        return (not self.recipients or kind in self.recipients) and (not self.purposes or purpose in self.purposes)

    def keeps_back(self, fields: frozenset[str]) -> frozenset[str]:
        """Give which of these fields it keeps back: where it names none, all of them."""
        return fields & self.fields if self.fields else fields


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with the recipient that is live on the day."""

    agreement: bytes
    purposes: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would be given it; ``trouble`` is why nothing goes to them now, as a sentence."""

    kind: str
    title: str
    trouble: str | None = None
    agreements: Sequence[Agreement] = ()
    recipient: bytes = b""
    """Their id, as consents name it."""


@dataclass(frozen=True, slots=True)
class Consented:
    """How a consent about a pupil stands, and whom it lets be given which fields."""

    state: str
    recipients: frozenset[bytes] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Concern:
    """What the gate knows of one pupil: age, which consents stand, which fields are restricted by a right exercised."""

    age: int | None = None
    consents: Mapping[str, Consented] = field(default_factory=dict)
    restricted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to give to whom, of whom, for what, on which day."""

    purpose: str
    fields: frozenset[str]
    on: date
    pupils: Mapping[bytes, Concern]
    necessity: str | None = None
    decided_because: str | None = None
    undocumented: Mapping[str, date | None] = field(default_factory=dict)
    """Gateways resting on a condition that asks for an appropriate policy document, where none serves.

    With the day by which the one that is adopted was to be looked at again; None: none is adopted.
    """
    cohort: bool = False
    """Whether it is about everyone on the roll: what is weighed of each child is not given of all."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, as a sentence: what it leads to, by which rule's which version, under which law, and why again."""

    sentence: str
    outcome: Outcome
    rule: str | None = None
    rule_version: int | None = None
    citation: str | None = None
    because: Sequence["Reason"] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: with the rule it rests on, what stands in its way by name, and which pupils it may not be about."""

    outcome: Outcome
    reason: Reason
    gateway: Gateway | None = None
    agreement: bytes | None = None
    blocked: Sequence[str] = ()
    pupils_against: Mapping[bytes, str] = field(default_factory=dict)
    passed_over: Sequence[Policy] = ()
    """The school's own policies that an emergency did not wait for."""

    @property
    def is_emergency(self) -> bool:
        """Whether it went at once and somebody else reviews it."""
        return self.outcome == "allowed" and self.gateway is not None and self.gateway.emergency


def decide(
    question: Question, recipient: Recipient | None, gateways: Iterable[Gateway], policies: Iterable[Policy],
    school_type: str | None,
) -> Decision:  # fmt: skip
    """Decide, by the law that the school has adopted and that is in force on the question's day."""
    if recipient is None:
        return _denied("Nobody is registered under this recipient. Register and verify them first.")
    if recipient.trouble is not None:
        return _denied(recipient.trouble)
    serving = [one for one in gateways if question.purpose in one.purposes]
    if not serving:
        return _denied(
            "No law that this school has adopted lets data be given for this purpose. Our own policy cannot permit it."
        )
    weighed = [_weigh(question, recipient, one, list(policies), school_type) for one in serving]
    best = min(weighed, key=lambda one: (_RANK[one.outcome], len(one.blocked), len(one.pupils_against)))
    others = [one.reason for one in weighed if one is not best]
    return replace(best, reason=_with(best.reason, others))


def _denied(sentence: str) -> Decision:
    return Decision("denied", Reason(sentence, "denied"))


def _with(reason: Reason, others: Sequence[Reason]) -> Reason:
    return Reason(
        reason.sentence, reason.outcome, reason.rule, reason.rule_version, reason.citation, (*reason.because, *others)
    )


def _weigh(
    question: Question, recipient: Recipient, gateway: Gateway, policies: Sequence[Policy], school_type: str | None
) -> Decision:
    """Weigh one gateway: every reason for and against it, not only the first."""
    blocked, narrowed = _blocked(question, recipient, gateway, policies)
    agreement = _agreement(question, recipient, gateway)
    against = {} if gateway.emergency else _pupils_against(question, recipient, gateway)
    reasons = [
        *_in_force(question, gateway),
        *_fits(recipient, gateway, school_type),
        *narrowed,
        *_documented(question, gateway),
        *_of_each(question, gateway),
        *_agreed(recipient, gateway, agreement),
        *_necessary(question, gateway),
    ]
    if against:
        reasons.append(Reason(f"{_counted(len(against))} cannot be shared under it; each says why.", "denied"))
    reasons += _by_person(question, gateway)
    outcome: Outcome = max((one.outcome for one in reasons), key=_RANK.__getitem__, default="allowed")
    return Decision(
        outcome, _verdict(outcome, gateway, recipient, reasons), gateway,
        agreement.agreement if agreement else None, blocked, against,
        [one for one in policies if gateway.emergency and one.narrows(recipient.kind, question.purpose)],
    )  # fmt: skip


def _verdict(outcome: Outcome, gateway: Gateway, recipient: Recipient, reasons: Sequence[Reason]) -> Reason:
    sentences: dict[Outcome, str] = {
        "allowed": f"{recipient.title} may be given this.",
        "denied": f"{recipient.title} may not be given this under this law.",
        "needs-a-person": f"{recipient.title} may be given this once a person has decided, and said why.",
    }
    return Reason(sentences[outcome], outcome, gateway.rule, gateway.rule_version, gateway.citation, tuple(reasons))


def _in_force(question: Question, gateway: Gateway) -> list[Reason]:
    if question.on < gateway.in_force_from:
        since = _day(gateway.in_force_from)
        return [_against(f"This law is in force from {since}, after the day asked about.", gateway)]
    if gateway.in_force_until is not None and question.on > gateway.in_force_until:
        return [_against(f"This law was in force until {_day(gateway.in_force_until)}.", gateway)]
    return []


def _fits(recipient: Recipient, gateway: Gateway, school_type: str | None) -> list[Reason]:
    found = []
    if recipient.kind not in gateway.recipients:
        found.append(_against("This law does not speak of this kind of recipient.", gateway))
    if "*" not in gateway.school_types and school_type not in gateway.school_types:
        found.append(_against("This law does not cover this type of school.", gateway))
    return found


def _blocked(
    question: Question, recipient: Recipient, gateway: Gateway, policies: Sequence[Policy]
) -> tuple[list[str], list[Reason]]:
    """Give the fields that are outside the gateway's schedule, or that the school itself gives nobody."""
    outside = sorted(question.fields - set(gateway.fields))
    reasons = [_against(f"{_title(one)} is not in the schedule of this law. Leave it out.", gateway) for one in outside]
    if not question.fields:
        reasons.append(_against("Say which fields are to be given: nothing is shared wholesale.", gateway))
    blocked = list(outside)
    for policy in policies:
        if not policy.narrows(recipient.kind, question.purpose):
            continue
        if gateway.emergency:
            reasons.append(_passed_over(policy))
            continue
        for one in sorted(policy.keeps_back(question.fields)):
            blocked += [one] if one not in blocked else []
            reasons.append(
                Reason(
                    f"{_title(one)} is not given by the school's own policy.", "denied", policy.rule,
                    policy.rule_version,
                )
            )  # fmt: skip
    return blocked, reasons


def _passed_over(policy: Policy) -> Reason:
    """Whoever is in danger does not wait for what a school decided in general; that is written down."""
    sentence = f"The school's own policy {policy.rule} was passed over: an emergency does not wait for it."
    return Reason(sentence, "allowed", policy.rule, policy.rule_version)


def _documented(question: Question, gateway: Gateway) -> list[Reason]:
    """Data Protection Act 2018 Schedule 1 paragraphs 5 and 38 to 40; whoever is in danger does not wait for it."""
    if gateway.emergency or gateway.rule not in question.undocumented:
        return []
    overdue = question.undocumented[gateway.rule]
    if overdue is None:
        return [_against("It asks for an appropriate policy document, and none is adopted. Adopt one first.", gateway)]
    sentence = (
        f"Its appropriate policy document was to be reviewed by {_day(overdue)}. Review it, and adopt it again under "
        "its next version."
    )
    return [_against(sentence, gateway)]


def _of_each(question: Question, gateway: Gateway) -> list[Reason]:
    if question.cohort and (gateway.emergency or gateway.necessity or gateway.person):
        return [_against("This law is weighed for each child. Name the pupils that it is about.", gateway)]
    return []


def _agreement(question: Question, recipient: Recipient, gateway: Gateway) -> Agreement | None:
    if not gateway.agreement:
        return None
    fitting = (
        one for one in recipient.agreements if question.purpose in one.purposes and question.fields <= one.fields
    )
    return next(fitting, None)


def _agreed(recipient: Recipient, gateway: Gateway, agreement: Agreement | None) -> list[Reason]:
    if not gateway.agreement or agreement is not None:
        return []
    sentence = (
        "No agreement in force covers this purpose and these fields. Sign one, or leave fields out."
        if recipient.agreements
        else "There is no agreement in force with this recipient. Sign one first."
    )
    return [_against(sentence, gateway)]


def _necessary(question: Question, gateway: Gateway) -> list[Reason]:
    if gateway.necessity and not question.necessity:
        return [_against("This law lets it be given only if necessary. Say why it is.", gateway)]
    return []


def _by_person(question: Question, gateway: Gateway) -> list[Reason]:
    if gateway.person and not question.decided_because:
        return [Reason("A person decides this each time. Decide, and say why.", "needs-a-person", gateway.rule)]
    return []


def _pupils_against(question: Question, recipient: Recipient, gateway: Gateway) -> dict[bytes, str]:
    found = {}
    for subject, known in question.pupils.items():
        sentence = _against_pupil(question, recipient, gateway, known)
        if sentence is not None:
            found[subject] = sentence
    return found


def _against_pupil(question: Question, recipient: Recipient, gateway: Gateway, known: Concern) -> str | None:
    if known.restricted & question.fields:
        titles = ", ".join(_title(one) for one in sorted(known.restricted & question.fields))
        return f"Processing is restricted: {titles} may not be given until the restriction is lifted."
    if gateway.ages_from is not None and (known.age is None or known.age < gateway.ages_from):
        return f"This law is about pupils of {gateway.ages_from} and over."
    if gateway.ages_until is not None and (known.age is None or known.age > gateway.ages_until):
        return f"This law is about pupils up to {gateway.ages_until}."
    return _unconsented(question, recipient, gateway, known)


def _unconsented(question: Question, recipient: Recipient, gateway: Gateway, known: Concern) -> str | None:
    """Give why a pupil's consent does not let these be given to them: it is for whom and for what it names."""
    if gateway.consent is None:
        return None
    consent = known.consents.get(gateway.consent, Consented("never asked"))
    if consent.state != "given":
        return f"Consent for this was {consent.state}."
    if not consent.recipients:
        return "This consent does not say who is given what. Define its next version, which does, and ask again."
    if recipient.recipient not in consent.recipients:
        return "This consent is for other recipients. Define its next version with this one, and ask again."
    if not question.fields <= consent.fields:
        titles = ", ".join(_title(one) for one in sorted(question.fields - consent.fields))
        return f"This consent does not cover: {titles}. Leave it out, or ask for a consent that does."
    return None


def _against(sentence: str, gateway: Gateway) -> Reason:
    return Reason(sentence, "denied", gateway.rule, gateway.rule_version, gateway.citation)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _counted(number: int) -> str:
    return "One pupil" if number == 1 else f"{number} pupils"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
