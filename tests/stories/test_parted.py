"""Two records merged by mistake and parted again: each has its own facts, with what was put right of them meanwhile."""

from typing import Any

import pytest
from support.school import School, new_id

DAY, LATER = "2026-09-15", "2026-10-01"
WHY = {"reason": "looked up again"}
EXCLUSION = {"exclusion_kind": "PERM", "exclusion_reasons": ["PP"]}

ALLERGY = {"called": "Nuts", "severity": "mild", "what_to_do": "use the pen"}


def sections(school: School, who: str, pupil: str) -> dict[str, list[str]]:
    """Give what a pupil's sections say, by section; that a record is merged is told among its numbers."""
    school.caught_up()
    record = school.read(who, f"pupils/{pupil}", valid_on="2026-11-20")["pupil"]
    return {
        one["name"]: [f"{fact['label']}: {fact['text']} until {fact['until']}" for fact in one["facts"]]
        for one in record["sections"] if one["facts"] and one["name"] != "numbers"
    }  # fmt: skip


def merged(school: School) -> tuple[str, str]:
    """Give two pupils, the second of whom has facts that are put right while it is merged into the first."""
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    exclusion, note, order, concern = new_id(), new_id(), new_id(), new_id()
    told = {"concern": concern, "account": "a graze", "noticed_by": "the teacher"}

    def say(role: str, command: str, pupil: str, on: str = DAY, **said: Any) -> None:
        school.command(role, f"records/{command}", pupil=pupil, valid_on=on, **said)

    say("head", "record-exclusion", bea, exclusion=exclusion, episode=EXCLUSION)
    say("head", "record-pastoral-note", bea, note=note, text="quiet")
    say("office", "record-court-order", bea, order=order, order_kind="care")
    say("senco", "record-allergy", bea, allergy=ALLERGY)
    say("office", "change-characteristic", bea, kind="ethnicity", codes=["WIRI"])
    say("office", "start-fsm-episode", bea)
    say("senco", "start-sen-provision", bea, provision="K")
    say("dsl", "record-concern", bea, what="a bruise", **told)
    school.command("office", "records/merge-pupils", survivor=ada, merged=bea, reason="one child")
    school.caught_up()
    say("head", "correct-exclusion", ada, exclusion=exclusion, episode=EXCLUSION | {"exclusion_reasons": ["PA"]}, **WHY)
    say("head", "reinstate-pupil", ada, LATER, exclusion=exclusion)
    say("head", "correct-pastoral-note", ada, note=note, text="quieter", **WHY)
    say("office", "correct-court-order", ada, order=order, order_kind="special-guardianship", **WHY)
    say("office", "lift-court-order", ada, LATER, order=order, **WHY)
    say("senco", "correct-allergy", ada, called="Nuts", started=DAY, allergy=ALLERGY | {"severity": "severe"}, **WHY)
    say("office", "correct-characteristic", ada, kind="ethnicity", codes=["WBRI"], **WHY)
    say("office", "correct-fsm-episode", ada, started=DAY, episode={"start": "2026-09-16", "country": "ENG"}, **WHY)
    say("senco", "correct-sen-provision", ada, started=DAY, provision="E", **WHY)
    say("dsl", "correct-concern", ada, what="a scratch", **told, **WHY)
    say("dsl", "refer-concern", ada, LATER, concern=concern, referred_to="the early help team")
    say("dsl", "close-concern", ada, LATER, concern=concern, outcome="no more was seen")
    return ada, bea


@pytest.mark.parametrize("role", ["head", "dsl"])
def test_what_was_put_right_of_one_twin_stays_with_it(school: School, role: str) -> None:
    ada, bea = merged(school)
    together = sections(school, role, ada)
    school.command("office", "records/unmerge-pupils", survivor=ada, merged=bea, reason="twins")
    assert sections(school, role, ada) == {}
    assert sections(school, role, bea) == together


def test_what_ended_while_they_were_merged_ended_for_the_one_it_was_recorded_of(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")

    def say(role: str, command: str, pupil: str, on: str = DAY, **said: Any) -> None:
        school.command(role, f"records/{command}", pupil=pupil, valid_on=on, **said)

    for one in (ada, bea):
        say("senco", "start-sen-provision", one, provision="K")
    say("senco", "record-allergy", bea, allergy=ALLERGY)
    say("senco", "issue-ehc-plan", bea)
    say("office", "start-fsm-episode", bea)
    school.command("office", "records/merge-pupils", survivor=ada, merged=bea, reason="one child")
    school.caught_up()
    say("senco", "end-sen-provision", ada, LATER)
    say("senco", "end-allergy", ada, LATER, called="Nuts")
    say("senco", "cease-ehc-plan", ada, LATER)
    say("office", "end-fsm-episode", ada, LATER, started=DAY)
    school.command("office", "records/unmerge-pupils", survivor=ada, merged=bea, reason="twins")
    support = f"SEN provision: SEN support (K) until {LATER}"
    assert sections(school, "head", ada) == {"sen": [support]}
    assert sections(school, "head", bea) == {
        "sen": [support, f"EHC plan: in force until {LATER}"],
        "health": [f"Allergy: Nuts, mild. use the pen until {LATER}"],
        "free-school-meals": [f"Free school meals: England until {LATER}"],
    }
