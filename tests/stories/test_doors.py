"""Every route has one door: it refuses whoever may not enter, with a sentence, and writes down every read."""

import psycopg
import pytest
from support.school import School, Site, new_id

OPEN = {"/healthz"}
"""What answers anybody: it says nothing but that the process lives."""


def routes(site: Site) -> list[tuple[str, str, str | None]]:
    """Give the API's routes: address, method and scope."""
    return [
        (path, method.upper(), operation.get("x-scope"))
        for path, operations in site.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if path.startswith(("/api", "/healthz"))
    ]


def test_every_route_has_a_scope_and_refuses_without_a_token(running: Site, school: School) -> None:
    closed = [route for route in routes(running) if route[0] not in OPEN]
    assert len(closed) > 40
    for path, method, scope in closed:
        assert scope, f"{path} has no scope"
        address = path.format(
            organisation=school.organisation,
            subject=new_id(),
            batch=new_id(),
            document=new_id(),
            disclosure=new_id(),
            row=1,
        )
        answer = running.client.request(method, address, json={} if method == "POST" else None)
        assert (answer.status_code, answer.json()["status"]) == (401, 401), address


def test_every_route_refuses_another_schools_staff(running: Site, school: School) -> None:
    other = running.school("Another School")
    for path, method, _ in routes(running):
        if "{organisation}" not in path:
            continue
        address = path.format(
            organisation=school.organisation,
            subject=new_id(),
            batch=new_id(),
            document=new_id(),
            disclosure=new_id(),
            row=1,
        )
        answer = running.client.request(
            method, address, json={} if method == "POST" else None, headers=other.headers("head")
        )
        # A command is read before its caller is let in, so a bad one may be told as such; it is never carried out.
        assert answer.status_code in (403, 422), address


def test_a_token_without_the_scope_is_refused(school: School) -> None:
    ada = school.pupil(1)
    token = school.token("office", ["attendance:write"])
    answer = school.site.client.get(
        f"/api/organisations/{school.organisation}/pupils/{ada}", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, "Your token was not given" in answer.json()["detail"]) == (403, True)


def test_a_teacher_sees_and_marks_only_those_she_teaches(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea", join=False)
    assert school.get("teacher", f"pupils/{ada}").status_code == 200
    refused = school.get("teacher", f"pupils/{bea}")
    assert (refused.status_code, "that you teach" in refused.json()["detail"]) == (403, True)
    assert school.take("teacher", {ada: "/"}).status_code == 200
    assert school.take("teacher", {ada: "/", bea: "/"}, "2026-09-16").status_code == 403


def test_a_teacher_is_shown_no_contacts(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["1 Reed Lane"]})  # fmt: skip
    assert school.read("office", f"pupils/{ada}")["pupil"]["address"]["value"]["lines"] == ["1 Reed Lane"]
    assert school.read("teacher", f"pupils/{ada}")["pupil"]["address"] is None


def test_only_head_and_dpo_replay_and_only_for_a_case(school: School) -> None:
    ada = school.pupil(1)
    for who, status in (("office", 403), ("teacher", 403), ("head", 200), ("dpo", 200)):
        assert school.get(who, f"pupils/{ada}", known_at="1000000000", case="C-1").status_code in (status, 409)
        assert school.get(who, f"pupils/{ada}", known_at=school.written, case="C-1").status_code == status
    without = school.get("dpo", f"pupils/{ada}", known_at=school.written)
    assert (without.status_code, "number of the case" in without.json()["detail"]) == (409, True)
    unlike = school.get("dpo", f"pupils/{ada}", known_at=school.written, case="about Ada")
    assert (unlike.status_code, "Write the case number with letters" in unlike.json()["detail"]) == (409, True)


def test_a_read_is_in_the_log_before_the_record_is_shown(school: School) -> None:
    ada = school.pupil(1)
    before = school.read("dpo", f"pupils/{ada}")["at"]["index"]
    school.read("office", f"pupils/{ada}")
    school.read("dpo", f"pupils/{ada}", known_at=before, case="C-77")
    with school.site.owner("log") as connection:
        rows = connection.execute(
            "SELECT name, role, index FROM ledger.event WHERE subjects @> ARRAY[%s::uuid] AND category = 'access'"
            " AND index > %s ORDER BY index",
            [ada, before],
        ).fetchall()
    assert [(name, role) for name, role, _ in rows] == [
        ("record-viewed", "dpo"), ("record-viewed", "office"), ("history-replayed", "dpo"),
    ]  # fmt: skip


def test_a_read_that_cannot_be_written_down_fails(school: School) -> None:
    ada = school.pupil(1, "Hidden", "Name")
    assert school.get("office", f"pupils/{ada}").status_code == 200
    with school.site.owner("log") as connection:
        connection.execute("REVOKE INSERT ON ledger.event FROM rollbook_governance")
    try:
        answer = school.get("office", f"pupils/{ada}")
    finally:
        with school.site.owner("log") as connection:
            connection.execute("GRANT INSERT ON ledger.event TO rollbook_governance")
    assert answer.status_code >= 500
    assert "Hidden" not in answer.text
    assert school.get("office", f"pupils/{ada}").status_code == 200


@pytest.mark.parametrize("key", [None, "", "not-a-uuid"])
def test_a_change_needs_an_idempotency_key(school: School, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {school.token('operator')}"} | (
        {} if key is None else {"Idempotency-Key": key}
    )
    answer = school.site.client.post(
        f"/api/organisations/{school.organisation}/governance/set-inset-day",
        json={"date": "2026-09-04"},
        headers=headers,
    )
    assert (answer.status_code, "Idempotency-Key" in answer.json()["detail"]) == (409, True)


def test_a_cookie_reads_pages_and_never_changes_anything(school: School) -> None:
    ada = school.pupil(1)
    address = f"/api/organisations/{school.organisation}"
    cookie = {"Cookie": f"rollbook={school.token('office')}"}
    body = {"group": school.group, "date": "2026-09-15", "session": "AM", "marks": {ada: {"code": "/"}}}
    refused = school.site.client.post(
        f"{address}/records/take-register", json=body, headers=cookie | {"Idempotency-Key": new_id()}
    )
    assert refused.status_code == 401
    assert school.site.client.get(f"{address}/pupils/{ada}", headers=cookie).status_code == 200


def test_the_owner_connection_is_a_superuser_and_sees_what_tests_look_for(running: Site) -> None:
    with running.owner("log") as connection:
        assert isinstance(connection, psycopg.Connection)
        row = connection.execute("SELECT count(*) FROM ledger.event").fetchone()
    assert row is not None
    assert row[0] > 0
