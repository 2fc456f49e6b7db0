"""Notices of Article 19 of what is secret: looked for, found, given, chased, answered, and one that was not possible."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.sharing.ripple_discreet import NoticeFound, numbered
from services.sharing.discreet_notices import (
    LookForNotices,
    NoteDiscreetNoticeNotPossible,
    NoteRecipientActedDiscreetly,
    NoteRecipientNotifiedDiscreetly,
    NoteRecipientSilentDiscreetly,
)
from support.commands.common import ADA, DAYS, Said, because, of_pupil

LOOK: Final = numbered(b"look".ljust(16, b"\0"), 0)
NOTICES: Final = [numbered(LOOK, number) for number in (1, 2)]
POLICE: Final = b"police".ljust(16, b"\0")
FOUND: Final = tuple(
    NoticeFound(
        notice=one, recipient=POLICE, ripples="correction", since_entry=9, disclosures=(b"sent".ljust(16, b"\0"),),
        field_names=("safeguarding_concerns",), told_entries=(7,),
    )
    for one in NOTICES
)  # fmt: skip
_ids = st.sampled_from(NOTICES)
_ONE: Final[dict[str, Any]] = {**ADA, "notice": NOTICES[0]}

ANY: Final = (
    of_pupil(
        LookForNotices, look=st.sampled_from([LOOK, numbered(b"another".ljust(16, b"\0"), 0)]),
        notices=st.sampled_from([(), FOUND[:1], FOUND]),
    ),
    of_pupil(NoteRecipientNotifiedDiscreetly, notice=_ids, channel=st.sampled_from(["by-hand", "by-word"])),
    of_pupil(NoteRecipientActedDiscreetly, notice=_ids, acted=st.sampled_from(["corrected", "not-held"])),
    of_pupil(NoteRecipientSilentDiscreetly, notice=_ids, chased_by=because),
    of_pupil(NoteDiscreetNoticeNotPossible, notice=_ids, found=st.just("impossible"), reason=because),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    LookForNotices(**ADA, look=LOOK, notices=FOUND),
    NoteRecipientNotifiedDiscreetly(**_ONE, channel="by-hand"),
    NoteRecipientSilentDiscreetly(**_ONE, chased_by="rang", until_asked_again=DAYS[3]),
    NoteRecipientActedDiscreetly(**_ONE, acted="corrected"),
    NoteDiscreetNoticeNotPossible(**{**_ONE, "notice": NOTICES[1]}, found="disproportionate", reason="Nobody is left."),
)
