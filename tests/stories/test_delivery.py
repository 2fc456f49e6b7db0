"""What was disclosed is carried to its recipient: at once, again after a failure, and never twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.post_office import PASSWORD, USER, Sftp, Taken, http_server, sftp_server
from support.school import School, Site, site
from support.sharing import asked, recipient, send

from services.sharing.delivering import Deliverer

FIELDS = ["upn", "full_name", "date_of_birth"]


@dataclass
class Post:
    """Where the recipients of these stories are reached."""

    site: Site
    folder: Path
    sftp: Sftp
    http: Taken


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """Give an installation that knows a folder, an SFTP server and an HTTP server."""
    folder, served = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("served")
    with sftp_server(served) as sftp, http_server() as http:
        endpoints: dict[str, Any] = {
            "norfolk-folder": {"kind": "folder", "path": str(folder)},
            "norfolk-sftp": {
                "kind": "sftp", "host": "127.0.0.1", "port": sftp.port, "user": USER, "password": PASSWORD,
                "host_key": sftp.host_key, "folder": "/", "seconds": 20,
            },
            "norfolk-http": {"kind": "http", "url": http.url, "secret": "between us", "seconds": 5},
        }  # fmt: skip
        with site(tmp_path_factory.mktemp("site"), endpoints=endpoints) as made:
            yield Post(made, folder, sftp, http)


@pytest.fixture
def school(post: Post) -> School:
    post.http.status = 201
    post.http.requests.clear()
    for folder in (post.folder, post.sftp.folder):
        for one in folder.iterdir():
            one.unlink()
    return post.site.school()


def norfolk(school: School, *channels: str) -> str:
    routes = [{"channel": one, "endpoint": f"norfolk-{one}"} for one in channels]
    return recipient(school, "authority", "Norfolk", routes=routes)


def return_of(school: School, to: str, channel: str, **more: Any) -> dict[str, Any]:
    return asked(to, "new-pupil-return", FIELDS, pupils=[school.pupil(1)], channel=channel, **more)


def told(school: School, response: Any) -> tuple[str, Any]:
    assert response.status_code == 200, response.text
    settled(school)
    return response.json()["disclosure"], response.json()["delivery"]


def again(school: School, which: str) -> Any:
    response = school.post("head", "sharing/deliver", {"disclosure": which})
    settled(school)
    return response


def settled(school: School) -> None:
    """Wait until the views have reached all that is in the log, whoever wrote it."""
    status = school.site.client.get("/api/status", headers=school.headers("operator")).json()
    (school.written,) = [one["size"] for one in status["organisations"] if one["organisation"] == school.organisation]
    school.caught_up()


def state(school: School, which: str) -> tuple[str, str | None]:
    (line,) = [one for one in school.read("head", "disclosures")["disclosures"] if one["disclosure"] == which]
    return line["state"], line["receipt"]


def test_a_file_arrives_by_every_way_as_the_register_says(post: Post, school: School) -> None:
    to = norfolk(school, "folder", "sftp", "http")
    pupil = school.pupil(1)
    found = []
    for number, channel in enumerate(("folder", "sftp", "http")):
        body = asked(to, "new-pupil-return", FIELDS, pupils=[pupil], channel=channel, file_number=number)
        which, delivery = told(school, send(school, "head", body))
        assert delivery["state"] == "delivered", delivery
        assert state(school, which) == ("delivered", delivery["receipt"])
        found.append(school.get("head", f"disclosures/{which}/file").content)
    assert [one.read_bytes() for one in post.folder.iterdir()] == found[:1]
    assert [one.read_bytes() for one in post.sftp.folder.iterdir()] == found[1:2]
    assert [data for _, data in post.http.requests] == found[2:]


def test_what_failed_is_tried_again_and_arrives_once(post: Post, school: School) -> None:
    post.http.status = 500
    which, delivery = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "http")))
    assert (delivery["state"], state(school, which)[0]) == ("failed", "failed")
    assert "HTTP 500" in delivery["reason"]
    assert again(school, which).status_code == 409
    post.http.status = 201
    assert again(school, which).json()["state"] == "delivered"
    assert state(school, which) == ("delivered", "HTTP 201")
    assert again(school, which).json()["state"] == "delivered"
    assert len(post.http.requests) == 3
    assert {one["Idempotency-Key"] for one, _ in post.http.requests} == {which}


def test_four_people_who_try_again_at_once_deliver_it_once(post: Post, school: School) -> None:
    post.http.status = 503
    which, _ = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "http")))
    post.http.status, post.http.slow = 201, 0.2
    try:
        with ThreadPoolExecutor(4) as people:
            tried = [people.submit(school.post, "head", "sharing/deliver", {"disclosure": which}) for _ in range(4)]
            states = [one.result().json()["state"] for one in tried]
    finally:
        post.http.slow = 0
    assert states == ["delivered"] * 4
    assert len(post.http.requests) == 2


def test_a_server_killed_between_the_log_and_the_carrying_carries_afterwards(
    post: Post, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:

        async def killed(*_: Any) -> None:
            raise RuntimeError

        patched.setattr(Deliverer, "after_sending", killed)
        body = {
            "disclosure": (which := "6f6d1b9e-8a58-4c39-9a3c-3b1d3bfb2f01"),
            **return_of(school, norfolk(school, "folder"), "folder"),
        }
        assert send(school, "head", body, which).status_code == 500
    settled(school)
    assert list(post.folder.iterdir()) == []
    assert state(school, which) == ("recorded", None)
    assert again(school, which).json()["state"] == "delivered"
    assert len(list(post.folder.iterdir())) == 1


def test_a_server_killed_after_the_carrying_does_not_leave_it_twice(
    post: Post, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    which = "0d9e9d0e-0a83-4a3b-a4bb-5a8c1e9bb101"
    with monkeypatch.context() as patched:

        async def killed(*_: Any) -> None:
            raise RuntimeError

        patched.setattr(Deliverer, "_note", killed)
        assert send(school, "head", return_of(school, norfolk(school, "sftp"), "sftp"), which).status_code == 500
    settled(school)
    assert again(school, which).json()["state"] == "delivered"
    assert len(list(post.sftp.folder.iterdir())) == 1


def test_nothing_is_carried_to_a_recipient_who_was_suspended_meanwhile(post: Post, school: School) -> None:
    post.http.status = 503
    to = norfolk(school, "http")
    which, _ = told(school, send(school, "head", return_of(school, to, "http")))
    post.http.status = 201
    school.command("head", "sharing/suspend-recipient", recipient=to, valid_on="2026-09-10", reason="their breach")
    school.caught_up()
    answer = again(school, which)
    assert answer.status_code == 409
    assert "suspended" in answer.json()["reason"]
    assert len(post.http.requests) == 1


def test_nothing_is_carried_once_its_rule_was_withdrawn(post: Post, school: School) -> None:
    post.http.status = 503
    which, _ = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "http")))
    post.http.status = 201
    school.command(
        "head", "governance/withdraw-rule", rule="returning-new-pupils", rule_version=1, reason="the regulation went"
    )
    school.caught_up()
    answer = again(school, which)
    assert "not be given any more" in answer.json()["reason"]
    assert len(post.http.requests) == 1


def test_what_was_recalled_is_not_carried(post: Post, school: School) -> None:
    post.http.status = 503
    which, _ = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "http")))
    school.command("head", "sharing/recall", disclosure=which, reason="wrong-recipient")
    post.http.status = 201
    assert "recalled" in again(school, which).json()["detail"]
    assert len(post.http.requests) == 1


def test_a_route_that_nobody_configured_here_is_said(school: School) -> None:
    to = recipient(school, "authority", "Norfolk", routes=[{"channel": "sftp", "endpoint": "elsewhere"}])
    _, delivery = told(school, send(school, "head", return_of(school, to, "sftp")))
    assert (delivery["state"], "not configured" in delivery["reason"]) == ("failed", True)


def test_what_a_person_hands_over_is_not_carried(school: School) -> None:
    which, delivery = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "by-hand")))
    assert delivery is None
    assert "person hands this over" in again(school, which).json()["detail"]


def test_whoever_may_not_share_its_fields_may_not_carry_it(school: School) -> None:
    which, _ = told(school, send(school, "head", return_of(school, norfolk(school, "http"), "http")))
    assert school.post("teacher", "sharing/deliver", {"disclosure": which}).status_code == 403
    assert school.post("dpo", "sharing/deliver", {"disclosure": which}).status_code == 403


def test_what_was_told_discreetly_is_carried_and_nothing_of_it_stands_in_clear(post: Post, school: School) -> None:
    ada = school.pupil(1)
    to = recipient(school, "social-care", "Norfolk Children", routes=[{"channel": "http", "endpoint": "norfolk-http"}])
    body = asked(to, "safeguarding", FIELDS, pupils=[ada], channel="http", discreetly=True, necessity="At risk.")
    which, delivery = told(school, send(school, "dsl", body))
    assert delivery["state"] == "delivered", delivery
    assert len(post.http.requests) == 1
    with school.site.owner("log") as connection:
        stored = connection.execute(
            "SELECT DISTINCT name FROM ledger.event WHERE organisation = %s AND service = 'sharing'"
            " AND name IN ('delivered', 'disclosed', 'delivery-failed')",
            [school.organisation],
        ).fetchall()
    assert stored == []
    repeated = school.post("dsl", "sharing/deliver", {"disclosure": which, "pupil": ada})
    assert (repeated.json()["state"], len(post.http.requests)) == ("delivered", 1)
    assert school.post("office", "sharing/deliver", {"disclosure": which, "pupil": ada}).status_code == 403
