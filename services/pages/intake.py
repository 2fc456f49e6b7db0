"""The intake desk's pages: send a file, see what each row would do, bring it in, and mend what was set aside."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from events.governance import Shown
from events.identifiers import id_text
from events.records.common import FullName, PostalAddress
from ledger.decider import Refused
from services.connectors.problems import FileRefused
from services.door import At, Door, NotFound, Visit
from services.pages import forms, mending, words
from services.pages.uploads import Upload, Uploads, read
from services.records.answers import Asked, Reads
from services.records.files import breaker, families, quarantine_api, undo
from services.records.files.intake import Effect
from services.records.files.intake_api import CATEGORIES, SCOPE, compared
from services.records.files.intake_desk import IntakeDesk
from services.records.files.intake_registers import RegisterRows, Registers
from services.records.files.quarantine import AS_WRITTEN, File, Opened, Quarantine, begin, opened
from services.records.files.setting_aside import REASON_MAX, Bad, Load, RowAnswer
from services.routes import COOKIE, a_number, an_id

Draw = Callable[..., Awaitable[Response]]
Route = tuple[str, str, Callable[..., Awaitable[Response]]]
_GONE: Final = "This file is not kept any more: it waits half an hour and is never put on a disk. Choose it again."


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a row on the page: what would become of it, and what stands there now with its age and source."""

    row: int
    field: str
    effect: str
    new: str
    old: str
    at: Any


