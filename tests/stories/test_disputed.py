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


def section(school: School, who: str, pupil: str, name: str) -> list[dict[str, Any]]:
    """Give a section of a pupil's record as somebody sees it."""
    sections = school.read(who, f"pupils/{pupil}", valid_on="2026-10-05")["pupil"]["sections"]
    return [fact for one in sections if one["name"] == name for fact in one["facts"]]


def test_the_safeguarding_lead_keeps_a_statement_beside_a_concern_and_nobody_else_learns_of_it(
    school: School, told: tuple[str, dict[str, int]]
) -> None:
    ada, at = told
    before = {who: school.read(who, f"pupils/{ada}")["pupil"] for who in ("office", "senco", "dpo", "teacher")}
    lines = {who: len([one for one in timeline(school, who, ada) if one["category"] != "access"]) for who in before}
    added = dispute(school, "dsl", ada, at["concern"])
    assert added.status_code == 200, added.text
    for who in ("dsl", "head"):
        (fact,) = section(school, who, ada, "safeguarding")
        assert fact["note"] == f"Disputed: {SAID['text']}"
        assert [one["name"] for one in timeline(school, who, ada)][-1] == "concern-disputed"
    for who, known in before.items():
        assert school.read(who, f"pupils/{ada}")["pupil"] == known, who
        seen = [one for one in timeline(school, who, ada) if one["category"] != "access"]
        assert len(seen) == lines[who], who
    columns = school.site.log_columns(school.organisation).casefold()
    assert not [word for word in ("concern", "dispute") if word in columns]
    wanted = {"person": ada, "valid_on": "2026-10-02", "statement": added.json()["index"], "reason": "settled"}
    refused = school.post("office", WITHDRAW, wanted)
    assert refused.json() == school.post("office", WITHDRAW, wanted | {"statement": 1}).json()
    school.command("dsl", WITHDRAW, **wanted)
    (fact,) = section(school, "head", ada, "safeguarding")
    assert fact["note"] is None


def test_who_may_write_a_kind_of_fact_may_keep_a_statement_beside_it(
    school: School, told: tuple[str, dict[str, int]]
) -> None:
    ada, at = told
    assert dispute(school, "senco", ada, at["sen"]).status_code == 200
    assert [one["note"] for one in section(school, "senco", ada, "sen")] == [f"Disputed: {SAID['text']}"]
    strange = dispute(school, "senco", ada, 1)
    hidden = dispute(school, "senco", ada, at["concern"])
    assert (hidden.status_code, hidden.json()) == (strange.status_code, strange.json())
    # What they may read and not write is refused as any change of it is, and says whom to ask.
    refused = dispute(school, "senco", ada, at["name"])
    assert (refused.status_code, "Ask the office" in refused.json()["detail"]) == (403, True)
    assert dispute(school, "dpo", ada, at["name"]).status_code == 403


def test_an_exclusion_is_disputed_as_discreetly_as_it_is_kept(school: School) -> None:
    ada = school.pupil(1)
    episode = {"exclusion_kind": "SUSP", "exclusion_reasons": ["DB"], "last": "2026-09-16", "sessions": 2}
    given = school.command("head", "records/record-exclusion", pupil=ada, valid_on="2026-09-15", exclusion=new_id(),
                           episode=episode)["index"]  # fmt: skip
    strange = dispute(school, "office", ada, 1)
    hidden = dispute(school, "office", ada, given)
    assert (hidden.status_code, hidden.json()) == (strange.status_code, strange.json()) == (409, strange.json())
    assert dispute(school, "dsl", ada, given).status_code == 200
    (fact,) = section(school, "senco", ada, "exclusions")
    assert fact["note"] == f"Disputed: {SAID['text']}"
    columns = school.site.log_columns(school.organisation).casefold()
    assert not [word for word in ("exclusion", "dispute") if word in columns]


def test_a_discreet_command_is_no_way_round(school: School, told: tuple[str, dict[str, int]]) -> None:
    ada, at = told
    said = {"person": ada, **SAID}
    for who in ("office", "senco"):
        answers = [
            school.post(who, "records/dispute-concern", {**said, "disputes": entry}) for entry in (1, at["concern"])
        ]
        assert [one.status_code for one in answers] == [409, 409]
        assert answers[0].json() == answers[1].json()
    kept = school.post("office", "records/dispute-concern", {**said, "disputes": at["name"]})
    assert kept.status_code == 200
    school.written = max(school.written, kept.json()["index"])
    assert timeline(school, "office", ada)[-1]["name"] == "statement-of-disagreement-added"


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
