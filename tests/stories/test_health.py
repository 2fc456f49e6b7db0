"""What an operator sees of a process: alive, ready, its numbers and its own log, with no word of a pupil in any."""

import json
import logging
from pathlib import Path

from support.school import School

from services.front_door import deployed, pattern
from services.telemetry import JsonLines

ROOT = Path(__file__).parents[2]


def test_alive_and_ready(school: School) -> None:
    client = school.site.client
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["lag"]) == {"views", "reactions"}


def test_requests_are_timed_by_route_and_name_no_record(school: School) -> None:
    pupil = school.pupil(1)
    school.caught_up()
    school.read("office", f"pupils/{pupil}")
    text = school.site.client.get("/metrics").text
    counted = [one for one in text.splitlines() if one.startswith("rollbook_request_seconds_count")]
    assert any('method="GET"' in one and '/pupils/{subject}"' in one and 'status="200"' in one for one in counted), (
        "the request was not counted under its route"
    )
    assert pupil not in text
    assert school.organisation not in text
    assert "rollbook_views_lag_entries " in text


def test_a_line_of_the_log_names_an_error_by_its_kind() -> None:
    error = ValueError("Oliver Twist")
    record = logging.LogRecord(
        "services", logging.ERROR, "a.py", 1, "failed in %s", ("door.py:7",), (ValueError, error, None)
    )
    line = JsonLines().format(record)
    assert "Oliver" not in line
    assert json.loads(line) | {"at": None} == {
        "at": None, "level": "error", "logger": "services", "message": "failed in door.py:7", "error": "ValueError",
    }  # fmt: skip


def test_a_template_is_a_pattern_of_whole_parts() -> None:
    assert pattern("/api/organisations/{organisation}/rules/adopt") == "/api/organisations/[^/]+/rules/adopt"
    assert "location ~ ^/(metrics|readyz)$ { return 404; }" in deployed({"records": ["/a"]})
    assert pattern("/a.csv") == r"/a\.csv"


def test_the_front_doors_configuration_is_of_the_routes_declared(school: School) -> None:
    assert (ROOT / "deploy" / "nginx.conf").read_text() == deployed(school.site.app.state.addresses), "run make docs"
