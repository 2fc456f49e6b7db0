"""Writes down that a person decided not to share: that is a decision like any other, and the register has it."""

from events.sharing.disclosures import NotShared
from ledger.decider import Answer, Refused, Step
from services.door import Door, Visit
from services.shared_facts import FactSource
from services.sharing.asking import ToKeepBack
from services.sharing.disclosures import KeepBack, KeepBackCohort, disclosures
from services.sharing.recipient_views import recipients


class Keeper:
    """Keeps back what a person decided not to give. ``facts`` is the pupils' record."""

    def __init__(self, door: Door, facts: FactSource) -> None:
        self._door, self._facts = door, facts

    async def keep_back(self, visit: Visit, asked: ToKeepBack, command: bytes) -> Answer:
        """Write the decision down. Raises Refused where it is about nobody."""
        if (asked.cohort_on is None) == (not asked.pupils):
            raise Refused("Say of whom: name the pupils, or the day of the roll.")
        async with self._door.read(visit.organisation) as reader:
            if await reader.get(recipients, asked.recipient) is None:
                raise Refused("Nobody is registered under this recipient. Register and verify them first.")
            found = await self._facts.live(reader, asked.pupils, (), visit.today) if asked.pupils else ()
        if len(found) != len(set(asked.pupils)):
            raise Refused("Some of these are no pupils here. Look each of them up, and ask again.")
        return await self._door.carry_out(visit, "sharing", [Step(disclosures, _kept(asked))], command)


def _kept(asked: ToKeepBack) -> KeepBack | KeepBackCohort:
    if asked.cohort_on is not None:
        return KeepBackCohort(
            disclosure=asked.decision, cohort_on=asked.cohort_on, recipient=asked.recipient,
            sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=(asked.reason,), by_gate=False,
        )  # fmt: skip
    said = NotShared(
        recipient=asked.recipient, sharing_purpose=asked.sharing_purpose, fields=asked.fields, reasons=(asked.reason,),
        by_gate=False,
    )  # fmt: skip
    return KeepBack(disclosure=asked.decision, not_shared=dict.fromkeys(asked.pupils, said))
