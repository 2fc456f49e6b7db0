"""Before anything goes, it is looked at: the very bytes, and what the recipient will see of each pupil."""

from base64 import b64decode
from typing import Any

from support.school import School, new_id
from support.sharing import asked, recipient, send

FIELDS = ["upn", "full_name", "address"]


def previewed(school: School, who: str, body: dict[str, Any]) -> dict[str, Any]:
    response = school.post(who, "sharing/preview", body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def moved(school: School, pupil: str) -> None:
    address = {"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"}
    school.command("office", "records/change-address", person=pupil, valid_on="2026-09-03", address=address)
    school.caught_up()


def hidden(school: School, pupil: str) -> None:
    school.command("office", "records/mark-non-disclosure", person=pupil, valid_on="2026-09-03", marker=new_id(),
                   withholds="address", reason="a refuge")  # fmt: skip
    school.caught_up()


def test_what_is_previewed_is_what_goes_to_the_byte(school: School) -> None:
    ada = school.pupil(1)
    moved(school, ada)
    norfolk = recipient(school, "authority", "Norfolk")
    body = asked(norfolk, "new-pupil-return", FIELDS, pupils=[ada])
    seen = previewed(school, "office", body)
    (pupil,) = seen["pupils"]
    assert [one["facts"][0]["text"] for one in pupil["fields"]][1:] == ["Lark, Ada", "4 Mill Lane, NR12 8XX"]
    which = new_id()
    went = send(school, "office", {**body, "previewed": seen["previewed"]}, which)
    assert went.status_code == 200, went.text
    assert school.get("office", f"disclosures/{which}/file").content == b64decode(seen["file"]["data"])


def test_nothing_goes_that_was_not_looked_at(school: School) -> None:
    ada = school.pupil(1)
    body = asked(recipient(school, "authority", "Norfolk"), "new-pupil-return", FIELDS, pupils=[ada])
    seen = previewed(school, "office", body)
    moved(school, ada)
    went = send(school, "office", {**body, "previewed": seen["previewed"]})
    assert went.status_code == 409
    assert "not what you were shown" in went.json()["detail"]
    old = {**seen["previewed"], "made_at": "2026-09-01T09:00:00Z"}
    assert "too old" in send(school, "office", {**body, "previewed": old}).json()["detail"]
    assert school.read("head", "disclosures")["disclosures"] == []


def test_a_preview_writes_that_it_was_looked_at_and_nothing_else(school: School) -> None:
    ada = school.pupil(1)
    body = asked(recipient(school, "authority", "Norfolk"), "new-pupil-return", FIELDS, pupils=[ada])
    with school.site.owner("log") as connection:
        question = "SELECT name, subjects FROM ledger.event WHERE organisation = %s ORDER BY index"
        before = connection.execute(question, [school.organisation]).fetchall()
        previewed(school, "office", body)
        after = connection.execute(question, [school.organisation]).fetchall()[len(before) :]
    assert [name for name, _ in after] == ["records-searched"]
    assert [str(one) for _, subjects in after for one in subjects] == [ada]


def test_what_may_not_go_is_not_shown_either(school: School) -> None:
    ada = school.pupil(1)
    norfolk = recipient(school, "authority", "Norfolk")
    seen = previewed(school, "office", asked(norfolk, "school-census", ["upn", "country_of_birth"], pupils=[ada]))
    assert (seen["decision"]["blocked"], seen["file"], seen["pupils"]) == (["country_of_birth"], None, [])
    denied = school.post("teacher", "sharing/preview", asked(norfolk, "new-pupil-return", FIELDS, pupils=[ada]))
    assert denied.status_code == 403


def test_what_a_marker_keeps_back_is_named_with_why(school: School) -> None:
    ada = school.pupil(1)
    moved(school, ada)
    hidden(school, ada)
    seen = previewed(
        school, "office", asked(recipient(school, "authority", "Norfolk"), "new-pupil-return", FIELDS, pupils=[ada])
    )
    address = seen["pupils"][0]["fields"][2]
    assert (address["facts"], "non-disclosure marker" in address["withheld"]) == ([], True)
    assert b"Mill Lane" not in b64decode(seen["file"]["data"])
