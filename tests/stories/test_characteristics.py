"""A pupil's characteristics over HTTP: recorded, put right, brought in by files; and a nationality that is nowhere."""

import logging
from typing import Any

import pytest
from psycopg import sql
from support.ctf_files import IDENTITY, NAME, TODAY, ctf
from support.school import School, new_id, upn
from support.wire import Wire

from ledger.codec import Codec, Draft, Meta
from services.connectors.ctf.load import load_ctf

CANARY = "QUIDDLEWHISTLIA"


def section(school: School, who: str, pupil: str, name: str, **query: str) -> list[dict[str, Any]]:
    """Give the facts of one section; none where the caller does not see it."""
    record = school.read(who, f"pupils/{pupil}", **query)["pupil"]
    return next((one["facts"] for one in record["sections"] if one["name"] == name), [])


def intake(school: School, rows: list[dict[str, Any]], batch: str | None = None, day: str = "2026-10-01") -> Any:
    """Send rows as a connector does."""
    body = {"batch": batch or new_id(), "connector": "ctf", "dry_run": False, "valid_on": day, "rows": rows}
    answer = school.post("connector", "intake/pupils", body)
    assert answer.status_code == 200, answer.text
    school.written = max(school.written, answer.json()["index"])
    return answer.json()["rows"]


def row(number: int, **said: Any) -> dict[str, Any]:
    name = {"surname": "Lark", "forename": "Ada"}
    return {"row": number, "upn": upn(number), "full_name": name, "date_of_birth": "2020-05-06", "sex": "F"} | said


def test_a_characteristic_is_recorded_changed_and_put_right(school: School) -> None:
    pupil = school.pupil(1)
    about = {"pupil": pupil, "kind": "ethnicity"}
    school.command(
        "office", "records/change-characteristic", **about, valid_on="2026-09-03", codes=["REFU"], source="P"
    )
    (fact,) = section(school, "office", pupil, "characteristics")
    assert (fact["label"], fact["text"], fact["note"]) == (
        "Ethnicity", "refused (said by the parent)", "The family refused to answer.",
    )  # fmt: skip
    school.command("office", "records/change-characteristic", **about, valid_on="2026-10-01", codes=["BAFR"])
    school.command("office", "records/correct-characteristic", **about, valid_on="2026-10-01", codes=["WBRI"],
                   reason="typed wrong", evidence="the signed form")  # fmt: skip
    (fact,) = section(school, "office", pupil, "characteristics", valid_on="2026-10-02")
    assert (fact["text"], fact["note"], fact["since"]) == (
        "White British",
        "Corrected: typed wrong Evidence: the signed form",
        "2026-10-01",
    )
    (before,) = section(school, "office", pupil, "characteristics", valid_on="2026-09-15")
    assert before["value"]["refused"] is True


def test_a_teacher_does_not_see_that_there_are_characteristics(school: School) -> None:
    pupil = school.pupil(1)
    school.command("office", "records/start-fsm-episode", pupil=pupil, valid_on="2026-09-03", fsm_category="TFSM")
    names = {one["name"] for one in school.read("teacher", f"pupils/{pupil}")["pupil"]["sections"]}
    assert not names & {"characteristics", "free-school-meals", "refused-fields"}
    refused = school.post("teacher", "records/start-fsm-episode", {"pupil": pupil, "valid_on": "2026-09-03"})
    assert refused.status_code == 403


def test_free_meals_of_a_file_merge_with_what_is_known(school: School) -> None:
    pupil = school.pupil(1)
    school.command("office", "records/start-fsm-episode", pupil=pupil, valid_on="2026-09-03")
    school.caught_up()
    fsm = {"characteristics": {"fsm": [{"start": "2026-09-03", "until": "2026-09-30"}]}}
    assert [one["outcome"] for one in intake(school, [row(1, sections=fsm)])] == ["accepted"]
    school.caught_up()
    assert [one["outcome"] for one in intake(school, [row(1, sections=fsm)])] == ["unchanged"]
    (fact,) = section(school, "office", pupil, "free-school-meals")
    assert (fact["since"], fact["until"], fact["text"]) == ("2026-09-03", "2026-09-30", "England")


def stored(school: School) -> str:
    """Give every column of every table of all the databases as PostgreSQL writes it: text as it is, bytes in hex."""
    found = []
    for place in ("log", "keys", "views"):
        with school.site.owner(place) as connection:
            tables = connection.execute(
                "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for schema, table in tables:
                query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table))
                found += [text for (text,) in connection.execute(query)]
    return "\n".join(found)


def test_a_nationality_is_in_no_table_log_view_or_quarantine(
    school: School, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    sealed: list[str] = []
    seal = Codec.seal

    def overheard(codec: Codec, organisation: bytes, service: str, draft: Draft, meta: Meta) -> Any:
        sealed.append(repr(draft.event))
        return seal(codec, organisation, service, draft, meta)

    monkeypatch.setattr(Codec, "seal", overheard)
    pupil, batch = school.pupil(1), new_id()
    said = []
    about = {"pupil": pupil, "valid_on": "2026-09-03"}
    said.append(school.post("office", "records/offer-field", {**about, "field": "nationality", "value": CANARY}))
    kind = {**about, "kind": "nationality", "codes": [CANARY]}
    said.append(school.post("office", "records/change-characteristic", kind))
    assert [one.status_code for one in said] == [200, 422]
    school.caught_up()
    loose = {"characteristics": {"country_of_birth": CANARY}}
    listed = {"characteristics": {"said": [{"kind": "nationality", "codes": [CANARY]}]}}
    rows = [row(1, sections=loose), row(2, nationality=CANARY), row(3, sections=listed, upn="X" + upn(3)[1:])]
    assert [one["outcome"] for one in intake(school, rows, batch)] == ["accepted", "accepted", "quarantined"]
    aside = {"row": 4, "fields": {"BasicDetails/Nationality": CANARY, "Surname": "Lark"}, "reasons": ["Look at it."]}
    body = {"batch": batch, "connector": "csv", "rows": [aside]}
    assert school.post("connector", "intake/quarantine", body).status_code == 200
    given = f"<BasicDetails><Nationality>{CANARY}</Nationality></BasicDetails>"
    wrong = IDENTITY.replace("N926200024017", "M926200024017")
    report = load_ctf(Wire(school), ctf(IDENTITY + given, wrong + given).encode(), NAME, today=TODAY)
    assert (report.count("accepted"), len(list(report.quarantined()))) == (1, 1)
    school.written = max(school.written, report.index)
    school.caught_up()

    kept = school.get("office", f"intake/batches/{batch}/quarantine").json()["rows"]
    assert [one["row"] for one in kept] == [3, 4]
    assert kept[1]["fields"]["Surname"] == "Lark"
    everything = stored(school)
    assert b"lark".hex() in everything, "the views were not looked into"
    assert "Lark" in str(sealed), "what is sealed was not overheard"
    for written in (CANARY, CANARY.lower(), CANARY.encode().hex()):
        assert written not in everything + str(sealed)
    said_back = f"{kept} {report} {caplog.text} {[one.text for one in said]} {school.read('dpo', f'pupils/{pupil}')}"
    assert CANARY not in said_back
    facts = section(school, "office", pupil, "refused-fields")
    assert {one["label"] for one in facts} == {"Nationality", "Country of birth"}
    assert all("rule fields-not-collected, version 1" in one["text"] for one in facts)