class IntakePages:
    """Draws the desk's pages; each of its forms carries the token of its sign-in (see services.pages.forms)."""

    def __init__(self, door: Door, reads: Reads, draw_of: Draw) -> None:
        self._door, self._reads, self._draw_of = door, reads, draw_of
        self._desk = IntakeDesk(door)
        self._quarantine = Quarantine(door, self._desk)
        self._uploads = Uploads(door.clock)

    def routes(self) -> Sequence[Route]:
        """Give each page's address, method and function."""
        base = "/schools/{organisation}/intake"
        return (
            (base, "GET", self.files), (base, "POST", self.sent),
            (f"{base}/checks/{{check}}", "GET", self.checked), (f"{base}/checks/{{check}}", "POST", self.applied),
            (f"{base}/batches/{{batch}}", "GET", self.batch), (f"{base}/batches/{{batch}}/retry", "POST", self.retried),
            (f"{base}/batches/{{batch}}/families", "GET", self.families),
            (f"{base}/batches/{{batch}}/undo", "GET", self.undo),
            (f"{base}/batches/{{batch}}/undo", "POST", self.undone),
            (f"{base}/batches/{{batch}}/rows/{{row}}", "GET", self.row),
            (f"{base}/batches/{{batch}}/rows/{{row}}", "POST", self.mended),
        )  # fmt: skip

    async def files(self, request: Request, organisation: str) -> Response:
        """Offer to send a file, and list those that came in."""
        return await self._files(request, await self._enter(request, organisation))

    async def sent(self, request: Request, organisation: str) -> Response:
        """Read a file and show what it would do."""
        form, visit = await self._change(request, organisation)
        try:
            upload = await asyncio.to_thread(read, form.file, form.file_name, visit.today)
            if form.text("complete"):
                upload = replace(upload, complete=True)
                await self._whole_roll(visit, upload, bytes(16), form.key, dry_run=True)
        except FileRefused as refused:
            return await self._files(request, visit, str(refused))
        except Refused as refused:
            return await self._files(request, visit, refused.sentence)
        check = self._uploads.keep(_whose(visit), upload)
        return _to(visit, f"checks/{check}")

    async def checked(self, request: Request, organisation: str, check: str) -> Response:
        """Show what each row of a file would do, field by field, beside what is recorded; nothing is written."""
        visit = await self._enter(request, organisation)
        upload = self._kept(visit, check)
        missing = await self._whole_roll(visit, upload, bytes(16), uuid4().bytes, dry_run=True)
        answers = await self._rows(visit, upload, bytes(16), uuid4().bytes, dry_run=True)
        await compared(self._door, self._reads, visit, answers)
        lines = [line for answer in answers for line in _lines(answer)]
        names = await self._reads.names(visit.organisation, [line.at for line in lines if line.at])
        return await self._draw(
            request, visit, "intake_check.html", check=check, upload=upload, lines=lines, made_by=names,
            called=_called(upload), counts=_counts(answers), asides=_asides(answers), missing=missing,
        )  # fmt: skip

    async def applied(self, request: Request, organisation: str, check: str) -> Response:
        """Bring a file in for good."""
        form, visit = await self._change(request, organisation)
        upload = self._kept(visit, check)
        file = File(upload.connector, upload.kind, upload.sha256, upload.total)
        batch, _ = await begin(self._door, visit, file, uuid4().bytes)
        await self._whole_roll(visit, upload, batch, form.key, dry_run=False)
        await breaker.refuse_stopped(self._door, visit.organisation, batch)
        await self._rows(visit, upload, batch, form.key, dry_run=False)
        self._uploads.drop(check)
        return _to(visit, f"batches/{id_text(batch)}")

    async def batch(self, request: Request, organisation: str, batch: str) -> Response:
        """Show what became of a file: the rows that wait, with their reasons."""
        visit = await self._enter(request, organisation)
        found = await opened(self._door, visit.organisation, an_id(batch))
        if found.state.waiting:
            await quarantine_api.seen(self._reads, visit, found)
        rows = quarantine_api.waiting(found)
        return await self._draw(request, visit, "intake_batch.html", batch=batch, found=found, rows=rows)

    async def retried(self, request: Request, organisation: str, batch: str) -> Response:
        """Try the waiting rows again as they are."""
        form, visit = await self._change(request, organisation)
        found = await opened(self._door, visit.organisation, an_id(batch))
        await self._quarantine.retry(visit, found, form.key)
        return _to(visit, f"batches/{id_text(found.batch)}")

    async def families(self, request: Request, organisation: str, batch: str) -> Response:
        """Show which families a file touched."""
        visit = await self._enter(request, organisation)
        found = await families.touched(self._door, visit, an_id(batch))
        shown = Shown(categories=("contact", "identity"), what="families that a file touched")
        people = dict.fromkeys(sorted(families.people(found)), shown)
        await self._reads.listed(visit, At(visit.today), found.index, "list", people)
        return await self._draw(request, visit, "intake_families.html", batch=batch, found=found)

    async def undo(self, request: Request, organisation: str, batch: str) -> Response:
        """Show what undoing a file would withdraw, and what would stay because it was changed since."""
        return await self._undo(request, await self._enter(request, organisation), an_id(batch))

    async def undone(self, request: Request, organisation: str, batch: str) -> Response:
        """Undo a file, and show what stays."""
        form, visit = await self._change(request, organisation)
        where = an_id(batch)
        reason = form.text("reason")
        if not 1 <= len(reason) <= REASON_MAX:
            return await self._undo(request, visit, where, f"Write why, in at most {REASON_MAX} characters")
        at = await self._door.log.size(visit.organisation)
        entries = await undo.planned(self._door, visit, where)
        await undo.undone(self._door, visit, where, entries, at, reason, form.key)
        return _to(visit, f"batches/{id_text(where)}/undo")

    async def _undo(self, request: Request, visit: Visit, batch: bytes, wrong: str | None = None) -> Response:
        at = await self._door.log.size(visit.organisation)
        entries = await undo.planned(self._door, visit, batch)
        await quarantine_api.undo_seen(self._reads, visit, entries, at)
        goes, stays = [one for one in entries if not one.why], [one for one in entries if one.why]
        return await self._draw(
            request, visit, "intake_undo.html", 422 if wrong else 200, batch=id_text(batch), goes=goes, stays=stays,
            wrong=wrong,
        )  # fmt: skip

    async def row(self, request: Request, organisation: str, batch: str, row: str) -> Response:
        """Offer a row to be mended."""
        visit = await self._enter(request, organisation)
        found = await opened(self._door, visit.organisation, an_id(batch))
        await quarantine_api.seen(self._reads, visit, found)
        return await self._row(request, visit, found, row)

    async def mended(self, request: Request, organisation: str, batch: str, row: str) -> Response:
        """Take a row as it was mended; where it still cannot be taken, say so beside what was typed."""
        form, visit = await self._change(request, organisation)
        found = await opened(self._door, visit.organisation, an_id(batch))
        one = _waiting(found, row)
        fields = mending.mended(one["fields"], form.fields)
        answer = await self._quarantine.fix(visit, found, one["row"], fields, form.key)
        if answer.outcome == "quarantined":
            found = await opened(self._door, visit.organisation, found.batch)
            return await self._row(request, visit, found, row, answer.reasons)
        return _to(visit, f"batches/{id_text(found.batch)}")

    async def _row(
        self, request: Request, visit: Visit, found: Opened, row: str, wrong: Sequence[str] = ()
    ) -> Response:
        one = _waiting(found, row)
        fields = one["fields"]
        written = fields.get(AS_WRITTEN) or (fields if not any(mending.boxes(fields).values()) else {})
        return await self._draw(
            request, visit, "intake_row.html", 422 if wrong else 200, batch=id_text(found.batch), one=one, wrong=wrong,
            boxes=mending.boxes(fields), rest=mending.rest(fields), written=written, labels=mending.LABELS,
            hints=mending.HINTS,
        )  # fmt: skip

    async def _files(self, request: Request, visit: Visit, wrong: str | None = None) -> Response:
        listed = await quarantine_api.listed(self._door, visit.organisation)
        return await self._draw(request, visit, "intake.html", 422 if wrong else 200, batches=listed, wrong=wrong)

    async def _whole_roll(self, visit: Visit, upload: Upload, batch: bytes, key: bytes, *, dry_run: bool) -> int | None:
        """Compare a file that is said to be the whole roll with the roll, and give how many it lacks.

        Raises FileRefused where a file cannot be one, and Refused where it lacks too many.
        """
        if not upload.complete:
            return None
        if upload.kind == "registers":
            raise FileRefused("A file of registers is not a roll. Send it again without saying that it is one.")
        found = await breaker.compare(self._door, self._reads, visit, batch, upload.upns, key, dry_run=dry_run)
        return len(found.missing)

    async def _rows(self, visit: Visit, upload: Upload, batch: bytes, key: bytes, *, dry_run: bool) -> list[RowAnswer]:
        """Give a file's rows to the desk, and set those aside that could not be read."""
        load = Load(visit, batch, upload.connector, key, dry_run, upload.valid_on)
        answers = await self._desk.pupils(load, upload.pupils)
        if upload.registers:
            wanted = [RegisterRows.model_validate_json(json.dumps(one)) for one in upload.registers]
            answers += await Registers(self._door, self._desk, load).take(wanted)
        answers += await self._desk.aside(load, [Bad(row, fields, why) for row, fields, why in upload.aside])
        return sorted(answers, key=lambda one: one.row)

    async def _enter(self, request: Request, organisation: str) -> Visit:
        where = an_id(organisation)
        visit = await self._door.enter(request.cookies.get(COOKIE), where, "intake", SCOPE, CATEGORIES)
        await self._door.await_views(where, await self._door.log.size(where), undo.PATIENCE_SECONDS)
        return visit

    async def _change(self, request: Request, organisation: str) -> tuple[forms.Sent, Visit]:
        form = await forms.sent(request, self._door.signer)
        return form, await self._door.enter(form.token, an_id(organisation), "intake", SCOPE, CATEGORIES)

    async def _draw(self, request: Request, visit: Visit, template: str, code: int = 200, **given: Any) -> Response:
        own = self._door.signer.form_token(request.cookies.get(COOKIE, ""))
        return await self._draw_of(
            Asked(visit, At(visit.today)), template, code, section="intake", form=own, key=str(uuid4()), **given
        )

    def _kept(self, visit: Visit, check: str) -> Upload:
        upload = self._uploads.given(check, _whose(visit))
        if upload is None:
            raise NotFound(_GONE)
        return upload


