"""The eventsourcing library's own contract, kept by the recorder bound to one organisation, as the service's role."""

import os
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)
from support.entries import ACTOR
from support.installation import Installation

from ledger.codec import Meta
from ledger.postgres.recorder import Datastore, OrganisationRecorder, StreamRecorder
from ledger.postgres.wire import Id

CONNECTIONS = 12
"""The library's concurrent test writes from ten threads and reads from two."""


def meta() -> Meta:
    return Meta(ACTOR, "office", "pupil-record", "reg-8", os.urandom(16))


class OnOneOrganisation:
    """Gives each of the library's tests a recorder on an organisation of its own."""

    kind: ClassVar[type[OrganisationRecorder]] = OrganisationRecorder
    installation: Installation

    @pytest.fixture(autouse=True)
    def _installed(self, installation: Installation) -> None:
        self.installation = installation

    def create_recorder(self) -> Any:
        organisation = os.urandom(16)
        with self.installation.connect("rollbook_records", organisation) as connection:
            connection.execute("INSERT INTO ledger.log (organisation) VALUES (%s)", [Id(organisation)])
        conninfo = self.installation.databases.conninfo("log", "rollbook_records")
        datastore = Datastore.connect(conninfo, connections=CONNECTIONS)
        self.addCleanup(datastore.close)  # type: ignore[attr-defined]  # beside a TestCase
        return self.kind(datastore.bound(organisation), service="records", meta=meta())


class TestAggregateRecorder(OnOneOrganisation, AggregateRecorderTestCase):
    kind = StreamRecorder


class TestApplicationRecorder(OnOneOrganisation, ApplicationRecorderTestCase[Any]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(OnOneOrganisation, NonInterleavingNotificationIDsBaseCase):
    insert_num = 1000


# The library's base cases are abstract: pytest must not collect them from here.
del AggregateRecorderTestCase, ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase


@pytest.fixture
def recorder(installation: Installation, organisation: bytes) -> OrganisationRecorder:
    with installation.connect("rollbook_records", organisation) as connection:
        connection.execute("INSERT INTO ledger.log (organisation) VALUES (%s)", [Id(organisation)])
    return installation.feed.recorder(organisation)


def test_a_feeds_recorder_only_reads(recorder: OrganisationRecorder) -> None:
    with pytest.raises(OperationalError, match="only reads"):
        recorder.insert_events([StoredEvent(uuid4(), 1, "topic", b"state")])
    assert recorder.max_notification_id() is None


def test_another_organisations_entries_do_not_exist(installation: Installation, organisation: bytes) -> None:
    other, stream = os.urandom(16), uuid4()
    conninfo = installation.databases.conninfo("log", "rollbook_records")
    for one in (organisation, other):
        with installation.connect("rollbook_records", one) as connection:
            connection.execute("INSERT INTO ledger.log (organisation) VALUES (%s)", [Id(one)])
    with Datastore.connect(conninfo) as datastore:
        mine = OrganisationRecorder(datastore.bound(organisation), service="records", meta=meta())
        theirs = OrganisationRecorder(datastore.bound(other), service="records", meta=meta())
        event = StoredEvent(stream, 1, "topic", b"state")
        assert mine.insert_events([event]) == [1]
        assert theirs.select_events(stream) == []
        assert theirs.select_notifications(None, 10) == []
        assert theirs.insert_events([event]) == [1]
        with pytest.raises(IntegrityError):
            mine.insert_events([event])
        assert [found.id for found in mine.select_notifications(None, 10)] == [1]
