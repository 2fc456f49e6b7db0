"""The admission register in whole: its legal contents, its gaps, its warnings, its amendments, as a page and a PDF."""

from html import unescape
from typing import Any

import pytest
from stories.test_families import family
from support.school import School, new_id

from ledger.verify import Earlier


def entries(school: School, who: str = "office", **query: Any) -> dict[str, dict[str, Any]]:
    found = school.read(who, "admission-register", **query)["register"]["entries"]
    return {one["subject"]: one for one in found}


def leaver(school: School) -> str:
    bea = school.pupil(2, "Wren", "Bea")
    school.command("office", "records/record-last-school", pupil=bea, valid_on="2026-09-03", school="Reed End Nursery")
    school.command("office", "records/leave", pupil=bea, valid_on="2026-09-18", ground="another-school",
                   destination="Fen Road Junior School")  # fmt: skip
    school.command("office", "records/correct-leaving", pupil=bea, valid_on="2026-09-25", ground="moved-away",
                   destination="Fen Road Junior School", reason="letter seen")  # fmt: skip
    return bea


def look(school: School, who: str, form: str = "", **query: str) -> Any:
    school.caught_up()
    return school.site.client.get(
        f"/schools/{school.organisation}/admission-register{form}", params=query, headers=school.headers(who)
    )


def test_everybody_on_the_roll_between_two_days_and_nobody_else(school: School) -> None:
    ada, bea = school.pupil(1), leaver(school)
    assert set(entries(school, first="2026-09-01", last="2026-10-31")) == {ada, bea}
    assert set(entries(school, valid_on="2026-09-25")) == {ada, bea}
    assert set(entries(school, valid_on="2026-09-26")) == {ada}
    assert set(entries(school, valid_on="2026-09-02")) == set()
    assert set(entries(school, valid_on="2026-09-04", year_group="1")) == {ada, bea}
    assert set(entries(school, valid_on="2026-09-04", year_group="2")) == set()
    assert school.get("office", "admission-register", first="2026-09-05", last="2026-09-01").status_code == 409


def test_a_leavers_entry_says_day_ground_destination_and_school_of_before(school: School) -> None:
    bea = leaver(school)
    (time,) = entries(school, first="2026-09-01", last="2026-10-31")[bea]["times"]
    assert (time["starting_day"], time["last_school"]["value"]) == ("2026-09-03", "Reed End Nursery")
    left = time["leaving"]
    assert (left["day"], left["ground"], left["destination"]) == ("2026-09-25", "moved-away", "Fen Road Junior School")
    html = look(school, "office", first="2026-09-01", last="2026-10-31").text
    for words in ("Reed End Nursery", "25 September 2026", "18 September 2026", "letter seen", "Fen Road Junior School",
                  "Synthetic Office, School secretary"):  # fmt: skip
        assert words in html


def test_an_amendment_says_why(school: School) -> None:
    bea = leaver(school)
    school.command("office", "records/correct-last-school", pupil=bea, valid_on="2026-09-03", school="Marsh End",
                   reason="the old school wrote")  # fmt: skip
    (time,) = entries(school, first="2026-09-01", last="2026-10-31")[bea]["times"]
    last_school = time["last_school"]
    assert (last_school["was"]["value"], last_school["at"]["reason"]) == ("Reed End Nursery", "the old school wrote")
    html = look(school, "office", first="2026-09-01", last="2026-10-31").text
    assert "the old school wrote" in html
    assert "In the pupil&#39;s history" not in html


def test_evidence_stands_beside_the_reason_in_the_register_the_record_and_the_history(school: School) -> None:
    bea = leaver(school)
    why = {"reason": "misspelt", "evidence": "birth certificate"}
    said = "misspelt Evidence: birth certificate"
    school.command("office", "records/correct-name", pupil=bea, valid_on="2026-09-03",
                   full_name={"surname": "Wrenn", "forename": "Bea"}, **why)  # fmt: skip
    school.command("office", "records/correct-leaving", pupil=bea, valid_on="2026-09-25", ground="moved-away",
                   destination="Reed Road Junior School", reason="read wrong", evidence="their letter")  # fmt: skip
    entry = entries(school, first="2026-09-01", last="2026-10-31")[bea]
    assert (entry["name"]["at"]["reason"], entry["times"][0]["leaving"]["reason"]) == (
        said, "read wrong Evidence: their letter",
    )  # fmt: skip
    html = look(school, "office", first="2026-09-01", last="2026-10-31").text
    assert said in html
    assert "read wrong Evidence: their letter" in html
    assert school.read("office", f"pupils/{bea}", valid_on="2026-09-20")["pupil"]["name"]["at"]["reason"] == said
    (line,) = [
        one for one in school.read("office", f"pupils/{bea}/timeline")["entries"] if one["name"] == "name-corrected"
    ]
    assert line["said"]["evidence"] == "birth certificate"
    page = school.site.client.get(
        f"/schools/{school.organisation}/pupils/{bea}",
        params={"valid_on": "2026-09-20"},
        headers=school.headers("office"),
    )
    assert f"Corrected: {said}" in page.text
    assert "Evidence" in page.text.replace(said, "")


