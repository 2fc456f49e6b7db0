"""The ripple of Article 19 where nobody may know: a notice is owed all the same, and no byte tells that it is."""

import asyncio
import json
import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.school import School, new_id, site
from support.sharing import asked, recipient, send, sent

from events.identifiers import parse_id
from events.sharing.ripple_discreet import NoticesLookedFor
from ledger.codec import Meta
from ledger.decider import Desk, Step
from ledger.log import Overloaded
from services.installation import Installation
from services.records.safeguarding.concerns import CorrectConcern, concerns

SECONDS_MAX = 20.0
DISCREET = {"discreetly": True, "necessity": "To keep her safe.", "decided_because": "A strategy meeting asked."}
WHY = {"reason": "It was her sister."}
EPISODE = {"exclusion_kind": "SUSP", "exclusion_reasons": ["PP"], "last": "2026-09-18", "sessions": 8}


def settled(school: School) -> int:
    """Wait until the reactions have reached all that was written, and the views all of theirs; gives the log's size."""
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        status = school.site.client.get("/api/status", headers=school.headers("operator")).json()
        (mine,) = [one for one in status["organisations"] if one["organisation"] == school.organisation]
        assert mine["reactions_failed"] == []
        if min(*mine["reactions_at"].values(), mine["views_at"]) >= max(school.written, mine["size"]):
            size: int = mine["size"]
            return size
        assert time.monotonic() < deadline, "the reactions did not catch up"
        time.sleep(0.02)


def owed(school: School, who: str = "dsl", **query: Any) -> list[dict[str, Any]]:
    """Give the open discreet notices, as somebody who may know sees them."""
    settled(school)
    found: list[dict[str, Any]] = school.read(who, "notices", **query)["discreet_notices"]
    return found


def concern(school: School, pupil: str) -> tuple[str, int]:
    which = new_id()
    answer = school.command(
        "dsl", "records/record-concern", pupil=pupil, valid_on="2026-09-15", concern=which, what="Unexplained bruise",
        account="A bruise on the left arm.", noticed_by="The class teacher",
    )  # fmt: skip
    return which, answer["index"]


def correct_concern(school: School, pupil: str, which: str, account: str = "A graze on the left knee.") -> int:
    answer = school.command(
        "dsl", "records/correct-concern", pupil=pupil, valid_on="2026-09-15", concern=which, what="Graze",
        account=account, noticed_by="The class teacher", **WHY,
    )  # fmt: skip
    index: int = answer["index"]
    return index


def lives(school: School, person: str, line: str, how: str = "change-address") -> int:
    why = WHY if how == "correct-address" else {}
    address = {"lines": [line], "postcode": "NR12 8XX"}
    answer = school.command("office", f"records/{how}", person=person, valid_on="2026-09-03", address=address, **why)
    index: int = answer["index"]
    return index


def mother(school: School, pupil: str) -> str:
    who = new_id()
    school.command("office", "records/record-contact", person=who, valid_on="2026-09-03",
                   full_name={"surname": "Lark", "forename": "Dana"})  # fmt: skip
    school.command("office", "records/link-contact", person=pupil, valid_on="2026-09-03", contact=who,
                   relationship="PAM", parental_responsibility=True, priority=1)  # fmt: skip
    return who


def test_a_concern_told_to_social_care_and_corrected_is_owed_to_exactly_them(school: School) -> None:
    ada = school.pupil(1)
    which, wrong = concern(school, ada)
    care, police = recipient(school, "social-care", "Norfolk"), recipient(school, "police", "Norfolk Constabulary")
    fields = ["full_name", "safeguarding_concerns"]
    told = sent(school, "dsl", asked(care, "safeguarding", fields, pupils=[ada], **DISCREET))
    sent(school, "dsl", asked(police, "safeguarding", ["full_name"], pupils=[ada], **DISCREET))
    assert owed(school) == []
    right = correct_concern(school, ada, which)
    (one,) = owed(school)
    assert (one["subject"], one["recipient"], one["ripples"], one["disclosures"]) == (ada, care, "correction", [told])
    assert (one["field_names"], one["told_entries"]) == (["safeguarding_concerns"], [wrong])
    assert (one["since_entry"], one["state"], one["open"]) == (right, "owed", True)
    assert owed(school, "head") == [one]
    correct_concern(school, ada, which, "A graze on the right knee.")
    assert [again["told_entries"] for again in owed(school)] == [[wrong], [right]]


