"""Consents over HTTP: of a pupil, of a purpose, what the school asks for; each pupil's read written down before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from fastapi import APIRouter, Request
from starlette.responses import Response

from events.governance import Shown
from events.model import Category
from law.gateways import shared_fields
from ledger.decider import Refused
from ledger.view import Position, Reader
from services.door import At, Door, NotFound, Visit, at_json
from services.permission import Action, visible
from services.routes import Answered, a_date, a_number, an_id, plain, token
from services.shared_facts import FactSource
from services.sharing import consent_queries as queries
from services.sharing.consent_purposes import DefineConsentPurpose
from services.sharing.consent_views import PurposeVersion
from services.sharing.consents import (
    AboutConsent,
    CorrectConsentAnswer,
    GiveConsent,
    RefuseConsent,
    RequestConsent,
)
from services.sharing.recipient_views import recipients

READ: Final = "records:read"
MEDIA: Final[tuple[Category, ...]] = ("media",)
NO_PUPIL: Final = "There is no such pupil here, or there was none at that moment."
NO_PURPOSE: Final = "The school asks no consent for this on that day. Choose one of the list of consent purposes."


class Reads(Protocol):
    """How reads are written down: given by whoever puts the services together."""

    async def viewed(self, visit: Visit, at: At, index: int, shown: Mapping[bytes, Shown]) -> None:
        """Write down a record that is about to be shown."""

    async def listed(self, visit: Visit, at: At, index: int, kind: str, shown: Mapping[bytes, Shown]) -> None:
        """Write down a search or list that is about to be shown."""


@dataclass(frozen=True, slots=True)
class OfPupil:
    """The consents about a pupil, and what the people in them are called, as far as the reader may see it."""

    consents: list[queries.PupilConsent]
    names: Mapping[bytes, str]


@dataclass(frozen=True, slots=True)
class OfPurpose:
    """A purpose in its version of a day, and how its consent stands for each pupil on the roll."""

    consent_purpose: str
    version: PurposeVersion
    lines: list[queries.Line]


class Consents:
    """Answers questions about consents, each written down before it is answered."""

    def __init__(self, door: Door, reads: Reads, facts: FactSource) -> None:
        self.door, self._reads, self._facts = door, reads, facts

    async def asked(
        self, request: Request, organisation: bytes, action: Action, pupils: Iterable[bytes] = ()
    ) -> tuple[Visit, At]:
        """Let a reader in, and read which moment they ask for."""
        query, given = request.query_params, token(request)
        through = query.get("door")
        visit = await self.door.enter(given, organisation, action, READ, MEDIA, (), pupils, through)
        await self.door.await_views(organisation, a_number(query.get("wait_for"), "wait_for"))
        day = a_date(query.get("valid_on"), "valid_on")
        at = await self.door.moment(organisation, query.get("known_at") or None, day, query.get("case") or None)
        if at.asked is not None or query.get("wait_for"):
            action = action if at.asked is None else "replay"
            visit = await self.door.enter(given, organisation, action, READ, MEDIA, (), pupils, through)
        return visit, at

    async def of_pupil(self, visit: Visit, at: At, subject: bytes) -> tuple[OfPupil, Position]:
        """Give each consent about a pupil, once it is written down that they are shown."""
        async with self.door.read(await self.place(visit, at)) as reader:
            position = await reader.position()
            if await queries.child_of(reader, subject) is None:
                raise NotFound(NO_PUPIL)
            found = await queries.of_pupil(reader, subject, at.valid_on)
            names = await self._names(reader, visit, subject, at.valid_on)
        people = {one.by for consent in found for one in consent.answers}
        people |= {one.asked_of for consent in found for one in consent.requests}
        seen = {one: ("identity", "media") if one in names else MEDIA for one in sorted({subject, *people})}
        shown = {one: Shown(categories=categories, what="consents") for one, categories in seen.items()}
        await self._reads.viewed(visit, at, position.index, shown)
        return OfPupil(found, {one: names[one] for one in seen if one in names}), position

    async def of_purpose(self, visit: Visit, at: At, consent_purpose: str) -> tuple[OfPurpose, Position]:
        """Give how a purpose's consent stands for each pupil on the roll, once it is written down."""
        async with self.door.read(await self.place(visit, at)) as reader:
            position = await reader.position()
            found = await queries.purpose_on(reader, consent_purpose, at.valid_on)
            if found is None:
                raise NotFound(NO_PURPOSE)
            pupils = await self._facts.on_roll(reader, at.valid_on)
            lines = await queries.of_purpose(reader, found[0], pupils, at.valid_on)
        shut = await self.shut(visit, "media")
        lines = [queries.Line(one.subject, "restricted", None, ()) if one.subject in shut else one for one in lines]
        shown = dict.fromkeys(pupils, Shown(categories=MEDIA, what="consents"))
        await self._reads.listed(visit, at, position.index, "list", shown)
        return OfPurpose(consent_purpose, found[1], lines), position

    async def defined(self, visit: Visit, at: At) -> tuple[list[tuple[str, PurposeVersion]], Position]:
        """Give what the school asks consent for on a day: nothing of it is about anybody."""
        async with self.door.read(await self.place(visit, at)) as reader:
            position = await reader.position()
            found = await queries.defined(reader, at.valid_on)
        if at.asked is not None:
            await self._reads.listed(visit, at, position.index, "list", {})
        return [(row.consent_purpose, version) for row, version in found], position

    async def _names(self, reader: Reader, visit: Visit, subject: bytes, day: date) -> Mapping[bytes, str]:
        closed = (
            () if visit.through else (await self.door.facts.restricted(reader, [subject], visit.today)).get(subject, ())
        )
        if not {"identity", "contact"} <= visible(visit.role) or {"identity", "contact"} & set(closed):
            return {}
        known = await self._facts.live(reader, [subject], ("full_name", "contacts"), day)
        return {fact.about: fact.text for one in known for fact in one.facts if fact.field == "contacts"}

    async def shut(self, visit: Visit, category: Category) -> frozenset[bytes]:
        """Give whose data of a category may not be used today: a list masks it, as only a record has doors."""
        async with self.door.read(visit.organisation) as reader:
            found = await self.door.facts.restricted(reader, None, visit.today)
        return frozenset(who for who, categories in found.items() if category in categories)

    async def place(self, visit: Visit, at: At) -> bytes:
        """Give where the rows of the moment asked for are kept."""
        where = visit.organisation
        return where if at.asked is None else await self.door.pasts.place(where, at.asked)