def _whose(visit: Visit) -> tuple[bytes, bytes]:
    return visit.caller.subject, visit.organisation


def _to(visit: Visit, path: str) -> Response:
    return RedirectResponse(f"/schools/{id_text(visit.organisation)}/intake/{path}", 303)


def _waiting(found: Opened, row: str) -> dict[str, Any]:
    wanted = a_number(row, "The row")
    for one in quarantine_api.waiting(found):
        if one["row"] == wanted:
            return one
    raise NotFound("This row is not set aside any more. Look at the file's rows again.")


def _lines(answer: RowAnswer) -> list[Line]:
    said: Sequence[Effect] = answer.effects
    return [
        Line(answer.row, one.field.replace("_", " "), one.effect, shown(one.new), shown(one.old), one.at)
        for one in said
        if one.effect != "same"
    ]


def shown(value: Any) -> str:
    """Write a value of a row as people do."""
    match value:
        case None:
            return ""
        case FullName():
            return words.both_names(value)
        case PostalAddress():
            return words.address(value)
        case date():
            return words.day(value)
        case bool():
            return "yes" if value else "no"
        case BaseModel():
            return shown(value.model_dump())
        case Mapping():
            said = ((str(name).replace("_", " "), shown(one)) for name, one in value.items() if one is not None)
            return ", ".join(f"{name} {text}" for name, text in said)
        case tuple() | list():
            return ", ".join(text for text in map(shown, value) if text)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return shown(asdict(value))
        case _:
            return str(value)


def _called(upload: Upload) -> dict[int, str]:
    """Give what the file calls each row's pupil, so that a person need not count rows."""
    found = {}
    for one in upload.pupils:
        name = one["full_name"]
        found[one["row"]] = " ".join(part for part in (name["forename"], name["surname"]) if part)
    return found


def _counts(answers: Sequence[RowAnswer]) -> dict[str, int]:
    return {
        outcome: sum(one.outcome == outcome for one in answers) for outcome in ("accepted", "unchanged", "quarantined")
    }


def _asides(answers: Sequence[RowAnswer]) -> list[RowAnswer]:
    return [one for one in answers if one.outcome == "quarantined"]