def test_whoever_may_know_of_it_tells_them_asks_again_and_closes_it_and_nobody_else(school: School) -> None:
    ada = school.pupil(1)
    which, _ = concern(school, ada)
    care = recipient(school, "social-care", "Norfolk")
    sent(school, "dsl", asked(care, "safeguarding", ["safeguarding_concerns"], pupils=[ada], **DISCREET))
    correct_concern(school, ada, which)
    (one,) = owed(school)
    about: dict[str, Any] = {"pupil": ada, "notice": one["notice"], "valid_on": "2026-09-21"}
    for who in ("office", "senco", "dpo", "teacher"):
        answer = school.post(who, "sharing/note-recipient-notified-discreetly", {**about, "channel": "by-hand"})
        assert answer.status_code == 403, who
        other = {**about, "notice": new_id(), "channel": "by-hand"}
        assert school.post(who, "sharing/note-recipient-notified-discreetly", other).text == answer.text
        assert one["notice"] not in school.get(who, "notices", all="yes").text, who
    none = school.post("dsl", "sharing/note-recipient-notified-discreetly", {**about, "notice": new_id(),
                                                                            "channel": "by-hand"})  # fmt: skip
    assert (none.status_code, "No such notice" in none.json()["detail"]) == (409, True)
    chased = {**about, "chased_by": "We rang."}
    early = school.post("dsl", "sharing/note-recipient-silent-discreetly", chased)
    assert (early.status_code, "Nobody has told them" in early.json()["detail"]) == (409, True)
    openly = school.post("dsl", "sharing/note-recipient-notified", {**about, "channel": "by-hand"})
    assert openly.status_code == 409
    school.command("dsl", "sharing/note-recipient-notified-discreetly", **about, channel="by-hand")
    school.command("head", "sharing/note-recipient-silent-discreetly", **chased)
    assert [line["state"] for line in owed(school)] == ["silent"]
    school.command("dsl", "sharing/note-recipient-acted-discreetly", **about, acted="corrected")
    assert owed(school) == []
    (closed,) = owed(school, all="yes", pupil=ada)
    assert [step["what"] for step in closed["steps"]] == ["notified", "silent", "acted"]
    names = [line["name"] for line in school.read("dsl", f"pupils/{ada}/timeline")["entries"]]
    assert names.count("notices-looked-for") == 1


def test_an_exclusion_sent_to_the_authority_and_corrected_or_withdrawn_is_owed(school: School) -> None:
    ada, which = school.pupil(1), new_id()
    of: dict[str, Any] = {"pupil": ada, "exclusion": which, "valid_on": "2026-09-15"}
    wrong = school.command("head", "records/record-exclusion", **of, episode=EPISODE)["index"]
    authority, other = recipient(school, "authority", "Norfolk"), recipient(school, "authority", "Suffolk")
    sent(school, "head", asked(authority, "exclusions", ["full_name", "exclusions"], pupils=[ada]))
    sent(school, "head", asked(other, "exclusions", ["full_name"], pupils=[ada]))
    right = school.command(
        "head", "records/correct-exclusion", **of, episode=EPISODE | {"exclusion_reasons": ["PA"]}, **WHY
    )["index"]
    school.command("head", "records/withdraw-exclusion", **of, **WHY)
    found = [(one["recipient"], one["ripples"], one["field_names"], one["told_entries"]) for one in owed(school)]
    assert found == [
        (authority, "correction", ["exclusions"], [wrong]), (authority, "withdrawal", ["exclusions"], [right]),
    ]  # fmt: skip
    assert school.read("office", "notices", all="yes") == {"notices": [], "next": None}


def test_what_was_told_discreetly_and_is_corrected_openly_is_owed_discreetly(school: School) -> None:
    ada = school.pupil(1)
    wrong = lives(school, ada, "4 Mill Lane")
    police, authority = recipient(school, "police", "Norfolk Constabulary"), recipient(school, "authority", "Norfolk")
    sent(school, "head", asked(police, "crime", ["full_name", "address"], pupils=[ada], **DISCREET))
    sent(school, "office", asked(authority, "new-pupil-return", ["address"], pupils=[ada]))
    lives(school, ada, "14 Mill Lane", "correct-address")
    (one,) = owed(school)
    assert (one["recipient"], one["told_entries"]) == (police, [wrong])
    assert [line["recipient"] for line in school.read("office", "notices")["notices"]] == [authority]