def router(consents: Consents) -> APIRouter:
    """Give the routes of consents."""
    made = APIRouter(tags=["sharing"])
    base = "/api/organisations/{organisation}"

    @made.get(f"{base}/consent-purposes", name="consent-purposes", openapi_extra={"x-scope": READ})
    async def all_purposes(request: Request, organisation: str) -> Response:
        """Give what the school asks consent for, in the wording of a date."""
        visit, at = await consents.asked(request, an_id(organisation), "list")
        found, position = await consents.defined(visit, at)
        listed = [{"consent_purpose": name, **plain(version)} for name, version in found]
        return Answered({"purposes": listed, "at": at_json(position, at)})

    @made.get(f"{base}/consents", name="consents", openapi_extra={"x-scope": READ})
    async def of_purpose(request: Request, organisation: str) -> Response:
        """Give who consents to ``purpose``, who does not, and whom it must be asked of again and why."""
        visit, at = await consents.asked(request, an_id(organisation), "list")
        found, position = await consents.of_purpose(visit, at, purpose_of(request))
        return Answered({
            "purpose": {"consent_purpose": found.consent_purpose, **plain(found.version)}, "pupils": found.lines,
            "counts": counted(found.lines), "at": at_json(position, at),
        })  # fmt: skip

    @made.get(f"{base}/pupils/{{subject}}/consents", name="pupil-consents", openapi_extra={"x-scope": READ})
    async def of_pupil(request: Request, organisation: str, subject: str) -> Response:
        """Give each consent about a pupil: how it stands, by whose rule, and every answer with who gave it."""
        who = an_id(subject)
        visit, at = await consents.asked(request, an_id(organisation), "view", [who])
        found, position = await consents.of_pupil(visit, at, who)
        return Answered({"consents": [consent_json(one) for one in found.consents], "at": at_json(position, at)})

    return made


