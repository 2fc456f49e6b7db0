"""The intake desk's pages without a browser: a file sent, checked, brought in, mended; and forms that are not ours."""

import re
from typing import Any

from support.school import School, upn

BAD = "2020-02-30"
FILE = """<?xml version="1.0" encoding="UTF-8"?><CTfile><Header><DocumentName>Common Transfer File</DocumentName>
<CTFversion>25.0</CTFversion><DateTime>2026-09-07T08:30:00</DateTime><DocumentQualifier>full</DocumentQualifier></Header>
<CTFpupilData>{pupils}</CTFpupilData></CTfile>"""
PUPIL = """<Pupil><UPN>{upn}</UPN><Surname>Lark</Surname><Forename>{forename}</Forename><DOB>{born}</DOB><Sex>F</Sex>
<Address><AddressLines><AddressLine1>1 Reed Lane</AddressLine1></AddressLines></Address></Pupil>"""


def ctf(*pupils: tuple[int, str, str]) -> bytes:
    """Give a file of pupils by UPN, forename and date of birth."""
    text = "".join(PUPIL.format(upn=upn(serial), forename=name, born=born) for serial, name, born in pupils)
    return FILE.format(pupils=text).encode()


class Desk:
    """Somebody at the pages, with a cookie and whatever the last page's forms carry."""

    def __init__(self, school: School, who: str = "office") -> None:
        self.base = f"/schools/{school.organisation}/intake"
        self._client = school.site.client
        self._cookie = {"Cookie": f"rollbook={school.token(who)}"}
        self.page = ""
        self.path = ""

    def get(self, path: str = "") -> int:
        """Open a page."""
        return self._kept(self._client.get(self.base + path, headers=self._cookie, follow_redirects=False))

    def send(self, path: str = "", headers: Any = None, **fields: str) -> int:
        """Press a button of the last page."""
        data = self._own() | fields
        sent: Any = {"data": data, "headers": self._cookie | (headers or {})}
        return self._kept(self._client.post(self.base + path, follow_redirects=False, **sent))

    def upload(self, data: bytes, name: str = "a.xml", **fields: str) -> int:
        """Choose a file."""
        sent: Any = {"data": self._own() | fields, "files": {"file": (name, data)}, "headers": self._cookie}
        return self._kept(self._client.post(self.base, follow_redirects=False, **sent))

    def form(self) -> dict[str, str]:
        """Give what is in the boxes of the last page."""
        return dict(re.findall(r'<input class="govuk-input[^>]* name="(\w+)"[^>]* value="([^"]*)"', self.page))

    def _own(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page))

    def _kept(self, answer: Any) -> int:
        if answer.status_code == 303:
            return self.get(answer.headers["location"].removeprefix(self.base))
        self.page, self.path = answer.text, answer.url.path.removeprefix(self.base)
        return int(answer.status_code)


def test_a_file_is_checked_brought_in_and_mended(school: School) -> None:
    desk = Desk(school)
    assert desk.get() == 200
    assert "None yet" in desk.page
    assert desk.upload(ctf((1, "Ada", "2020-05-06"), (2, "Bea", BAD))) == 200
    assert desk.path.startswith("/checks/")
    assert "1 would be taken" in desk.page
    assert "1 Reed Lane" in desk.page
    assert "Row 2" in desk.page
    assert school.post("office", "search", {"upn": upn(1)}).json()["pupils"] == []
    check = desk.path
    assert desk.send(check) == 200
    batch = desk.path
    assert batch.startswith("/batches/")
    assert "1 row is set aside" in desk.page
    assert desk.get(check) == 404, "a file that was brought in is forgotten"
    assert desk.get(f"{batch}/rows/2") == 200
    assert BAD in desk.page
    typed = desk.form()
    assert (typed["forename"], typed["line1"]) == ("Bea", "1 Reed Lane")
    assert desk.send(f"{batch}/rows/2", **typed | {"sex": "?"}) == 422
    assert "There is a problem" in desk.page
    assert desk.send(f"{batch}/rows/2", **typed | {"date_of_birth": "2020-02-29"}) == 200
    assert desk.path == batch
    assert "Nothing is set aside" in desk.page
    assert desk.get(f"{batch}/families") == 200
    assert "2 families were touched" in desk.page
    assert "Bea Lark" in desk.page
    assert desk.get(f"{batch}/undo") == 200
    assert desk.send(f"{batch}/undo", reason=" ") == 422
    assert desk.send(f"{batch}/undo", reason="another school's") == 200
    assert "nothing to undo" in desk.page
    assert school.post("office", "search", {"upn": upn(1)}).json()["pupils"] == []


def test_rows_are_tried_again_from_the_page(school: School) -> None:
    desk = Desk(school)
    desk.get()
    csv = f"Date,Session,Group,UPN,Code\n2026-09-15,AM,Wren,{upn(5)},/\n".encode()
    assert desk.upload(csv, "a.csv") == 200
    assert "1 would be set aside" in desk.page
    desk.send(desk.path)
    batch = desk.path
    assert "1 row is set aside" in desk.page
    school.pupil(5)
    assert desk.send(f"{batch}/retry") == 200
    assert "Nothing is set aside" in desk.page


def test_a_file_that_cannot_be_read_says_what_to_do(school: School) -> None:
    desk = Desk(school)
    desk.get()
    for data in (b"", b"not a file", b"<CTfile>"):
        assert desk.upload(data) == 422
        assert "There is a problem" in desk.page


def test_a_form_that_is_not_ours_changes_nothing(school: School) -> None:
    desk = Desk(school)
    desk.get()
    assert desk.upload(ctf((1, "Ada", "2020-05-06"))) == 200
    check = desk.path
    assert desk.send(check, form="") == 403
    assert desk.get(check) == 200
    assert desk.send(check, form="0" * 64) == 403
    assert desk.get(check) == 200
    assert desk.send(check, {"Sec-Fetch-Site": "cross-site"}) == 403
    assert desk.get(check) == 200
    other = Desk(school, "connector")
    other.get()
    assert other.get(check) == 404, "another person's file"
    assert school.post("office", "search", {"upn": upn(1)}).json()["pupils"] == []


def test_the_pages_are_the_offices(school: School) -> None:
    desk = Desk(school, "teacher")
    assert desk.get() == 403
    assert Desk(school, "head").get() == 403
