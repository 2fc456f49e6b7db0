"""A dry run shows what is recorded to whoever may read it, and to nobody else."""

from typing import Any

import pytest
from support.intake import row
from support.school import School, new_id

SECTIONS = {
    "sen": {"provision": [{"since": "2026-09-20", "provision": "K"}], "needs": ["ASD"]},
    "characteristics": {"said": [{"kind": "ethnicity", "codes": ["BAFR"], "source": "P"}]},
    "health": {"medical_flag": True},
}


@pytest.fixture
def ada(school: School) -> str:
    """A pupil whose special need, needs, ethnicity and address are recorded."""
    who = school.pupil(1, forename="Child1")
    said: dict[str, Any] = {"pupil": who, "valid_on": "2026-09-10"}
    school.command("senco", "records/start-sen-provision", **said, provision="E")
    school.command("senco", "records/record-sen-needs", **said, needs=["SLCN"])
    school.command("office", "records/change-characteristic", **said, kind="ethnicity", codes=["WBRI"])
    school.command("office", "records/change-address", person=who, valid_on="2026-09-10",
                   address={"lines": ["1 Reed Lane"]})  # fmt: skip
    school.caught_up()
    return who


def rehearsed(school: School, who: str) -> dict[str, dict[str, Any]]:
    """Give the effects of a row about the pupil by field, as somebody's dry run shows them."""
    rows = [row(1, address={"lines": ["4 Mill Row"]}, sections=SECTIONS)]
    answer = school.post(who, "intake/pupils", {
        "batch": new_id(), "connector": "ctf", "valid_on": "2026-09-25", "dry_run": True, "rows": rows,
    })  # fmt: skip
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["rows"]
    return {effect["field"]: effect for effect in one["effects"]}


def test_the_office_sees_no_special_need_beside_a_file(school: School, ada: str) -> None:
    found = rehearsed(school, "office")
    for field in ("SEN provision from 2026-09-20", "SEN needs"):
        one = found[field]
        assert (one["effect"], one["old"], one["at"], one["new"]) == ("given", None, None, None)
    assert found["ethnicity"]["old"]["codes"] == ["WBRI"]
    assert found["address"]["old"]["lines"] == ["1 Reed Lane"]
    about = [one for one in school.read("dpo", f"pupils/{ada}/timeline")["entries"] if one["category"] == "access"]
    assert "sen" not in str(about)


@pytest.mark.usefixtures("ada")
def test_a_connector_sees_what_tells_it_whether_the_pupil_is_the_right_one(school: School) -> None:
    found = rehearsed(school, "connector")
    assert found["address"]["old"]["lines"] == ["1 Reed Lane"]
    hidden = [one for one in found.values() if one["category"] not in ("identity", "contact", "enrolment")]
    assert {one["category"] for one in hidden} == {"sen", "health", "characteristics"}
    assert {(one["effect"], str(one["old"]), str(one["at"])) for one in hidden} == {("given", "None", "None")}
