"""What is corrected of a family, forbidden by courts, and disputed."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.protection import Marking
from services.governance import notices, rule_commands
from services.records.families import contacts, disagreement, discreet_disagreement, protection
from support.commands.common import (
    ADA,
    CONTACTS,
    DAYS,
    HOME,
    NAMES,
    PUPILS,
    Said,
    any_of,
    because,
    days,
    names,
    of_person,
    of_pupil,
    people,
    pupils,
)
from support.commands.governance import of_rule
from support.commands.opening import RULE

_HOLDS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "holds": st.booleans(), "known_from": st.sampled_from(["court", "self-declared"])
}  # fmt: skip
_NUMBERS = st.sampled_from(["07700 900001", "07700 900002"])
_ORDERS = st.sampled_from([bytes([number]) * 16 for number in (21, 22)])
_ORDER: Final[dict[str, st.SearchStrategy[Any]]] = {
    "order_kind": st.just("prohibited-steps"), "forbids": st.sampled_from([("address",), ("contact", "information")]),
    "until": st.sampled_from([None, DAYS[2]]),
}  # fmt: skip
_ITEMS = st.sampled_from(["religion", "sex"])
_DANA: Final[dict[str, Any]] = {"person": CONTACTS[0], "valid_on": DAYS[1]}
_HERS: Final[dict[str, Any]] = {**HOME, "contact": CONTACTS[0], "holds": True}
_STEPS: Final[dict[str, Any]] = {**ADA, "order": bytes([23]) * 16, "order_kind": "prohibited-steps"}
ANY: Final = (
    of_person(contacts.ChangeContactName, title=st.sampled_from([None, "Dr"]), full_name=names),
    of_person(contacts.CorrectContactName, title=st.sampled_from([None, "Dr"]), full_name=names, reason=because),
    any_of(
        contacts.CorrectLink, person=pupils, valid_on=days, contact=people, relationship=st.sampled_from(["PAM", "PAF"]),
        parental_responsibility=st.sampled_from([None, True]), priority=st.integers(1, 2), reason=because,
    ),
    any_of(contacts.RecordParentalResponsibility, person=pupils, valid_on=days, contact=people, **_HOLDS),
    any_of(
        contacts.CorrectParentalResponsibility, person=pupils, valid_on=days, contact=people, reason=because, **_HOLDS
    ),
    of_person(contacts.CorrectPhone, phone_type=st.sampled_from("MH"), number=_NUMBERS, reason=because),
    of_person(contacts.EndPhone, phone_type=st.sampled_from("MH"), reason=because),
    of_person(contacts.CorrectEmail, email=st.sampled_from(["a@example.org", "b@example.org"]), reason=because),
    of_person(contacts.EndEmail, reason=because),
    of_pupil(protection.RecordCourtOrder, order=_ORDERS, restrains=people, **_ORDER),
    of_pupil(protection.CorrectCourtOrder, order=_ORDERS, restrains=people, reason=because, **_ORDER),
    of_pupil(protection.LiftCourtOrder, order=_ORDERS, reason=because),
    of_person(
        protection.MarkNonDisclosure, marker=_ORDERS, withholds=st.sampled_from(["address", "person"]),
        against=st.none() | people, reason=because,
    ),
    of_person(protection.LiftNonDisclosure, marker=_ORDERS, reason=because),
    of_pupil(protection.WithdrawCourtOrder, order=_ORDERS, reason=because),
    of_person(
        protection.CorrectNonDisclosure, marker=_ORDERS, reason=because,
        marking=st.none() | st.builds(
            Marking, since=days, withholds=st.just("address"), against=st.none() | people, because=because
        ),
    ),
    of_pupil(protection.CorrectCourtOrderLifting, order=_ORDERS, lifted=st.none() | days, reason=because),
    of_person(protection.CorrectNonDisclosureLifting, marker=_ORDERS, lifted=st.none() | days, reason=because),
    of_person(disagreement.AddStatementOfDisagreement, disputes=st.integers(1, 20), text=because),
    of_person(disagreement.WithdrawStatementOfDisagreement, statement=st.integers(1, 40), reason=because),
    of_person(discreet_disagreement.DisputeConcern, disputes=st.integers(1, 20), text=because),
    of_person(discreet_disagreement.WithdrawConcernDispute, statement=st.integers(1, 40), reason=because),
    of_person(discreet_disagreement.DisputeExclusion, disputes=st.integers(1, 20), text=because),
    of_person(discreet_disagreement.WithdrawExclusionDispute, statement=st.integers(1, 40), reason=because),
    of_rule(
        rule_commands.AdoptCollectionField, "collect-religion", "absence", item=_ITEMS, label=st.just("Religion"),
        required=st.booleans(), why=st.just("For meals."), citation=st.just("Art 13(2)(e)"), in_force_from=days,
    ),
    any_of(
        notices.PublishPrivacyNotice, notice_version=st.integers(1, 2), digest=st.sampled_from(["1" * 64, "2" * 64]),
        valid_on=days,
    ),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    disagreement.AddStatementOfDisagreement(**HOME, disputes=8, text="never"),
    lambda newest: disagreement.WithdrawStatementOfDisagreement(**HOME, statement=newest, reason="settled"),
    discreet_disagreement.DisputeConcern(**HOME, disputes=8, text="never"),
    lambda newest: discreet_disagreement.WithdrawConcernDispute(**HOME, statement=newest, reason="settled"),
    discreet_disagreement.DisputeExclusion(**HOME, disputes=8, text="never"),
    lambda newest: discreet_disagreement.WithdrawExclusionDispute(**HOME, statement=newest, reason="settled"),
    contacts.ChangeContactName(**_DANA, full_name=NAMES[1]),
    contacts.CorrectContactName(**_DANA, full_name=NAMES[2], reason="seen"),
    contacts.CorrectLink(**HOME, contact=CONTACTS[0], relationship="STM", priority=1, reason="seen"),
    contacts.RecordParentalResponsibility(**_HERS, known_from="self-declared"),
    contacts.CorrectParentalResponsibility(**_HERS, known_from="birth-certificate", reason="seen"),
    contacts.ChangePhone(**_DANA, phone_type="M", number="07700 900001"),
    contacts.CorrectPhone(**_DANA, phone_type="M", number="07700 900002", reason="rang"),
    contacts.EndPhone(person=CONTACTS[0], valid_on=DAYS[2], phone_type="M", reason="rang"),
    contacts.ChangeEmail(**_DANA, email="b@example.org"),
    contacts.CorrectEmail(**_DANA, email="c@example.org", reason="seen"),
    contacts.EndEmail(person=CONTACTS[0], valid_on=DAYS[2], reason="seen"),
    protection.RecordCourtOrder(**_STEPS, restrains=CONTACTS[1], forbids=("contact",)),
    protection.CorrectCourtOrder(**_STEPS, restrains=CONTACTS[1], forbids=("address",), reason="seen"),
    protection.LiftCourtOrder(pupil=PUPILS[0], order=bytes([23]) * 16, valid_on=DAYS[2], reason="seen"),
    protection.CorrectCourtOrderLifting(**ADA, order=bytes([23]) * 16, lifted=DAYS[3], reason="seen"),
    protection.MarkNonDisclosure(
        **_DANA, marker=bytes([24]) * 16, withholds="address", against=CONTACTS[1], reason="seen"
    ),
    protection.LiftNonDisclosure(person=CONTACTS[0], marker=bytes([24]) * 16, valid_on=DAYS[2], reason="seen"),
    protection.CorrectNonDisclosure(
        **_DANA,
        marker=bytes([24]) * 16,
        reason="seen",
        evidence="letter",
        marking=Marking(since=DAYS[1], withholds="person", because="seen"),
    ),
    protection.RecordCourtOrder(**{**_STEPS, "order": bytes([25]) * 16}),
    protection.WithdrawCourtOrder(**ADA, order=bytes([25]) * 16, reason="seen"),
    protection.CorrectNonDisclosureLifting(**_DANA, marker=bytes([24]) * 16, reason="seen"),
    disagreement.AddStatementOfDisagreement(**HOME, disputes=8, fact="full_name", text="never so"),
    rule_commands.AdoptCollectionField(
        rule="collect-religion",
        item="religion",
        label="Religion",
        required=False,
        why="For meals.",
        citation="Art 13(2)(e)",
        in_force_from=DAYS[0],
        **RULE,
    ),
    notices.PublishPrivacyNotice(notice_version=1, digest="1" * 64, valid_on=DAYS[0]),
)
