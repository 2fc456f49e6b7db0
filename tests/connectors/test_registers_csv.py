"""A spreadsheet of registers becomes registers with a mark a pupil, and every bad row a sentence a person can use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from tempfile import TemporaryFile

import pytest

from services.connectors.csv_files import table
from services.connectors.csv_files.mark_row import MarkRow
from services.connectors.csv_files.registers import Register, read_registers
from services.connectors.csv_files.table import FILE_BYTES_MAX
from services.connectors.problems import SENTENCE_MAX, FileRefused

TODAY = date(2026, 11, 24)
ZOE, SEAN = "N926200024017", "Z926200018001"
HEADER = "date,session,group,upn,code,minutes_late"
ROW = f"2026-09-07,AM,2 Elm,{ZOE},/,"


def table_of(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join((header, *rows)) + "\r\n"


@dataclass(frozen=True)
class Whole:
    """A file's rows all at once: what is read here is small."""

    rows: int
    registers: tuple[Register, ...]
    set_aside: tuple[MarkRow, ...]
    repeats: tuple[MarkRow, ...]
    columns_not_read: int


def whole(data: bytes, name: str = "registers.csv") -> Whole:
    with read_registers(BytesIO(data), name, today=TODAY) as read:
        return Whole(
            read.rows, tuple(read.registers()), tuple(read.set_aside()), tuple(read.repeats()), read.columns_not_read
        )


def read(*rows: str, header: str = HEADER) -> Whole:
    return whole(table_of(*rows, header=header).encode())


def aside(row: str, header: str = HEADER) -> MarkRow:
    found = read(row, header=header)
    assert found.registers == ()
    (bad,) = found.set_aside
    return bad


def kept(row: str, header: str = HEADER) -> MarkRow:
    found = read(row, header=header)
    assert found.set_aside == ()
    ((mark,),) = [register.marks for register in found.registers]
    return mark


def refusal(data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        whole(data)
    return str(refused.value)


def fields(row: MarkRow) -> list[str]:
    return [problem.field for problem in row.problems]


def test_rows_become_registers() -> None:
    found = read(
        f"2026-09-07,AM,2 Elm,{ZOE},/,",
        f"2026-09-07,AM,2 Elm,{SEAN},L,12",
        f"2026-09-07,PM,2 Elm,{ZOE},\\,",
        "",
        f"07/09/2026,pm,2 Elm,{SEAN.lower()},i,",
        f"2026-09-08,AM,2 Elm,{SEAN},U,45",
    )
    assert (found.rows, found.set_aside, found.repeats) == (5, (), ())
    shape = [
        (register.date.day, register.session, register.group, [(mark.upn, mark.code) for mark in register.marks])
        for register in found.registers
    ]
    assert shape == [
        (7, "AM", "2 Elm", [(ZOE, "/"), (SEAN, "L")]),
        (7, "PM", "2 Elm", [(ZOE, "\\"), (SEAN, "I")]),
        (8, "AM", "2 Elm", [(SEAN, "U")]),
    ]
    late = found.registers[0].marks[1]
    assert (late.minutes_late, late.number, late.problems) == (12, 3, ())
    assert found.registers[1].marks[1].number == 6  # The empty line counts, as it does in a spreadsheet.


def test_columns_come_in_any_order_and_spelling() -> None:
    found = read(f"/,{ZOE},x,am,2026-09-07,2 Elm", header="Code,UPN,Surname,SESSION,Date,Registration Group")
    assert [mark.code for mark in found.registers[0].marks] == ["/"]
    assert found.columns_not_read == 1


def test_a_pupil_id_stands_in_for_a_upn() -> None:
    mark = kept("2026-09-07,AM,2 Elm,P-0042,/", header="date,session,group,pupil id,code")
    assert (mark.upn, mark.pupil) == (None, ("pupil_id", "P-0042"))
    assert kept(f"2026-09-07,AM,2 Elm,P-0042,{ZOE},/", header="date,session,group,Pupil_ID,upn,code").pupil == (
        "upn",
        ZOE,
    )


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace("\r\n", "\n").encode(),
        lambda text: text.replace("2 Elm", '"2 Elm"').encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "utf-16-be", "bare", "unicode text of a spreadsheet", "semicolon", "lf", "quoted"],
)
def test_what_spreadsheets_save(encode: Callable[[str], bytes]) -> None:
    found = whole(encode(table_of(ROW.replace("2 Elm", "2 Élm").replace("É", "E"))))
    assert [(register.group, len(register.marks)) for register in found.registers] == [("2 Elm", 1)]


