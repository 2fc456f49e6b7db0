"""A storm's counts are exact, and would not be if anything were lost, doubled or wrong."""

import json
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support.processes import ROLLBOOK, free_port

from services.cli.storm import Counted, _compare, _count
from services.cli.storm_schools import Message, School
from services.installation import Installation
from services.settings import Settings


def settings_of(home: Path) -> dict[str, str]:
    return {"ROLLBOOK_HOME": str(home), "ROLLBOOK_PORT": str(free_port()), "PATH": "/usr/bin:/bin"}


@pytest.mark.timeout(200)
def test_every_message_three_times_out_of_order_with_restarts_is_one_effect(tmp_path: Path) -> None:
    command = [
        str(ROLLBOOK),
        "storm",
        "--schools",
        "3",
        "--groups",
        "2",
        "--pupils",
        "4",
        "--connectors",
        "4",
        "--json",
    ]
    done = subprocess.run(command, env=settings_of(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert (told["messages"], told["sent"], told["accepted"]) == (6, 18, 24)
    assert told["restarts"] >= 4
    assert (told["lost"], told["doubled"], told["wrong"], told["views_differ"]) == (0, 0, 0, 0)
    assert 0 < told["view_lag_p50"] <= told["view_lag_p99"]

    made = Settings(home=tmp_path)
    with Installation(made) as installation:
        organisations = list(installation.feed().organisations())
        tables = installation.tables()
        never = School(str(organisations[0].hex()), "", "", {})
        message = Message(
            never, "never sent", {"date": date(2026, 11, 23).isoformat(), "marks": {"00" * 16: {"code": "/"}}}
        )
        counted = Counted(1, 1)
        _count(made, [message], counted)
        assert counted.lost == 1
        assert counted.wrong == 8
        assert not counted.is_exact
        with tables.transaction(organisations[0]) as rows:
            rows.clear(installation.views)
        _compare(made, [never], counted)
        assert counted.views_differ == 1
    assert not replace(Counted(1, 1), doubled=1).is_exact
