"""What would go, shown before it does: the very bytes, and in words what the recipient will see of each pupil."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown
from law.gateways import shared_fields
from services.door import At, Door, Visit
from services.routes import Answered, an_id, body, token
from services.shared_facts import Pupil
from services.sharing.api import SCOPE, decision_json, lacking, let_in_for
from services.sharing.asking import Asked, AskedInParts, in_fields
from services.sharing.composing import Weighed, made
from services.sharing.exporters import File
from services.sharing.register_api import Reads
from services.sharing.sending import Sender

TITLES: Final[Mapping[str, str]] = {one.field: one.title for one in shared_fields()}
SHOWN: Final = "what would be given"


@dataclass(frozen=True, slots=True)
class Preview:
    """What was weighed and, where it may go, the file as it would, made when, and what is seen of each pupil."""

    weighed: Weighed
    made_at: datetime
    file: File | None = None
    seen: Sequence[Mapping[str, Any]] = ()

    @property
    def sha256(self) -> str | None:
        """What the file must hash to when it goes."""
        return sha256(self.file.data).hexdigest() if self.file else None


async def preview_of(sender: Sender, reads: Reads, visit: Visit, asked: Asked) -> Preview:
    """Give what would go, once it is written down that it is looked at; of what may not go nothing is shown."""
    weighed, made_at = await sender.weigh(visit, asked), visit.now.replace(microsecond=0)
    if weighed.decision.outcome != "allowed":
        return Preview(weighed, made_at)
    file = made(asked, weighed, made_at)
    shown = Shown(categories=tuple(sorted(sender.of_fields(asked.fields))), what=SHOWN)
    await reads.listed(visit, At(visit.today), weighed.known_at, "list", dict.fromkeys(weighed.subjects, shown))
    return Preview(weighed, made_at, file, [_seen(one, asked.fields) for one in weighed.pupils])


def router(door: Door, sender: Sender, reads: Reads) -> APIRouter:
    """Give the route."""
    found = APIRouter(tags=["sharing"])

    @found.post(
        "/api/organisations/{organisation}/sharing/preview", name="preview-sharing", openapi_extra={"x-scope": SCOPE}
    )
    async def preview(request: Request, organisation: str) -> Response:
        """Show exactly what would be sent; nothing is sent, and that it was looked at is written down first.

        Send it with ``previewed`` as given here, and these bytes go or none do.
        """
        door.signer.caller(token(request))
        asked = in_fields(await body(request, AskedInParts))
        visit = await let_in_for(door, sender, token(request), an_id(organisation), asked)
        shown = await preview_of(sender, reads, visit, asked)
        weighed = shown.weighed
        answer: dict[str, Any] = {
            "decision": decision_json(weighed.decision), "known_at": weighed.known_at,
            "sections_left_out": lacking(asked),
        }  # fmt: skip
        if shown.file is None:
            return Answered({**answer, "file": None, "previewed": None, "pupils": []})
        proof = {"made_at": shown.made_at, "sha256": shown.sha256}
        return Answered({**answer, "file": _file_json(shown.file), "previewed": proof, "pupils": shown.seen})

    return found


def _file_json(file: File) -> Mapping[str, Any]:
    return {
        "name": file.name, "content_type": file.content_type, "size": len(file.data),
        "data": b64encode(file.data).decode(),
    }  # fmt: skip


def _seen(pupil: Pupil, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """Give what the recipient will see of a pupil: field by field, with what is kept back and why."""
    return {
        "subject": pupil.subject,
        "fields": [
            {
                "field": one, "title": TITLES.get(one, one), "withheld": pupil.withheld.get(one),
                "facts": [{"text": fact.text, "since": fact.since} for fact in pupil.of(one)],
            }
            for one in fields
        ],
    }  # fmt: skip