def purpose_of(request: Request) -> str:
    """Read which purpose is asked about. Raises Refused."""
    purpose = request.query_params.get("purpose")
    if not purpose:
        raise Refused("Say for which purpose: purpose=photographs, or another of the list of consent purposes.")
    return purpose


def counted(lines: Iterable[queries.Line]) -> dict[str, int]:
    """Give of how many pupils the consent stands how, and how many must be asked."""
    found: dict[str, int] = {"pupils": 0, "due": 0}
    for one in lines:
        found["pupils"] += 1
        found["due"] += bool(one.due)
        found[one.standing] = found.get(one.standing, 0) + 1
    return found


def consent_json(one: queries.PupilConsent) -> dict[str, Any]:
    """Give a consent as JSON: the entries of the answers that decided it say which ones they were."""
    said = one.judged
    return {
        "consent_purpose": one.consent_purpose, "title": one.title, "biometric": one.biometric,
        "standing": said.state, "rule": said.rule, "decided_by": [each.at.index for each in said.decided_by],
        "until": said.until, "due": list(one.due), "requests": one.requests, "answers": one.answers,
    }  # fmt: skip


# What a command is checked against before it is decided -----------------------------------------------------------


async def check_purpose(door: Door, visit: Visit, command: DefineConsentPurpose) -> None:
    """Refuse recipients who are not registered, and fields that nobody knows."""
    unknown = sorted({*command.fields} - {one.field for one in shared_fields()})
    if unknown:
        raise Refused("There is no such field. Choose from the list of fields that can be shared.", unknown=unknown)
    if not command.recipients:
        return
    async with door.read(visit.organisation) as reader:
        known = {row.recipient for row in await reader.find(recipients)}
    if not known.issuperset(command.recipients):
        raise Refused("There is no such recipient. Register whoever is given something by this consent first.")


async def check(door: Door, visit: Visit, command: AboutConsent, facts: FactSource) -> None:
    """Refuse what does not fit the school's purposes, the pupil or who somebody is to them: the stream knows neither.

    Whoever carries out such a command asks this first; it is no part of a route.
    """
    if command.valid_on > visit.today:
        raise Refused("This day has not come yet. Record what was asked or answered on the day itself.")
    async with door.read(visit.organisation) as reader:
        if await queries.child_of(reader, command.pupil) is None:
            raise Refused("There is no such pupil here. Look them up and take the id from their record.")
        await _check_wording(reader, command)
    await _check_giver(door, visit, command, facts)


async def _check_giver(door: Door, visit: Visit, command: AboutConsent, facts: FactSource) -> None:
    """Refuse consent of a parent who is none, as far as the record knows; anybody may object, or take it back."""
    if not isinstance(command, GiveConsent) and not (
        isinstance(command, CorrectConsentAnswer) and command.answer == "given"
    ):
        return
    if command.capacity != "parent" or command.by == command.pupil:
        return  # a child who answers as a parent is refused anyway
    # Who somebody is to the pupil may have been recorded only just.
    await door.await_views(visit.organisation, await door.log.size(visit.organisation))
    async with door.read(visit.organisation) as reader:
        trouble = await facts.no_parent(reader, command.pupil, command.by, command.valid_on)
    if trouble is not None:
        raise Refused(trouble)


async def _check_wording(reader: Reader, command: AboutConsent) -> None:
    found = await queries.purpose_on(reader, command.consent_purpose, date.max)
    if found is None:
        raise Refused("The school asks no consent for this yet. Define the purpose first, with the text families see.")
    if not isinstance(command, RequestConsent | GiveConsent | RefuseConsent | CorrectConsentAnswer):
        return
    if command.purpose_version is None and command.wording is None:
        return  # a corrected answer that names no text
    version = found[0].version(command.purpose_version)
    if version is None or version.wording != command.wording:
        raise Refused("This is not the wording of that version. Take version and wording from the purpose.")
    if isinstance(command, GiveConsent) and command.capacity not in version.givers:
        raise Refused("This consent cannot be given in this capacity. Ask one of those whom the purpose names.")
