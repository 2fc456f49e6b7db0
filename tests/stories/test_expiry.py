"""What was set aside is destroyed when the adopted days have passed, and then nobody can read it, live or replayed."""

import asyncio
from datetime import UTC, datetime, timedelta

from support.intake import answered, intake, received, row, waiting
from support.school import School

from events.identifiers import parse_id
from services.expiry import expire
from services.installation import Installation

NOW = datetime.now(UTC)


def swept(school: School, days: int) -> int | None:
    """Sweep as if so many days had passed."""
    with Installation(school.site.settings) as installation:
        return asyncio.run(expire(installation, parse_id(school.organisation), NOW + timedelta(days=days)))


def test_rows_expire_after_the_adopted_days_and_the_file_may_come_again(school: School) -> None:
    said = {"connector": "ctf", "kind": "ctf", "file_sha256": "ab" * 32, "rows": 2}
    batch = school.post("connector", "intake/batches", said).json()["batch"]
    intake(school, [row(1, upn=None), row(2, sex="?")], batch)
    answered(school, school.post("office", f"intake/batches/{batch}/rows/2", {"fields": row(2)}))
    school.caught_up()
    assert swept(school, 29) == 0
    assert len(waiting(school, batch)) == 1
    assert swept(school, 31) == 1
    assert swept(school, 31) == 0
    assert waiting(school, batch) == []
    (listed,) = school.read("office", "intake/batches")["batches"]
    assert (listed["expired"], listed["waiting"], listed["fixed"]) == (True, 0, 1)
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT role, count(*) FROM ledger.event WHERE organisation = %s AND name = 'row-expired' GROUP BY role",
            [school.organisation],
        ).fetchall()
    assert found == [("system:intake", 2)]
    again = school.post("connector", "intake/batches", said).json()["batch"]
    assert again != batch
    assert [one["outcome"] for one in intake(school, [row(1, upn=None)], again)] == ["quarantined"]
    assert [one["row"] for one in waiting(school, again)] == [1]


def test_a_school_without_the_rule_keeps_its_rows(school: School) -> None:
    school.command("head", "governance/withdraw-rule", rule="quarantine-days", rule_version=1, reason="Never expires.")
    intake(school, [row(1, upn=None)], received(school))
    school.caught_up()
    assert swept(school, 31) is None
