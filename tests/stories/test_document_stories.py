"""A document about a child: kept sealed, shown to who may see it once that is written down, and gone with its key."""

import os
from typing import Any
from urllib.parse import quote

import pytest
from support.school import School, new_id

from events.records.documents import DOCUMENT_BYTES_MAX

PLAN = b"%PDF-1.7 The plan of Quiddlewhistle " + os.urandom(600_000)
NAME = "Plan for Quiddlewhistle é.pdf"


def upload(school: School, who: str, pupil: str, content: bytes = PLAN, key: str | None = None, **query: str) -> Any:
    address = f"/api/organisations/{school.organisation}/pupils/{pupil}/documents"
    headers = {**school.headers(who, key), "X-File-Name": quote(NAME)}
    params = {"category": "sen", "valid_on": "2026-09-03", **query}
    answer = school.site.client.post(address, content=content, params=params, headers=headers)
    if answer.status_code == 200:
        school.written = max(school.written, answer.json()["index"])
    return answer


def kept(school: School, pupil: str) -> str:
    answer = upload(school, "head", pupil)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["document"])


def test_a_document_comes_back_to_who_may_see_it_and_the_read_is_written_down(school: School) -> None:
    ada = school.pupil(1)
    document = kept(school, ada)
    for who in ("head", "teacher"):
        before = school.site.client.get("/api/status", headers=school.headers("operator")).json()
        answer = school.get(who, f"pupils/{ada}/documents/{document}")
        assert (answer.status_code, answer.content) == (200, PLAN)
        assert answer.headers["content-type"] == "application/pdf"
        assert quote(NAME, safe="") in answer.headers["content-disposition"]
        after = school.site.client.get("/api/status", headers=school.headers("operator")).json()
        assert size_of(school, after) == size_of(school, before) + 1
    assert school.get("office", f"pupils/{ada}/documents/{document}").status_code == 404
    assert school.get("head", f"pupils/{school.pupil(2)}/documents/{document}").status_code == 404
    found = {one["name"]: one["facts"] for one in school.read("head", f"pupils/{ada}")["pupil"]["sections"]}
    assert [(one["text"], one["value"]["document"]) for one in found["sen-documents"]] == [(NAME, document)]
    assert "sen-documents" not in str(school.read("office", f"pupils/{ada}"))


def size_of(school: School, status: Any) -> int:
    return next(int(one["size"]) for one in status["organisations"] if one["organisation"] == school.organisation)


def test_nothing_of_it_is_kept_in_clear(school: School) -> None:
    kept(school, school.pupil(1))
    with school.site.owner("log") as connection:
        rows = connection.execute(
            "SELECT sealed FROM ledger.document WHERE organisation = %s", [school.organisation]
        ).fetchall()
    assert len(rows) == 3
    assert not any(b"Quiddlewhistle" in bytes(sealed) for (sealed,) in rows)
    assert "Quiddlewhistle" not in school.site.log_columns(school.organisation)


def test_the_same_attempt_again_keeps_it_once_and_another_file_needs_another_key(school: School) -> None:
    ada, key = school.pupil(1), new_id()
    first, again = upload(school, "head", ada, key=key), upload(school, "head", ada, key=key)
    assert (first.status_code, again.json()) == (200, first.json())
    assert upload(school, "head", ada, b"%PDF-another", key=key).status_code == 409


def test_what_may_not_be_kept_is_refused_with_what_to_do(school: School) -> None:
    ada = school.pupil(1)
    assert upload(school, "office", ada).status_code == 403
    assert "kind of file" in upload(school, "head", ada, b"MZ\x90\x00").json()["detail"]
    assert "empty" in upload(school, "head", ada, b"").json()["detail"]
    assert "category=" in upload(school, "head", ada, category="safeguarding").json()["detail"]
    assert upload(school, "head", new_id()).status_code == 404
    large = upload(school, "head", ada, b"%PDF-" + bytes(DOCUMENT_BYTES_MAX))
    assert (large.status_code, "25 MB" in large.json()["detail"]) == (413, True)


def test_the_largest_document_goes_in_and_out(school: School) -> None:
    ada, largest = school.pupil(1), b"%PDF-" + os.urandom(DOCUMENT_BYTES_MAX - 5)
    document = upload(school, "head", ada, largest).json()["document"]
    assert school.get("head", f"pupils/{ada}/documents/{document}").content == largest


def test_a_withdrawn_document_is_shown_to_nobody(school: School) -> None:
    ada = school.pupil(1)
    document = kept(school, ada)
    path, why = f"pupils/{ada}/documents/{document}", {"valid_on": "2026-09-10", "reason": "another child's"}
    assert school.post("office", f"{path}/withdraw", why).status_code == 404
    school.command("head", f"{path}/withdraw", **why)
    assert (school.get("head", path).status_code, "withdrawn" in school.get("head", path).json()["detail"]) == (
        409,
        True,
    )


def test_with_its_key_a_document_is_gone_and_a_tombstone_says_so(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = school.pupil(1)
    document = kept(school, ada)
    with school.site.owner("keys") as connection:
        connection.execute(
            "UPDATE vault.key SET wrapped = NULL, destroyed_at = now(), request = 'REQ-7'"
            " WHERE organisation = %s AND subject = %s AND category = 'sen'", [school.organisation, ada],
        )  # fmt: skip
    monkeypatch.setattr("ledger.vault.CACHE_SECONDS_MAX", -1.0)  # As if the minute had passed.
    answer = school.get("head", f"pupils/{ada}/documents/{document}")
    assert (answer.status_code, answer.json()["request"], answer.json()["category"]) == (410, "REQ-7", "sen")
    assert "Quiddlewhistle" not in answer.text
    assert upload(school, "head", ada).status_code == 410


def test_a_document_that_was_changed_is_not_shown(school: School) -> None:
    ada = school.pupil(1)
    document = kept(school, ada)
    with school.site.owner("log") as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "DELETE FROM ledger.document WHERE organisation = %s AND document = %s AND chunk = 2",
            [school.organisation, document],
        )
    answer = school.get("head", f"pupils/{ada}/documents/{document}")
    assert (answer.status_code, answer.json()["title"]) == (500, "Damaged")


def test_what_was_kept_about_a_merged_record_is_the_others_too(school: School) -> None:
    ada, again = school.pupil(1), school.pupil(2)
    document = kept(school, again)
    school.command("head", "records/merge-pupils", survivor=ada, merged=again, reason="one child, entered twice")
    school.caught_up()
    assert school.get("head", f"pupils/{ada}/documents/{document}").content == PLAN
    why = {"valid_on": "2026-09-10", "reason": "another child's"}
    school.command("head", f"pupils/{ada}/documents/{document}/withdraw", **why)
    assert school.get("head", f"pupils/{ada}/documents/{document}").status_code == 409
