"""What a school shares, as its own staff would do it: recipients, the gate, and the register."""

from typing import Any

from law.gateways import schedule_1
from support.school import School, new_id


def recipient(school: School, kind: str, title: str, *, documented: bool = True, **more: Any) -> str:
    """Register a recipient and verify them; gives their id."""
    who = new_id()
    if documented:
        document(school)
    school.command("head", "sharing/register-recipient", recipient=who, valid_on="2024-01-01", kind=kind,
                   title=title, **more)  # fmt: skip
    school.command("head", "sharing/verify-recipient", recipient=who, valid_on="2024-01-01", how="called-back",
                   evidence="the number in the public register")  # fmt: skip
    school.caught_up()
    return who


def document(school: School) -> None:
    """Adopt the appropriate policy document that conditions of Schedule 1 ask for; again, nothing happens."""
    asking = tuple(sorted({one.paragraph for one in schedule_1() if one.policy_document}))
    school.command("head", "governance/adopt-policy-document", rule="policy-document", rule_version=1, digest="1" * 64,
                   title="Special category data", conditions=asking, review_on="2027-09-01")  # fmt: skip


def asked(to: str, purpose: str, fields: list[str], **more: Any) -> dict[str, Any]:
    """Give the body of a question to the gate."""
    return {"recipient": to, "sharing_purpose": purpose, "fields": fields, **more}


def send(school: School, who: str, body: dict[str, Any], disclosure: str | None = None) -> Any:
    """Send something; gives the whole response."""
    school.caught_up()
    response = school.post(who, "sharing/send", {"disclosure": disclosure or new_id(), **body})
    if "index" in response.json():
        school.written = max(school.written, response.json()["index"])
    return response


def sent(school: School, who: str, body: dict[str, Any]) -> str:
    """Send something that must be allowed; gives the disclosure."""
    response = send(school, who, body)
    assert response.status_code == 200, response.text
    found: str = response.json()["disclosure"]
    return found


def sentences(decision: dict[str, Any]) -> str:
    """Give every sentence of a decision's tree."""

    def walk(reason: dict[str, Any]) -> list[str]:
        return [reason["sentence"], *(text for one in reason["because"] for text in walk(one))]

    return " ".join(walk(decision["reason"]))
