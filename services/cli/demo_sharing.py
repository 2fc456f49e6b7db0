"""What the demo's schools give to others, so that the register of disclosures has something in it to look at."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

NEW_PUPILS: Final = 2
"""Pupils of whom the demo's schools tell their authority that they are new."""
CENSUS_FIELDS: Final = ("upn", "full_name", "date_of_birth", "sex", "address", "enrolment")


def share(head: Any, pupils: Sequence[str], school_year: int, day: date) -> None:
    """Register an authority and the Department, give both what the law asks, and decide once not to."""
    from law.gateways import schedule_1
    from services.connectors.client import as_uuid

    organisation = head.organisation
    since = f"{school_year}-09-01"

    def send(command: str, key: str, **said: Any) -> None:
        head.post(command, said, f"{organisation} {command} {key}")

    conditions = sorted({one.paragraph for one in schedule_1() if one.policy_document})
    send("governance/adopt-policy-document", "", rule="policy-document", rule_version=1, digest="0" * 64,
         title="Special category data", conditions=conditions, review_on=f"{school_year + 1}-09-01")  # fmt: skip
    parties = {
        "authority": "Marshland County Council", "dfe": "Department for Education",
    }  # fmt: skip
    whom = {kind: as_uuid(f"{organisation} {title}") for kind, title in parties.items()}
    for kind, title in parties.items():
        send("sharing/register-recipient", kind, recipient=whom[kind], kind=kind, title=title, valid_on=since)
        send("sharing/verify-recipient", kind, recipient=whom[kind], how="register", valid_on=since,
             evidence="The public list of schools and authorities")  # fmt: skip
    index = head.post("sharing/register-recipient", {
        "recipient": whom["dfe"], "kind": "dfe", "title": parties["dfe"], "valid_on": since,
    }, f"{organisation} again")["index"]  # fmt: skip
    head.get("recipients", wait_for=index)
    new = list(pupils[:NEW_PUPILS])
    if new:
        send("sharing/send", "new", disclosure=as_uuid(f"{organisation} new"), recipient=whom["authority"],
             sharing_purpose="new-pupil-return", fields=["full_name", "upn", "address"], pupils=new)  # fmt: skip
        send("sharing/decide-not", "kept", decision=as_uuid(f"{organisation} kept"), recipient=whom["authority"],
             sharing_purpose="safeguarding", fields=["full_name", "attendance"], pupils=new[:1],
             reason="Nothing here says that it is necessary yet.")  # fmt: skip
    send("sharing/send", "census", disclosure=as_uuid(f"{organisation} census"), recipient=whom["dfe"],
         sharing_purpose="school-census", fields=list(CENSUS_FIELDS),
         cohort_on=min(day, date(school_year, 10, 1)).isoformat())  # fmt: skip
