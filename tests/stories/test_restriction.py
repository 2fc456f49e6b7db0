"""A restriction of processing over HTTP: what is restricted does not leave, and is kept; it ends when it was announced."""

from typing import Any

from support.school import School
from support.sharing import asked, recipient, send


def restrict(school: School, pupil: str, *categories: str) -> int:
    """Restrict some kinds of a pupil's data; gives the entry."""
    answer = school.command(
        "head", "rights/restrict-processing", person=pupil, valid_on="2026-09-10", categories=list(categories) or None,
        on_ground="accuracy-contested", case="R-12",
    )  # fmt: skip
    index: int = answer["index"]
    return index


def test_what_is_restricted_is_not_given_until_it_is_lifted(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    entry = restrict(school, ada, "identity")
    school.caught_up()
    wanted = asked(authority, "new-pupil-return", ["full_name"], pupils=[ada])
    refused = send(school, "office", wanted)
    assert refused.status_code == 409, refused.text
    assert "Processing is restricted" in refused.json()["decision"]["pupils_against"][ada]
    early = school.post("head", "rights/lift-restriction", {
        "person": ada, "valid_on": "2026-09-12", "restriction": entry, "reason": "It was right.",
    })  # fmt: skip
    assert early.status_code == 409
    assert "Article 18(3)" in early.json()["detail"]
    about: dict[str, Any] = {"person": ada, "restriction": entry}
    school.command("head", "rights/announce-lift", **about, valid_on="2026-09-11", lifts_on="2026-09-12")
    school.command("head", "rights/lift-restriction", **about, valid_on="2026-09-12", reason="It was right.")
    school.caught_up()
    assert send(school, "office", wanted).status_code == 200
    kept = school.read("head", f"rights/restrictions/{ada}")
    assert kept["restricted_today"] == []
    assert [(one["case"], one["until"]) for one in kept["restrictions"]] == [("R-12", "2026-09-12")]
