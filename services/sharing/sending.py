"""Sends data: the gate decides, the decision and what leaves are written down as one, and only then does it leave."""

import asyncio
import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.model import Category
from events.sharing.disclosures import (
    CohortDisclosed,
    CohortSharingBlocked,
    Disclosed,
    DisclosedDiscreetly,
    NotShared,
    SharingBlocked,
)
from ledger.decider import Answer, Refused, Step, Stream
from ledger.log import CommandReused, Condition, Conflict
from ledger.view import Reader
from services.door import Door, Visit
from services.shared_facts import FactSource
from services.sharing import gate
from services.sharing.asking import Asked, Standing, ToSend, Weighing
from services.sharing.composing import Weighed, made, moment_of, refuse_other_than_previewed, sending_of, step_of
from services.sharing.corrections import CORRECTING
from services.sharing.disclosures import KeepBack, KeepBackCohort, disclosures
from services.sharing.exporters import File, newest
from services.sharing.exporters.all import EXPORTERS

STOPS: Final = (
    "consent-withdrawn", "consent-refused", "processing-restricted", "recipient-suspended", "recipient-renamed",
    "recipient-rerouted", "agreement-ended", "rule-withdrawn", "policy-adopted", "consent-answer-corrected",
    "consent-purpose-defined", *sorted(CORRECTING),
)  # fmt: skip
"""What stops a sending that was decided before it was known: the decision is taken again.

Corrections are among it, so that nobody is given what was corrected already: no notice would be owed for it.
"""
DISCREET_PURPOSES: Final = frozenset({"child-protection-transfer"})
"""What is only ever sent apart from everything else and discreetly (Keeping children safe in education)."""
ATTEMPTS_MAX: Final = 5
"""How often a sending is decided anew before the caller is asked to come back."""
REASONS_MAX: Final = 20
"""Sentences kept of a refusal: a gateway has fewer reasons."""


@dataclass(frozen=True, slots=True)
class Went:
    """What came of a sending: the decision (None: it was taken at an earlier attempt), the entry, and the file."""

    sent: bool
    index: int
    decision: gate.Decision | None = None
    file: File | None = None


