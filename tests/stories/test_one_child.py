"""One child, the whole path: registered, enrolled, marked, amended, and known as at every moment since."""

from support.school import School, new_id, upn

from services.records.registers.attendance import Outcome


def test_a_mark_is_taken_amended_and_still_known_as_it_was(school: School) -> None:
    ada = school.pupil(1)
    taken = school.take("teacher", {ada: "N"}).json()
    assert taken["outcomes"] == {ada: Outcome.TAKEN}
    amended = school.command(
        "office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I", reason="the parent rang"
    )

    now = school.read("office", f"pupils/{ada}/attendance")
    assert [(mark["code"], mark["amended"]["was"], mark["amended"]["reason"]) for mark in now["marks"]] == [
        ("I", "N", "the parent rang")
    ]
    assert now["summary"] == {
        "possible": 1, "attended": 0, "authorised": 1, "unauthorised": 0, "persistent": True, "severe": True,
    }  # fmt: skip
    assert now["at"]["index"] >= amended["index"]

    then = school.read("dpo", f"pupils/{ada}/attendance", known_at=taken["index"], case="CASE-1")
    assert [(mark["code"], mark["amended"]) for mark in then["marks"]] == [("N", None)]
    assert then["at"]["known_at"] == taken["index"]


def test_a_replay_of_the_present_is_the_present(school: School) -> None:
    ada = school.pupil(1)
    for day, code in (("2026-09-15", "/"), ("2026-09-16", "L"), ("2026-09-17", "N")):
        assert school.take("teacher", {ada: code}, day).status_code == 200
    live = school.read("dpo", f"pupils/{ada}/attendance")
    for path in (f"pupils/{ada}", f"pupils/{ada}/attendance"):
        live = school.read("dpo", path)
        replayed = school.read("dpo", path, known_at=live["at"]["index"], case="CASE-2")
        assert {**replayed, "at": None} == {**live, "at": None}


def test_the_roll_on_a_past_day_is_folded_from_the_log(school: School) -> None:
    ada = school.pupil(1)
    before = school.written
    bea = school.pupil(2, "Wren", "Bea")
    assert [one["subject"] for one in school.read("office", "roll")["pupils"]] == [ada, bea]
    past = school.read("dpo", "roll", known_at=before, case="CASE-3")
    assert [one["subject"] for one in past["pupils"]] == [ada]


def test_a_change_and_a_correction_are_two_different_things(school: School) -> None:
    ada = school.pupil(1, "Lark")
    school.command("office", "records/correct-name", pupil=ada, valid_on="2026-09-03",
                   full_name={"surname": "Larke", "forename": "Ada"}, reason="birth certificate seen")  # fmt: skip
    school.command("office", "records/change-name", pupil=ada, valid_on="2026-11-02",
                   full_name={"surname": "Swift", "forename": "Ada"})  # fmt: skip
    in_september = school.read("office", f"pupils/{ada}", valid_on="2026-09-10")["pupil"]["name"]["value"]["surname"]
    in_november = school.read("office", f"pupils/{ada}", valid_on="2026-11-10")["pupil"]["name"]["value"]["surname"]
    assert (in_september, in_november) == ("Larke", "Swift")
    names = [line["name"] for line in school.read("office", f"pupils/{ada}/timeline")["entries"]]
    assert names[-2:] == ["name-corrected", "name-changed"]


def test_one_child_marked_by_the_office_does_not_stop_the_class(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.take("office", {ada: "M"})
    answer = school.take("teacher", {ada: "/", bea: "/"}).json()
    assert answer["outcomes"] == {ada: Outcome.SEND_AN_AMENDMENT, bea: Outcome.TAKEN}


def test_the_same_command_twice_is_carried_out_once(school: School) -> None:
    ada, key = school.pupil(1), new_id()
    body = {"group": school.group, "date": "2026-09-15", "session": "AM", "marks": {ada: {"code": "/"}}}
    first = school.post("teacher", "records/take-register", body, key)
    again = school.post("teacher", "records/take-register", body, key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = school.post("teacher", "records/take-register", {**body, "session": "PM"}, key)
    assert other.status_code == 409
    assert "Idempotency-Key" in other.json()["detail"]


def test_one_upn_means_one_pupil(school: School) -> None:
    school.pupil(1)
    other = school.pupil(2, "Wren", "Bea")
    refused = school.post("office", "records/correct-upn", {
        "pupil": other, "valid_on": "2026-09-03", "upn": upn(1), "reason": "the old school's list",
    })  # fmt: skip
    assert refused.status_code == 409
    assert "already belongs to another person" in refused.json()["detail"]
    corrected = school.command("office", "records/correct-upn", pupil=other, valid_on="2026-09-03", upn=upn(3),
                               reason="mistyped")  # fmt: skip
    assert corrected["changed"]
    found = school.post("office", "search", {"upn": upn(2)}).json()["pupils"]
    assert found == []  # the number given up is nobody's now


def test_names_are_found_by_how_they_begin(school: School) -> None:
    ada = school.pupil(1, "O’Neill-Lark", "Ada")
    school.pupil(2, "Wren", "Bea")
    school.caught_up()
    found = school.post("office", "search", {"name": "o’neill"}).json()["pupils"]
    assert [one["subject"] for one in found] == [ada]


def test_todays_registers_say_what_is_missing_and_an_n_says_how_long_it_stands(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.take("teacher", {ada: "N"}, "2026-09-15")
    answer = school.take("teacher", {bea: "\\"}, "2026-09-15", "PM")
    assert answer.status_code == 200, answer.text
    school.written = answer.json()["index"]
    registers = school.read("office", "registers", date="2026-09-15")["registers"]
    assert [(one["session"], one["expected"], one["marks"]) for one in registers] == [("AM", 2, 1), ("PM", 2, 1)]

    on_the_fifth = school.read("office", "unresolved", valid_on="2026-09-22")["unresolved"][0]
    on_the_sixth = school.read("office", "unresolved", valid_on="2026-09-23")["unresolved"][0]
    assert (on_the_fifth["school_days"], on_the_fifth["overdue"]) == (5, False)
    assert (on_the_sixth["school_days"], on_the_sixth["overdue"]) == (6, True)

    school.command("operator", "governance/record-unplanned-closure", date="2026-09-21", reason="no heating")
    assert school.read("office", "unresolved", valid_on="2026-09-23")["unresolved"][0]["overdue"] is False


def test_the_amendment_names_its_author_with_the_title_held_then(school: School) -> None:
    ada = school.pupil(1)
    school.take("teacher", {ada: "N"})
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I", reason="rang")
    school.command("operator", "governance/change-job-title", staff=school.people["office"], valid_on="2026-09-01",
                   job_title="Office manager")  # fmt: skip
    school.caught_up()
    line = school.read("dpo", f"pupils/{ada}/timeline")["entries"][-1]
    assert line["name"] == "register-amended"
    assert line["by"] == "Synthetic Office, School secretary"
    assert line["said"] == {"was": "N", "code": "I", "reason": "rang"}
