"""The breaker: a whole roll that lacks most of its pupils is refused and removes nobody; a part of it may lack any."""

from support.intake import answered, received, row
from support.school import School, upn


def test_a_feed_that_lacks_most_of_its_pupils_is_refused_and_removes_nobody(school: School) -> None:
    pupils = [school.pupil(number, join=False) for number in range(1, 6)]
    batch = received(school)
    path = f"intake/batches/{batch}/roll"
    lacking = {"upns": [upn(1), upn(2)]}
    assert school.post("connector", path, {**lacking, "dry_run": True}).status_code == 409
    rows = {"batch": batch, "connector": "ctf", "valid_on": "2026-09-03", "rows": [row(1, email="a@example.org")]}
    assert answered(school, school.post("connector", "intake/pupils", {**rows, "dry_run": True}))
    refused = school.post("connector", path, lacking)
    assert refused.status_code == 409
    assert "nobody was removed" in refused.json()["detail"]
    assert refused.json()["fields"] == {"enrolled": 5, "missing": 3, "percent": 10}
    stopped = school.post("connector", "intake/pupils", rows)
    assert (stopped.status_code, "lacks too many" in stopped.json()["detail"]) == (409, True)
    assert len(school.read("office", "roll")["pupils"]) == len(pupils)
    assert school.read("office", f"pupils/{pupils[0]}")["pupil"]["emails"] == []
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'feed-anomaly-found'",
            [school.organisation],
        ).fetchone()
    assert found == (1,)


def test_a_few_who_are_missing_are_only_listed(school: School) -> None:
    pupils = [school.pupil(number, join=False) for number in range(1, 11)]
    batch = received(school)
    upns = [f" {upn(number).lower()}" for number in range(1, 10)]
    answer = school.post("connector", f"intake/batches/{batch}/roll", {"upns": upns})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["enrolled"], answer.json()["missing"]) == (10, [pupils[9]])
    rows = {"batch": batch, "connector": "ctf", "valid_on": "2026-09-03", "rows": [row(30)]}
    assert answered(school, school.post("connector", "intake/pupils", rows))[0]["outcome"] == "accepted"
    assert pupils[9] in [one["subject"] for one in school.read("office", "roll")["pupils"]]


def test_a_file_that_was_stopped_comes_in_as_a_part_of_the_roll(school: School) -> None:
    for number in range(1, 6):
        school.pupil(number, join=False)
    school.caught_up()
    said = {"connector": "ctf", "kind": "ctf", "file_sha256": "5" * 64, "rows": 1}
    batch = school.post("connector", "intake/batches", said).json()["batch"]
    assert school.post("connector", "intake/batches", said).json()["batch"] == batch
    assert school.post("connector", f"intake/batches/{batch}/roll", {"upns": [upn(1)]}).status_code == 409
    part = school.post("connector", "intake/batches", said).json()["batch"]
    assert part != batch
    rows = {"connector": "ctf", "valid_on": "2026-09-03", "rows": [row(1, email="a@example.org")]}
    assert answered(school, school.post("connector", "intake/pupils", {**rows, "batch": part}))
    assert school.post("connector", "intake/pupils", {**rows, "batch": batch}).status_code == 409