class Sender:
    """Decides and sends. ``facts`` is the pupils' record, ``weighing`` what the gate rests on."""

    def __init__(self, door: Door, facts: FactSource, weighing: Weighing) -> None:
        self._door, self._facts, self._weighing = door, facts, weighing

    def categories(self, fields: Iterable[str]) -> frozenset[Category]:
        """Give the categories that whoever shares these fields must be allowed to share."""
        return self.of_fields(fields) | {"correspondence"}

    def of_fields(self, fields: Iterable[str]) -> frozenset[Category]:
        """Give the categories of fields."""
        return self._weighing.categories(fields)

    async def weigh(self, visit: Visit, asked: Asked) -> Weighed:
        """Decide, as things stand; nothing is written."""
        exporter = newest(EXPORTERS, asked.exporter)
        if exporter is None:
            known = sorted({name for name, _ in EXPORTERS})
            raise Refused("There is no such kind of file. Choose one of the list.", known=known)
        if asked.sharing_purpose in DISCREET_PURPOSES and not asked.discreetly:
            raise Refused("A child protection file goes discreetly, apart from the main file. Say so, and ask again.")
        on, left_out = asked.cohort_on or asked.on or visit.today, list[bytes]()
        async with self._door.read(visit.organisation) as reader:
            known_at = (await reader.position()).index
            whom = await self._whom(reader, asked)
            if exporter.of_one and len(whom) != 1:
                raise Refused("This kind of file is about one pupil. Send one for each of them.")
            standing, decision = await self._decided(reader, asked, whom, on, visit.today)
            if asked.cohort_on is not None and decision.pupils_against:
                # Whom a return may not be about is left out of it, and named as excluded; the rest goes.
                left_out = sorted(decision.pupils_against)
                whom = [one for one in whom if one not in decision.pupils_against]
                standing, decision = await self._decided(reader, asked, whom, on, visit.today)
            allowed = decision.outcome == "allowed"
            pupils = await self._facts.live(reader, whom, asked.fields, on, asked.person) if allowed else ()
        if allowed and len(pupils) != len(whom):
            raise Refused("Some of these are no pupils here. Look each of them up, and ask again.")
        return Weighed(decision, standing, pupils, known_at, on, exporter, left_out)

    async def still(self, visit: Visit, asked: Asked) -> gate.Decision:
        """Decide anew about what was sent before; whom a return may not be about any more denies the whole of it."""
        async with self._door.read(visit.organisation) as reader:
            whom = await self._whom(reader, asked)
            return (await self._decided(reader, asked, whom, asked.cohort_on or asked.on or visit.today, visit.today))[
                1
            ]

    async def _decided(
        self, reader: Reader, asked: Asked, whom: Sequence[bytes], on: date, today: date
    ) -> tuple[Standing, gate.Decision]:
        standing = await self._weighing.standing(reader, asked.recipient, whom, on, today)
        standing = await self._of_person(reader, asked, standing, whom, today)
        decision = gate.decide(
            _question(asked, standing, on, today), standing.recipient, standing.gateways, standing.policies,
            standing.school_type,
        )  # fmt: skip
        return standing, decision

    async def _of_person(
        self, reader: Reader, asked: Asked, standing: Standing, whom: Sequence[bytes], today: date
    ) -> Standing:
        """Give what the gate rests on with what stands against the person who would be told."""
        to = standing.recipient
        if to is None:
            return standing
        if to.kind != "parent":
            if asked.person is not None:
                raise Refused("Only a parent is named as a person. An organisation is a recipient of its own.")
            return standing
        if asked.person is None:
            raise Refused("Say which of the pupil's contacts is given this: what may be told depends on the person.")
        if len(whom) != 1 or asked.discreetly:
            raise Refused("A person is given the record of one pupil at a time, and openly. Send one for each of them.")
        trouble = to.trouble or await self._facts.barred(reader, whom[0], asked.person, today)
        return replace(standing, recipient=replace(to, trouble=trouble))

    async def send(self, visit: Visit, asked: ToSend, command: bytes) -> Went:
        """Decide and write down what leaves, or that nothing does; give the file for whoever carries it.

        What would have changed the decision and came in between stops it, and it is decided again.
        """
        for _ in range(ATTEMPTS_MAX):
            before = await self._already(visit.organisation, asked)
            if before is not None:
                return before
            weighed = await self.weigh(visit, asked)
            if weighed.decision.outcome != "allowed":
                kept = await self._keep_back(visit, asked, weighed, command)
                return Went(sent=False, index=kept.index, decision=weighed.decision)
            made_at = moment_of(asked, self._door.now())
            file = made(asked, weighed, made_at)
            refuse_other_than_previewed(asked, file)
            salt = os.urandom(32)
            commitment = await self.commitment(visit.organisation, weighed.subjects, salt, file.data)
            step = step_of(asked, weighed, sending_of(asked, weighed, made_at=made_at), salt, commitment)
            unless = Condition(weighed.known_at, names=STOPS)
            try:
                answer = await self._door.carry_out(visit, "sharing", [step], command, unless=unless)
            except (Conflict, CommandReused):
                await self._door.await_views(visit.organisation, await self._door.log.size(visit.organisation))
                continue
            return Went(sent=True, index=answer.index, decision=weighed.decision, file=file)
        raise Conflict("consents or restrictions keep changing; send this again in a moment")

    async def commitment(self, organisation: bytes, subjects: Sequence[bytes], salt: bytes, data: bytes) -> str:
        """Give the HMAC of a file under a key made of its pupils' own. Raises Refused once one of them is erased."""
        vault = self._door.codec.vault
        key = await asyncio.to_thread(vault.shared_key, organisation, subjects, "identity", salt)
        if key is None:
            raise Refused("Data of one of these pupils has been erased, so this file cannot be made any more.")
        return hmac.digest(key, data, "sha256").hex()

    async def _already(self, organisation: bytes, asked: ToSend) -> Went | None:
        """Give what an earlier attempt under this id came to: by its time and salt it was other content."""
        vault, stream = self._door.codec.vault, Stream("disclosure", asked.disclosure)
        known = [stream.id(organisation)]
        if asked.discreetly:
            known += [Stream("discreet-disclosures", one).discreet_id(vault, organisation) for one in asked.pupils]
        for one in known:
            for stored in (await self._door.log.stream(organisation, one)).entries:
                event = (await asyncio.to_thread(self._door.codec.open, stored, ())).event
                match event:
                    case SharingBlocked() | CohortSharingBlocked():
                        return Went(sent=False, index=stored.index)
                    case Disclosed() | CohortDisclosed():
                        return Went(sent=True, index=stored.index)
                    case DisclosedDiscreetly() if event.disclosure == asked.disclosure:
                        return Went(sent=True, index=stored.index)
        return None

    async def _whom(self, reader: Reader, asked: Asked) -> list[bytes]:
        if asked.cohort_on is None:
            if not asked.pupils:
                raise Refused("Say whom this is about: pupils, or everyone on the roll on a day.")
            return sorted(set(asked.pupils))
        roll = await self._facts.on_roll(reader, asked.cohort_on)
        return [one for one in roll if one not in asked.leaving_out]

    async def _keep_back(self, visit: Visit, asked: ToSend, weighed: Weighed, command: bytes) -> Answer:
        reasons = tuple(sentences(weighed.decision.reason))[:REASONS_MAX]
        against = weighed.decision.pupils_against
        kept: KeepBack | KeepBackCohort
        if asked.cohort_on is not None:
            kept = KeepBackCohort(
                disclosure=asked.disclosure, cohort_on=asked.cohort_on, recipient=asked.recipient,
                sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=reasons, by_gate=True,
            )  # fmt: skip
        else:
            said = NotShared(
                recipient=asked.recipient, sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=reasons,
                by_gate=True,
            )  # fmt: skip
            own = {
                one: said.model_copy(update={"reasons": (why, *reasons)[:REASONS_MAX]}) for one, why in against.items()
            }
            kept = KeepBack(disclosure=asked.disclosure, not_shared={one: own.get(one, said) for one in asked.pupils})
        return await self._door.carry_out(visit, "sharing", [Step(disclosures, kept)], command)


def sentences(reason: gate.Reason) -> list[str]:
    """Give a tree's sentences, each with its citation, the ones that decided first."""
    own = f"{reason.sentence} ({reason.citation})" if reason.citation else reason.sentence
    return [own[:200], *(one for inner in reason.because for one in sentences(inner))]


def _question(asked: Asked, standing: Standing, on: date, today: date) -> gate.Question:
    """Give the question: what leaves today rests on a law that is in force today, whatever day it is about."""
    return gate.Question(
        asked.sharing_purpose, frozenset(asked.fields), on, standing.concerns, asked.necessity, asked.decided_because,
        today if isinstance(asked, ToSend) else None, standing.undocumented,
    )  # fmt: skip
