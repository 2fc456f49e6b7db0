"""StageAssessments of a Common Transfer File: each result as the file gives it, and what cannot be kept is named."""

from datetime import date

from support.ctf_files import IDENTITY, one

from services.connectors.ctf.assessment import CtfResult, section

FULL = (
    "<Locale>ENG</Locale><Year>2026</Year><Subject>ENG</Subject><Method>TA</Method><Component>REA</Component>"
    "<ResultStatus>R</ResultStatus><ResultQualifier>NC</ResultQualifier><Result>EXS</Result>"
    "<ResultDate>2026-06-12</ResultDate>"
)


def stage(*results: str, name: str = "KS1") -> str:
    inside = "".join(f"<StageAssessment>{result}</StageAssessment>" for result in results)
    return f"{IDENTITY}<StageAssessments><KeyStage><Stage>{name}</Stage>{inside}</KeyStage></StageAssessments>"


def test_a_result_is_read_with_all_that_tells_it_apart() -> None:
    pupil = one(stage(FULL))
    result = CtfResult("KS1", "ENG", 2026, "ENG", "TA", "REA", "R", "NC", "EXS", date(2026, 6, 12))
    assert pupil.assessments == (result,)
    assert pupil.problems == ()
    assert section(pupil.assessments) == {"results": [{
        "assessed": {
            "stage": "KS1", "locale": "ENG", "year": 2026, "subject": "ENG", "method": "TA", "component": "REA",
        },
        "outcome": {"status": "R", "qualifier": "NC", "result": "EXS"},
        "on": "2026-06-12",
    }]}  # fmt: skip


def test_a_file_without_results_says_nothing_of_them() -> None:
    assert one(IDENTITY).assessments is None
    assert section(None) is None


def test_what_cannot_be_kept_is_left_out_and_named() -> None:
    for wrong, field in (
        (FULL.replace("<Result>EXS</Result>", ""), "key_stage.1.result.1.result"),
        (FULL.replace("2026</Year>", "26</Year>"), "key_stage.1.result.1.year"),
        (FULL.replace("<Locale>ENG", "<Locale>FRA"), "key_stage.1.result.1.locale"),
    ):
        pupil = one(stage(wrong, FULL.replace("REA", "WRI")))
        assert [(problem.field, problem.fatal) for problem in pupil.problems] == [(field, False)]
        assert [result.component for result in pupil.assessments or ()] == ["WRI"]
