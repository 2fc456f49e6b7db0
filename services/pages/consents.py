"""Consents as pages: of a purpose, who consents and who must be asked again; of a pupil, every answer and by whom."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import Request
from starlette.responses import Response

from services.door import At, Door, Visit
from services.facts import Provenance
from services.records import queries
from services.records.answers import RESTRICTED, Asked, Reads
from services.routes import an_id
from services.sharing.consents_api import Consents, counted

Draw = Callable[..., Awaitable[Response]]
STANDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "given": ("Given", "govuk-tag--green"),
    "refused": ("Refused", "govuk-tag--red"),
    "withdrawn": ("Withdrawn", "govuk-tag--red"),
    "expired": ("Expired", "govuk-tag--yellow"),
    "conflict": ("Answers differ", "govuk-tag--orange"),
    "not answered": ("Not answered", "govuk-tag--yellow"),
    "never asked": ("Never asked", "govuk-tag--grey"),
    "restricted": (RESTRICTED, "govuk-tag--grey"),
}
"""How a consent stands in words, with the class of its tag; only the first lets anything be done."""
WHY: Final[Mapping[str, str]] = {
    "adult": "The pupil is an adult: ask them",
    "competent": "The pupil is old enough to be asked",
    "new-school": "They started here after it was answered",
    "new-wording": "The wording has changed since",
    "expired": "It is no longer valid",
    "conflict": "Answers differ, and no rule settles it",
    "not-answered": "Nobody has answered who can",
    "never-asked": "Nobody has been asked",
}
"""Why a consent must be asked, or asked again."""
ANSWERS: Final[Mapping[str, str]] = {
    "given": "Consented",
    "refused": "Refused",
    "withdrawn": "Took consent back",
    "objection-withdrawn": "Objects no longer",
    "none": "Had not answered",
}
CAPACITIES: Final[Mapping[str, str]] = {"parent": "a parent", "pupil": "the pupil", "other": "somebody else"}
GIVERS: Final[Mapping[str, str]] = {"parent": "a parent", "pupil": "the pupil", "other": "another person"}
CHANNELS: Final[Mapping[str, str]] = {"paper": "on paper", "online": "online", "spoken": "by word of mouth"}


class ConsentPages:
    """The two pages of consents."""

    def __init__(self, door: Door, reads: Reads, consents: Consents, draw: Draw) -> None:
        self._door, self._reads, self._consents, self._draw = door, reads, consents, draw

    async def of_purpose(self, request: Request, organisation: str) -> Response:
        """Show what the school asks consent for and, of one of these, how it stands for each pupil on the roll."""
        visit, at = await self._consents.asked(request, an_id(organisation), "list")
        defined, position = await self._consents.defined(visit, at)
        wanted = request.query_params.get("purpose") or (defined[0][0] if defined else None)
        found = names = None
        if wanted is not None:
            found, position = await self._consents.of_purpose(visit, at, wanted)
            names = await self._names(visit, at, [one.subject for one in found.lines])
            found.lines.sort(key=lambda one: (names.get(one.subject, "").casefold(), one.subject))
        return await self._draw(
            Asked(visit, at), "consents.html", section="roll", defined=defined, found=found, names=names,
            counts=counted(found.lines) if found else {}, position=position, standings=STANDINGS, why=WHY,
            givers=GIVERS,
        )  # fmt: skip

    async def of_pupil(self, request: Request, organisation: str, subject: str) -> Response:
        """Show each consent about a pupil, with every answer, by whom, and what a correction found there."""
        where, who = an_id(organisation), an_id(subject)
        visit, at = await self._consents.asked(request, where, "view", [who])
        found, position = await self._consents.of_pupil(visit, at, who)
        names = await self._names(visit, at, [who])
        sources: list[Provenance] = [one.at for consent in found.consents for one in consent.answers]
        sources += [one.at for consent in found.consents for one in consent.requests]
        return await self._draw(
            Asked(visit, at), "pupil_consents.html", section="roll", subject=who, title=names.get(who, "Pupil"),
            consents=found.consents, people=found.names, names=await self._reads.names(where, sources),
            position=position, standings=STANDINGS, why=WHY, answers=ANSWERS, capacities=CAPACITIES,
            channels=CHANNELS,
        )  # fmt: skip

    async def _names(self, visit: Visit, at: At, subjects: Sequence[bytes]) -> dict[bytes, str]:
        """Give what pupils are called, less the names that may not be used."""
        async with self._door.read(await self._consents.place(visit, at)) as reader:
            names = await queries.names(reader, subjects, at.valid_on)
        shut = () if visit.through else await self._consents.shut(visit, "identity")
        return {who: RESTRICTED if who in shut else name for who, name in names.items()}
