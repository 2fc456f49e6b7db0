"""Files on their way in."""

from collections.abc import Sequence
from typing import Any, Final

from services.records.files import batches
from support.commands.common import DAYS, Said

_BATCH: Final[dict[str, Any]] = {"batch": b"a file".ljust(16, b"\0")}
ANY: Final = ()
ALL: Final[Sequence[Said]] = (
    batches.ReceiveBatch(**_BATCH, connector="ctf", kind="ctf", file_digest="0" * 64, rows=2),
    batches.QuarantineRow(**_BATCH, row=1, valid_on=DAYS[0], fields="{}", reasons=("No UPN.",)),
    batches.FixRow(**_BATCH, row=1),
    batches.UndoBatch(**_BATCH),
    batches.ExpireRows(**_BATCH),
    batches.StopBatch(**_BATCH, enrolled=10, missing=6, percent=10),
)
