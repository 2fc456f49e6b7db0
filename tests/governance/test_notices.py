"""Privacy notices: a version has one text, and versions follow one another."""

from datetime import date

from support.given import given

from events.governance import PrivacyNoticePublished
from services.governance.notices import PublishPrivacyNotice, notices

DAY, FIRST, SECOND = date(2026, 9, 1), "1" * 64, "2" * 64


def publish(version: int = 1, digest: str = FIRST) -> PublishPrivacyNotice:
    return PublishPrivacyNotice(notice_version=version, digest=digest, valid_on=DAY)


def published(version: int = 1, digest: str = FIRST) -> PrivacyNoticePublished:
    return PrivacyNoticePublished(notice_version=version, digest=digest, valid_on=DAY)


def test_a_version_is_published_once_with_one_text() -> None:
    given(notices).when(publish()).then(published())
    given(notices, published()).when(publish(digest=SECOND)).then_refused("Publish the next version")
    given(notices, published()).when(publish(2, SECOND)).then(published(2, SECOND))
    given(notices, published(2, SECOND)).when(publish()).then_refused("Publish a version after that one")
