"""The leavers' board: who left, to where, by which school day their file must follow, and whether it has."""

from typing import Any

from support.school import School, new_id
from support.sharing import asked, recipient, send, sent

FIELDS = ["upn", "full_name", "date_of_birth"]


def left(school: School, serial: int, day: str = "2026-09-30") -> str:
    """Give a pupil who left."""
    who = school.pupil(serial)
    school.command("office", "records/leave", pupil=who, valid_on=day, ground="another-school",
                   destination="Hickling Junior School")  # fmt: skip
    school.caught_up()
    return who


def board(school: School, who: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = school.read(who, "leavers", **{"first": "2026-09-01", "last": "2026-10-31", **query})[
        "leavers"
    ]
    return found


def transfer(school: School, ada: str) -> str:
    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    return sent(school, "office", asked(hickling, "transfer", FIELDS, pupils=[ada], exporter="ctf", file_number=1))


def test_a_leavers_file_is_due_within_fifteen_school_days_of_the_schools_own_calendar(school: School) -> None:
    ada = left(school, 1)
    (line,) = board(school, "office")
    assert (line["subject"], line["left"], line["destination"]) == (ada, "2026-09-30", "Hickling Junior School")
    clock = line["transfer"]
    assert (clock["due"], clock["by_calendar"], clock["state"]) == ("2026-10-21", True, "nothing-sent")
    assert clock["overdue"] is True
    known = school.written
    school.command("operator", "governance/record-unplanned-closure", date="2026-10-05", reason="snow")
    school.caught_up()
    assert board(school, "office")[0]["transfer"]["due"] == "2026-10-22"
    assert board(school, "head", known_at=known, case="CASE-9")[0]["transfer"]["due"] == "2026-10-21"


def test_days_beyond_the_published_calendar_are_said_to_be_a_guess(school: School) -> None:
    left(school, 1, "2026-09-04")
    died = school.pupil(2)
    school.command("office", "records/leave", pupil=died, valid_on="2026-09-05", ground="died")
    july = school.pupil(3)
    school.command("office", "records/leave", pupil=july, valid_on="2027-08-20", ground="another-school")
    school.caught_up()
    lines = board(school, "office", first="2026-09-01", last="2027-08-31")
    assert [one["transfer"]["by_calendar"] for one in lines] == [True, False]


def test_the_board_follows_a_file_until_its_receipt(school: School) -> None:
    ada = left(school, 1)
    which = transfer(school, ada)

    def clock() -> dict[str, Any]:
        found: dict[str, Any] = board(school, "office")[0]["transfer"]
        return found

    assert (clock()["state"], clock()["to"], clock()["disclosure"]) == ("recorded", "Hickling Junior School", which)
    assert clock()["overdue"] is True
    school.command("office", "sharing/note-delivered", disclosure=which)
    assert (clock()["state"], clock()["overdue"]) == ("delivered", False)
    school.command("office", "sharing/confirm-receipt", disclosure=which, valid_on="2026-10-12")
    assert (clock()["state"], clock()["confirmed_on"]) == ("confirmed", "2026-10-12")
    school.command("head", "sharing/recall", disclosure=which, reason="wrong-pupil")
    assert (clock()["state"], clock()["overdue"]) == ("nothing-sent", True)


def test_that_there_is_a_child_protection_file_only_the_safeguarding_lead_and_the_head_see(school: School) -> None:
    ada, bea = left(school, 1), left(school, 2)
    school.command("dsl", "records/record-concern", pupil=ada, concern=new_id(), valid_on="2026-09-10", what="Neglect",
                   account="Came without a coat.", noticed_by="Her teacher")  # fmt: skip
    school.caught_up()
    for who in ("dsl", "head"):
        clocks = {one["subject"]: one["child_protection"] for one in board(school, who)}
        assert clocks[bea] is None
        assert (clocks[ada]["due"], clocks[ada]["state"]) == ("2026-10-07", "nothing-sent")
    assert [one["child_protection"] for one in board(school, "office")] == [None, None]

    hickling = recipient(school, "school", "Hickling Junior School", laestab="926/2001")
    body = asked(hickling, "child-protection-transfer", ["full_name", "safeguarding_concerns"], pupils=[ada],
                 exporter="child-protection-file", discreetly=True)  # fmt: skip
    which = send(school, "dsl", body).json()["disclosure"]
    school.command("dsl", "sharing/note-discreet-outcome", pupil=ada, disclosure=which, valid_on="2026-10-05",
                   outcome="receipt-confirmed")  # fmt: skip
    clock = {one["subject"]: one["child_protection"] for one in board(school, "dsl")}[ada]
    assert (clock["state"], clock["overdue"]) == ("confirmed", False)
    assert [one["child_protection"] for one in board(school, "office")] == [None, None]


def test_a_teacher_sees_no_board(school: School) -> None:
    assert school.get("teacher", "leavers").status_code == 403
