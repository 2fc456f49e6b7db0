"""A safeguarding concern: the safeguarding lead and the head see it; to everybody else there is nothing to see."""

import json

from support.school import School, new_id

ACCOUNT = "A bruise on the left arm.\nShe said that she fell."


def record(school: School, pupil: str, who: str = "dsl") -> str:
    concern = new_id()
    school.command(
        who, "records/record-concern", pupil=pupil, valid_on="2026-09-15", concern=concern, what="Unexplained bruise",
        account=ACCOUNT, noticed_by="The class teacher",
    )  # fmt: skip
    return concern


def section(school: School, who: str, pupil: str, **asked: object) -> list[dict[str, object]]:
    sections = school.read(who, f"pupils/{pupil}", **asked)["pupil"]["sections"]
    return [fact for one in sections if one["name"] == "safeguarding" for fact in one["facts"]]


def test_the_lead_and_the_head_see_it_with_its_referral_and_outcome(school: School) -> None:
    ada = school.pupil(1)
    concern = record(school, ada)
    school.command("dsl", "records/refer-concern", pupil=ada, valid_on="2026-09-16", concern=concern,
                   referred_to="Children's services")  # fmt: skip
    school.command("head", "records/close-concern", pupil=ada, valid_on="2026-09-18", concern=concern,
                   outcome="An early help plan was made.")  # fmt: skip
    for who in ("dsl", "head"):
        facts = section(school, who, ada, valid_on="2026-09-20")
        assert [fact["label"] for fact in facts] == ["Concern", "Referred to", "Outcome"]
        assert facts[0]["value"]["account"] == ACCOUNT  # type: ignore[index]  # JSON
        assert len(section(school, who, ada, valid_on="2026-09-15")) == 1
        assert section(school, who, ada, valid_on="2026-09-14") == []
        lines = school.read(who, f"pupils/{ada}/timeline")["entries"]
        assert [line["name"] for line in lines][-3:] == ["concern-recorded", "concern-referred", "concern-closed"]
        assert (lines[-3]["category"], lines[-3]["purpose"]) == ("safeguarding", "safeguarding")


def test_to_everybody_else_nothing_shows_that_it_exists(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    seen = {who: answers(school, who, ada) for who in ("office", "teacher", "dpo", "senco")}
    record(school, ada)
    for who, before in seen.items():
        assert answers(school, who, ada) == before, who
        for pupil in (ada, bea):
            told = json.dumps(school.read(who, f"pupils/{pupil}/timeline")).casefold()
            assert not [word for word in ("concern", "safeguard", "discreet", "bruise") if word in told], who


def answers(school: School, who: str, pupil: str) -> object:
    timeline = school.read(who, f"pupils/{pupil}/timeline")["entries"]
    lines = [line for line in timeline if line["category"] != "access"]
    return school.read(who, f"pupils/{pupil}")["pupil"], lines


def test_only_the_lead_and_the_head_may_write_one(school: School) -> None:
    ada = school.pupil(1)
    for who in ("office", "teacher", "senco", "dpo"):
        answer = school.post(who, "records/record-concern", {
            "pupil": ada, "valid_on": "2026-09-15", "concern": new_id(), "what": "Seen", "account": ACCOUNT,
            "noticed_by": "Somebody",
        })  # fmt: skip
        assert answer.status_code == 403, who


def test_the_logs_database_does_not_say_that_it_is_one(school: School) -> None:
    ada = school.pupil(1)
    record(school, ada)
    columns = school.site.log_columns(school.organisation).casefold()
    assert "discreet" in columns
    assert not [word for word in ("concern", "bruise") if word in columns]


def test_it_is_known_as_it_was(school: School) -> None:
    ada = school.pupil(1)
    concern = record(school, ada)
    before = school.written
    school.command("dsl", "records/correct-concern", pupil=ada, valid_on="2026-09-15", concern=concern,
                   what="A graze", account=ACCOUNT, noticed_by="The class teacher", reason="Seen by a nurse")  # fmt: skip
    (now,) = section(school, "head", ada, valid_on="2026-09-20")
    assert now["note"] == "Corrected: Seen by a nurse"
    assert str(now["was"]).startswith("Unexplained bruise")
    (then,) = section(school, "head", ada, valid_on="2026-09-20", known_at=before, case="CASE-4")
    assert str(then["text"]).startswith("Unexplained bruise")


def test_what_was_done_is_corrected_and_leaves_no_trace_in_clear(school: School) -> None:
    ada = school.pupil(1)
    seen = {who: answers(school, who, ada) for who in ("office", "teacher", "dpo", "senco")}
    concern = record(school, ada)
    about = {"pupil": ada, "concern": concern, "valid_on": "2026-09-18"}
    referred = school.command("dsl", "records/refer-concern", **about, referred_to="Children's services")
    closed = school.command("dsl", "records/close-concern", **about, outcome="Nothing more")
    referral = {"on": "2026-09-17", "referred_to": "The police"}
    school.command("dsl", "records/correct-concern-referral", **about, wrong=referred["index"], referral=referral,
                   reason="Misheard", evidence="Call log 4")  # fmt: skip
    school.command("dsl", "records/correct-concern-closing", **about, wrong=closed["index"], reason="Still open")
    told, sent, outcome = section(school, "head", ada, valid_on="2026-09-20")
    assert told["until"] is None
    assert (sent["text"], sent["since"]) == ("The police", "2026-09-17")
    assert sent["was"] == "Children's services, on 2026-09-18"
    assert sent["note"] == "Corrected: Misheard Evidence: Call log 4"
    assert (outcome["text"], outcome["was"]) == ("It was not closed.", "Nothing more, on 2026-09-18")
    school.command("head", "records/withdraw-concern", **about, reason="Another child's")
    assert section(school, "dsl", ada, valid_on="2026-09-20")[0]["note"] == "Corrected: Another child's"
    for who, before in seen.items():
        assert answers(school, who, ada) == before, who
    columns = school.site.log_columns(school.organisation).casefold()
    assert not [word for word in ("concern", "referral", "closing", "police") if word in columns]
    refused = school.post("office", "records/withdraw-concern", {**about, "reason": "Another child's"})
    assert refused.status_code == 403
    tomorrow = {**about, "wrong": referred["index"], "reason": "x", "referral": {**referral, "on": "2062-09-17"}}
    refused = school.post("dsl", "records/correct-concern-referral", tomorrow)
    assert (refused.status_code, "has not come yet" in refused.json()["detail"]) == (409, True)
