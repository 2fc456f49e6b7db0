"""Pastoral notes and exclusions."""

from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st

from events.records.pastoral import Consideration, Episode
from services.records.pastoral import exclusions, pastoral
from support.commands.common import ADA, DAYS, GROUPS, Said, because, days, of_pupil

_NOTE: Final[dict[str, Any]] = {"note": st.sampled_from(GROUPS), "text": because}
_WRONG: Final = st.integers(1, 60)
_EPISODE: Final[dict[str, Any]] = {"exclusion": st.sampled_from(GROUPS)}
_SUSPENDED = Episode(exclusion_kind="SUSP", exclusion_reasons=("DB",), last=DAYS[2], sessions=4)
_EXCLUDED = Episode(exclusion_kind="PERM", exclusion_reasons=("PA", "DB"))
_episodes = st.sampled_from([_SUSPENDED, _EXCLUDED])
ANY: Final = (
    of_pupil(pastoral.RecordPastoralNote, **_NOTE),
    of_pupil(pastoral.CorrectPastoralNote, **_NOTE, reason=because),
    of_pupil(exclusions.RecordExclusion, **_EPISODE, episode=_episodes),
    of_pupil(exclusions.CorrectExclusion, **_EPISODE, episode=_episodes, reason=because),
    of_pupil(exclusions.ReviewExclusion, **_EPISODE, review=st.sampled_from(["GB", "IRP"]), outcome=because),
    of_pupil(exclusions.ReinstatePupil, **_EPISODE),
    of_pupil(pastoral.WithdrawPastoralNote, note=_NOTE["note"], reason=because),
    of_pupil(exclusions.WithdrawExclusion, **_EPISODE, reason=because),
    of_pupil(
        exclusions.CorrectExclusionReview, **_EPISODE, wrong=_WRONG, reason=because,
        consideration=st.none() | st.builds(Consideration, on=days, review=st.just("IRP"), outcome=because),
    ),
    of_pupil(
        exclusions.CorrectReinstatement, **_EPISODE, wrong=_WRONG, reinstated=st.none() | days, reason=because
    ),
)  # fmt: skip
ALL: Final[Sequence[Said]] = (
    pastoral.RecordPastoralNote(**ADA, note=GROUPS[0], text="A hard week."),
    pastoral.CorrectPastoralNote(**ADA, note=GROUPS[0], text="A hard day.", reason="seen"),
    exclusions.RecordExclusion(**ADA, exclusion=GROUPS[0], episode=_EXCLUDED),
    exclusions.CorrectExclusion(**ADA, exclusion=GROUPS[0], episode=_SUSPENDED, reason="seen"),
    exclusions.ReviewExclusion(**ADA, exclusion=GROUPS[0], review="GB", outcome="upheld"),
    exclusions.ReinstatePupil(**ADA, exclusion=GROUPS[0]),
    lambda newest: exclusions.CorrectReinstatement(
        **ADA, exclusion=GROUPS[0], wrong=newest, reinstated=DAYS[1], reason="seen"
    ),
    lambda newest: exclusions.CorrectExclusionReview(
        **ADA, exclusion=GROUPS[0], wrong=newest - 2, reason="seen",
        consideration=Consideration(on=DAYS[1], review="IRP", outcome="quashed"),
    ),
    pastoral.WithdrawPastoralNote(**ADA, note=GROUPS[0], reason="seen"),
    exclusions.RecordExclusion(**ADA, exclusion=GROUPS[1], episode=_EXCLUDED),
    exclusions.WithdrawExclusion(**ADA, exclusion=GROUPS[1], reason="seen"),
)  # fmt: skip
