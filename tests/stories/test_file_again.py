"""A file that went is read again as a record is: written down first, shut by a restriction, and not after a recall."""

from support.school import School
from support.sharing import asked, recipient, sent


def _restrict(school: School, pupil: str, category: str) -> None:
    school.command("head", "rights/restrict-processing", person=pupil, valid_on="2026-09-10", categories=[category],
                   on_ground="accuracy-contested", case="R-12")  # fmt: skip
    school.caught_up()


def _reads(school: School) -> list[str]:
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT name FROM ledger.event WHERE organisation = %s AND name IN ('record-viewed', 'records-searched')"
            " AND cardinality(subjects) > 0 ORDER BY index",
            [school.organisation],
        ).fetchall()
    return [name for (name,) in found]


def test_each_pupil_of_a_file_is_written_down_as_viewed_and_everyone_as_a_list(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "new-pupil-return", ["full_name"], pupils=[ada, bea])
    named = sent(school, "office", body)
    everyone = sent(school, "office", asked(authority, "admissions", ["full_name"], cohort_on="2026-10-01"))
    before = _reads(school)
    assert school.get("office", f"disclosures/{named}/file").status_code == 200
    assert school.get("office", f"disclosures/{everyone}/file").status_code == 200
    assert _reads(school)[len(before) :] == ["record-viewed", "records-searched"]


def test_a_restriction_shuts_the_file_and_a_door_opens_it(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    named = sent(school, "office", asked(authority, "new-pupil-return", ["full_name", "upn"], pupils=[ada]))
    everyone = sent(school, "office", asked(authority, "admissions", ["full_name"], cohort_on="2026-10-01"))
    _restrict(school, ada, "identity")
    for which in (named, everyone):
        shut = school.get("office", f"disclosures/{which}/file")
        assert (shut.status_code, "door=claims" in shut.json()["detail"]) == (403, True)
        assert school.get("office", f"disclosures/{which}/file", door="claims").status_code == 200


def test_also_of_what_the_office_may_share_and_not_read(school: School) -> None:
    ada = school.pupil(1)
    school.command("senco", "records/start-sen-provision", pupil=ada, valid_on="2026-09-10", provision="K")
    authority = recipient(school, "authority", "Norfolk")
    body = asked(authority, "special-needs", ["full_name", "sen_provision"], pupils=[ada])
    which = sent(school, "office", body)
    _restrict(school, ada, "sen")
    assert school.get("office", f"disclosures/{which}/file").status_code == 403


def test_what_was_recalled_is_not_given_out_again(school: School) -> None:
    ada = school.pupil(1)
    authority = recipient(school, "authority", "Norfolk")
    which = sent(school, "office", asked(authority, "new-pupil-return", ["full_name"], pupils=[ada]))
    school.command("office", "sharing/recall", disclosure=which, reason="wrong-recipient")
    refused = school.get("office", f"disclosures/{which}/file")
    assert (refused.status_code, "recalled" in refused.json()["detail"]) == (409, True)
