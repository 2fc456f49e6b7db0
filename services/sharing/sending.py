"""Sends data: the gate decides, the decision and what leaves are written down as one, and only then does it leave."""

import asyncio
import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from events.model import PARTS_MAX, Category
from law.gateways import goes_discreetly
from ledger.decider import Refused, Stream
from ledger.log import CommandReused, Condition, Conflict
from ledger.view import Reader
from services.door import Door, Visit
from services.shared_facts import FactSource
from services.sharing import gate
from services.sharing.asking import Asked, Standing, ToSend, Weighing, refuse_unclear
from services.sharing.composing import Weighed, made, moment_of, refuse_other_than_previewed, sending_of, step_of
from services.sharing.corrections import CORRECTING
from services.sharing.exporters import File, chosen
from services.sharing.exporters.all import EXPORTERS
from services.sharing.file_day import day_of, said_with
from services.sharing.kept_back import DISCREET_STREAMS, before_of, kept_back

STOPS: Final = (
    "consent-withdrawn", "consent-refused", "processing-restricted", "recipient-suspended", "recipient-renamed",
    "recipient-rerouted", "agreement-ended", "rule-withdrawn", "policy-adopted", "consent-answer-corrected",
    "consent-purpose-defined", "gateway-adopted", "non-disclosure-marked", "court-order-recorded", "pupils-merged",
    "pupils-unmerged", *sorted(CORRECTING),
)  # fmt: skip
"""What stops a sending that was decided before it was known: the decision is taken again.

What is about nobody stops every sending; what is about somebody only one that they are in (see ledger.log.Condition).
Corrections are among it, so that nobody is given what was corrected already: no notice would be owed for it.
"""
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
    left_out: Sequence[bytes] = ()
    """Whom a return may not be about, so that it is not."""


