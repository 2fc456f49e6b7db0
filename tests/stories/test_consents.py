"""Consents in the words of families and the office: who consents, who objects, and when each must be asked again."""

import asyncio
from typing import Any

import pytest
from support.school import School, new_id
from support.sharing import asked, recipient, send, sentences

from services.sharing.sending import Sender

TEXT = "May we use photographs of your child on our website? You can say no, and take a yes back at any time."
ASKED_ON, ANSWERED_ON, LATER = "2026-09-04", "2026-09-07", "2026-09-10"


def define(school: School, consent_purpose: str = "photographs", **said: Any) -> dict[str, Any]:
    """Let the head ask consent for a purpose; gives what an answer must name."""
    version = said.get("purpose_version", 1)
    school.command("head", "sharing/define-consent-purpose", **{
        "consent_purpose": consent_purpose, "purpose_version": version, "valid_on": "2026-09-01",
        "title": consent_purpose.capitalize(), "text": TEXT, "givers": ["parent", "pupil"],
        "conflicts": "any-objection", **said,
    })  # fmt: skip
    found = {one["consent_purpose"]: one for one in school.read("office", "consent-purposes")["purposes"]}
    assert found[consent_purpose]["purpose_version"] == version
    return {name: found[consent_purpose][name] for name in ("consent_purpose", "purpose_version", "wording")}


def parent(school: School, pupil: str, forename: str) -> str:
    who, on = new_id(), "2026-09-03"
    name = {"surname": "Lark", "forename": forename}
    school.command("office", "records/record-contact", person=who, valid_on=on, full_name=name)
    school.command("office", "records/link-contact", person=pupil, valid_on=on, contact=who, relationship="PAM",
                   priority=1, parental_responsibility=True)  # fmt: skip
    return who


def says(
    school: School, what: str, pupil: str, by: str, shown: dict[str, Any], day: str = ANSWERED_ON, **more: Any
) -> Any:
    """Record what somebody said; a consent taken back names no wording."""
    named = shown if what in ("give-consent", "refuse-consent") else {"consent_purpose": shown["consent_purpose"]}
    capacity = "pupil" if by == pupil else "parent"
    return school.command(
        "office",
        f"sharing/{what}",
        pupil=pupil,
        valid_on=day,
        by=by,
        capacity=capacity,
        channel="paper",
        **named,
        **more,
    )


def of(school: School, pupil: str, purpose: str = "photographs", **query: Any) -> dict[str, Any]:
    found = school.read("office", f"pupils/{pupil}/consents", **query)["consents"]
    standing: dict[str, Any] = {one["consent_purpose"]: one for one in found}[purpose]
    return standing


def test_a_parent_is_asked_consents_and_takes_it_back_as_easily(school: School) -> None:
    ada, shown = school.pupil(1), define(school)
    dana = parent(school, ada, "Dana")
    assert (of(school, ada)["standing"], of(school, ada)["due"]) == ("never asked", ["never-asked"])
    school.command("office", "sharing/request-consent", pupil=ada, valid_on=ASKED_ON, asked_of=dana, capacity="parent",
                   channel="online", **shown)  # fmt: skip
    assert (of(school, ada)["standing"], of(school, ada)["due"]) == ("not answered", ["not-answered"])
    says(school, "give-consent", ada, dana, shown)
    given = of(school, ada)
    assert (given["standing"], given["rule"], given["due"]) == (
        "given", "Any objection wins, by the school's own rule.", [],
    )  # fmt: skip
    assert [(one["answer"], one["by"], one["capacity"], one["wording"]) for one in given["answers"]] == [
        ("given", dana, "parent", shown["wording"])
    ]
    says(school, "withdraw-consent", ada, dana, shown, LATER)
    assert of(school, ada)["standing"] == "withdrawn"
    assert of(school, ada, valid_on=ANSWERED_ON)["standing"] == "given"


def test_a_photograph_is_shared_only_while_consent_stands(school: School) -> None:
    ada, paper = school.pupil(1), recipient(school, "other", "Marsh Lane Gazette")
    shown, dana = define(school, recipients=[paper], fields=["full_name"]), parent(school, ada, "Dana")
    body = asked(paper, "photographs", ["full_name"], pupils=[ada])
    said = sentences(school.post("head", "sharing/decide", body).json()["decision"])
    against = school.post("head", "sharing/decide", body).json()["decision"]["pupils_against"]
    assert ("cannot be shared" in said, list(against.values())) == (True, ["Consent for this was never asked."])
    says(school, "give-consent", ada, dana, shown)
    school.caught_up()
    assert send(school, "head", asked(paper, "photographs", ["full_name"], pupils=[ada])).status_code == 200
    says(school, "withdraw-consent", ada, dana, shown)
    refused = send(school, "head", asked(paper, "photographs", ["full_name"], pupils=[ada]))
    assert refused.status_code == 409
    assert list(refused.json()["decision"]["pupils_against"].values()) == ["Consent for this was withdrawn."]
    # Nor is it shared for a day on which consent still stood: it would leave today.
    earlier = send(school, "head", asked(paper, "photographs", ["full_name"], pupils=[ada], on=ASKED_ON))
    assert earlier.status_code == 409


