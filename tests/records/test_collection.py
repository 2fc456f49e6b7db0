"""Collection: nobody answers what they were not shown, and a required field is not declined in silence."""

from datetime import date

from support.folded import at, folded
from support.given import given

from events.gateways import RuleWithdrawn
from events.governance import CollectionFieldAdopted
from events.records.collection import Asked, FieldDeclined, FieldGiven, FieldShown, NoticeGiven
from services.records.families import collection as ask
from services.records.families.collection import collection
from services.records.families.collection_queries import wording
from services.records.families.collection_views import collected, form_fields

ADA, DANA, EVAN = b"a" * 16, b"d" * 16, b"e" * 16
DAY, LATER, TEXT = date(2026, 9, 3), date(2026, 9, 10), "1" * 64
ASKED = (Asked(item="religion", required=False, rule_version=1), Asked(item="sex", required=True, rule_version=1))
SHOWN = FieldShown(subject=ADA, valid_on=DAY, to=DANA, wording=TEXT, channel="paper", asked=ASKED)
GIVEN = FieldGiven(subject=ADA, valid_on=LATER, item="religion", shown=1, by=DANA)
DECLINED = FieldDeclined(subject=ADA, valid_on=LATER, item="religion", shown=1, by=DANA)


def give(item: str = "religion", shown: int = 1, by: bytes = DANA) -> ask.GiveField:
    return ask.GiveField(pupil=ADA, valid_on=LATER, item=item, shown=shown, by=by)


def decline(item: str, reason: str | None = None) -> ask.DeclineField:
    return ask.DeclineField(pupil=ADA, valid_on=LATER, item=item, shown=1, by=DANA, reason=reason)


def test_fields_are_shown_once() -> None:
    show = ask.ShowFields(pupil=ADA, valid_on=DAY, to=DANA, wording=TEXT, channel="paper", asked=ASKED)
    given(collection).when(show).then(SHOWN)
    given(collection, SHOWN).when(show).then()


def test_every_answer_names_the_entry_that_showed_its_question_to_whoever_answers() -> None:
    given(collection, SHOWN).when(give()).then(GIVEN)
    given(collection).when(give()).then_refused("Record first what they were shown")
    given(collection, SHOWN).when(give("ethnicity")).then_refused("Record first what they were shown")
    given(collection, SHOWN).when(give(shown=2)).then_refused("Record first what they were shown")
    given(collection, SHOWN).when(give(by=EVAN)).then_refused("shown to somebody else")


def test_a_choice_is_declined_freely_and_a_required_field_with_the_reason_told() -> None:
    given(collection, SHOWN).when(decline("religion")).then(DECLINED)
    given(collection, SHOWN).when(decline("sex")).then_refused("The law requires an answer")
    why = FieldDeclined(subject=ADA, valid_on=LATER, item="sex", shown=1, by=DANA, reason="will bring the papers")
    given(collection, SHOWN).when(decline("sex", "will bring the papers")).then(why)
    given(collection, SHOWN, DECLINED).when(give()).then(GIVEN)


def test_a_notice_is_given_to_each_person_once() -> None:
    give_notice = ask.GiveNotice(pupil=ADA, valid_on=DAY, notice_version=2, digest=TEXT, to=DANA)
    given(collection).when(give_notice).then(
        NoticeGiven(subject=ADA, valid_on=DAY, notice_version=2, digest=TEXT, to=DANA)
    )


def test_the_row_has_each_question_with_all_that_was_answered() -> None:
    row = folded(collected, SHOWN, DECLINED, GIVEN)[ADA,]
    religion, sex = row.questions
    assert religion.at == at(1)
    assert [(one.answer, one.since, one.at) for one in religion.answers] == [
        ("declined", LATER, at(2)),
        ("given", LATER, at(3)),
    ]
    assert (sex.answers, sex.required) == ((), True)


def test_the_form_says_of_a_field_whether_it_must_be_given_by_which_law_and_why() -> None:
    adopted = CollectionFieldAdopted(
        rule="collect-sex", rule_version=1, digest=TEXT, item="sex", label="Your child's sex", required=True,
        why="The register holds it.", citation="reg 8", in_force_from=DAY,
    )  # fmt: skip
    newer = adopted.model_copy(update={"rule_version": 2, "required": False, "citation": "no law"})
    assert wording(folded(form_fields, adopted)["collect-sex",]) == (
        "Your child's sex. You must give this (reg 8). The register holds it."
    )
    assert "This is your choice (no law)" in wording(folded(form_fields, adopted, newer)["collect-sex",])


def test_a_field_by_a_rule_that_was_withdrawn_is_asked_no_longer() -> None:
    adopted = CollectionFieldAdopted(
        rule="collect-sex", rule_version=1, digest=TEXT, item="sex", label="Your child's sex", required=True,
        why="The register holds it.", citation="reg 8", in_force_from=DAY,
    )  # fmt: skip
    gone = RuleWithdrawn(rule="collect-sex", rule_version=1, reason="Repealed.")
    assert folded(form_fields, adopted, gone, gone.model_copy(update={"rule": "another"})) == {}
