"""Notices of Article 19: owed, given, chased, answered, and one that was not possible."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from services.sharing.notices import (
    NoteNoticeNotPossible,
    NoteRecipientActed,
    NoteRecipientNotified,
    NoteRecipientSilent,
    OweNotice,
)
from support.commands.common import ADA, DAYS, Said, because, of_pupil

NOTICES: Final = [b"notice 1".ljust(16, b"\0"), b"notice 2".ljust(16, b"\0")]
NURSE: Final = b"nurse".ljust(16, b"\0")
_ids = st.sampled_from(NOTICES)
_ONE: Final[dict[str, Any]] = {**ADA, "notice": NOTICES[0]}
_OTHER: Final[dict[str, Any]] = {**ADA, "notice": NOTICES[1]}
_WHAT: Final[dict[str, Any]] = {
    "recipient": NURSE, "ripples": "correction", "since_entry": 9, "disclosures": (b"sent".ljust(16, b"\0"),),
    "field_names": ("address",), "told_entries": (7,),
}  # fmt: skip

ANY: Final = (
    of_pupil(OweNotice, notice=_ids, **{name: st.just(value) for name, value in _WHAT.items()}),
    of_pupil(NoteRecipientNotified, notice=_ids, channel=st.sampled_from(["by-hand", "http"])),
    of_pupil(NoteRecipientActed, notice=_ids, acted=st.sampled_from(["corrected", "not-held"])),
    of_pupil(NoteRecipientSilent, notice=_ids, chased_by=because),
    of_pupil(NoteNoticeNotPossible, notice=_ids, found=st.just("impossible"), reason=because),
)
ALL: Final[Sequence[Said]] = (
    OweNotice(**_ONE, **_WHAT),
    NoteRecipientNotified(**_ONE, channel="by-hand"),
    NoteRecipientSilent(**_ONE, chased_by="rang", until_asked_again=DAYS[3]),
    NoteRecipientActed(**_ONE, acted="corrected"),
    OweNotice(**_OTHER, **_WHAT),
    NoteNoticeNotPossible(**_OTHER, found="disproportionate", reason="Nobody is left there."),
)