class Sender:
    """Decides and sends. ``facts`` is the pupils' record, ``weighing`` what the gate rests on."""

    def __init__(self, door: Door, facts: FactSource, weighing: Weighing) -> None:
        self._door, self._facts, self._weighing = door, facts, weighing

    def categories(self, fields: Iterable[str], *, discreetly: bool = False) -> frozenset[Category]:
        """Give the categories that whoever shares these fields must be allowed to share."""
        own: frozenset[Category] = frozenset({"correspondence", "safeguarding"} if discreetly else {"correspondence"})
        return self.of_fields(fields) | own

    def of_fields(self, fields: Iterable[str]) -> frozenset[Category]:
        """Give the categories of fields."""
        return self._weighing.categories(fields)

    async def weigh(self, visit: Visit, asked: Asked) -> Weighed:
        """Decide, as things stand; nothing is written."""
        exporter = chosen(EXPORTERS, asked.exporter, asked.fields)
        refuse_unclear(asked, visit.today)
        secret = goes_discreetly(asked.sharing_purpose, visit.today) or "safeguarding" in self.of_fields(asked.fields)
        if secret and not asked.discreetly:
            raise Refused("What protects a child goes discreetly, apart from everything else. Say so, and ask again.")
        left_out = list[bytes]()
        async with self._door.read(visit.organisation) as reader:
            known_at = (await reader.position()).index
            whom = await self._whom(reader, asked)
            on, because = await day_of(self._facts, reader, asked, whom, visit.today)
            if exporter.of_one and len(whom) != 1:
                raise Refused("This kind of file is about one pupil. Send one for each of them.")
            standing, decision = await self._decided(reader, asked, whom, on, visit.today)
            if asked.cohort_on is not None and decision.pupils_against:
                # Whom a return may not be about is left out of it, and named as excluded; the rest goes.
                left_out = sorted(decision.pupils_against)
                whom = [one for one in whom if one not in decision.pupils_against]
                standing, decision = await self._decided(reader, asked, whom, on, visit.today)
            allowed = decision.outcome == "allowed"
            near = await self._facts.near(reader, [*whom, *left_out])
            pupils = (
                await self._facts.live(reader, whom, asked.fields, on, asked.person, visit.today) if allowed else ()
            )
        if allowed and isinstance(asked, ToSend) and not whom:
            raise Refused("Nobody was on the roll on that day whom this may be about. Check the day.")
        if len(left_out) + len(asked.leaving_out) > PARTS_MAX:
            raise Refused(f"A return leaves out at most {PARTS_MAX} pupils. Send it about the pupils that it is about.")
        if allowed and len(pupils) != len(whom):
            raise Refused("Some of these are no pupils here. Look each of them up, and ask again.")
        return Weighed(said_with(decision, because), standing, pupils, known_at, on, exporter, left_out, near)

    async def still(self, visit: Visit, asked: Asked) -> gate.Decision:
        """Decide anew about what was sent before; whom a return may not be about any more denies the whole of it."""
        async with self._door.read(visit.organisation) as reader:
            whom = await self._whom(reader, asked)
            on, because = await day_of(self._facts, reader, asked, whom, visit.today)
            return said_with((await self._decided(reader, asked, whom, on, visit.today))[1], because)

    async def _decided(
        self, reader: Reader, asked: Asked, whom: Sequence[bytes], on: date, today: date
    ) -> tuple[Standing, gate.Decision]:
        """Decide by the law of the day asked about and, of what leaves today, first by the law of today."""
        if isinstance(asked, ToSend) and on != today:
            first = await self._as_of(reader, asked, whom, today, today)
            if first[1].outcome != "allowed":
                return first
        return await self._as_of(reader, asked, whom, on, today)

    async def _as_of(
        self, reader: Reader, asked: Asked, whom: Sequence[bytes], day: date, today: date
    ) -> tuple[Standing, gate.Decision]:
        standing = await self._weighing.standing(reader, asked.recipient, whom, day, today)
        standing = await self._of_person(reader, asked, standing, whom, today)
        standing = await self._of_contacts(reader, asked, standing, whom, today)
        decision = gate.decide(
            _question(asked, standing, day), standing.recipient, standing.gateways, standing.policies,
            standing.school_type,
        )  # fmt: skip
        return standing, decision

    async def _of_contacts(
        self, reader: Reader, asked: Asked, standing: Standing, whom: Sequence[bytes], today: date
    ) -> Standing:
        """Give what the gate rests on with the children of whom a contact's own data may not be used."""
        if "contacts" not in asked.fields:
            return standing
        found = await self._facts.live(reader, whom, ("contacts",), today)
        people = {pupil.subject: {one.about for one in pupil.facts} for pupil in found}
        untold = await self._weighing.untold(reader, [who for several in people.values() for who in several], today)
        concerns = {
            one: replace(known, restricted=known.restricted | {"contacts"})
            if people.get(one, set()) & untold
            else known
            for one, known in standing.concerns.items()
        }
        return replace(standing, concerns=concerns)

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
                index = await self._keep_back(visit, asked, weighed, command)
                return Went(sent=False, index=index, decision=weighed.decision)
            made_at = moment_of(asked, visit.now)
            file = made(asked, weighed, made_at)
            refuse_other_than_previewed(asked, file)
            salt = os.urandom(32)
            commitment = await self.commitment(visit.organisation, weighed.subjects, salt, file.data)
            sending = sending_of(asked, weighed, made_at=made_at)
            step = step_of(asked, weighed, sending, visit.caller.subject, salt, commitment)
            unless = Condition(weighed.known_at, names=STOPS, subjects=tuple(sorted(weighed.near)))
            try:
                answer = await self._door.carry_out(visit, "sharing", [step], command, unless=unless)
            except (Conflict, CommandReused) as error:
                if isinstance(error, CommandReused) and await self._already(visit.organisation, asked) is None:
                    raise
                await self._door.await_views(visit.organisation, await self._door.log.size(visit.organisation))
                continue
            return Went(sent=True, index=answer.index, decision=weighed.decision, file=file, left_out=weighed.left_out)
        raise Conflict("consents or restrictions keep changing; send this again in a moment")

    async def commitment(self, organisation: bytes, subjects: Sequence[bytes], salt: bytes, data: bytes) -> str:
        """Give the HMAC of a file under a key made of its pupils' own. Raises Refused once one of them is erased."""
        vault = self._door.codec.vault
        key = await asyncio.to_thread(vault.shared_key, organisation, subjects, "identity", salt)
        if key is None:
            raise Refused("Data of one of these pupils has been erased, so this file cannot be made any more.")
        return hmac.digest(key, data, "sha256").hex()

    async def _already(self, organisation: bytes, asked: ToSend) -> Went | None:
        """Give what an earlier attempt under this id came to: by its time and salt it was other content.

        Raises Refused where it was about something else.
        """
        vault, stream = self._door.codec.vault, Stream("disclosure", asked.disclosure)
        known = [stream.id(organisation)]
        if asked.discreetly:
            known += [
                Stream(name, one).discreet_id(vault, organisation) for one in asked.pupils for name in DISCREET_STREAMS
            ]
        for one in known:
            for stored in (await self._door.log.stream(organisation, one)).entries:
                entry = await asyncio.to_thread(self._door.codec.open, stored)
                before = before_of(entry, asked.disclosure)
                if before is not None and not before.is_of(asked):
                    raise Refused("This id was used for something else. Use a fresh one for each disclosure.")
                if before is not None:
                    return Went(sent=before.sent, index=stored.index)
        return None

    async def _whom(self, reader: Reader, asked: Asked) -> list[bytes]:
        if asked.cohort_on is None:
            if not asked.pupils:
                raise Refused("Say whom this is about: pupils, or everyone on the roll on a day.")
            return sorted(set(asked.pupils))
        roll = await self._facts.on_roll(reader, asked.cohort_on)
        return [one for one in roll if one not in asked.leaving_out]

    async def _keep_back(self, visit: Visit, asked: ToSend, weighed: Weighed, command: bytes) -> int:
        """Write down that nothing left and give the entry; where only a person is missing, nothing is decided yet."""
        if weighed.decision.outcome == "needs-a-person":
            return weighed.known_at
        async with self._door.read(visit.organisation) as reader:
            known = await self._facts.live(reader, sorted(set(asked.pupils)), (), visit.today)
        if len(known) != len(set(asked.pupils)):
            raise Refused("Some of these are no pupils here. Look each of them up, and ask again.")
        kept = kept_back(asked, weighed.decision, tuple(sentences(weighed.decision.reason))[:REASONS_MAX], visit.today)
        return (await self._door.carry_out(visit, "sharing", [kept], command)).index


def sentences(reason: gate.Reason) -> list[str]:
    """Give a tree's sentences, each with its citation, the ones that decided first."""
    own = f"{reason.sentence} ({reason.citation})" if reason.citation else reason.sentence
    return [own[:200], *(one for inner in reason.because for one in sentences(inner))]


def _question(asked: Asked, standing: Standing, on: date) -> gate.Question:
    return gate.Question(
        asked.sharing_purpose, frozenset(asked.fields), on, standing.concerns, asked.necessity, asked.decided_because,
        standing.undocumented, asked.cohort_on is not None,
    )  # fmt: skip
