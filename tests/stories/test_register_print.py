"""The printed register: both marks of each amendment, why, when, and who with the title held then, as a page and PDF."""

import re
import zlib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.folded import at
from support.school import School

from events.codes.attendance import attendance_code
from events.identifiers import parse_id
from ledger.verify import Earlier, verify
from services.installation import Installation
from services.pages import look
from services.pages.pdf import CannotFetch, document
from services.records.registers.attendance_queries import SessionMark
from services.records.registers.attendance_views import AmendedMark
from services.records.registers.printing import PrintedPupil, RegisterPrint

pytest.importorskip("weasyprint")


def amended_school(school: School) -> str:
    """Give a pupil whose mark was amended twice, the second time by somebody whose title has changed since."""
    ada = school.pupil(1)
    school.take("teacher", {ada: "N"})
    said = {"pupil": ada, "date": "2026-09-15", "session": "AM"}
    school.command("office", "records/amend-mark", **said, code="I", reason="the parent rang")
    school.command("office", "records/amend-mark", **said, code="M", reason="a letter came")
    school.command("operator", "governance/change-job-title", staff=school.people["office"], valid_on="2026-09-01",
                   job_title="Office manager")  # fmt: skip
    school.caught_up()
    return ada


SPAN = {"first": "2026-09-01", "last": "2026-09-30"}


def get(school: School, who: str, path: str, **query: str) -> Any:
    return school.site.client.get(
        f"/schools/{school.organisation}/{path}", params={**SPAN, **query}, headers=school.headers(who)
    )


def inflated(pdf: bytes) -> list[bytes]:
    """Give the compressed streams of a PDF as they were."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(stream))
    return found


def text_of(pdf_html: str) -> str:
    """Give the words of a laid-out document, from WeasyPrint's own boxes."""
    found: list[str] = []

    def walk(box: object) -> None:
        text = getattr(box, "text", None)
        if isinstance(text, str):
            found.append(text)
        for child in getattr(box, "children", ()) or ():
            walk(child)

    for page in document(pdf_html).pages:
        walk(page._page_box)
    return " ".join(" ".join(found).split())


def test_both_marks_of_every_amendment_with_its_author_and_title_then(school: School) -> None:
    amended_school(school)
    answer = school.read("office", "register-print", group=school.group, **SPAN)["register"]
    (pupil,) = answer["pupils"]
    (mark,) = pupil["marks"]
    assert (mark["code"], mark["amended"]["was"]) == ("M", "I")
    assert [(one["was"], one["code"], one["reason"]) for one in mark["amendments"]] == [
        ("N", "I", "the parent rang"), ("I", "M", "a letter came"),
    ]  # fmt: skip
    makers = [answer["made_by"][str(one["at"]["index"])] for one in mark["amendments"]]
    assert makers == ["Synthetic Office, School secretary"] * 2
    assert answer["pin"].startswith(f"{answer['index']}:")


def test_the_pin_is_that_of_a_verification(school: School) -> None:
    amended_school(school)
    pin = school.read("office", "register-print", group=school.group, **SPAN)["register"]["pin"]
    with Installation(school.site.settings) as installation:
        verdict = verify(installation.feed(), parse_id(school.organisation), None, Earlier.parse(pin))
    assert verdict.is_sound


def test_the_page_and_the_pdf_say_the_same(school: School) -> None:
    ada = amended_school(school)
    for whose in ({"group": school.group}, {"pupil": ada}):
        page = get(school, "office", "register-print", **whose)
        for words in (
            "N ",
            "I illness",
            "M ",
            "the parent rang",
            "a letter came",
            "Synthetic Office, School secretary",
        ):
            assert words in page.text
    pdf = get(school, "office", "register-print.pdf", group=school.group)
    assert pdf.status_code == 200, pdf.text
    assert pdf.content.startswith(b"%PDF")
    inside = b"".join(inflated(pdf.content))
    assert b"pdfuaid" in pdf.content + inside
    assert b"/StructTreeRoot" in pdf.content + inside
    assert "Lark" not in pdf.headers["content-disposition"]


def test_a_print_is_written_down_before_it_is_given(school: School) -> None:
    amended_school(school)
    assert get(school, "office", "register-print.pdf", group=school.group).status_code == 200
    with school.site.owner("log") as connection:
        found = connection.execute(
            "SELECT count(*) FROM ledger.event WHERE organisation = %s AND name = 'records-searched'",
            [school.organisation],
        ).fetchone()
    assert found == (1,)


def test_only_whoever_may_see_it_prints_it(school: School) -> None:
    bea = school.pupil(2, "Wren", "Bea", join=False)
    assert school.get("teacher", "register-print", pupil=bea, **SPAN).status_code == 403
    assert school.get("teacher", "register-print", group=school.group, **SPAN).status_code == 200
    assert school.get("office", "register-print", **SPAN).status_code == 409


def test_a_printed_document_fetches_nothing(tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
    for wanted in (picture.as_uri(), "data:image/svg+xml,%3Csvg/%3E", "http://127.0.0.1:9/x.png"):
        with pytest.raises(BaseException, match="Error fetching") as refused:
            text_of(f"<p>here</p><img src='{wanted}' alt=''>")
        assert isinstance(refused.value.__cause__ or refused.value.__context__, CannotFetch)


def test_the_pdf_has_both_marks_the_reason_and_the_pin_in_its_words() -> None:
    changes = tuple(
        AmendedMark(date=date(2026, 9, 15), session="AM", was=was, code=code, reason=reason, at=at(index))
        for was, code, reason, index in (("N", "I", "the parent rang", 7), ("I", "M", "a letter came", 9))
    )
    mark = SessionMark(date(2026, 9, 15), "AM", "M", None, changes[-1], changes)
    printed = RegisterPrint(
        "Wren", date(2026, 9, 1), date(2026, 9, 30), [PrintedPupil(b"a" * 16, "Lark, <Ada>", date(2020, 5, 6), [mark])],
        {7: "Synthetic Office, School secretary", 9: "Synthetic Head, Headteacher"}, 41, None, "41:" + "ab" * 32,
    )  # fmt: skip
    html = look.environment().get_template("register_print_pdf.html").render(printed=printed, school="Marsh Lane")
    said = text_of(html)
    for words in (
        f"N {attendance_code('N').meaning}; amended to I {attendance_code('I').meaning}; amended to M", "the parent rang", "a letter came", "Synthetic Office, School secretary",
        "Synthetic Head, Headteacher", "Lark, <Ada>", "41:abab", "Entry 41, log 41:",
    ):  # fmt: skip
        assert words in said
