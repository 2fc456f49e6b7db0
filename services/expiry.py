"""Expiry of what was set aside: thirty days on (as the school adopted it) the key of a batch's rows is destroyed.

Run it once a day, from cron or a timer: ``rollbook intake expire``. Each step may be cut short and is done again by the
next run: the entries are written first, from then on the batch takes no new rows (its decider refuses them under its
stream's version, so that no process with the key in memory can seal one more), then the key goes, then the view's row.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from ledger.codec import Meta
from ledger.decider import Desk, Step
from services.facts import LONDON
from services.governance import queries as governance
from services.installation import Installation
from services.records.files.batches import ExpireRows, batches
from services.records.files.intake_views import set_aside

RULE: Final = "quarantine-days"
ACTOR: Final = sha256(b"rollbook system:intake").digest()[:16]
ROLE: Final = "system:intake"


async def expire(installation: Installation, organisation: bytes, now: datetime) -> int | None:
    """Destroy what the batches of an organisation set aside too long ago; gives how many batches, None without a rule.

    The days count from the first row that a batch set aside: trying again keeps nothing longer.
    """
    today = now.astimezone(LONDON).date()
    async with installation.live_views() as views, installation.log("records") as log:
        async with views.reader(organisation, installation.views) as reader:
            rule = await governance.parameters(reader, RULE)
            ground = await governance.ground(reader, ExpireRows.purpose, today)
            aside = await reader.find(set_aside)
        if rule is None or ground is None:
            return None
        due = [row.subject for row in aside if row.first.recorded_at <= now - timedelta(days=rule["days"])]
        desk = Desk(log, installation.codec, "records")
        for batch in due:
            command = sha256(b"rollbook expire" + batch).digest()[:16]
            meta = Meta(ACTOR, ROLE, ground.purpose, ground.basis, command)
            await desk.handle(organisation, [Step(batches, ExpireRows(batch=batch))], meta)
            installation.vault.destroy(organisation, [batch], category="correspondence", request=RULE)
    if due:
        installation.runner().refold(organisation, due)
    return len(due)