def test_a_restricted_contact_is_told_to_whoever_was_given_them_openly_or_discreetly(school: School) -> None:
    ada, bea = school.pupil(1), school.pupil(2, "Wren", "Bea")
    dana, rosa = mother(school, ada), mother(school, bea)
    home = lives(school, dana, "4 Mill Lane")
    lives(school, rosa, "9 Reed Row")
    authority, other = recipient(school, "authority", "Norfolk"), recipient(school, "authority", "Suffolk")
    returned = recipient(school, "authority", "Essex")
    police = recipient(school, "police", "Norfolk Constabulary")
    sent(school, "office", asked(authority, "new-pupil-return", ["contacts"], pupils=[ada]))
    sent(school, "office", asked(other, "new-pupil-return", ["contacts"], pupils=[bea]))
    sent(school, "office", asked(returned, "admissions", ["full_name", "contacts"], cohort_on="2026-10-01"))
    sent(school, "head", asked(police, "crime", ["full_name", "contacts"], pupils=[ada], **DISCREET))
    school.command("head", "rights/restrict-processing", person=dana, valid_on="2026-09-10", categories=["contact"],
                   on_ground="accuracy-contested", case="R-12")  # fmt: skip
    (secret,) = owed(school)
    assert (secret["subject"], secret["recipient"], secret["told_entries"]) == (ada, police, [home])
    found = school.read("office", "notices")["notices"]
    assert {(one["subject"], one["recipient"]) for one in found} == {(ada, authority), (ada, returned)}
    assert {(one["ripples"], *one["field_names"], *one["told_entries"]) for one in found} == {
        ("restriction", "contacts", home)
    }


OPEN_TO: dict[str, tuple[str, ...]] = {
    "office": (
        "pupils/{ada}", "pupils/{ada}/timeline", "pupils/{ada}/disclosures", "pupils/{ada}/disclosures?for=family",
        "disclosures", "disclosures.csv", "not-shared", "notices?all=yes", "notices?pupil={ada}", "roll",
    ),
    "dpo": (
        "pupils/{ada}", "pupils/{ada}/timeline", "pupils/{ada}/disclosures", "disclosures", "not-shared",
        "notices?all=yes", "article-30",
    ),
    "senco": ("pupils/{ada}", "pupils/{ada}/timeline"),
    "teacher": ("pupils/{ada}",),
    "head": ("pupils/{ada}/disclosures?for=family",),
}  # fmt: skip
"""What those may ask who must not know; the head is asked what a family is shown."""


@pytest.mark.parametrize("put_right", ["concern", "address"])
def test_no_byte_that_others_read_and_no_column_differs_from_a_school_that_told_nobody(
    school: School, put_right: str
) -> None:
    """The other school was refused to tell: it wrote as many entries, and owes nothing."""
    other = school.site.school(school.title)
    seen = [read(one, put_right, told=told) for one, told in ((school, True), (other, False))]
    assert [len(owed(one)) for one in (school, other)] == [1, 0], "nothing was to be hidden"
    for place, (ours, theirs) in enumerate(zip(*seen, strict=True)):
        assert ours == theirs, place


def read(school: School, put_right: str, *, told: bool) -> list[str]:
    """Play one school; give what everybody reads who may not know, before and after, and the log's columns."""
    ada = school.pupil(1)
    dana = mother(school, ada)
    lives(school, ada, "4 Mill Lane")
    which, _ = concern(school, ada)
    settled(school)  # so that each look stands at the same place in both schools
    care = recipient(school, "social-care", "Norfolk")
    fields = ["full_name", "safeguarding_concerns", "address"]
    body = asked(care, "safeguarding", fields if told else [*fields, "country_of_birth"], pupils=[ada], **DISCREET)
    assert send(school, "dsl", body).status_code == (200 if told else 409)
    settled(school)
    known = {school.organisation: "school", ada: "ada", dana: "dana", which: "concern", care: "care"}
    known |= {one: who for who, one in school.people.items()} | {school.group: "group"}
    found = bytes_of(school, ada, known)
    if put_right == "concern":
        correct_concern(school, ada, which)
    else:
        lives(school, ada, "14 Mill Lane", "correct-address")
    settled(school)
    return [*found, *bytes_of(school, ada, known), columns(school, known)]


