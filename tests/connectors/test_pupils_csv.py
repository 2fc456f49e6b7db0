"""A spreadsheet of pupils becomes rows as the API takes them, and every bad cell a sentence a person can use."""

import json
import re
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from connectors.test_registers_flat import Counting
from support.school import upn

from services.connectors import report as report_of
from services.connectors.csv_files import registers
from services.connectors.csv_files.load_pupils import aside, load_pupils, notes
from services.connectors.csv_files.pupil_columns import COLUMNS
from services.connectors.csv_files.pupil_row import PupilRow
from services.connectors.csv_files.pupils import kind_of, read_pupils
from services.connectors.problems import SENTENCE_MAX, FileRefused
from services.records.files.intake import PupilFacts

TODAY = date(2026, 11, 24)
ADA: Mapping[str, str] = {
    "UPN": upn(1), "Legal surname": "Lark", "Legal forename": "Ada", "Middle names": "Wren", "Known as": "Addie",
    "Date of birth": "06/05/2020", "Sex": "Female", "Year group": "Year 1", "Status": "Current",
    "Start date": "2026-09-03", "Address line 1": "1 Reed Lane", "Address line 2": "Fenham", "Postcode": "NR12 9AA",
    "E-mail": "ada@example.org", "Mobile": "+44 7700 900123", "ULN": "1000000019", "Ethnicity": "WBRI",
    "Ethnicity source": "P", "First language": "ENG", "Previous school": "Reed End Nursery",
    "Contact 1 surname": "Lark", "Contact 1 forename": "Bea", "Contact 1 relationship": "mother",
    "Contact 1 phone": "01632 960001", "Contact 1 parental responsibility": "yes", "Contact 1 lives with pupil": "Y",
    "Contact 2 surname": "Lark", "Contact 2 forename": "Cy", "Contact 2 relationship": "PAF", "Contact 2 priority": "3",
    "Contact 2 email": "cy@example.org",
}  # fmt: skip


