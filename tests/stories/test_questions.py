"""Questions, registers and odd input: what a reviewer once found wrong, each told as a story, so that it stays mended."""

import logging
from typing import Any

import pytest
from support.school import School, Site, new_id, upn


def test_a_register_counts_pupils_and_not_marks(school: School) -> None:
    ada, bea, gone = school.pupil(1), school.pupil(2, "Wren", "Bea"), school.pupil(3, "Swift", "Cai")
    school.command("office", "records/leave", pupil=gone, valid_on="2026-09-10", ground="another-school")
    stranger = school.pupil(4, "Rook", "Dov", join=False)
    school.caught_up()
    answer = school.take("office", {ada: "/", stranger: "/"})
    school.written = answer.json()["index"]
    morning, _ = school.read("office", "registers", date="2026-09-15")["registers"]
    assert (morning["expected"], morning["marks"], morning["session"]) == (2, 1, "AM")
    other = new_id()
    school.command("operator", "records/form-group", group=other, kind="class", title="Choir", school_year=2026)
    school.caught_up()
    answer = school.take("office", {bea: "/"}, group=other)
    school.written = answer.json()["index"]
    found = {(one["title"], one["session"]): one["marks"] for one in school.read(
        "office", "registers", date="2026-09-15")["registers"]}  # fmt: skip
    assert found["Wren", "AM"] == 2


def test_no_register_for_a_group_or_day_that_is_none(school: School) -> None:
    ada = school.pupil(1)
    unknown = school.take("office", {ada: "/"}, group=new_id())
    assert (unknown.status_code, "no such group" in unknown.json()["detail"]) == (409, True)
    saturday = school.take("office", {ada: "/"}, "2026-09-19")
    assert (saturday.status_code, "no sessions on that day" in saturday.json()["detail"]) == (409, True)
    assert school.take("office", {ada: "#"}, "2026-09-19").status_code == 200
    school.command("operator", "governance/record-unplanned-closure", date="2026-09-21", reason="no heating")
    assert school.take("office", {ada: "Y4"}, "2026-09-21").status_code == 200


def test_a_teacher_has_nothing_more_to_do_with_a_leaver(school: School) -> None:
    ada = school.pupil(1)
    assert school.get("teacher", f"pupils/{ada}").status_code == 200
    school.command("office", "records/leave", pupil=ada, valid_on="2026-09-10", ground="another-school")
    assert school.get("teacher", f"pupils/{ada}").status_code == 403


def test_a_teacher_finds_her_groups_and_their_registers(school: School) -> None:
    school.pupil(1)
    other = new_id()
    school.command("operator", "records/form-group", group=other, kind="registration", title="Owl", school_year=2026)
    assert [one["title"] for one in school.read("teacher", "groups", valid_on="2026-09-15")["groups"]] == ["Wren"]
    titles = {one["title"] for one in school.read("teacher", "registers", date="2026-09-15")["registers"]}
    assert titles == {"Wren"}
    assert len(school.read("office", "groups", valid_on="2026-09-15")["groups"]) == 2


def test_a_correction_made_today_leaves_no_hole_in_the_past(school: School) -> None:
    ada = school.pupil(1, "Lark")
    for path, said in (
        ("correct-name", {"full_name": {"surname": "Larke", "forename": "Ada"}}),
        ("correct-date-of-birth", {"date_of_birth": "2020-06-05"}),
    ):
        school.command("office", f"records/{path}", pupil=ada, valid_on="2026-11-20", reason="certificate", **said)
    record = school.read("office", f"pupils/{ada}", valid_on="2026-09-10")["pupil"]
    assert (record["name"]["value"]["surname"], record["date_of_birth"]["value"]) == ("Larke", "2020-06-05")


def test_what_was_known_is_answered_by_the_rules_and_numbers_of_then(school: School) -> None:
    ada = school.pupil(1)
    for day, code in (("2026-09-15", "/"), ("2026-09-16", "I"), ("2026-09-17", "/")):
        school.written = school.take("office", {ada: code}, day).json()["index"]
    before = school.written
    digest = "0" * 64
    school.command("operator", "governance/adopt-clock-rule", rule="persistent-absence", rule_version=2,
                   digest=digest, parameters={"percent": 90})  # fmt: skip
    school.command("office", "records/correct-upn", pupil=ada, valid_on="2026-09-03", upn=upn(9), reason="mistyped")
    assert school.read("office", f"pupils/{ada}/attendance")["summary"]["persistent"] is False
    then = {"known_at": before, "case": "C-1"}
    assert school.read("dpo", f"pupils/{ada}/attendance", **then)["summary"]["persistent"] is True
    assert school.read("dpo", "attendance", **then)["pupils"][0]["summary"]["persistent"] is True
    for number, found in ((1, [ada]), (9, [])):
        body = {"upn": upn(number), "known_at": str(before), "case": "C-1"}
        pupils = school.post("dpo", f"search?wait_for={school.written}", body).json()["pupils"]
        assert [one["subject"] for one in pupils] == found


@pytest.mark.parametrize("path", ["groups", "registers", "unresolved", "roll"])
def test_every_look_into_the_past_needs_a_case_and_is_written_down(school: School, path: str) -> None:
    school.pupil(1)
    without = school.get("dpo", path, known_at=school.written)
    assert (without.status_code, "number of the case" in without.json()["detail"]) == (409, True)
    assert school.get("dpo", path, known_at=school.written, case="C-9").status_code == 200
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'history-replayed'",
            [school.organisation],
        ).fetchone()
    assert found == (1,)


