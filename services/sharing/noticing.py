"""What is asked of telling somebody discreetly beyond what was told before: that a notice is owed to them at all."""

from events.sharing.ripple_discreet import look_of
from ledger.decider import Refused
from services.door import Door, Visit
from services.sharing.discreet_notices import OfDiscreetNotice
from services.sharing.notice_views import looks


async def check(door: Door, visit: Visit, command: OfDiscreetNotice) -> None:
    """Refuse to tell anything of a discreet notice that nobody is owed."""
    async with door.read(visit.organisation) as reader:
        pupil = (await door.facts.held(reader)).get(command.pupil, command.pupil)
        found = await reader.get(looks, pupil, look_of(command.notice))
    if found is None or all(one.notice != command.notice for one in found.notices):
        raise Refused("No such notice is owed about this pupil. Look it up in the list of open notices.")