def table(*rows: Mapping[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [",".join(f'"{row.get(name, "")}"' for name in names) for row in rows]
    return "\r\n".join((",".join(names), *cells)).encode()


def read(*rows: Mapping[str, str]) -> list[PupilRow]:
    with read_pupils(BytesIO(table(*rows)), "pupils.csv", today=TODAY) as found:
        return list(found.pupils())


def one(**changed: str) -> PupilRow:
    return read({**ADA, **{name.replace("_", " "): value for name, value in changed.items()}})[0]


def sentences(row: PupilRow) -> str:
    return " ".join(problem.sentence for problem in row.problems)


def test_a_row_says_all_that_a_record_holds() -> None:
    (row,) = read(ADA)
    assert row.problems == ()
    assert row.fields == {
        "row": 2,
        "upn": upn(1),
        "full_name": {
            "surname": "Lark", "forename": "Ada", "middle_names": "Wren", "preferred_surname": None,
            "preferred_forename": "Addie",
        },
        "date_of_birth": "2020-05-06",
        "sex": "F",
        "enrolment": {"since": "2026-09-03", "status": "C", "year_group": "1"},
        "address": {"lines": ["1 Reed Lane", "Fenham"], "postcode": "NR12 9AA"},
        "phones": [{"phone_type": "M", "number": "+44 7700 900123"}],
        "email": "ada@example.org",
        "contacts": [
            {
                "title": None, "full_name": {"surname": "Lark", "forename": "Bea"}, "relationship": "PAM",
                "parental_responsibility": True, "priority": 1,
                "address": {"lines": ["1 Reed Lane", "Fenham"], "postcode": "NR12 9AA"},
                "phones": [{"phone_type": "H", "number": "01632 960001"}], "email": None,
            },
            {
                "title": None, "full_name": {"surname": "Lark", "forename": "Cy"}, "relationship": "PAF",
                "parental_responsibility": None, "priority": 3, "address": None, "phones": [],
                "email": "cy@example.org",
            },
        ],
        "sections": {
            "admission": {"last_school": "Reed End Nursery", "since": "2026-09-03"},
            "numbers": {"uln": "1000000019"},
            "characteristics": {
                "said": [
                    {"kind": "ethnicity", "codes": ["WBRI"], "source": "P"},
                    {"kind": "first_language", "codes": ["ENG"]},
                ]
            },
        },
    }  # fmt: skip
    PupilFacts.model_validate_json(json.dumps(row.fields))


def test_a_candidates_number_is_read_and_half_of_one_is_told_and_the_rest_of_the_row_stands() -> None:
    assert one(UCI="68999 0 98 0001d").fields["sections"]["numbers"]["uci"] == "689990980001D"
    row = one(UCI="689990980001")
    assert "The UCI" in sentences(row)
    assert "689990980001" not in sentences(row)
    assert row.fields["sections"]["numbers"] == {"uln": "1000000019"}


def test_an_empty_cell_says_nothing() -> None:
    (row,) = read({"UPN": upn(1), "Surname": "", "Postcode": "", "Contact 1 surname": " ", "Sex": ""})
    assert row.problems == ()
    said = {name: value for name, value in row.fields.items() if value not in (None, [], {})}
    assert said == {"row": 2, "upn": upn(1), "full_name": dict.fromkeys(row.fields["full_name"])}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"UPN": ""}, "The UPN is not given"),
        ({"UPN": "A926200026001"}, "The UPN is not valid"),
        ({"Legal_surname": "=HYPERLINK(1)"}, "The surname begins with a sign"),
        ({"Legal_surname": "L\x1bark"}, "The surname holds a hidden control character"),
        ({"Legal_forename": "x" * 101}, "The forename is longer than"),
        ({"Date_of_birth": "31/02/2020"}, "The date of birth is not a date"),
        ({"Date_of_birth": "2026-11-25"}, "The date of birth is not a date"),
        ({"Sex": "girl"}, "The sex is not a code"),
        ({"E-mail": "=1+1"}, "The e-mail begins with a sign"),
    ],
)
def test_what_tells_one_child_from_another_sets_the_row_aside(changed: dict[str, str], says: str) -> None:
    row = one(**changed)
    assert not row.usable
    assert says in sentences(row)
    fields = dict(aside(row)[1])
    assert fields["as_written"]["address_line_1"] == "1 Reed Lane"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"Year_group": "Year 99"}, "The year group is not a code"),
        ({"Year_group": ""}, "lacks the starting day, status or year group"),
        ({"Status": "previous"}, "says that the pupil has left"),
        ({"Start_date": "soon"}, "The starting day is not a date"),
        ({"E-mail": "nobody"}, "The e-mail is not an e-mail address"),
        ({"Mobile": "ask"}, "cannot be called"),
        ({"Address_line_1": "", "Address_line_2": ""}, "has a postcode and no lines"),
        ({"ULN": "1000000018"}, "The ULN is not valid"),
        ({"Ethnicity": "martian"}, "The ethnicity is not a code"),
        ({"Contact_1_forename": ""}, "Contact 1 lacks a surname or forename"),
        ({"Contact_1_relationship": "boss"}, "relationship is not a code"),
        ({"Contact_1_parental_responsibility": "perhaps"}, "neither yes nor no"),
        ({"Contact_2_priority": "0"}, "not a number from 1 to 99"),
        ({"Middle_names": "x" * 101}, "The middle names is longer than"),
    ],
)
def test_another_wrong_value_is_left_out_and_the_row_stays(changed: dict[str, str], says: str) -> None:
    row = one(**changed)
    assert row.usable
    assert says in " ".join(notes(row))


def test_a_field_that_is_not_collected_is_named_and_its_value_is_nowhere() -> None:
    row = one(Nationality="Quiddlish", Country_of_birth="", Birthplace="Quiddle")
    assert row.fields["sections"]["characteristics"]["not_collected"] == ["nationality"]
    assert "The nationality is not collected here" in " ".join(notes(row))
    bad = one(Nationality="Quiddlish", UPN="")
    assert "Quiddl" not in f"{row.fields} {row.as_written} {sentences(row)} {list(aside(bad)[1])}"


def test_unknown_columns_are_named_and_not_read() -> None:
    with read_pupils(BytesIO(table({**ADA, "House": "Otter", "Bus": "7"})), "p.csv", today=TODAY) as found:
        assert list(found.notes()) == ["Columns that are not known here and were not read: House, Bus."]
        assert "Otter" not in str([(row.fields, row.as_written) for row in found.pupils()])