def test_who_comes_back_has_two_times_each_with_its_own_school_of_before(school: School) -> None:
    bea = leaver(school)
    school.command("office", "records/enrol", pupil=bea, valid_on="2026-11-02", status="C", year_group="1")
    again = entries(school, first="2026-09-01", last="2026-11-30")[bea]["times"]
    assert [(one["starting_day"], one["leaving"] is None) for one in again] == [
        ("2026-09-03", False), ("2026-11-02", True),
    ]  # fmt: skip
    assert [one["last_school"] and one["last_school"]["value"] for one in again] == ["Reed End Nursery", None]
    (now,) = entries(school, valid_on="2026-11-10")[bea]["times"]
    assert now["starting_day"] == "2026-11-02"


def test_parents_come_first_and_what_the_record_lacks_is_named(school: School) -> None:
    ada, dana, evan = family(school)
    (entry,) = entries(school).values()
    assert "a parent with parental responsibility" in entry["gaps"]
    school.command("office", "records/record-parental-responsibility", person=ada, valid_on="2026-09-03", contact=evan,
                   holds=True, known_from="birth-certificate")  # fmt: skip
    for who, number in ((dana, "01603 000001"), (evan, "01603 000002")):
        school.command(
            "office", "records/change-phone", person=who, valid_on="2026-09-03", phone_type="M", number=number
        )
    school.command(
        "office", "records/change-address", person=ada, valid_on="2026-09-03", address={"lines": ["1 reed lane"]}
    )
    (entry,) = entries(school).values()
    assert [(one["contact"]["contact"], one["at_pupils_address"]) for one in entry["contacts"]] == [
        (evan, False), (dana, True),
    ]  # fmt: skip
    assert entry["gaps"] == ["the school attended last", "with which parent the pupil normally lives"]
    html = look(school, "office").text
    for words in (
        "Parent 2",
        "01603 000002",
        "4 Mill Row",
        "1 Reed Lane, the pupil&#39;s address too",
        "Not in the record",
    ):
        assert words in html


MOVE: dict[str, Any] = {"expected_on": "2027-01-04", "address": {"lines": ["4 Mill Row"], "postcode": "NR1 1AA"}, "in_addition": False}  # fmt: skip


def test_the_register_says_with_whom_a_pupil_lives_and_what_is_to_come(school: School) -> None:
    ada, dana, evan = family(school)
    about: dict[str, Any] = {"pupil": ada, "valid_on": "2026-09-03"}
    stranger = school.post("office", "records/record-residence", {**about, "lives_with": [new_id()]})
    assert stranger.status_code == 409
    assert "Link them to the pupil first" in stranger.json()["detail"]
    school.command("office", "records/record-residence", **about, lives_with=[dana])
    school.command("office", "records/correct-residence", **about, lives_with=[evan], reason="an order of the court")
    school.command("office", "records/notify-future-address", **about, future={**MOVE, "lives_with": [dana]})
    school.command("office", "records/expect-first-day", pupil=ada, valid_on="2026-06-01", first_day="2026-09-01")
    school.command("office", "records/correct-expected-first-day", pupil=ada, valid_on="2026-06-01",
                   first_day="2026-09-03", reason="the letter says the third")  # fmt: skip
    assert school.post("teacher", "records/record-residence", {**about, "lives_with": [dana]}).status_code == 403

    (entry,) = entries(school, valid_on="2026-09-10").values()
    assert "with which parent the pupil normally lives" not in entry["gaps"]
    assert (entry["lives_with"]["value"], entry["lives_with"]["was"]["value"]["text"]) == (
        {"value": [evan], "text": "Evan Lark"}, "Dana Lark",
    )  # fmt: skip
    assert {one["contact"]["contact"]: one["lives_with"] for one in entry["contacts"]} == {dana: False, evan: True}
    assert entry["future"]["value"]["value"]["expected_on"] == "2027-01-04"
    assert entry["times"][0]["first_day"]["value"] == "2026-09-03"
    html = unescape(look(school, "office", valid_on="2026-09-10").text)
    for words in ("Evan Lark", "the pupil normally lives with them", "an order of the court", "the letter says the third",
                  "1 September 2026", "4 Mill Row, NR1 1AA. Expected from 4 January 2027, with Dana Lark."):  # fmt: skip
        assert words in html
    page = unescape(school.site.client.get(
        f"/schools/{school.organisation}/pupils/{ada}?valid_on=2026-09-10", headers=school.headers("office")
    ).text)  # fmt: skip
    for words in ("Where the pupil lives", "Expected first day of attendance", "4 Mill Row, NR1 1AA"):
        assert words in page
    assert "Where the pupil lives" not in school.site.client.get(
        f"/schools/{school.organisation}/pupils/{ada}", headers=school.headers("teacher")
    ).text  # fmt: skip


