"""What is written down of a sending, and the file itself, made of what was allowed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from events.sharing.disclosures import Cohort, Sending, Sent
from events.sharing.words import ENTRIES_MAX, FieldSent, Party
from ledger.decider import Refused, Step
from services.facts import LONDON
from services.shared_facts import Pupil
from services.sharing import gate
from services.sharing.asking import Asked, Standing, ToSend
from services.sharing.disclosures import Disclose, DiscloseCohort, disclosures
from services.sharing.discreet import DiscloseDiscreetly, discreet
from services.sharing.exporters import Export, Exporter, File

PREVIEW_MAX: Final = timedelta(hours=1)
"""How long a preview is a promise of what goes: long enough to read a year group through."""

TEXT_MAX: Final = 200
"""Characters of a Text200."""
SHORT: Final = "Our own policies were passed over in an emergency."
"""Where so many policies kept it back that their names are too long: the rule book has them."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A decision, what it rests on and was taken at, what would be given, and who is left out of a return by it."""

    decision: gate.Decision
    standing: Standing
    pupils: Sequence[Pupil]
    known_at: int
    on: date
    exporter: Exporter
    left_out: Sequence[bytes] = ()
    near: Collection[bytes] = ()
    """Whose consent, restriction or correction would stop it: the pupils, those left out, and their contacts."""

    @property
    def subjects(self) -> list[bytes]:
        """Whom it is about, in order."""
        return [one.subject for one in self.pupils]


def made(asked: Asked, weighed: Weighed, made_at: datetime) -> File:
    """Make the file of what was allowed. Raises Refused where nobody is registered as its recipient."""
    return weighed.exporter.make(_export(asked, weighed, made_at=made_at))


def moment_of(asked: ToSend, now: datetime) -> datetime:
    """Give the moment that a file bears: that of its preview, where there was one just now."""
    if asked.previewed is None:
        return now.replace(microsecond=0)
    shown = asked.previewed.made_at
    # What was shown before midnight is of another day than what goes after it.
    same_day = shown.astimezone(LONDON).date() == now.astimezone(LONDON).date()
    if not same_day or not timedelta(0) <= now - shown <= PREVIEW_MAX or shown.microsecond:
        raise Refused("This preview is too old. Look at what would go now, and send that.")
    return shown


def refuse_other_than_previewed(asked: ToSend, file: File) -> None:
    """Let nothing go but what was shown. Raises Refused."""
    if asked.previewed is not None and sha256(file.data).hexdigest() != asked.previewed.sha256:
        raise Refused(
            "What would go now is not what you were shown: something changed. Look at it again, and send that."
        )


def _export(asked: Asked, weighed: Weighed, *, made_at: datetime) -> Export:
    standing = weighed.standing
    return Export(
        standing.sender, _party(standing), made_at, asked.file_number, weighed.on, asked.fields, weighed.pupils
    )


def _party(standing: Standing) -> Party:
    if standing.party is None:
        raise Refused("Nobody is registered under this recipient. Register and verify them first.")
    return standing.party


def sending_of(asked: Asked, weighed: Weighed, *, made_at: datetime) -> Sending:
    """Give what a disclosure says of itself."""
    decision, standing = weighed.decision, weighed.standing
    if decision.gateway is None or standing.recipient is None:
        raise TypeError("what is allowed rests on a gateway and has a recipient")
    return Sending(
        recipient=asked.recipient, recipient_kind=standing.recipient.kind, to=_party(standing), sender=standing.sender,
        sharing_purpose=asked.sharing_purpose, gateway=decision.gateway.rule,
        gateway_version=decision.gateway.rule_version, agreement=decision.agreement, fields=asked.fields,
        channel=asked.channel,
        exporter=weighed.exporter.name, exporter_version=weighed.exporter.version, file_number=asked.file_number,
        made_at=made_at, necessity=asked.necessity, decided_because=_decided_because(asked, decision),
        emergency=decision.is_emergency,
    )  # fmt: skip


def _decided_because(asked: Asked, decision: gate.Decision) -> str | None:
    """Give why it was decided so; whoever reviews an emergency finds there what it did not wait for."""
    if not decision.passed_over:
        return asked.decided_because
    rules = ", ".join(f"{one.rule} version {one.rule_version}" for one in decision.passed_over)
    said = f"Our own policy was passed over in an emergency: {rules}."
    both = f"{asked.decided_because} {said}" if asked.decided_because else said
    return next((one for one in (both, said) if len(one) <= TEXT_MAX), SHORT)


def _sent(sending: Sending, by: bytes, fields: Sequence[str], pupil: Pupil) -> Sent:
    found = [
        (field, tuple(sorted({entry for one in pupil.of(field) for entry in one.entries})))
        for field in fields
        if pupil.of(field)
    ]
    if any(len(entries) > ENTRIES_MAX for _, entries in found):
        raise Refused("A pupil has more entries of one field than a disclosure can name. Leave this field out.")
    named = tuple(FieldSent(field=field, entries=entries) for field, entries in found)
    return Sent(sending=sending, sent_by=by, fields=named, withheld=tuple(sorted(pupil.withheld)))


def step_of(  # each is one part of what is written down
    asked: ToSend, weighed: Weighed, sending: Sending, by: bytes, salt: bytes, commitment: str
) -> Step:
    """Give the step that writes down what ``by`` sends. Raises Refused."""
    proof: dict[str, Any] = {"disclosure": asked.disclosure, "salt": salt.hex(), "commitment": commitment}
    if asked.cohort_on is not None:
        cohort = Cohort(
            predicate="on-roll", predicate_version=1, reference_date=asked.cohort_on, known_at=weighed.known_at,
            excluded=tuple(sorted({*asked.leaving_out, *weighed.left_out})),
        )  # fmt: skip
        return Step(disclosures, DiscloseCohort(
            cohort=cohort, sending=sending, pupils=len(weighed.pupils), **proof,
        ))  # fmt: skip
    sent = {one.subject: _sent(sending, by, asked.fields, one) for one in weighed.pupils}
    if not asked.discreetly:
        return Step(disclosures, Disclose(
            known_at=weighed.known_at, valid_on=weighed.on, sent=sent, person=asked.person, **proof,
        ))  # fmt: skip
    if len(sent) != 1:
        raise Refused("What is told discreetly is told of one pupil at a time. Send this for each of them.")
    pupil = next(iter(sent))
    return Step(discreet, DiscloseDiscreetly(
        pupil=pupil, valid_on=weighed.on, known_at=weighed.known_at, sent=sent[pupil], **proof,
    ))  # fmt: skip
