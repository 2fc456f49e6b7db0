"""A statement of disagreement finds out nothing that its writer may not read, and is shown where its fact is."""

from typing import Any

import pytest
from support.school import School, new_id, upn

SAID = {"valid_on": "2026-10-01", "text": "That is not how it was."}
ADD, WITHDRAW = "records/add-statement-of-disagreement", "records/withdraw-statement-of-disagreement"


def dispute(school: School, who: str, person: str, entry: int) -> Any:
    """Add a statement; gives the whole response."""
    answer = school.post(who, ADD, {"person": person, "disputes": entry, **SAID})
    if answer.status_code == 200:
        school.written = max(school.written, answer.json()["index"])
    return answer


def timeline(school: School, who: str, pupil: str) -> list[dict[str, Any]]:
    """Give a pupil's timeline as somebody sees it."""
    found: list[dict[str, Any]] = school.read(who, f"pupils/{pupil}/timeline")["entries"]
    return found


@pytest.fixture
def told(school: School) -> tuple[str, dict[str, int]]:
    """A pupil with an entry of each kind: a name, a special need, a concern; and where each stands."""
    ada = school.pupil(1)
    need = school.command("senco", "records/start-sen-provision", pupil=ada, valid_on="2026-09-10", provision="K")
    concern = school.command("dsl", "records/record-concern", pupil=ada, valid_on="2026-09-15", concern=new_id(),
                             what="Marks", account="As said", noticed_by="A teacher")  # fmt: skip
    name = school.read("office", f"pupils/{ada}")["pupil"]["name"]["at"]["index"]
    return ada, {"name": name, "sen": need["index"], "concern": concern["index"]}


def test_an_entry_that_one_may_not_read_is_refused_as_one_about_somebody_else(
    school: School, told: tuple[str, dict[str, int]]
) -> None:
    ada, at = told
    strange = dispute(school, "office", ada, 1)
    assert strange.status_code == 409
    for kind in ("sen", "concern"):
        refused = dispute(school, "office", ada, at[kind])
        assert (refused.status_code, refused.json()) == (409, strange.json())
    assert dispute(school, "office", ada, at["name"]).status_code == 200


def test_a_statement_is_read_by_whom_its_fact_is(school: School, told: tuple[str, dict[str, int]]) -> None:
    ada, at = told
    added = dispute(school, "head", ada, at["sen"])
    assert added.status_code == 200, added.text
    (line,) = [one for one in timeline(school, "head", ada) if one["name"] == "statement-of-disagreement-added"]
    assert (line["category"], line["purpose"]) == ("sen", "learning")
    assert not [one for one in timeline(school, "office", ada) if "disagreement" in one["name"]]
    assert [one for one in timeline(school, "senco", ada) if "disagreement" in one["name"]]
    wanted = {"person": ada, "valid_on": "2026-10-02", "statement": added.json()["index"], "reason": "settled"}
    refused = school.post("office", WITHDRAW, wanted)
    assert refused.status_code == 409
    assert refused.json() == school.post("office", WITHDRAW, wanted | {"statement": 1}).json()
    school.command("head", WITHDRAW, **wanted)
    assert not [one for one in timeline(school, "office", ada) if "disagreement" in one["name"]]


def test_of_a_concern_whoever_may_read_it_is_told_what_to_do(school: School, told: tuple[str, dict[str, int]]) -> None:
    ada, at = told
    refused = dispute(school, "head", ada, at["concern"])
    assert refused.status_code == 409
    assert "Correct the concern instead" in refused.json()["detail"]


def test_a_fact_of_a_merged_record_can_be_disputed(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2)
    home = school.command("office", "records/change-address", person=twice, valid_on="2026-09-03",
                          address={"lines": ["1 Reed Lane"]})["index"]  # fmt: skip
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="the same child")
    school.caught_up()
    assert dispute(school, "office", ada, home).status_code == 200
    assert SAID["text"] in school.read("office", f"pupils/{ada}")["pupil"]["address"]["note"]


def test_a_number_of_a_merged_record_is_put_right_on_that_one(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2)
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="the same child")
    school.caught_up()
    said = {"pupil": ada, "valid_on": "2026-10-01", "reason": "It never was."}
    for command in ("withdraw-former-upn", "correct-upn"):
        refused = school.post("office", f"records/{command}", {**said, "upn": upn(2)})
        assert refused.status_code == 409, refused.text
        assert "Part the two records" in refused.json()["detail"]
    # The survivor's own number is corrected, although the other record's was recorded later.
    school.command("office", "records/correct-upn", **said, upn=upn(9))
    known = school.read("office", f"pupils/{ada}")["pupil"]["upn"]
    assert (known["value"], known["was"]["value"]) == (upn(9), upn(1))
    assert school.post("office", "search", {"upn": upn(2)}).json()["pupils"]
