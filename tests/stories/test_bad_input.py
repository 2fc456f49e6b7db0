"""Bad input is told plainly, writes nothing, and is neither echoed nor logged."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from support.school import School, Site, new_id, upn

CANARY = "Zzyzxcanary"


def size(school: School) -> int:
    """Give how many entries the school's log has."""
    answer = school.site.client.get("/api/status", headers=school.headers("operator")).json()
    found: int = next(one["size"] for one in answer["organisations"] if one["organisation"] == school.organisation)
    return found


def registration(**changed: Any) -> dict[str, Any]:
    """Give a good register-pupil command with some of it changed."""
    name = {"surname": "Lark", "forename": "Ada"}
    good = {"pupil": new_id(), "valid_on": "2026-09-03", "full_name": name, "date_of_birth": "2020-05-06", "sex": "F"}
    return good | changed


BODIES: dict[str, tuple[bytes, int]] = {
    "NaN": (b'{"a": NaN}', 400),
    "a field twice": (b'{"pupil": 1, "pupil": 2}', 400),
    "half a character": (rb'{"full_name": {"surname": "\ud800", "forename": "A"}}', 400),
    "no JSON": (b"{", 400),
    "no UTF-8": (b'{"a": "\xe9"}', 400),
    "too deep": (b"[" * 40 + b"]" * 40, 400),
    "far too deep": (b"[" * 200_000 + b"]" * 200_000, 400),
    "too large": (b'{"a": "' + b"x" * 4_000_001 + b'"}', 400),
    "an extra field": (json.dumps(registration() | {CANARY: 1}).encode(), 422),
    "NUL": (json.dumps(registration(full_name={"surname": "Za\x00canary", "forename": "A"})).encode(), 422),
    "reversed text": (
        json.dumps(registration(full_name={"surname": CANARY + "\u202e", "forename": "A"})).encode(),
        422,
    ),
    "an impossible date": (json.dumps(registration(date_of_birth="2020-02-30")).encode(), 422),
    "a number for a date": (json.dumps(registration(date_of_birth=0)).encode(), 422),
    "a time for a date": (json.dumps(registration(date_of_birth="2020-05-06T00:00:00")).encode(), 422),
    "a birth to come": (json.dumps(registration(date_of_birth="2099-01-01")).encode(), 409),
    "a year that nobody means": (json.dumps(registration(date_of_birth="2999-01-01")).encode(), 422),
    "an unknown code": (json.dumps(registration(sex=CANARY)).encode(), 422),
    "no name": (json.dumps(registration(full_name={"surname": "   ", "forename": "A"})).encode(), 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_used_is_a_problem_and_writes_nothing(
    school: School, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = size(school)
    content, status = BODIES[name]
    answer = school.send("office", "records/register-pupil", content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")
    assert "canary" not in answer.text.lower()
    assert "canary" not in caplog.text.lower()
    assert size(school) == before


def test_a_wrong_check_letter_says_which_character_and_what_would_be_right(school: School) -> None:
    ada = school.pupil(1)
    wrong = ("B" if upn(7)[0] == "A" else "A") + upn(7)[1:]
    answer = school.post("office", "records/record-upn", {"pupil": ada, "valid_on": "2026-09-03", "upn": wrong})
    assert answer.status_code == 422
    assert f"Character 1 should be {upn(7)[0]}" in answer.json()["errors"][0]["detail"]
    assert wrong not in answer.text


@pytest.mark.parametrize(
    ("code", "day", "says"),
    [("H", "2026-09-15", "withdrawn after 18 August 2024"), ("C1", "2024-07-01", "only from 19 August 2024")],
)
def test_a_code_that_is_not_in_force_says_since_when(school: School, code: str, day: str, says: str) -> None:
    ada = school.pupil(1)
    answer = school.post("office", "records/take-register", {
        "group": school.group, "date": day, "session": "AM", "marks": {ada: {"code": code}},
    })  # fmt: skip
    assert answer.status_code == 409  # on the roll is asked first where the day is before the starting day
    assert says in answer.json()["detail"] or "not on the roll" in answer.json()["detail"]


def test_a_register_for_next_week_or_for_a_stranger_is_refused(school: School) -> None:
    ada = school.pupil(1)
    ahead = school.take("office", {ada: "/"}, "2027-06-01")
    assert (ahead.status_code, "not come yet" in ahead.json()["detail"]) == (409, True)
    stranger = school.take("office", {new_id(): "/"})
    assert (stranger.status_code, "not on the roll" in stranger.json()["detail"]) == (409, True)


def test_two_connectors_with_one_upn_at_once_make_one_pupil(school: School) -> None:
    rows = [
        {"row": row, "upn": upn(1), "full_name": {"surname": "Lark", "forename": name}, "date_of_birth": "2020-05-06",
         "sex": "F"}
        for row, name in ((1, "Ada"), (2, "Ida"))
    ]  # fmt: skip
    answer = school.post("connector", "intake/pupils", {
        "batch": new_id(), "connector": "ctf", "dry_run": False, "valid_on": "2026-09-03", "rows": rows,
    }).json()  # fmt: skip
    pupils = {row["pupil"] for row in answer["rows"]}
    found = school.post("office", f"search?wait_for={answer['index']}", {"upn": upn(1)}).json()["pupils"]
    assert len(found) == 1
    assert found[0]["subject"] in pupils


def test_no_value_of_a_person_is_in_any_log_or_clear_column(
    running: Site, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ada = school.pupil(1, CANARY, CANARY)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": [CANARY], "postcode": "NR12 9AA"})  # fmt: skip
    school.take("office", {ada: "N"})
    school.command("office", "records/amend-mark", pupil=ada, date="2026-09-15", session="AM", code="I", reason=CANARY)
    school.post("office", "search", {"name": CANARY})
    school.post("connector", "intake/quarantine", {
        "batch": new_id(), "connector": "ctf",
        "rows": [{"row": 1, "fields": {"name": CANARY}, "reasons": ["This row could not be read."]}],
    })  # fmt: skip
    assert CANARY in school.get("office", f"pupils/{ada}").text  # it is there, for those who may see it
    assert CANARY.lower() not in caplog.text.lower()
    for log in Path(running.settings.home).rglob("*.log"):
        assert CANARY.lower() not in log.read_text(errors="replace").lower()
    assert CANARY not in running.log_columns(school.organisation)
