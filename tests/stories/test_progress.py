"""A teacher writes a report and corrects it; it is sent to a parent, and to nobody from whom a court keeps it."""

from typing import Any

from support.school import School

REPORT, ORDER = "00000000-0000-4000-8000-000000000031", "00000000-0000-4000-8000-000000000032"


def contact(school: School, pupil: str, who: str, priority: int) -> None:
    name = {"surname": "Lark", "forename": "Dana"}
    school.command("office", "records/record-contact", person=who, valid_on="2026-09-02", full_name=name)
    school.command("office", "records/link-contact", person=pupil, valid_on="2026-09-02", contact=who,
                   relationship="PAM", priority=priority)  # fmt: skip


def test_a_report_is_written_corrected_and_sent_but_not_to_whom_a_court_forbids(school: School) -> None:
    ada = school.pupil(1)
    dana, evan = (f"00000000-0000-4000-8000-00000000004{number}" for number in (1, 2))
    contact(school, ada, dana, 1)
    contact(school, ada, evan, 2)
    school.command("office", "records/record-court-order", pupil=ada, valid_on="2026-09-02", order=ORDER,
                   order_kind="prohibited-steps", restrains=evan, forbids=["information"])  # fmt: skip
    about: dict[str, Any] = {"pupil": ada, "report": REPORT, "valid_on": "2026-09-14"}
    report = {"school_year": 2026, "term": "autumn", "subjects": [{"taught": "Maths", "statement": "Counts well."}]}
    school.command("teacher", "records/record-progress-report", **about, progress=report)
    school.command("teacher", "records/correct-progress-report", **about,
                   progress={**report, "comment": "A calm start."}, reason="The comment was missing")  # fmt: skip
    school.command("office", "records/send-progress-report", **about, to=dana, channel="email")
    answer = school.post("office", "records/send-progress-report", {**about, "to": evan, "channel": "email"})
    assert answer.status_code == 409, answer.text
    assert "keeps the pupil's details from that person" in answer.text
    sections = school.read("teacher", f"pupils/{ada}")["pupil"]["sections"]
    written, sent = next(one["facts"] for one in sections if one["name"] == "progress")
    assert (written["text"], written["was"]) == ("Maths: Counts well. A calm start.", "Maths: Counts well.")
    assert (sent["value"]["to"], sent["text"]) == (dana, "to a parent, by e-mail")
    assert "progress" not in [one["name"] for one in school.read("dsl", f"pupils/{ada}")["pupil"]["sections"]]
    school.command("teacher", "records/withdraw-progress-report", **about, reason="It is her twin's")
    sections = school.read("teacher", f"pupils/{ada}")["pupil"]["sections"]
    never, sent = next(one["facts"] for one in sections if one["name"] == "progress")
    assert (never["text"], never["was"]) == (
        "Withdrawn: it never was this pupil's.", "Maths: Counts well. A calm start.",
    )  # fmt: skip
    assert sent["value"]["to"] == dana


def test_a_lifting_recorded_by_mistake_is_put_right_and_the_order_holds_again(school: School) -> None:
    ada, dana = school.pupil(1), "00000000-0000-4000-8000-000000000041"
    contact(school, ada, dana, 1)
    about: dict[str, Any] = {"pupil": ada, "valid_on": "2026-09-02", "order": ORDER}
    school.command("office", "records/record-court-order", **about, order_kind="prohibited-steps", restrains=dana,
                   forbids=["information"])  # fmt: skip
    school.command("office", "records/lift-court-order", **about, reason="Letter of the court")
    school.command("office", "records/correct-court-order-lifting", **about, reason="It was of another family")
    sections = school.read("office", f"pupils/{ada}")["pupil"]["sections"]
    (order,) = next(one["facts"] for one in sections if one["name"] == "protection")
    assert order["value"]["in_force"]
    assert order["note"] == "Lifting corrected (recorded before as lifted on 2026-09-02): It was of another family"
