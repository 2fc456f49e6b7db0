"""Recipients: registered once, verified before anything is given, and again when they change."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.folded import at, folded
from support.given import given

from events.model import Event
from events.sharing.recipients import (
    RecipientRegistered,
    RecipientRenamed,
    RecipientRerouted,
    RecipientResumed,
    RecipientSuspended,
    RecipientVerified,
    Route,
)
from services.facts import Dated
from services.sharing.recipient_views import RecipientRow, recipients, usable
from services.sharing.recipients import (
    PARENTS,
    RegisterRecipient,
    RenameRecipient,
    RerouteRecipient,
    ResumeRecipient,
    SuspendRecipient,
    VerifyRecipient,
)
from services.sharing.recipients import recipients as aggregate

NURSE = b"nurse".ljust(16, b"\0")
DAY = date(2026, 9, 7)
NEXT = DAY + timedelta(days=1)
OF: dict[str, Any] = {"recipient": NURSE, "valid_on": DAY}
BY_HAND = (Route(channel="by-hand"),)
SFTP = (Route(channel="sftp", endpoint="nursing-trust"),)
TEAM: dict[str, Any] = {**OF, "kind": "school-nurse", "title": "Marsh School Nursing", "routes": BY_HAND}
REGISTERED = RecipientRegistered(**TEAM)
VERIFY: dict[str, Any] = {**OF, "how": "called-back", "evidence": "Rang the number of the trust's own page."}
VERIFIED = RecipientVerified(**VERIFY)
RENAMED = RecipientRenamed(**OF, title="Marsh Community Health", reason="Merged.")
REROUTED = RecipientRerouted(**OF, routes=SFTP, reason="New server.")
SUSPENDED = RecipientSuspended(**OF, reason="A letter went to the wrong address.")
RESUMED = RecipientResumed(recipient=NURSE, valid_on=NEXT, reason="Explained in writing.")


def row(*events: Event) -> RecipientRow:
    found = folded(recipients, REGISTERED, *events)[NURSE,]
    assert isinstance(found, RecipientRow)
    return found


def test_a_recipient_is_registered_once_with_its_details() -> None:
    given(aggregate).when(RegisterRecipient(**TEAM)).then(REGISTERED)
    other = RegisterRecipient(**{**TEAM, "title": "Another"})
    given(aggregate, REGISTERED).when(other).then_refused("registered already")


def test_parents_are_one_recipient_that_names_no_family() -> None:
    family = {**TEAM, "kind": "parent", "title": "Mrs Lark"}
    given(aggregate).when(RegisterRecipient(**family)).then_refused("names no family")
    parents = {**family, "title": PARENTS}
    given(aggregate).when(RegisterRecipient(**parents)).then(RecipientRegistered(**parents))
    renamed = RenameRecipient(**OF, title="Mrs Lark", reason="asked")
    given(aggregate, RecipientRegistered(**parents)).when(renamed).then_refused("names no family")


def test_it_is_verified_and_again_when_it_changes() -> None:
    verify = VerifyRecipient(**VERIFY)
    given(aggregate).when(verify).then_refused("register it first")
    given(aggregate, REGISTERED).when(verify).then(VERIFIED)
    rename = RenameRecipient(**OF, title=RENAMED.title, reason="Merged.")
    given(aggregate, REGISTERED, VERIFIED).when(rename).then(RENAMED)
    given(aggregate, REGISTERED, VERIFIED, RENAMED).when(verify).then(VERIFIED)
    reroute = RerouteRecipient(**OF, routes=SFTP, reason="New server.")
    given(aggregate, REGISTERED, VERIFIED).when(reroute).then(REROUTED)
    later = RENAMED.model_copy(update={"valid_on": NEXT})
    given(aggregate, REGISTERED, VERIFIED, later).when(verify).then_refused("as it is now")
    lapsed = VerifyRecipient(**VERIFY, until=DAY - timedelta(days=1))
    given(aggregate, REGISTERED).when(lapsed).then_refused("Check both dates")


def test_it_is_suspended_and_resumed() -> None:
    suspend = SuspendRecipient(**OF, reason=SUSPENDED.reason)
    given(aggregate, REGISTERED).when(suspend).then(SUSPENDED)
    resume = ResumeRecipient(recipient=NURSE, valid_on=NEXT, reason=RESUMED.reason)
    given(aggregate, REGISTERED).when(resume).then()
    given(aggregate, REGISTERED, SUSPENDED).when(resume).then(RESUMED)
    given(aggregate, REGISTERED, SUSPENDED, RESUMED).when(suspend).then(SUSPENDED)


def test_its_row_shows_every_name_and_what_was_made_sure_of() -> None:
    found = row(VERIFIED, RENAMED)
    assert found.title == "Marsh Community Health"
    assert found.titles == (
        Dated(value="Marsh School Nursing", since=DAY, at=at(1)),
        Dated(value="Marsh Community Health", since=DAY, at=at(3)),
    )
    assert found.verification is not None
    assert found.verification.at == at(2)
    assert found.verified_on is None
    assert row(VERIFIED).verified_on == DAY
    assert row(REROUTED).routes == SFTP


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ((), "never verified"),
        ((VERIFIED,), None),
        ((VERIFIED, RENAMED), "renamed since"),
        ((VERIFIED, RENAMED, REROUTED), "renamed since"),
        ((VERIFIED, RENAMED, VERIFIED), None),
        ((VERIFIED, REROUTED), "in another way"),
        ((VERIFIED, SUSPENDED), "suspended"),
        ((VERIFIED, SUSPENDED, RESUMED), None),
        ((RecipientVerified(**VERIFY, until=DAY),), "lapsed"),
        ((RecipientVerified(**VERIFY, until=NEXT),), None),
    ],
)
def test_nothing_is_given_to_one_that_is_not_sure(events: tuple[Event, ...], says: str | None) -> None:
    sentence = usable(row(*events), NEXT)
    assert (says is None and sentence is None) or (says is not None and sentence is not None and says in sentence)
