"""The gate: deny by default, the law of the day, fields by name, and everything that narrows what a law permits."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from services.sharing.gate import Agreement, Concern, Consented, Decision, Policy, Question, Recipient, decide

ADA, BEN = b"ada".ljust(16, b"\0"), b"ben".ljust(16, b"\0")
DAY = date(2026, 9, 15)
DFE = Recipient("dfe", "The Department")
PAPER = replace(DFE, recipient=b"p" * 16)


@dataclass(frozen=True)
class Law:
    """A gateway as a school has adopted it."""

    rule: str = "daily-attendance"
    rule_version: int = 1
    citation: str = "SI 2013/2094, reg 5A"
    in_force_from: date = date(2024, 8, 19)
    in_force_until: date | None = None
    school_types: tuple[str, ...] = ("*",)
    purposes: tuple[str, ...] = ("daily-attendance",)
    recipients: tuple[str, ...] = ("dfe",)
    fields: tuple[str, ...] = ("full_name", "attendance")
    ages_from: int | None = None
    ages_until: int | None = None
    necessity: bool = False
    person: bool = False
    emergency: bool = False
    consent: str | None = None
    agreement: bool = False


def asked(*fields: str, on: date = DAY, **more: Any) -> Question:
    known = {"pupils": {ADA: Concern(age=9)}, **more}
    return Question("daily-attendance", frozenset(fields or ("attendance",)), on, **known)


def weigh(question: Question, *laws: Law, to: Recipient | None = DFE, policies: tuple[Policy, ...] = ()) -> Decision:
    return decide(question, to, laws or (Law(),), policies, "community")


def said(decision: Decision) -> str:
    def walk(reason: Any) -> list[str]:
        return [reason.sentence, *(text for one in reason.because for text in walk(one))]

    return " ".join(walk(decision.reason))


def test_what_the_law_names_is_allowed_with_its_citation_and_version() -> None:
    decision = weigh(asked())
    assert decision.outcome == "allowed"
    assert (decision.reason.citation, decision.reason.rule_version) == ("SI 2013/2094, reg 5A", 1)


def test_without_an_adopted_law_for_the_purpose_nothing_leaves() -> None:
    decision = decide(asked(), DFE, (), (), "community")
    assert decision.outcome == "denied"
    assert "Our own policy cannot permit it" in said(decision)


@pytest.mark.parametrize(
    ("on", "outcome"), [(date(2024, 8, 16), "denied"), (date(2024, 8, 18), "denied"), (date(2024, 8, 19), "allowed")]
)
def test_a_law_counts_from_its_first_day_and_not_a_day_earlier(on: date, outcome: str) -> None:
    decision = weigh(asked(on=on))
    assert decision.outcome == outcome
    assert ("in force from 19 August 2024" in said(decision)) == (outcome == "denied")


def test_a_law_that_has_ended_permits_nothing_after_its_last_day() -> None:
    law = Law(in_force_until=date(2026, 9, 14))
    assert weigh(asked(), law).outcome == "denied"
    assert weigh(asked(on=date(2026, 9, 14)), law).outcome == "allowed"


def test_a_field_outside_the_schedule_is_blocked_by_name() -> None:
    decision = weigh(asked("attendance", "country_of_birth"))
    assert (decision.outcome, list(decision.blocked)) == ("denied", ["country_of_birth"])
    assert "Country of birth is not in the schedule of this law" in said(decision)


def test_a_kind_of_recipient_or_school_that_the_law_does_not_name_is_denied() -> None:
    assert "kind of recipient" in said(weigh(asked(), to=Recipient("other", "A firm")))
    assert "type of school" in said(weigh(asked(), Law(school_types=("nursery",))))


def test_nobody_unregistered_and_nobody_in_trouble_is_given_anything() -> None:
    assert weigh(asked(), to=None).outcome == "denied"
    trouble = replace(DFE, trouble="This recipient was renamed. Verify them again first.")
    assert said(weigh(asked(), to=trouble)) == "This recipient was renamed. Verify them again first."


def test_a_policy_narrows_what_the_law_permits_and_permits_nothing_itself() -> None:
    policy = Policy("ours", 1, frozenset({"full_name"}), frozenset({"dfe"}), frozenset())
    decision = weigh(asked("full_name", "attendance"), policies=(policy,))
    assert (decision.outcome, list(decision.blocked)) == ("denied", ["full_name"])
    assert weigh(asked("attendance"), policies=(policy,)).outcome == "allowed"
    elsewhere = replace(policy, recipients=frozenset({"police"}))
    assert weigh(asked("full_name"), policies=(elsewhere,)).outcome == "allowed"


def test_where_the_law_says_if_necessary_the_necessity_is_said() -> None:
    law = Law(necessity=True)
    assert weigh(asked(), law).outcome == "denied"
    assert weigh(asked(necessity="asthma, before the trip"), law).outcome == "allowed"


def test_where_a_person_decides_it_waits_for_one() -> None:
    law = Law(person=True)
    assert weigh(asked(), law).outcome == "needs-a-person"
    assert weigh(asked(decided_because="the form names the offence"), law).outcome == "allowed"
    assert weigh(asked("country_of_birth"), law).outcome == "denied", "what is denied does not wait for anybody"


def test_an_agreement_must_cover_the_purpose_and_every_field() -> None:
    law = Law(agreement=True)
    assert "no agreement in force" in said(weigh(asked(), law))
    narrow = Agreement(b"a" * 16, frozenset({"daily-attendance"}), frozenset({"full_name"}))
    assert "No agreement in force covers" in said(weigh(asked(), law, to=replace(DFE, agreements=(narrow,))))
    wide = replace(narrow, fields=frozenset({"full_name", "attendance"}))
    decision = weigh(asked(), law, to=replace(DFE, agreements=(narrow, wide)))
    assert (decision.outcome, decision.agreement) == ("allowed", b"a" * 16)


@pytest.mark.parametrize("standing", ["refused", "withdrawn", "expired", "conflict", None])
def test_without_each_pupils_consent_nothing_leaves(standing: str | None) -> None:
    named = frozenset({PAPER.recipient}), frozenset({"attendance"})
    pupils = {
        ADA: Concern(consents={"photographs": Consented("given", *named)}),
        BEN: Concern(consents={"photographs": Consented(standing or "", *named)} if standing else {}),
    }
    decision = weigh(asked(pupils=pupils), Law(consent="photographs"), to=PAPER)
    assert (decision.outcome, set(decision.pupils_against)) == ("denied", {BEN})


@pytest.mark.parametrize(
    ("recipients", "fields", "says"),
    [
        ({b"p" * 16}, {"attendance", "full_name"}, None),
        ({b"q" * 16}, {"attendance"}, "for other recipients"),
        ({b"p" * 16}, {"full_name"}, "does not cover: Attendance."),
        (set(), {"attendance"}, "does not say who is given what"),
    ],
)
def test_a_consent_is_for_the_recipients_and_fields_that_it_names(
    recipients: set[bytes], fields: set[str], says: str | None
) -> None:
    consent = Consented("given", frozenset(recipients), frozenset(fields))
    pupils = {ADA: Concern(consents={"photographs": consent})}
    decision = weigh(asked(pupils=pupils), Law(consent="photographs"), to=PAPER)
    assert decision.outcome == ("denied" if says else "allowed")
    assert (says or "") in decision.pupils_against.get(ADA, "")


def test_a_restricted_field_stops_it_except_in_an_emergency() -> None:
    restricted = {ADA: Concern(restricted=frozenset({"attendance"}))}
    decision = weigh(asked(pupils=restricted))
    assert "Processing is restricted" in decision.pupils_against[ADA]
    emergency = weigh(asked(pupils=restricted), Law(emergency=True))
    assert (emergency.outcome, emergency.is_emergency) == ("allowed", True)


@pytest.mark.parametrize(
    ("age", "outcome"), [(12, "denied"), (13, "allowed"), (19, "allowed"), (20, "denied"), (None, "denied")]
)
def test_a_law_about_ages_asks_each_pupils(age: int | None, outcome: str) -> None:
    assert weigh(asked(pupils={ADA: Concern(age=age)}), Law(ages_from=13, ages_until=19)).outcome == outcome


def test_of_several_laws_the_best_decides_and_the_tree_keeps_the_others() -> None:
    decision = weigh(asked("full_name"), Law(rule="a", fields=("attendance",)), Law(rule="b"))
    assert (decision.outcome, decision.reason.rule) == ("allowed", "b")
    assert [one.rule for one in decision.reason.because] == ["a"]


def test_nothing_is_shared_wholesale() -> None:
    decision = decide(Question("daily-attendance", frozenset(), DAY, {}), DFE, (Law(),), (), None)
    assert "nothing is shared wholesale" in said(decision)


def test_what_is_weighed_for_each_child_is_not_given_of_everyone() -> None:
    for law in (Law(emergency=True), Law(necessity=True), Law(person=True)):
        question = asked(cohort=True, necessity="so", decided_because="so")
        assert weigh(question, law).outcome == "denied"
        assert "weighed for each child" in said(weigh(question, law))
    assert weigh(asked(cohort=True)).outcome == "allowed"


def test_a_condition_that_asks_for_a_policy_document_waits_for_it_and_an_emergency_does_not() -> None:
    question = asked(undocumented={"daily-attendance": None})
    assert "appropriate policy document" in said(weigh(question))
    assert weigh(question).outcome == "denied"
    assert weigh(question, Law(emergency=True)).outcome == "allowed"
    assert weigh(question, Law(rule="another")).outcome == "allowed"


def test_a_policy_document_past_its_review_serves_no_longer_but_an_emergency_does_not_wait_for_it() -> None:
    question = asked(undocumented={"daily-attendance": date(2026, 9, 1)})
    decision = weigh(question)
    assert decision.outcome == "denied"
    assert "was to be reviewed by 1 September 2026. Review it, and adopt it again" in said(decision)
    assert weigh(question, Law(emergency=True)).outcome == "allowed"


def test_the_schools_own_policy_never_holds_up_an_emergency_and_that_is_said() -> None:
    policy = Policy("no-attendance", 2, frozenset({"attendance"}), frozenset(), frozenset())
    everything = Policy("nobody", 1, frozenset(), frozenset({"dfe"}), frozenset())
    elsewhere = Policy("elsewhere", 1, frozenset(), frozenset({"police"}), frozenset())
    policies = (policy, everything, elsewhere)
    assert weigh(asked(), policies=policies).outcome == "denied"
    decision = weigh(asked(), Law(emergency=True), policies=policies)
    assert (decision.outcome, decision.blocked, decision.passed_over) == ("allowed", [], [policy, everything])
    assert "own policy no-attendance was passed over" in said(decision)
