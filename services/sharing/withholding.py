"""What is asked of hiding a disclosure from a family beyond what a pupil's own stream knows: that there is one."""

import asyncio
from datetime import date
from typing import Final

from events.sharing.disclosures import CohortDisclosed, DisclosedDiscreetly
from ledger.decider import Refused, Stream
from services.door import Door, Visit
from services.facts import LONDON
from services.sharing.discreet import WITHHELD_DAYS_MAX, WithholdDisclosure

OPENLY: Final = frozenset({"disclosed", "cohort-disclosed"})


async def check(door: Door, visit: Visit, command: WithholdDisclosure) -> None:
    """Refuse what hides nothing, hides it from a day that was not, or has nobody else look at it again."""
    if command.reviewer == visit.caller.subject:
        raise Refused("Somebody else than you looks at this again. Choose another of the list.")
    given_on = await _given_on(door, visit, command)
    if given_on is None:
        raise Refused("There is no such disclosure of this pupil. Look it up in the list of who was given what.")
    if not given_on <= command.valid_on <= visit.today:
        raise Refused("A disclosure is hidden from the day it was given at the earliest, and today at the latest.")
    if not 0 <= (command.until - visit.today).days <= WITHHELD_DAYS_MAX:
        raise Refused("Name a day within a year from today on which somebody looks at this again.")


async def _given_on(door: Door, visit: Visit, command: WithholdDisclosure) -> date | None:
    """Give the day on which this was given, from the log itself: openly, in a return, or discreetly."""
    codec, organisation = door.codec, visit.organisation
    openly = Stream("disclosure", command.disclosure).id(organisation)
    for stored in (await door.log.stream(organisation, openly)).entries:
        entry = await asyncio.to_thread(codec.open, stored)
        if entry.header.name in OPENLY and (
            command.pupil in entry.header.subjects or isinstance(entry.event, CohortDisclosed)
        ):
            return entry.header.recorded_at.astimezone(LONDON).date()
    secret = Stream("discreet-disclosures", command.pupil).discreet_id(codec.vault, organisation)
    for stored in (await door.log.stream(organisation, secret)).entries:
        entry = await asyncio.to_thread(codec.open, stored)
        if isinstance(entry.event, DisclosedDiscreetly) and entry.event.disclosure == command.disclosure:
            return entry.header.recorded_at.astimezone(LONDON).date()
    return None
