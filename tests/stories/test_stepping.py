"""Stepping over a pupil's events counts those of a record that was merged into theirs, as their page does."""

from urllib.parse import parse_qs, urlsplit

from support.school import School


def test_each_step_of_a_merged_pupil_is_an_event_of_the_page(school: School) -> None:
    ada, twice = school.pupil(1), school.pupil(2)
    school.command("office", "records/change-name", pupil=ada, valid_on="2026-09-20",
                   full_name={"surname": "Lark", "forename": "Adah"})  # fmt: skip
    school.command("office", "records/merge-pupils", survivor=ada, merged=twice, reason="the same child")
    school.caught_up()
    entries = [one["index"] for one in school.read("head", f"pupils/{ada}/timeline")["entries"]]
    assert len(entries) == 10
    client = school.site.client
    client.cookies.set("rollbook", school.token("head"))
    try:
        address = f"/schools/{school.organisation}/pupils/{ada}"
        for step, index in enumerate(entries[:-1], start=1):
            answer = client.get(address, params={"event": step, "case": "DP/1"}, follow_redirects=False)
            assert parse_qs(urlsplit(answer.headers["location"]).query)["known_at"] == [str(index)]
        shown = client.get(address, params={"known_at": entries[-2], "case": "DP/1"})
        assert f"{len(entries) - 1} of {len(entries)}" in " ".join(shown.text.split())
    finally:
        client.cookies.clear()
