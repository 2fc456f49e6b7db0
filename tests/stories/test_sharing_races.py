"""The moment of sending: what was withdrawn a millisecond before stops it, and what is withdrawn after comes too late."""

import asyncio
from typing import Any

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, send

from services.sharing.consent_purposes import wording
from services.sharing.sending import Sender

TEXT = "May we give a theatre company your child's name and what they must know of allergies?"


def consented(school: School, pupil: str, company: str) -> dict[str, Any]:
    """Let a mother consent that the pupil's data is shared with a company; gives what her withdrawing it says."""
    mother, day = new_id(), "2026-09-04"
    school.command("office", "records/record-contact", person=mother, valid_on=day,
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=pupil, valid_on=day, contact=mother, relationship="PAM",
                   priority=1)  # fmt: skip
    school.command("head", "sharing/define-consent-purpose", consent_purpose="sharing", purpose_version=1, valid_on=day,
                   title="Sharing", text=TEXT, givers=["parent", "pupil"], conflicts="any-objection",
                   recipients=[company], fields=["full_name", "allergies"])  # fmt: skip
    school.caught_up()
    told = {"pupil": pupil, "valid_on": day, "consent_purpose": "sharing", "by": mother, "capacity": "parent",
            "channel": "paper"}  # fmt: skip
    school.command("office", "sharing/give-consent", **told, purpose_version=1, wording=wording(TEXT))
    school.caught_up()
    return told


def test_consent_withdrawn_a_millisecond_before_the_sending_stops_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = school.pupil(1)
    company = recipient(school, "other", "Swallowtail Theatre")
    told = consented(school, ada, company)
    body = asked(company, "consented", ["full_name", "allergies"], pupils=[ada])
    assert school.post("office", "sharing/decide", body).json()["decision"]["outcome"] == "allowed"
    decided = Sender.commitment
    withdrawn: list[int] = []

    async def just_before(self: Sender, *given: Any) -> str:
        """Between the decision and the append, let the mother take her consent back."""
        if not withdrawn:
            answer = await asyncio.to_thread(school.command, "office", "sharing/withdraw-consent", **told)
            withdrawn.append(answer["index"])
        return await decided(self, *given)

    monkeypatch.setattr(Sender, "commitment", just_before)
    response = send(school, "office", body)
    assert withdrawn, "the sending never came so far"
    assert response.status_code == 409, response.text
    assert response.json()["decision"]["pupils_against"] == {ada: "Consent for this was withdrawn."}
    assert school.read("office", f"pupils/{ada}/disclosures")["disclosures"] == []
    with school.site.owner("log") as connection:
        stored = connection.execute(
            "SELECT name FROM ledger.event WHERE organisation = %s AND service = 'sharing' AND index > %s",
            [school.organisation, withdrawn[0]],
        ).fetchall()
    assert stored == [("sharing-blocked",)]


def test_what_was_sent_before_the_withdrawal_was_lawful_and_stays_on_record(school: School) -> None:
    ada = school.pupil(1)
    company = recipient(school, "other", "Swallowtail Theatre")
    told = consented(school, ada, company)
    body = asked(company, "consented", ["full_name", "allergies"], pupils=[ada])
    assert send(school, "office", body).status_code == 200
    school.command("office", "sharing/withdraw-consent", **told)
    assert send(school, "office", body).status_code == 409
    assert len(school.read("office", f"pupils/{ada}/disclosures")["disclosures"]) == 1


def test_other_pupils_corrections_never_starve_a_sending_and_the_pupils_own_are_taken_in(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = school.pupil(1), school.pupil(2)
    company = recipient(school, "authority", "Norfolk")
    decided, tried = Sender.commitment, list[int]()
    corrected = {"about": ben}

    async def meanwhile(self: Sender, *given: Any) -> str:
        """At every attempt, let somebody's name be put right: another pupil's, or this one's."""
        tried.append(len(tried))
        name = {"surname": "Lark", "forename": f"Ada{'abcdefgh'[len(tried)]}"}
        await asyncio.to_thread(
            school.command, "office", "records/correct-name", pupil=corrected["about"], valid_on="2026-09-03",
            full_name=name, reason="misheard",
        )  # fmt: skip
        return await decided(self, *given)

    monkeypatch.setattr(Sender, "commitment", meanwhile)
    body = asked(company, "new-pupil-return", ["full_name"], pupils=[ada])
    assert send(school, "office", body).status_code == 200
    assert len(tried) == 1, "another pupil's correction made it decide anew"
    corrected["about"] = ada
    assert send(school, "office", body).status_code == 503
    assert len(tried) == 6


def test_a_rule_that_is_withdrawn_stops_every_sending(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = school.pupil(1)
    company = recipient(school, "authority", "Norfolk")
    decided, done = Sender.commitment, list[bool]()

    async def just_before(self: Sender, *given: Any) -> str:
        if not done:
            done.append(True)
            await asyncio.to_thread(
                school.command, "head", "governance/withdraw-rule", rule="returning-new-pupils", rule_version=1,
                reason="repealed",
            )  # fmt: skip
        return await decided(self, *given)

    monkeypatch.setattr(Sender, "commitment", just_before)
    response = send(school, "office", asked(company, "new-pupil-return", ["full_name"], pupils=[ada]))
    assert (response.status_code, done) == (409, [True])


def test_a_consent_for_one_recipient_and_its_fields_is_for_no_other(school: School) -> None:
    ada = school.pupil(1)
    company = recipient(school, "other", "Swallowtail Theatre")
    consented(school, ada, company)
    another = recipient(school, "other", "Lapwing Gazette")
    refused = send(school, "office", asked(another, "consented", ["full_name", "allergies"], pupils=[ada]))
    assert refused.status_code == 409
    assert refused.json()["decision"]["pupils_against"] == {
        ada: "This consent is for other recipients. Define its next version with this one, and ask again."
    }
    wider = send(school, "office", asked(company, "consented", ["allergies", "date_of_birth"], pupils=[ada]))
    assert "does not cover: Date of birth." in wider.json()["decision"]["pupils_against"][ada]
    assert (
        send(school, "office", asked(company, "consented", ["full_name", "allergies"], pupils=[ada])).status_code == 200
    )


def test_a_consent_is_asked_for_recipients_and_fields_that_there_are(school: School) -> None:
    body = {"consent_purpose": "sharing", "purpose_version": 1, "valid_on": "2026-09-04", "title": "Sharing",
            "text": TEXT, "givers": ["parent"], "conflicts": "any-objection"}  # fmt: skip
    unknown = school.post("head", "sharing/define-consent-purpose", {
        **body, "recipients": [new_id()], "fields": ["full_name"],
    })  # fmt: skip
    assert (unknown.status_code, "no such recipient" in unknown.json()["detail"]) == (409, True)
    company = recipient(school, "other", "Swallowtail Theatre")
    field = school.post("head", "sharing/define-consent-purpose", {
        **body, "recipients": [company], "fields": ["shoe_size"],
    })  # fmt: skip
    assert (field.status_code, "no such field" in field.json()["detail"]) == (409, True)
