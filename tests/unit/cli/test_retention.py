"""``retention``: a wrong file is one clear line, and a dry run changes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Ask


def test_a_file_that_would_break_a_promise_is_one_clear_line(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text("events: 10\n")
    told = ask("retention", "apply", "--file", str(file), "--store", "clickhouse://127.0.0.1:1/none")
    assert told.code == 2
    assert "events: 10; at least 430 days" in told.errors and told.errors.count("\n") == 1