# Rows that are set aside


@pytest.mark.parametrize(
    ("was", "becomes", "field"),
    [
        ("2026-09-07", "2026-02-30", "date"),
        ("2026-09-07", "09/31/2026", "date"),
        ("2026-09-07", "20260907", "date"),
        ("2026-09-07", "2026-11-25", "date"),
        ("2026-09-07", "1999-12-31", "date"),
        ("2026-09-07", "", "date"),
        ("AM", "noon", "session"),
        ("AM", "", "session"),
        ("AM", "PM", "code"),
        ("2 Elm", "", "group"),
        ("2 Elm", "E" * 61, "group"),
        ("2 Elm", "2 \x00Elm", "group"),
        ("2 Elm", "2 \x1bElm", "group"),
        ("2 Elm", "2 \u202eElm", "group"),
        ("2 Elm", "2 Ã‰lm", "group"),
        ("2 Elm", '=HYPERLINK("x")'.replace('"', ""), "group"),
        ("2 Elm", "@SUM(A1)", "group"),
        ("2 Elm", "-2+3", "group"),
        ("2 Elm", '"\t=1"', "group"),
        (ZOE, "", "upn"),
        (ZOE, "A926200024017", "upn"),
        (ZOE, "N926200024071", "upn"),
        (ZOE, "=N926200024017", "upn"),
        (",/,", ",,", "code"),
        (",/,", ",-,", "code"),
        (",/,", ",?,", "code"),
        (",/,", ",Y,", "code"),
        (",/,", ",H,", "code"),
        (",/,", ",\\,", "code"),
        (",/,", ",/,,9", "row"),
        (",/,", "", "row"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(was: str, becomes: str, field: str) -> None:
    assert kept(ROW).problems == ()
    row = aside(ROW.replace(was, becomes, 1))
    assert field in fields(row)
    assert row.number == 2
    assert dict(row.as_written)


def test_a_code_belongs_to_its_days() -> None:
    assert kept(f"2024-07-01,AM,2 Elm,{ZOE},H,").code == "H"
    assert fields(aside(f"2024-09-02,AM,2 Elm,{ZOE},H,")) == ["code"]
    assert fields(aside(f"2024-07-01,AM,2 Elm,{ZOE},Y1,")) == ["code"]
    assert kept(f"2024-09-02,AM,2 Elm,{ZOE},Y1,").code == "Y1"


def test_lone_surrogates() -> None:
    data = table_of(ROW.replace("2 Elm", "2 \ud800Elm"))
    for encoded in (data.encode("utf-8", "surrogatepass"), b"\xff\xfe" + data.encode("utf-16-le", "surrogatepass")):
        (row,) = whole(encoded).set_aside
        assert fields(row) == ["group"]
        dict(row.as_written)["group"].encode()


@pytest.mark.parametrize(("code", "late"), [("L", "soon"), ("L", "481"), ("L", "1e2"), ("/", "5")])
def test_a_wrong_lateness_is_left_out_and_the_mark_stays(code: str, late: str) -> None:
    mark = kept(f"2026-09-07,AM,2 Elm,{ZOE},{code},{late}")
    assert (mark.code, mark.minutes_late, fields(mark)) == (code, None, ["minutes_late"])


def test_two_codes_of_one_pupil_at_one_session_set_both_rows_aside() -> None:
    found = read(
        f"2026-09-07,AM,2 Elm,{ZOE},/,", f"2026-09-07,AM,2 Elm,{SEAN},/,", f"07/09/2026,AM,2 Fir,{ZOE.lower()},I,"
    )
    assert [row.number for row in found.set_aside] == [2, 4]
    assert [problem.sentence[:27] for row in found.set_aside for problem in row.problems] == [
        "The code differs from row 4",
        "The code differs from row 2",
    ]
    assert [mark.upn for register in found.registers for mark in register.marks] == [SEAN]


def test_the_same_mark_again_counts_once() -> None:
    found = read(ROW, ROW)
    assert [len(register.marks) for register in found.registers] == [1]
    assert [row.number for row in found.repeats] == [3]
    assert found.set_aside == ()


# Files that are refused


@pytest.mark.parametrize("missing", ["date", "session", "group", "upn", "code"])
def test_a_missing_column_is_named(missing: str) -> None:
    assert missing in refusal(table_of(header=HEADER.replace(missing, "other")).encode())


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data)


def test_a_column_given_twice_is_refused() -> None:
    assert "two columns for code" in refusal(table_of(header=HEADER + ",Mark").encode())


def test_another_encoding_is_refused() -> None:
    assert "not in UTF-8" in refusal(table_of(ROW.replace("2 Elm", "2 Élm")).encode("cp1252"))


@pytest.mark.parametrize("row", [ROW.replace("2 Elm", '"2 Elm'), ROW.replace("2 Elm", '"2 E"lm')])
def test_a_broken_quotation_is_refused_with_its_line(row: str) -> None:
    assert "line 3" in refusal(table_of(ROW, row).encode())


def test_too_many_rows_or_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS_MAX", 3)
    assert read(ROW, ROW, ROW).rows == 3
    assert "more than 3 rows" in refusal(table_of(ROW, ROW, ROW, ROW).encode())
    assert "columns" in refusal(table_of(header=HEADER + ",x" * 400).encode())


def test_the_true_limit_of_rows() -> None:
    assert "more than 2,000,000 rows" in refusal((HEADER + "\n" + "x\n" * 2_000_001).encode())


def test_an_oversize_file_is_refused() -> None:
    with TemporaryFile() as file:
        file.truncate(FILE_BYTES_MAX + 1)
        with pytest.raises(FileRefused, match="300 MB"):
            read_registers(file, "registers.csv", today=TODAY)


def test_a_line_that_would_fill_the_memory_is_refused() -> None:
    assert "Line 2 of this file is too long" in refusal((HEADER + "\n" + "x" * 1_000_001).encode())


# Nothing personal in a sentence

CANARY = "Quiddlewhistle"


def test_no_sentence_repeats_a_value() -> None:
    spoilt = [CANARY, f"={CANARY}", CANARY + "\x00", CANARY + "Ã©", CANARY * 20, f"L{CANARY}", CANARY[:9]]
    cells = ROW.split(",")
    rows = [",".join((*cells[:at], value, *cells[at + 1 :])) for at in range(6) for value in spoilt]
    found = read(*rows, f"2026-09-07,AM,2 Elm,{SEAN},I,", f"2026-09-07,AM,2 Elm,{SEAN},N,")
    sentences = [problem.sentence for row in found.set_aside for problem in row.problems]
    assert len(found.set_aside) >= len(rows) - 2 * len(spoilt)
    for word in (CANARY, CANARY[:9], ZOE, SEAN):
        assert all(word.lower() not in sentence.lower() for sentence in sentences)
    assert max(map(len, sentences)) <= SENTENCE_MAX
    assert CANARY not in repr(found)


@pytest.mark.parametrize(
    "data",
    [
        f"{CANARY},{CANARY}\n{CANARY}".encode(),
        table_of(ROW.replace("2 Elm", f'"{CANARY}')).encode(),
        table_of(f"{CANARY}é").encode("latin-1"),
        f"date,session,group,upn,code,{CANARY},mark\n".encode(),
    ],
)
def test_no_refusal_repeats_a_value(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        whole(data, f"{CANARY}.csv")
    error: BaseException | None = refused.value
    while error is not None:
        assert CANARY not in f"{error} {error.args}"
        error = error.__cause__ or error.__context__