def test_fingerprints_need_one_parent_and_nobodys_objection(school: School) -> None:
    ada, shown = school.pupil(1), define(school, "fingerprints", biometric=True)
    dana, evan = parent(school, ada, "Dana"), parent(school, ada, "Evan")
    says(school, "refuse-consent", ada, ada, shown)
    says(school, "give-consent", ada, dana, shown, LATER)
    says(school, "give-consent", ada, evan, shown, LATER)
    stands = of(school, ada, "fingerprints")
    assert stands["standing"] == "refused"
    assert "Protection of Freedoms Act 2012" in stands["rule"]
    says(school, "withdraw-objection", ada, ada, shown, LATER)
    assert of(school, ada, "fingerprints")["standing"] == "given"
    says(school, "withdraw-consent", ada, evan, shown, "2026-09-11")
    assert of(school, ada, "fingerprints")["standing"] == "withdrawn"
    ours = school.post("head", "sharing/define-consent-purpose", {
        "consent_purpose": "faces", "purpose_version": 1, "valid_on": "2026-09-01", "title": "Faces", "text": TEXT,
        "biometric": True, "givers": ["parent"], "conflicts": "latest-answer",
    })  # fmt: skip
    assert "any objection wins" in ours.json()["detail"]


def test_the_office_sees_who_consents_and_whom_to_ask(school: School) -> None:
    ada, ben, cleo = school.pupil(1), school.pupil(2, "Reed", "Ben"), school.pupil(3, "Teal", "Cleo")
    shown = define(school, valid_months=1)
    dana = parent(school, ada, "Dana")
    says(school, "give-consent", ada, dana, shown)
    says(school, "refuse-consent", ben, parent(school, ben, "Flo"), shown)
    now = school.read("office", "consents", purpose="photographs", valid_on=LATER)
    lines = {one["subject"]: (one["standing"], one["until"], one["due"]) for one in now["pupils"]}
    assert lines == {
        ada: ("given", "2026-10-06", []), ben: ("refused", None, []), cleo: ("never asked", None, ["never-asked"]),
    }  # fmt: skip
    assert now["counts"] == {"pupils": 3, "due": 1, "given": 1, "refused": 1, "never asked": 1}
    month_later = school.read("office", "consents", purpose="photographs", valid_on="2026-10-07")
    assert {one["subject"]: one["due"] for one in month_later["pupils"]}[ada] == ["expired"]
    # Ada was born on 6 May 2020: she is asked herself from her twelfth birthday on, and only she from her eighteenth.
    assert "competent" in of(school, ada, valid_on="2032-05-06")["due"]
    assert "competent" not in of(school, ada, valid_on="2032-05-05")["due"]
    grown = of(school, ada, valid_on="2038-05-06")
    assert ("adult" in grown["due"], grown["rule"]) == (True, "The pupil is an adult, so only their own answer counts.")


def test_an_answer_recorded_wrongly_is_put_right_and_both_can_be_read(school: School) -> None:
    ada, shown = school.pupil(1), define(school)
    dana = parent(school, ada, "Dana")
    wrong = says(school, "give-consent", ada, dana, shown)["index"]
    says(school, "correct-consent-answer", ada, dana, shown, answer="refused", corrects=wrong, reason="The no is ticked.",
         purpose_version=1, wording=shown["wording"])  # fmt: skip
    found = of(school, ada)
    (answer,) = found["answers"]
    assert (found["standing"], answer["answer"], answer["was"], answer["was_at"]["index"]) == (
        "refused", "refused", "given", wrong,
    )  # fmt: skip
    as_known = school.read("head", f"pupils/{ada}/consents", known_at=str(wrong), case="DP/2026-14")["consents"]
    assert [one["standing"] for one in as_known] == ["given"]


