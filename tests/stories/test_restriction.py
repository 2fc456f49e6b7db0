"""A restriction of processing over HTTP: what is restricted does not leave, and is kept; it ends when it was announced."""

import json
from contextlib import closing
from typing import Any

from psycopg.conninfo import make_conninfo
from support.school import School, new_id
from support.sharing import asked, recipient, send

from events.governance import Shown
from events.identifiers import parse_id
from ledger.codec import Codec
from ledger.postgres.feed import LogFeed
from ledger.postgres.keys import PostgresKeyStore
from ledger.postgres.server import Databases
from ledger.vault import LocalKeyFile, Vault
from services.installation import key_path


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


def test_what_is_restricted_is_masked_when_the_record_is_read(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"})  # fmt: skip
    assert "Mill Lane" in school.get("office", f"pupils/{ada}").text
    restrict(school, ada, "contact", "attendance")
    record = school.read("office", f"pupils/{ada}")["pupil"]
    assert (record["address"], record["name"]["value"]["surname"]) == (None, "Lark")
    assert "Mill Lane" not in school.get("office", f"pupils/{ada}/timeline").text
    shut = school.get("office", f"pupils/{ada}/attendance")
    assert shut.status_code == 403
    assert "door=claims" in shut.json()["detail"]
    page = school.site.client.get(f"/schools/{school.organisation}/pupils/{ada}", headers=school.headers("office"))
    assert "Processing is restricted" in page.text
    assert "Mill Lane" not in page.text


def test_a_door_of_article_18_opens_it_and_is_written_down_with_the_read(school: School) -> None:
    ada = school.pupil(1)
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-03",
                   address={"lines": ["4 Mill Lane"], "postcode": "NR12 8XX"})  # fmt: skip
    restrict(school, ada, "contact")
    opened = school.read("office", f"pupils/{ada}", door="claims")["pupil"]
    assert opened["address"]["value"]["lines"] == ["4 Mill Lane"]
    wrong = school.get("office", f"pupils/{ada}", door="curiosity")
    assert wrong.status_code == 409
    assert "curiosity" not in wrong.text
    reads = [shown.what for shown in reads_of(school, ada)]
    assert reads[-1] == "record (door=claims)"


def test_registers_are_still_taken_and_facts_still_kept_while_all_is_restricted(school: School) -> None:
    ada = school.pupil(1)
    restrict(school, ada)
    assert school.take("teacher", {ada: "/"}).status_code == 200
    school.command("office", "records/change-address", person=ada, valid_on="2026-09-20",
                   address={"lines": ["9 Reed Row"], "postcode": "NR12 8XX"})  # fmt: skip
    school.caught_up()
    shut = school.get("head", f"pupils/{ada}")
    assert shut.status_code == 403
    assert "Processing of this is restricted" in shut.json()["detail"]
    other = school.pupil(2, "Wren", "Bea")
    assert school.get("head", f"pupils/{other}").status_code == 200


def reads_of(school: School, pupil: str, name: str = "record-viewed") -> list[Shown]:
    """Give what the log says was shown of a pupil, in order."""
    settings = school.site.settings
    kept, key_file = json.loads((settings.home / "server.json").read_text()), LocalKeyFile(key_path(settings))
    admin = make_conninfo(host="127.0.0.1", port=kept["port"], user="postgres", password=kept["password"])
    databases = Databases(admin, settings.database_name, key_file.derive("roles"))
    with (
        closing(PostgresKeyStore(databases.conninfo("keys", "rollbook_vault"))) as store,
        closing(LogFeed(databases.conninfo("log", "rollbook_reader"))) as feed,
    ):
        codec = Codec(Vault(store, key_file))
        about = [one for one in feed.about(parse_id(school.organisation), parse_id(pupil)) if one.name == name]
        shown = [codec.open(one, [parse_id(pupil)]).parts[parse_id(pupil)] for one in about]
    return [one for one in shown if isinstance(one, Shown)]


def test_lists_mask_what_is_restricted_and_a_groups_register_goes_on(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    school.take("teacher", {ada: "N", bea: "N"})
    restrict(school, ada, "identity")
    school.caught_up()
    roll = school.read("office", "roll")["pupils"]
    assert {(one["name"], one["upn"] is None) for one in roll} == {
        ("Processing is restricted", True), ("Wren, Bea", False),
    }  # fmt: skip
    assert "Lark" in school.get("office", "roll", group=school.group).text
    found = school.post("office", "search", {"name": "La"}).json()["pupils"]
    assert [(one["subject"], one["name"]) for one in found] == [(ada, "Processing is restricted")]
    page = school.site.client.get(f"/schools/{school.organisation}/registers", headers=school.headers("office"))
    assert "Lark" not in page.text
    restrict(school, bea, "attendance")
    school.caught_up()
    assert bea not in school.get("office", "attendance").text


def test_the_office_may_restrict_and_only_the_head_and_the_data_protection_officer_may_lift(school: School) -> None:
    ada = school.pupil(1)
    entry = school.command("office", "rights/restrict-processing", person=ada, valid_on="2026-09-10",
                           on_ground="accuracy-contested", case="R-12")["index"]  # fmt: skip
    announced = {"person": ada, "restriction": entry, "valid_on": "2026-09-11", "lifts_on": "2026-09-12"}
    lifted = {"person": ada, "restriction": entry, "valid_on": "2026-09-12", "reason": "It was right."}
    for what, body in (("announce-lift", announced), ("lift-restriction", lifted)):
        refused = school.post("office", f"rights/{what}", body)
        assert refused.status_code == 403
        assert "Ask the head or the data protection officer." in refused.json()["detail"]
        school.command("dpo", f"rights/{what}", **body)
    school.caught_up()
    assert school.read("dpo", f"rights/restrictions/{ada}")["restrictions"][0]["until"] == "2026-09-12"


def test_nothing_is_restricted_of_somebody_who_is_not_known_here(school: School) -> None:
    body = {"valid_on": "2026-09-10", "on_ground": "accuracy-contested", "case": "R-12"}
    refused = school.post("head", "rights/restrict-processing", {"person": new_id(), **body})
    assert refused.status_code == 409
    assert "Nobody is known here" in refused.json()["detail"]
    mother = new_id()
    name = {"surname": "Lark", "forename": "Dana"}
    school.command("office", "records/record-contact", person=mother, valid_on="2026-09-03", full_name=name)
    for person in (mother, school.people["teacher"]):
        school.command("head", "rights/restrict-processing", person=person, **body)


def test_whoever_looks_at_a_persons_restrictions_is_written_down(school: School) -> None:
    ada = school.pupil(1)
    restrict(school, ada, "contact")
    school.read("office", f"rights/restrictions/{ada}")
    assert [one.what for one in reads_of(school, ada)][-1:] == ["restrictions of processing"]
