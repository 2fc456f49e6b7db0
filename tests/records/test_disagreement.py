"""Disagreement: a statement is kept beside the entry that it disputes, until it is withdrawn."""

from datetime import date

from support.folded import folded
from support.given import given

from events.records.disagreement import (
    ConcernDisputed,
    ConcernDisputeWithdrawn,
    ExclusionDisputed,
    ExclusionDisputeWithdrawn,
    StatementOfDisagreementAdded,
    StatementOfDisagreementWithdrawn,
)
from services.records.families import disagreement as ask
from services.records.families import discreet_disagreement as discreet
from services.records.families.disagreement import disagreement
from services.records.families.disagreement_views import Notes, disagreements

ADA, DAY = b"a" * 16, date(2026, 10, 1)
ADDED = StatementOfDisagreementAdded(
    subject=ADA, valid_on=DAY, kept_as="correspondence", disputes=7, fact="full_name", text="It never was that."
)
WITHDRAWN = StatementOfDisagreementWithdrawn(
    subject=ADA, valid_on=DAY, kept_as="correspondence", statement=1, reason="settled"
)


def test_a_statement_is_added_once_and_withdrawn_once() -> None:
    add = ask.AddStatementOfDisagreement(
        person=ADA, valid_on=DAY, disputes=7, fact="full_name", text="It never was that."
    )
    withdraw = ask.WithdrawStatementOfDisagreement(person=ADA, valid_on=DAY, statement=1, reason="settled")
    given(disagreement).when(add).then(ADDED)
    given(disagreement, ADDED).when(withdraw).then(WITHDRAWN)
    given(disagreement, ADDED, WITHDRAWN).when(add).then(ADDED)
    given(disagreement).when(withdraw).then_refused("adds no statement of disagreement")


def test_a_statement_is_shown_with_the_fact_it_is_about_and_no_other() -> None:
    notes = Notes(folded(disagreements, ADDED)[ADA,].statements)
    assert notes.of(7, "full_name") == "Disputed: It never was that."
    assert notes.of(7, "sex") is None
    assert notes.of(8, "full_name") is None
    assert folded(disagreements, ADDED, WITHDRAWN) == {}


def test_a_discreet_statement_is_added_once_withdrawn_once_and_shown_beside_its_entry() -> None:
    add = discreet.DisputeConcern(person=ADA, valid_on=DAY, disputes=7, text="It never was that.")
    added = ConcernDisputed(subject=ADA, valid_on=DAY, disputes=7, text="It never was that.")
    withdraw = discreet.WithdrawConcernDispute(person=ADA, valid_on=DAY, statement=1, reason="settled")
    withdrawn = ConcernDisputeWithdrawn(subject=ADA, valid_on=DAY, statement=1, reason="settled")
    given(discreet.concern_disputes).when(add).then(added)
    given(discreet.concern_disputes, added).when(withdraw).then(withdrawn)
    given(discreet.concern_disputes).when(withdraw).then_refused("adds no statement of disagreement")
    assert Notes(folded(disagreements, added)[ADA,].statements).of(7) == "Disputed: It never was that."
    assert folded(disagreements, added, withdrawn) == {}


def test_an_exclusion_is_disputed_in_a_category_of_its_own() -> None:
    add = discreet.DisputeExclusion(person=ADA, valid_on=DAY, disputes=7, text="It never was that.")
    added = ExclusionDisputed(subject=ADA, valid_on=DAY, disputes=7, text="It never was that.")
    withdraw = discreet.WithdrawExclusionDispute(person=ADA, valid_on=DAY, statement=1, reason="settled")
    given(discreet.exclusion_disputes).when(add).then(added)
    given(discreet.exclusion_disputes, added).when(withdraw).then(
        ExclusionDisputeWithdrawn(subject=ADA, valid_on=DAY, statement=1, reason="settled")
    )


def test_the_withdrawal_of_a_statement_that_is_not_known_is_ignored() -> None:
    assert folded(disagreements, WITHDRAWN) == {}
    (row,) = folded(disagreements, ADDED, WITHDRAWN.model_copy(update={"statement": 9})).values()
    assert len(row.statements) == 1