def test_what_does_not_fit_is_refused_with_what_to_do(school: School) -> None:
    ada, shown = school.pupil(1), define(school, givers=["parent"])
    dana = parent(school, ada, "Dana")

    def refusal(what: str = "give-consent", **other: Any) -> str:
        said = {"pupil": ada, "valid_on": ANSWERED_ON, "by": dana, "capacity": "parent", "channel": "paper", **shown}
        response = school.post("office", f"sharing/{what}", {**said, **other})
        assert response.status_code == 409, response.text
        return str(response.json()["detail"])

    assert "Define the purpose first" in refusal(consent_purpose="visits")
    assert "not the wording" in refusal(wording="0" * 64)
    assert "not the wording" in refusal(purpose_version=2)
    assert "Ask one of those whom the purpose names" in refusal(capacity="other")
    assert "in this capacity" in refusal(by=ada)
    assert "no such pupil" in refusal(pupil=new_id())
    assert "has not come yet" in refusal(valid_on="2099-01-01")
    assert "not among the pupil's contacts" in refusal(by=new_id())
    bea = school.pupil(2, "Wren", "Bea")
    stranger = parent(school, bea, "Gil")
    assert "not among the pupil's contacts" in refusal(by=stranger)
    school.command("office", "records/record-parental-responsibility", person=ada, contact=dana, valid_on="2026-09-03",
                   holds=False, known_from="court")  # fmt: skip
    assert "no parental responsibility" in refusal()
    school.command("office", "sharing/refuse-consent", pupil=ada, valid_on=ANSWERED_ON, by=stranger,
                   capacity="parent", channel="paper", **shown)  # fmt: skip
    assert school.get("office", "consents", purpose="visits").status_code == 404
    assert "purpose=photographs" in school.get("office", "consents").json()["detail"]
    assert school.get("office", f"pupils/{new_id()}/consents").status_code == 404


def test_a_consent_taken_back_a_millisecond_before_a_photograph_leaves_stops_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, paper = school.pupil(1), recipient(school, "other", "Marsh Lane Gazette")
    shown = define(school, recipients=[paper], fields=["full_name"])
    dana = parent(school, ada, "Dana")
    says(school, "give-consent", ada, dana, shown)
    decided, commitment = list[str](), Sender.commitment

    async def taken_back_meanwhile(sender: Sender, *given: Any) -> str:
        """The gate has said yes and the file is made; before that is written down, the office hears from Dana."""
        if not decided:
            decided.append("allowed")
            await asyncio.to_thread(says, school, "withdraw-consent", ada, dana, shown)
        return await commitment(sender, *given)

    monkeypatch.setattr(Sender, "commitment", taken_back_meanwhile)
    response = send(school, "head", asked(paper, "photographs", ["full_name"], pupils=[ada]))
    assert (response.status_code, decided) == (409, ["allowed"])
    assert list(response.json()["decision"]["pupils_against"].values()) == ["Consent for this was withdrawn."]
    assert school.read("head", f"pupils/{ada}/disclosures")["disclosures"] == []


def test_what_is_restricted_is_masked_and_opened_only_by_a_door(school: School) -> None:
    ada, ben, shown = school.pupil(1), school.pupil(2, "Reed", "Ben"), define(school)
    dana = parent(school, ada, "Dana")
    says(school, "give-consent", ada, dana, shown)
    for who, category in ((ada, "media"), (ben, "identity")):
        school.command("head", "rights/restrict-processing", person=who, valid_on="2026-09-10", categories=[category],
                       on_ground="accuracy-contested", case="R-12")  # fmt: skip
    shut = school.get("office", f"pupils/{ada}/consents")
    assert (shut.status_code, "door=claims" in shut.json()["detail"]) == (403, True)
    assert of(school, ada, door="claims")["standing"] == "given"
    lines = school.read("office", "consents", purpose="photographs")["pupils"]
    assert {one["subject"]: one["standing"] for one in lines} == {ada: "restricted", ben: "never asked"}
    page = school.site.client.get(f"/schools/{school.organisation}/consents", headers=school.headers("office")).text
    assert ("Lark, Ada" in page, "Reed, Ben" in page, page.count("Processing is restricted")) == (True, False, 2)
    # Consent is taken back all the same: what is recorded is storage.
    says(school, "withdraw-consent", ada, dana, shown, LATER)
    assert of(school, ada, door="claims")["standing"] == "withdrawn"


@pytest.mark.parametrize("who", ["teacher", "senco", "dsl", "connector", None])
def test_consents_are_not_everybodys_to_read_or_to_define(school: School, who: str | None) -> None:
    ada = school.pupil(1)
    define(school)
    for path in (f"pupils/{ada}/consents", "consents?purpose=photographs", "consent-purposes"):
        assert school.get(who, path).status_code in (401, 403)
    define_it = school.post("office", "sharing/define-consent-purpose", {
        "consent_purpose": "visits", "purpose_version": 1, "valid_on": "2026-09-01", "title": "Visits", "text": TEXT,
        "givers": ["parent"], "conflicts": "latest-answer",
    })  # fmt: skip
    assert define_it.status_code == 403


def test_every_look_at_consents_is_written_down_first(school: School) -> None:
    ada = school.pupil(1)
    define(school)
    before = school.read("head", f"pupils/{ada}")["at"]["index"]
    of(school, ada)
    school.read("office", "consents", purpose="photographs")
    after = school.read("head", f"pupils/{ada}/timeline", wait_for=before)["at"]["index"]
    assert after >= before + 2