def test_nobody_but_a_pupil_has_a_pupils_page(school: School) -> None:
    for who in (school.people["head"], new_id()):
        for path in ("", "/timeline", "/attendance"):
            assert school.get("dpo", f"pupils/{who}{path}").status_code == 404


def test_a_question_about_the_far_future_is_refused_and_ns_of_later_are_not_listed(school: School) -> None:
    ada = school.pupil(1)
    school.written = school.take("teacher", {ada: "N"}, "2026-09-15").json()["index"]
    assert school.read("office", "unresolved", valid_on="2026-09-14")["unresolved"] == []
    assert len(school.read("office", "unresolved", valid_on="2100-12-31")["unresolved"]) == 1
    for bad in ("9999-12-31", "0001-01-01", "2026-W10-1"):
        assert school.get("office", "unresolved", valid_on=bad).status_code == 409
        assert school.get("dpo", "roll", known_at=bad, case="C-1").status_code == 409


CANARY = "Zzyzx Name"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("search", {"name": "a\x00b"}),
        ("search", {"name": "  "}),
        ("search", {"name": "La", "known_at": "1", "case": CANARY}),
        ("intake/pupils", {"batch": new_id(), "connector": "x", "valid_on": "2026-09-03", "rows": [{"row": -5, "upn": CANARY}]}),
        ("intake/pupils", {"batch": new_id(), "connector": "x", "valid_on": "2026-09-03", "rows": [{"row": True}]}),
        ("intake/pupils", {"batch": new_id(), "connector": "x", "valid_on": "2026-09-03", "rows": [{"row": 2**70}]}),
        ("intake/quarantine", {"batch": new_id(), "connector": "x", "rows": [{"row": 2**31, "fields": {}, "reasons": ["x"]}]}),
    ],
)  # fmt: skip
def test_odd_input_is_told_plainly_and_never_logged(
    school: School, caplog: pytest.LogCaptureFixture, path: str, body: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = school.post("dpo" if path == "search" else "connector", path, body)
    assert answer.status_code < 500
    assert CANARY not in answer.text
    assert CANARY not in caplog.text


def test_a_body_without_a_length_is_read_no_further_than_allowed(running: Site) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        while sent < 50_000_000:
            sent += 65_536
            yield b" " * 65_536

    answer = running.client.post("/sign-in", content=endless())
    assert answer.status_code == 400


def test_what_nobody_foresaw_is_logged_by_its_kind_and_place(
    school: School, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise LookupError(CANARY)

    monkeypatch.setattr("services.records.queries.on_roll", fails)
    answer = school.get("office", "roll")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert CANARY not in answer.text + caplog.text
    assert "LookupError in test_questions.py" in caplog.text


def test_late_minutes_go_with_lateness(school: School) -> None:
    ada = school.pupil(1)
    marks = {ada: {"code": "/", "minutes_late": 30}}
    body = {"group": school.group, "date": "2026-09-15", "session": "AM", "marks": marks}
    assert school.post("office", "records/take-register", body).status_code == 409
    marks[ada] = {"code": "L", "minutes_late": 12}
    school.written = school.post("office", "records/take-register", body).json()["index"]
    assert school.read("office", f"pupils/{ada}/attendance")["marks"][0]["minutes_late"] == 12
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="/", reason="error")
    assert school.read("office", f"pupils/{ada}/attendance")["marks"][0]["minutes_late"] is None


def test_one_urn_means_one_organisation_and_a_refused_one_leaves_no_log(school: School) -> None:
    other, urn = new_id(), "123457"
    said = {"kind": "establishment", "title": "Twin", "valid_on": "2026-09-01"}
    school.organisation, first = other, school.organisation
    school.written = 0
    school.command("operator", "governance/register-organisation", organisation=other, urn=urn, **said)
    school.caught_up()
    twin = new_id()
    for body in (
        {"organisation": twin, "urn": urn, **said},
        {"organisation": first, "urn": "123458", **said},
        {"organisation": twin, **said},
    ):
        school.organisation = twin
        assert school.post("operator", "governance/register-organisation", body).status_code == 409
    known = school.site.client.get("/api/status", headers=school.headers("operator")).json()["organisations"]
    assert twin not in {one["organisation"] for one in known}


def test_a_federation_keeps_no_pupils(school: School) -> None:
    school.organisation, school.written = new_id(), 0
    said = {"kind": "federation", "title": "Reeds Federation", "valid_on": "2026-09-01"}
    school.command("operator", "governance/register-organisation", organisation=school.organisation, **said)
    school.post("operator", "rules/adopt", {})
    school.caught_up()
    group = {"group": new_id(), "kind": "class", "title": "Choir", "school_year": 2026}
    refused = school.post("operator", "records/form-group", group)
    assert (refused.status_code, "keeps no pupils" in refused.json()["detail"]) == (409, True)


def test_a_long_history_is_shown_in_part_until_all_of_it_is_asked_for(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.pages.routes.HISTORY_SHOWN", 3)
    ada = school.pupil(1)
    cookie = {"Cookie": f"rollbook={school.token('office')}"}
    address = f"/schools/{school.organisation}/pupils/{ada}"
    part = school.site.client.get(address, headers=cookie).text
    assert part.count('<li id="entry-') == 3
    assert "These are the newest 3." in part
    whole = school.site.client.get(f"{address}?history=all", headers=cookie).text
    assert whole.count('<li id="entry-') == 4
    assert "These are the newest" not in whole
