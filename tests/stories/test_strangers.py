"""Nothing is recorded about somebody who is no pupil here, whichever feature is asked to."""

from typing import Any

import pytest
from support.school import School, new_id

DAY = "2026-09-15"
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "record-concern": ("dsl", {"concern": "?", "what": "Marks", "account": "As said", "noticed_by": "A teacher"}),
    "record-court-order": ("office", {"order": "?", "order_kind": "care"}),
    "start-fsm-episode": ("office", {}),
    "start-sen-provision": ("senco", {"provision": "K"}),
    "record-pastoral-note": ("head", {"note": "?", "text": "Settled"}),
    "record-exclusion": ("head", {
        "exclusion": "?", "episode": {"exclusion_kind": "PERM", "exclusion_reasons": ["PP"]},
    }),
    "enrol": ("office", {"status": "C", "year_group": "1"}),
}  # fmt: skip


@pytest.mark.parametrize("command", ASKED)
def test_nothing_is_recorded_about_nobody(school: School, command: str) -> None:
    who, said = ASKED[command]
    body = {"pupil": new_id(), "valid_on": DAY} | {name: new_id() if one == "?" else one for name, one in said.items()}
    answer = school.post(who, f"records/{command}", body)
    assert answer.status_code == 409, answer.text
    assert answer.json()["detail"].startswith("There is no such pupil in this school")
    # Of a pupil registered a moment ago the same is taken, whether the views know of them yet or not.
    name = {"surname": "Lark", "forename": "Ada"}
    school.command("office", "records/register-pupil", pupil=body["pupil"], valid_on="2026-09-03", full_name=name,
                   date_of_birth="2020-05-06", sex="F")  # fmt: skip
    school.command(who, f"records/{command}", **body)


def test_a_group_takes_no_stranger(school: School) -> None:
    answer = school.post("office", "records/join-group", {"group": school.group, "pupils": [new_id()], "date": DAY})
    assert answer.status_code == 409