def bytes_of(school: School, ada: str, known: dict[str, str]) -> list[str]:
    """Give all that others read, their ids and moments made the same in every school."""
    found = []
    for who, paths in OPEN_TO.items():
        for path in paths:
            response = school.get(who, path.format(ada=ada)) if "?" not in path else _asked(school, who, path, ada)
            assert response.status_code == 200, (who, path, response.text)
            found.append(f"{who} {path}: {same(response.text, known)}")
            settled(school)
    return found


def _asked(school: School, who: str, path: str, ada: str) -> Any:
    bare, query = path.format(ada=ada).split("?")
    name, value = query.split("=")
    return school.get(who, bare, **{name: value})


def same(text: str, known: dict[str, str]) -> str:
    """Give a text with ids by what they name, in the order of their appearing, and without moments."""
    for one, name in known.items():
        text = text.replace(one, f"<{name}>")
    strange = dict.fromkeys(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text))
    for number, one in enumerate(strange):
        text = text.replace(one, f"<{number}>")
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "<moment>", text)
    return re.sub(r'"10\d{4}"', "<urn>", text)


def columns(school: School, known: dict[str, str]) -> str:
    """Give all that stands in clear of the discreet entries: what is random, by its length and by what shares it."""
    with school.site.owner("log") as connection:
        rows = connection.execute(
            "SELECT to_jsonb(e) - 'event_id' - 'command' - 'content' - 'leaf' - 'body' - 'stream' - 'recorded_at',"
            " octet_length(body), stream::text FROM ledger.event e"
            " WHERE organisation = %s AND name = 'discreet' ORDER BY index",
            [school.organisation],
        ).fetchall()
    first: dict[str, int] = {}
    lines = [(row, length, first.setdefault(stream, row["index"])) for row, length, stream in rows]
    return same(json.dumps(lines), known)


def test_stopped_between_look_and_cursor_a_notice_is_owed_once(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        school = running.school()
        ada = school.pupil(1)
        which, _ = concern(school, ada)
        care = recipient(school, "social-care", "Norfolk")
        sent(school, "dsl", asked(care, "safeguarding", ["safeguarding_concerns"], pupils=[ada], **DISCREET))
        settled(school)
        organisation, settings = parse_id(school.organisation), running.settings
    with Installation(settings) as installation:
        asyncio.run(put_right_and_stop(installation, organisation, parse_id(ada), parse_id(which)))
    with site(tmp_path) as again:
        school.site = again
        assert [one["recipient"] for one in owed(school)] == [care]


async def put_right_and_stop(installation: Installation, organisation: bytes, pupil: bytes, which: bytes) -> None:
    """Correct a concern while nobody reacts; then react and be stopped after the append, and once more."""
    command = CorrectConcern(
        pupil=pupil, valid_on=date(2026, 9, 15), concern=which, what="Graze", account="A graze.",
        noticed_by="A teacher", **WHY,
    )  # fmt: skip
    async with installation.log("records") as log:
        desk = Desk(log, installation.codec, "records")
        meta = Meta(bytes(16), "dsl", "safeguarding", "a-basis", b"correct".ljust(16))
        cause = (await desk.handle(organisation, [Step(concerns, command)], meta)).index
    await asyncio.to_thread(installation.runner().catch_up, organisation)
    for _ in range(2):
        async with installation.reactor() as reactor:
            assert await asyncio.to_thread(reactor._places.own, SECONDS_MAX)
            reactor._places.move = _stopped  # type: ignore[method-assign, assignment]
            with pytest.raises(Overloaded):
                await reactor.catch_up(organisation)
        opened = [installation.codec.open(one) for one in installation.feed().page(organisation, cause)]
        found = [one.event for one in opened if isinstance(one.event, NoticesLookedFor)]
        assert [len(one.notices) for one in found] == [1]


def _stopped(*_: object) -> None:
    raise Overloaded("stopped here")
