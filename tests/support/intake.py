"""Files on their way in, as a connector and an office send them, for the stories of the quarantine."""

from typing import Any

from support.school import School, new_id, upn


def row(number: int, **said: Any) -> dict[str, Any]:
    """Give a pupil's row."""
    name = {"surname": "Lark", "forename": f"Child{number}"}
    return {"row": number, "upn": upn(number), "full_name": name, "date_of_birth": "2020-05-06", "sex": "F"} | said


def intake(school: School, rows: list[dict[str, Any]], batch: str) -> list[dict[str, Any]]:
    """Send rows as a connector does."""
    body = {"batch": batch, "connector": "ctf", "valid_on": "2026-09-03", "rows": rows}
    return answered(school, school.post("connector", "intake/pupils", body))


def answered(school: School, answer: Any) -> list[dict[str, Any]]:
    """Give an answer's rows."""
    assert answer.status_code == 200, answer.text
    school.written = max(school.written, answer.json()["index"])
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def received(school: School, connector: str = "ctf", kind: str = "ctf") -> str:
    """Begin a file."""
    said = {"connector": connector, "kind": kind, "file_sha256": new_id().replace("-", "") * 2, "rows": 3}
    answer = school.post("connector", "intake/batches", said).json()
    school.written = max(school.written, answer["index"])
    return str(answer["batch"])


def waiting(school: School, batch: str) -> list[dict[str, Any]]:
    """Give what waits of a batch."""
    found: list[dict[str, Any]] = school.read("office", f"intake/batches/{batch}/quarantine")["rows"]
    return found


def fix(school: School, batch: str, number: int, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Mend a row."""
    (answer,) = answered(
        school, school.post("office", f"intake/batches/{batch}/rows/{number}", {"fields": fields, **more})
    )
    return answer
