"""A file that cannot be read, or that means harm, is refused whole, in a sentence that says what to do."""

from datetime import date

import pytest
from lxml import etree
from support.ctf_files import CANARY, IDENTITY, TODAY, ctf, read, refusal

from services.connectors.ctf import reader
from services.connectors.ctf.model import CtfPupil
from services.connectors.ctf.pupil import read_pupil
from services.connectors.ctf.reader import DEPTH_MAX, SECTION_ELEMENTS_MAX, read_ctf
from services.connectors.ctf.source import FILE_BYTES_MAX
from services.connectors.problems import FileRefused


@pytest.mark.parametrize("label", ["ISO-8859-1", "latin1", "windows-1252", "cp1252"])
def test_another_encoding_is_refused_and_a_wrong_label_is_told_from_it(label: str) -> None:
    text = ctf(IDENTITY, declared=label)
    assert "export it again as UTF-8" in refusal(text.encode("latin-1"))
    assert "label is wrong" in refusal(text.encode())
    assert "label is wrong" not in refusal(text.encode("latin-1"))


def test_an_unknown_label_is_not_repeated() -> None:
    assert "Zebedee" not in refusal(ctf(IDENTITY, declared="Zebedee").encode())


def test_bytes_that_are_not_what_the_label_says() -> None:
    assert "not UTF-8" in refusal(ctf(IDENTITY).encode("latin-1"))
    assert "not UTF-16" in refusal(ctf(IDENTITY).encode("utf-16")[:-1])


BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    "doctype",
    [BOMB, '<!DOCTYPE b SYSTEM "file:///etc/hostname">', "<!-- x --><!DOCTYPE CTfile>", "<!doctype html>"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_any_doctype_is_refused_before_parsing(doctype: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ctf(IDENTITY.replace("Zoë", "&c;")).replace("<CTfile>", doctype + "<CTfile>")
    monkeypatch.setattr(reader, "_failure", None)  # The parser is never fed.
    assert "DOCTYPE" in refusal(text.encode(encoding))


def test_deep_nesting_is_refused() -> None:
    nested = "<a>" * (DEPTH_MAX - 3) + "x" + "</a>" * (DEPTH_MAX - 3)
    assert read(IDENTITY + nested).pupils[0].usable
    assert f"{DEPTH_MAX} deep" in refusal(ctf(IDENTITY + f"<a>{nested}</a>").encode())
    assert f"{DEPTH_MAX} deep" in refusal(ctf("<a>" * 100_000).encode())


def test_too_many_elements_and_pupils_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ELEMENTS_MAX", 40)
    assert "more than 40 elements" in refusal(ctf("<a/>" * 40).encode())
    monkeypatch.undo()
    assert "of one pupil" in refusal(ctf("<a/>" * SECTION_ELEMENTS_MAX).encode())
    monkeypatch.setattr(reader, "PUPILS_MAX", 1)
    assert "more than 1 pupils" in refusal(ctf(IDENTITY, IDENTITY).encode())


def test_an_oversize_file_is_refused() -> None:
    assert "100 MB" in refusal(b"<" * (FILE_BYTES_MAX + 1))


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf", b"\x00\x00\x00\x00"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data)


@pytest.mark.parametrize(
    "text", ["<Message><Header/></Message>", "<html/>", "PK\x03\x04", "Surname,Forename\nAshmere,Zoe\n", "{}"]
)
def test_something_else_is_refused(text: str) -> None:
    assert "Common Transfer File" in refusal(text.encode()) or "line 1" in refusal(text.encode())


@pytest.mark.parametrize("cut", [60, 500, -3])
def test_a_file_that_was_cut_short_gives_nothing(cut: int) -> None:
    assert "cut short" in refusal(ctf(IDENTITY).encode()[:cut])


def test_each_pupil_is_given_back_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    before: list[bool] = []
    true_reading = read_pupil

    def read_watched(
        element: etree._Element, number: int, *, destination: str | None, whole: bool, today: date
    ) -> tuple[CtfPupil, tuple[str, ...]]:
        before.append(element.getprevious() is None)
        return true_reading(element, number, destination=destination, whole=whole, today=today)

    monkeypatch.setattr(reader, "read_pupil", read_watched)
    read(*[IDENTITY] * 500)
    assert len(before) == 500
    assert all(before)


@pytest.mark.parametrize(
    "data",
    [
        f"<{CANARY}>".encode(),
        ctf(f"<Surname>{CANARY}</{CANARY}>").encode(),
        ctf(f"<Surname>{CANARY}&{CANARY};</Surname>").encode(),
        ctf(f"<Surname {CANARY}='1' {CANARY}='2'/>").encode(),
        ctf(IDENTITY, declared=CANARY).encode(),
        ctf(f"<Surname>{CANARY}é</Surname>").encode("latin-1"),
        ctf(f"<Surname>{CANARY}</Surname>" + "<a>" * 40).encode(),
        f"<!DOCTYPE {CANARY}>".encode(),
    ],
)
def test_no_refusal_repeats_a_value(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        read_ctf(data, f"{CANARY}.xml", today=TODAY)
    error: BaseException | None = refused.value
    while error is not None:
        assert CANARY not in f"{error} {error.args}"
        error = error.__cause__ or error.__context__
