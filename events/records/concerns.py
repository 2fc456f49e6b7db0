"""Safeguarding concerns: that one exists is itself a secret, so each is stored as a discreet event."""

from datetime import date
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from events.identifiers import SubjectId
from events.model import PersonEvent, Strict, Text200
from events.records.common import EntryIndex
from events.text import Prose

ACCOUNT_MAX: Final = 5_000
"""Characters of an account: two pages; what is longer is a document."""
OUTCOME_MAX: Final = 1_000
"""Characters of an outcome: a paragraph or two."""
Account: TypeAlias = Annotated[Prose, Field(min_length=1, max_length=ACCOUNT_MAX)]
Outcome: TypeAlias = Annotated[Prose, Field(min_length=1, max_length=OUTCOME_MAX)]


class ConcernRecorded(PersonEvent, name="concern-recorded", category="safeguarding", discreet=True):
    """A concern for a pupil's safety was noticed, on ``valid_on``. Keeping children safe in education, part one."""

    concern: SubjectId
    what: Text200
    account: Account
    noticed_by: Text200


class ConcernCorrectedV1(PersonEvent, name="concern-corrected", category="safeguarding", discreet=True):
    """What version 2 says, as written before evidence was asked for."""

    concern: SubjectId
    what: Text200
    account: Account
    noticed_by: Text200
    corrects: EntryIndex
    reason: Text200


class ConcernCorrected(ConcernCorrectedV1, name="concern-corrected", version=2, category="safeguarding", discreet=True):
    """What an earlier entry says of a concern had been wrong: what it was, when, who noticed it, or the account."""

    evidence: Text200 | None = None


class ConcernReferred(PersonEvent, name="concern-referred", category="safeguarding", discreet=True):
    """A concern was referred to somebody outside the school, such as children's social care, on ``valid_on``."""

    concern: SubjectId
    referred_to: Text200


class ConcernClosed(PersonEvent, name="concern-closed", category="safeguarding", discreet=True):
    """A concern was closed on ``valid_on``, with what came of it."""

    concern: SubjectId
    outcome: Outcome


class Referral(Strict):
    """To whom outside the school a concern went, and on which day."""

    on: date
    referred_to: Text200


class Closing(Strict):
    """On which day a concern was closed, and what came of it."""

    on: date
    outcome: Outcome


class ConcernWithdrawn(PersonEvent, name="concern-withdrawn", category="safeguarding", discreet=True):
    """A concern recorded at an earlier entry never was one about this pupil, such as one of another child."""

    concern: SubjectId
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ConcernReferralCorrected(PersonEvent, name="concern-referral-corrected", category="safeguarding", discreet=True):
    """A referral recorded at an earlier entry had been otherwise; without ``referral`` there was none."""

    concern: SubjectId
    referral: Referral | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None


class ConcernClosingCorrected(PersonEvent, name="concern-closing-corrected", category="safeguarding", discreet=True):
    """The closing recorded at an earlier entry had been otherwise; without ``closing`` it was never closed."""

    concern: SubjectId
    closing: Closing | None = None
    corrects: EntryIndex
    reason: Text200
    evidence: Text200 | None = None
