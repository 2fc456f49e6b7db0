"""What the forms of sharing ask for: how the fields of each become a command, and what is said of one that is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from pydantic import ValidationError

from ledger.decider import Command
from services.pages.forms import Sent
from services.sharing import agreements, recipients, requests

KINDS: Final[Mapping[str, str]] = {
    "school": "School", "authority": "Local authority", "dfe": "Department for Education", "ofsted": "Ofsted",
    "school-nurse": "School nursing", "health": "Health service", "ambulance": "Ambulance service",
    "social-care": "Social care", "police": "Police", "court": "Court", "examining-body": "Examining body",
    "youth-support": "Youth support services", "processor": "Processor: works on our instructions",
    "parent": "Parents", "other": "Another organisation",
}  # fmt: skip
LABELS: Final[Mapping[str, str]] = {
    "title": "the name", "laestab": "the LAESTAB: 7 digits", "urn": "the URN: 6 digits", "routes": "how it is reached",
    "evidence": "what you looked at", "until": "the last day", "valid_on": "the day", "reason": "why",
    "who_asks": "who asks", "for_what": "for what", "how_sensitive": "how sensitive it is",
    "how_handled": "how it will be handled", "purposes": "at least one purpose", "fields": "at least one field",
    "confidentiality": "who may see it", "security": "how it is kept safe", "retention": "how long it is kept",
    "permitted_use": "what it may be used for", "onward_sharing": "whether it may be passed on",
    "document": "where the signed text is kept", "outcome": "what is decided", "kind": "what kind it is",
    "how": "how you made sure", "sharing_purpose": "what it is for", "pupils": "of whom", "cohort_on": "the day",
    "necessity": "why it is necessary", "decided_because": "why you decided so", "found_right": "whether it was right",
    "reviewer": "who looks at it again", "file_number": "the file's number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong with a form, as a sentence, and the field to go to; "" where it is about none of them."""

    sentence: str
    field: str


def problems(error: ValidationError) -> Sequence[Wrong]:
    """Give what is wrong with a form, a sentence for each field, without what was typed."""
    found: dict[str, Wrong] = {}
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        places = [str(place) for place in one["loc"] if place in LABELS]
        name = places[-1] if places else ""
        verb = "Shorten" if one["type"] == "string_too_long" else "Enter"
        found.setdefault(name, Wrong(f"{verb} {LABELS[name]}" if name else "Something here is not right", name))
    return list(found.values())


def said_in(form: Sent, *names: str) -> dict[str, Any]:
    """Give these fields of a form; what is empty was not said."""
    return {name: form.text(name) or None for name in names}


def chosen(form: Sent, prefix: str) -> list[str]:
    """Give the boxes that were ticked: each has a name of its own, purpose.transfer or field.upn."""
    return [
        name.removeprefix(f"{prefix}.")
        for name, value in form.fields.items()
        if name.startswith(f"{prefix}.") and value
    ]


def _routes(form: Sent) -> list[dict[str, Any]]:
    channel = form.text("channel")
    return [{"channel": channel, "endpoint": form.text("endpoint") or None}] if channel else []


def _register(form: Sent, recipient: str) -> dict[str, Any]:
    said = said_in(form, "kind", "title", "laestab", "urn", "valid_on")
    return {"recipient": recipient, **said, "routes": _routes(form)}


def _verify(form: Sent, recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, **said_in(form, "how", "evidence", "valid_on", "until")}


def _rename(form: Sent, recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, **said_in(form, "title", "reason", "valid_on")}


def _reroute(form: Sent, recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, "routes": _routes(form), **said_in(form, "reason", "valid_on")}


def _because(form: Sent, recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, **said_in(form, "reason", "valid_on")}


def _what(form: Sent) -> dict[str, Any]:
    return {"purposes": chosen(form, "purpose"), "fields": chosen(form, "field")}


def _request(form: Sent, recipient: str) -> dict[str, Any]:
    answers = said_in(form, "who_asks", "for_what", "how_sensitive", "how_handled")
    said = {"recipient": recipient, "request": fresh(form), **said_in(form, "valid_on"), **_what(form)}
    return {**said, "assessment": answers}


def _decide(form: Sent, recipient: str) -> dict[str, Any]:
    said = {"recipient": recipient, **said_in(form, "request", "outcome", "reason", "valid_on")}
    return {**said, **(_what(form) if said["outcome"] == "narrowed" else {})}


def _sign(form: Sent, recipient: str) -> dict[str, Any]:
    terms = said_in(form, "confidentiality", "security", "retention", "permitted_use", "onward_sharing")
    said = {"recipient": recipient, "agreement": fresh(form), **said_in(form, "document", "valid_on", "until")}
    return {**said, **_what(form), "terms": terms}


def _end(form: Sent, recipient: str) -> dict[str, Any]:
    return {"recipient": recipient, **said_in(form, "agreement", "reason", "valid_on")}


def fresh(form: Sent) -> str:
    """Give the id of what a form begins: the form's own key, so that a form sent twice begins one thing."""
    return form.text("key") or str(uuid4())


FORMS: Final[Mapping[str, tuple[type[Command], Callable[[Sent, str], dict[str, Any]]]]] = {
    "register": (recipients.RegisterRecipient, _register),
    "verify": (recipients.VerifyRecipient, _verify),
    "rename": (recipients.RenameRecipient, _rename),
    "reroute": (recipients.RerouteRecipient, _reroute),
    "suspend": (recipients.SuspendRecipient, _because),
    "resume": (recipients.ResumeRecipient, _because),
    "request": (requests.RequestSharing, _request),
    "decide": (requests.DecideRequest, _decide),
    "sign": (agreements.SignAgreement, _sign),
    "end": (agreements.EndAgreement, _end),
}
"""Each form by the last part of its address: the command that it sends, and how its fields become that."""
