"""A record follows a child on paper: the educational record, the child protection file apart from it, the nurse."""

from typing import Any

from support.school import School, new_id
from support.sharing import asked, recipient, send, sent

RECORD = ["full_name", "date_of_birth", "contacts", "address", "pastoral_notes", "results"]


def given(school: School, who: str, which: str, **query: Any) -> str:
    response = school.get(who, f"disclosures/{which}/file", **query)
    assert response.status_code == 200, response.text
    text: str = response.text
    return text


def test_the_educational_record_follows_a_pupil_to_the_next_school(school: School) -> None:
    ada = school.pupil(1, "O'Lark <b>", "Ada")
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "educational-record", RECORD, pupils=[ada], exporter="educational-record")
    which = sent(school, "head", body)
    text = given(school, "head", which)
    assert "Educational record" in text
    assert "O&#x27;Lark &lt;b&gt;" in text
    assert "<script" not in text
    assert text == given(school, "head", which)


def test_a_record_is_about_one_pupil(school: School) -> None:
    pupils = [school.pupil(1), school.pupil(2)]
    hickling = recipient(school, "school", "Hickling Junior School")
    body = asked(hickling, "educational-record", RECORD, pupils=pupils, exporter="educational-record")
    assert "about one pupil" in send(school, "head", body).json()["detail"]


def test_the_child_protection_file_goes_apart_and_discreetly(school: School) -> None:
    ada = school.pupil(1)
    school.command("dsl", "records/record-concern", pupil=ada, concern=new_id(), valid_on="2026-09-10",
                   what="Neglect", account="Came without a coat in the frost.", noticed_by="Her teacher")  # fmt: skip
    school.caught_up()
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "child-protection-transfer", ["full_name", "date_of_birth", "safeguarding_concerns"],
                 pupils=[ada], exporter="child-protection-file")  # fmt: skip
    assert "discreetly" in send(school, "dsl", body).json()["detail"]
    which = sent(school, "dsl", {**body, "discreetly": True})
    assert "without a coat" in given(school, "dsl", which, pupil=ada)
    assert school.get("office", f"disclosures/{which}/file", pupil=ada).status_code == 403
    school.command("dsl", "sharing/note-discreet-outcome", pupil=ada, disclosure=which, valid_on="2026-09-14",
                   outcome="receipt-confirmed")  # fmt: skip
    (line,) = school.read("dsl", f"pupils/{ada}/disclosures")["disclosures"]
    assert line["state"] == "receipt-confirmed"
    assert school.read("office", f"pupils/{ada}/disclosures")["disclosures"] == []


def test_the_nurse_is_told_what_is_necessary_and_why_is_said(school: School) -> None:
    ada = school.pupil(1)
    nurse = recipient(school, "school-nurse", "Broads Nursing")
    body = asked(nurse, "school-nursing", ["full_name", "medical_conditions"], pupils=[ada])
    assert send(school, "office", body).status_code == 409
    which = sent(school, "office", {**body, "necessity": "For the asthma clinic next week."})
    assert "Lark, Ada" in given(school, "office", which)
    wide = asked(nurse, "school-nursing", ["full_name", "results"], pupils=[ada], necessity="For the clinic.")
    assert send(school, "office", wide).json()["decision"]["blocked"] == ["results"]


def family(school: School) -> tuple[str, str, str]:
    """Give a pupil and two parents, at two addresses."""
    ada, dana, evan = school.pupil(1), new_id(), new_id()
    since = {"valid_on": "2026-09-03"}
    for place, (who, forename) in enumerate(((dana, "Dana"), (evan, "Evan")), 1):
        name = {"surname": "Lark", "forename": forename}
        school.command("office", "records/record-contact", person=who, **since, full_name=name)
        school.command("office", "records/link-contact", person=ada, **since, contact=who, relationship="REL",
                       priority=place)  # fmt: skip
        school.command(
            "office", "records/change-address", person=who, **since, address={"lines": [f"{place} Mill Row"]}
        )
    school.caught_up()
    return ada, dana, evan


def to_parent(ada: str, person: str | None, parents: str) -> dict[str, Any]:
    more = {"person": person} if person else {}
    return asked(parents, "educational-record", ["full_name", "contacts"], pupils=[ada],
                 exporter="educational-record", decided_because="A written request of 1 September.", **more)  # fmt: skip


def test_a_parent_is_given_the_record_without_what_is_kept_from_them(school: School) -> None:
    ada, dana, evan = family(school)
    parents = recipient(school, "parent", "Parents")
    assert "Say which" in send(school, "head", to_parent(ada, None, parents)).json()["detail"]
    school.command("office", "records/mark-non-disclosure", person=dana, valid_on="2026-09-03", marker=new_id(),
                   withholds="address", against=evan, reason="a refuge")  # fmt: skip
    hers = sent(school, "head", to_parent(ada, dana, parents))
    assert "1 Mill Row" in given(school, "head", hers)
    his = sent(school, "head", to_parent(ada, evan, parents))
    text = given(school, "head", his)
    assert "2 Mill Row" in text
    for word in ("1 Mill Row", "withheld", "refuge"):
        assert word not in text
    assert text == given(school, "head", his)
    lines = school.read("head", f"pupils/{ada}/disclosures")["disclosures"]
    assert [one["person"] for one in lines] == [evan, dana]
    assert evan not in school.get("head", f"pupils/{ada}/disclosures", **{"for": "family"}).text


def test_whom_an_order_keeps_everything_from_is_given_nothing_and_that_is_kept(school: School) -> None:
    ada, _, evan = family(school)
    parents = recipient(school, "parent", "Parents")
    school.command("office", "records/record-court-order", pupil=ada, valid_on="2026-09-03", order=new_id(),
                   order_kind="non-molestation", restrains=evan, forbids=["information"], document="FX1")  # fmt: skip
    school.caught_up()
    answer = send(school, "head", to_parent(ada, evan, parents))
    assert answer.status_code == 409
    assert "keeps everything" in answer.json()["decision"]["reason"]["sentence"]
    (kept,) = school.read("head", "not-shared")["not_shared"]
    assert kept["sharing_purpose"] == "educational-record"
    stranger = send(school, "head", to_parent(ada, new_id(), parents))
    assert "not among" in stranger.json()["decision"]["reason"]["sentence"]


def test_a_letter_goes_with_what_is_handed_over_and_names_no_pupil(school: School) -> None:
    ada = school.pupil(1)
    hickling = recipient(school, "school", "Hickling & Sutton Junior School", laestab="926/2001")
    body = asked(hickling, "transfer", ["upn", "full_name"], pupils=[ada], exporter="ctf", channel="by-hand")
    which = sent(school, "office", body)
    text = given_letter(school, "office", which).text
    for word in ("Hickling &amp; Sutton Junior School", "one pupil", "Pupil Information", which, "Received on"):
        assert word in text
    assert "Lark" not in text
    made = given_letter(school, "office", which, ".pdf")
    assert made.content.startswith(b"%PDF")
    assert school.get("teacher", f"disclosures/{which}/letter").status_code == 403


def given_letter(school: School, who: str, which: str, form: str = "") -> Any:
    response = school.get(who, f"disclosures/{which}/letter{form}")
    assert response.status_code == 200, response.text
    return response
