"""Families that are not one household: who may not be told what, who disputes what, and what each value replaced."""

from typing import Any

from support.school import School, new_id

SINCE = {"valid_on": "2026-09-03"}


def family(school: School) -> tuple[str, str, str]:
    """Give a pupil with two contacts at two addresses."""
    ada, dana, evan = school.pupil(1), new_id(), new_id()
    for place, (who, forename, line) in enumerate(((dana, "Dana", "1 Reed Lane"), (evan, "Evan", "4 Mill Row")), 1):
        name = {"surname": "Lark", "forename": forename}
        school.command("office", "records/record-contact", person=who, **SINCE, full_name=name)
        school.command("office", "records/link-contact", person=ada, **SINCE, contact=who, relationship="REL",
                       priority=place)  # fmt: skip
        school.command("office", "records/change-address", person=who, **SINCE, address={"lines": [line]})
    return ada, dana, evan


def record(school: School, who: str, pupil: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = school.read(who, f"pupils/{pupil}", **query)["pupil"]
    return found


def page(school: School, who: str, pupil: str) -> str:
    school.caught_up()
    found = school.site.client.get(
        f"/schools/{school.organisation}/pupils/{pupil}", headers={"Authorization": f"Bearer {school.token(who)}"}
    )
    assert found.status_code == 200
    return str(found.text)


def test_an_order_warns_before_the_contacts_and_leaves_no_trace_with_whom_it_restrains(school: School) -> None:
    ada, dana, evan = family(school)
    order = new_id()
    written = school.command(
        "office", "records/record-court-order", pupil=ada, **SINCE, order=order, order_kind="non-molestation",
        restrains=evan, forbids=["contact", "address"], document="FX26C00012",
    )  # fmt: skip
    assert written["changed"]
    known = record(school, "office", ada)
    assert "no contact with the pupil" in known["warnings"][0]["text"]
    barred = {one["contact"]: [(told["what"], told["of"]) for told in one["barred"]] for one in known["contacts"]}
    assert barred == {dana: [], evan: [("address", ada), ("address", dana), ("contact", ada)]}

    html = page(school, "office", ada)
    assert html.index("govuk-warning-text") < html.index("Contact 1")
    assert "Non-molestation order" in html
    assert "Non-molestation order" not in page(school, "teacher", ada)
    assert record(school, "teacher", ada)["warnings"] == []

    with school.site.owner("log") as connection:
        about = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'court-order-recorded'"
            " AND %s = ANY(subjects)", [school.organisation, evan],
        ).fetchone()  # fmt: skip
    assert about == (0,)
    live = school.read("dpo", f"pupils/{ada}")
    replayed = school.read("dpo", f"pupils/{ada}", known_at=live["at"]["index"], case="CASE-4")
    assert {**replayed, "at": None} == {**live, "at": None}

    school.command("office", "records/lift-court-order", pupil=ada, valid_on="2026-09-20", order=order,
                   reason="the court lifted it")  # fmt: skip
    assert record(school, "office", ada, valid_on="2026-09-20")["warnings"] == []
    (ended,) = [one for one in record(school, "office", ada)["sections"] if one["name"] == "protection"]
    assert ended["facts"][0]["until"] == "2026-09-19"


def test_a_marked_address_is_kept_from_the_other_parent_also_as_known_then(school: School) -> None:
    ada, dana, evan = family(school)
    school.command("office", "records/mark-non-disclosure", person=dana, **SINCE, marker=new_id(),
                   withholds="address", against=evan, reason="a refuge")  # fmt: skip
    known = record(school, "office", ada)
    assert {one["contact"]: len(one["barred"]) for one in known["contacts"]} == {dana: 0, evan: 1}
    live = school.read("dpo", f"pupils/{ada}")
    replayed = school.read("dpo", f"pupils/{ada}", known_at=live["at"]["index"], case="CASE-5")
    assert replayed["pupil"] == live["pupil"]


def test_every_value_says_what_it_replaced(school: School) -> None:
    ada = school.pupil(1)
    first = record(school, "office", ada)["name"]["at"]["index"]
    school.command("office", "records/correct-name", pupil=ada, **SINCE,
                   full_name={"surname": "Larke", "forename": "Ada"}, reason="certificate seen")  # fmt: skip
    name = record(school, "office", ada)["name"]
    assert (name["was"]["value"]["surname"], name["was"]["at"]["index"]) == ("Lark", first)
    html = page(school, "office", ada)
    assert "Before: </span>Ada Lark</del>" in html
    assert f"It replaced what entry {first} said" in html


def test_a_disputed_fact_is_shown_with_the_familys_words(school: School) -> None:
    ada, dana, _ = family(school)
    known = record(school, "office", ada)
    said = {"valid_on": "2026-10-01", "text": "We have never used this name."}
    entry = known["name"]["at"]["index"]
    added = school.command("office", "records/add-statement-of-disagreement", person=ada, disputes=entry,
                           fact="full_name", **said)  # fmt: skip
    known = record(school, "office", ada)
    assert "never used" in known["name"]["note"]
    assert known["sex"]["note"] is None
    assert "We have never used this name." in page(school, "teacher", ada)

    lives = next(one for one in known["contacts"] if one["contact"] == dana)["address"]["at"]["index"]
    school.command("office", "records/add-statement-of-disagreement", person=dana, disputes=lives, **said)
    contacts = record(school, "office", ada)["contacts"]
    assert [bool(one["address"]["note"]) for one in contacts] == [True, False]

    school.command("office", "records/withdraw-statement-of-disagreement", person=ada, valid_on="2026-10-02",
                   statement=added["index"], reason="settled")  # fmt: skip
    assert record(school, "office", ada)["name"]["note"] is None


def test_a_statement_about_an_entry_of_somebody_else_is_refused(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    entry = record(school, "office", bea)["name"]["at"]["index"]
    refused = school.post("office", "records/add-statement-of-disagreement", {
        "person": ada, "valid_on": "2026-10-01", "disputes": entry, "text": "not us",
    })  # fmt: skip
    assert refused.status_code == 409
    assert "says nothing about this person" in refused.json()["detail"]


def test_parental_responsibility_says_how_it_is_known(school: School) -> None:
    ada, dana, _ = family(school)
    school.command("office", "records/record-parental-responsibility", person=ada, **SINCE, contact=dana, holds=True,
                   known_from="birth-certificate")  # fmt: skip
    first = record(school, "office", ada)["contacts"][0]
    assert (first["parental_responsibility"], first["responsibility"]["value"]["source"]) == (True, "birth-certificate")
    assert "Yes: birth certificate seen" in page(school, "office", ada)