def test_two_rows_of_one_upn_are_both_set_aside() -> None:
    rows = read(ADA, {**ADA, "UPN": upn(2)}, {**ADA, "UPN": f" {upn(1).lower()}"})
    assert [row.usable for row in rows] == [False, True, False]
    assert "also on row 4" in sentences(rows[0])
    assert "also on row 2" in sentences(rows[2])


@pytest.mark.parametrize(
    "encode", [str.encode, lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: text.encode("utf-16")]
)
def test_what_spreadsheets_save(encode: Callable[[str], bytes]) -> None:
    data = encode(table({**ADA, "Legal surname": "Łoś"}).decode())
    with read_pupils(BytesIO(data), "p.csv", today=TODAY) as found:
        assert [row.fields["full_name"]["surname"] for row in found.pupils()] == ["Łoś"]


def test_a_file_without_upns_is_refused_and_repeats_nothing() -> None:
    with pytest.raises(FileRefused, match="the column upn") as refused:
        read_pupils(BytesIO(b"Quiddle,Ada\r\nLark,Bea"), "p.csv", today=TODAY)
    assert "Quiddle" not in str(refused.value)


def test_a_file_that_changes_meanwhile_is_refused() -> None:
    data = BytesIO(table(ADA))
    with read_pupils(data, "p.csv", today=TODAY) as found:
        data.seek(0, 2)
        data.write(b"\r\n")
        with pytest.raises(FileRefused, match="changed while"):
            list(found.pupils())


def test_a_table_is_told_by_its_columns() -> None:
    assert kind_of(BytesIO(table(ADA))) == "pupils"
    assert kind_of(BytesIO(b"date,session,group,upn,code\r\n1,2,3,4,5")) == "registers"
    assert kind_of(BytesIO(b"date,group\r\n1,2")) == "registers"


def test_every_column_is_documented() -> None:
    said = (Path(__file__).parents[2] / "docs" / "files.md").read_text("utf-8")
    named = {name for name in COLUMNS.values() if not re.match("contact_[2-9]|address_line_[2-4]|result_(?!1_)", name)}
    named -= {"nationality", "country_of_birth"}  # Named in a sentence, since nothing of them is read.
    missing = {name for name in named | set(registers.COLUMNS.values()) if f"`{name}`" not in said}
    assert missing == set()


CANARY = "Quiddlewhistle"


@pytest.mark.parametrize("spoil", [CANARY, f"={CANARY}", CANARY + "\x1b", CANARY + "Ã©", CANARY * 80])
def test_no_sentence_repeats_a_value(spoil: str) -> None:
    rows = read(*({**ADA, "UPN": upn(n), name: spoil} for n, name in enumerate(ADA, start=1)))
    found = [problem.sentence for row in rows for problem in row.problems]
    assert found
    assert all(CANARY not in sentence and len(sentence) <= SENTENCE_MAX for sentence in found)
    assert CANARY not in repr(rows)


class Taking(Counting):
    """A client whose server takes every pupil."""

    def _sent(self, method: str, path: str, **parts: Any) -> Any:
        if not path.endswith("pupils"):
            return super()._sent(method, path, **parts)
        self.marks += len(parts["json"]["rows"])
        return {"index": 1, "rows": [{"row": row["row"], "outcome": "accepted"} for row in parts["json"]["rows"]]}


def test_the_memory_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def written(rows: int) -> Path:
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("upn,surname,forename,email\n")
            for number in range(rows):
                file.write(f"{upn(number % 1000, number // 1000 % 100)},Lark,Ada,a{number}@example.org\n")
        return path

    def peak(path: Path) -> int:
        tracemalloc.start()
        try:
            client = Taking()
            with path.open("rb") as file:
                load_pupils(client, file, path.name, today=TODAY)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    monkeypatch.setattr(report_of, "LISTED_MAX", 100)  # Else the smaller file would not reach the limits.
    monkeypatch.setattr(report_of, "NOTES_MAX", 100)
    few, many = written(1_500), written(7_500)
    peak(few)
    assert peak(many) - peak(few) < 200_000