def test_an_amendment_of_a_link_says_why_and_a_change_that_it_is_one(school: School) -> None:
    ada, dana, _ = family(school)
    about: dict[str, Any] = {"person": ada, "valid_on": "2026-09-03"}
    school.command("office", "records/change-address", **about, address={"lines": ["1 Reed Lane"]})
    school.command("office", "records/correct-address", **about, address={"lines": ["2 Reed Lane"]}, reason="the deed")
    school.command("office", "records/change-address", person=dana, valid_on="2026-09-07",
                   address={"lines": ["9 Quay Side"]})  # fmt: skip
    school.command("office", "records/correct-link", **about, contact=dana, relationship="PAM", priority=1,
                   reason="a misreading")  # fmt: skip
    register = school.read("office", "admission-register", valid_on="2026-09-10")["register"]
    (entry,) = register["entries"]
    assert entry["address"]["at"]["reason"] == "the deed"
    html = look(school, "office", valid_on="2026-09-10").text
    for words in ("the deed", "a misreading", "A change from 7 September 2026, not a correction"):
        assert words in html


def test_a_withheld_address_is_never_without_its_warning(school: School) -> None:
    ada, dana, evan = family(school)
    school.command(
        "office", "records/change-address", person=ada, valid_on="2026-09-03", address={"lines": ["1 Reed Lane"]}
    )
    school.command("office", "records/mark-non-disclosure", person=dana, valid_on="2026-09-03", marker=new_id(),
                   withholds="address", against=evan, reason="a refuge")  # fmt: skip
    (entry,) = entries(school).values()
    assert {one["contact"]["contact"]: len(one["warnings"]) for one in entry["contacts"]} == {dana: 1, evan: 0}
    school.command("office", "records/record-court-order", pupil=ada, valid_on="2026-09-03", order=new_id(),
                   order_kind="non-molestation", restrains=evan, forbids=["address"], document="FX26C00012")  # fmt: skip
    (entry,) = entries(school).values()
    assert len(entry["warnings"]) == 2
    assert len(entry["address_warnings"]) == 1
    assert {one["contact"]["contact"]: len(one["warnings"]) for one in entry["contacts"]} == {dana: 2, evan: 0}
    html = look(school, "office").text
    assert html.index("Warning.") < html.index("1 Reed Lane")
    assert html.count("a refuge") >= 3  # above the entry, with the name, and with the address


def test_a_warning_of_today_stands_on_a_leavers_entry_too(school: School) -> None:
    ada, dana, evan = family(school)
    school.command("office", "records/leave", pupil=ada, valid_on="2026-09-18", ground="moved-away")
    school.command("office", "records/mark-non-disclosure", person=dana, valid_on="2026-09-20", marker=new_id(),
                   withholds="address", against=evan, reason="a refuge")  # fmt: skip
    (entry,) = entries(school, first="2026-09-01", last="2026-09-30").values()
    assert len(entry["warnings"]) == 1


def test_a_register_is_written_down_before_it_is_given_with_everybody_it_names(school: School) -> None:
    ada, dana, evan = family(school)
    assert look(school, "office", ".pdf").status_code == 200
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'records-searched'"
            " AND ARRAY[%s, %s, %s]::uuid[] <@ subjects", [school.organisation, ada, dana, evan],
        ).fetchone()  # fmt: skip
    assert found == (1,)


def test_only_whoever_may_see_all_of_it_is_given_it(school: School) -> None:
    school.pupil(1)
    for who in ("office", "head", "dpo", "dsl", "senco"):
        assert look(school, who).status_code == 200
    for who in ("teacher", "connector"):
        assert look(school, who).status_code == 403
        assert school.get(who, "admission-register").status_code == 403


def test_the_pin_and_a_look_back(school: School) -> None:
    ada = school.pupil(1)
    before = school.read("office", "admission-register")["register"]
    assert Earlier.parse(before["pin"]) is not None
    leaver(school)
    assert len(entries(school, "dpo", first="2026-09-01", last="2026-10-31")) == 2
    then = entries(school, "dpo", first="2026-09-01", last="2026-10-31", known_at=before["index"], case="CASE-1")
    assert set(then) == {ada}


def test_the_page_and_the_pdf_say_the_same(school: School) -> None:
    pytest.importorskip("weasyprint")
    leaver(school)
    family(school)
    pdf = look(school, "office", ".pdf", first="2026-09-01", last="2026-10-31")
    assert pdf.status_code == 200, pdf.text
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"] == 'attachment; filename="admission-register.pdf"'
