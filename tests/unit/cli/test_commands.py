"""Each command as a person uses it: help with an example, answers on stdout, one clear line for what cannot be done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from ops.cli.main import app
from schemas.topics import load_topics
from tests.unit.cli.conftest import ROOT, Answer, Ask, Filled
from tests.unit.edi.building import GATE_BOX, interchange, message

#: Nobody listens on port 1 of loopback.
NO_STORE = "http://127.0.0.1:1"
NO_BROKER = "127.0.0.1:1"


def commands(of: typer.Typer, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command."""
    for command in of.registered_commands:
        yield (*path, str(command.name))
    for group in of.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, (*path, str(group.name)))


@pytest.mark.parametrize("words", commands(app), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...], ask: Ask) -> None:
    code, out, errors = ask(*words, "--help")
    assert (code, errors) == (0, "")
    assert "Example: " in out


def one_line(answer: Answer, said: str) -> None:
    assert answer.code == 2
    assert answer.errors.startswith("yigangtong: ") and answer.errors.count("\n") == 1
    assert said in answer.errors


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("YGT_MODE", "x", "YGT_MODE"), ("YGT_PARTITIONS", "0", "YGT_PARTITIONS"),
        ("YGT_HEALTH_PORT", "70000", "YGT_HEALTH_PORT"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(
    name: str, value: str, said: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    answer = ask("worker")
    one_line(answer, said)
    assert repr(value) in answer.errors or value in answer.errors


@pytest.mark.parametrize(
    ("store", "said"),
    [
        (NO_STORE, "no ClickHouse answers at http://127.0.0.1:1"),
        ("clickhouse://127.0.0.1:1/x", "ClickHouse at 127.0.0.1:1/x does not answer"),
        ("http://127.0.0.1:port", "is no store to read"),
        ("ftp://host", "is no store to read"),
        ("chdb://not/there", "there is no store in the folder 'not/there'"),
    ],
)
def test_a_store_that_cannot_be_read_is_named(store: str, said: str, ask: Ask) -> None:
    for words in (("query", "SELECT 1"), ("trace", "CSQU3054383")):
        one_line(ask(*words, "--store", store), said)


def test_a_broker_that_does_not_answer_is_named(ask: Ask) -> None:
    one_line(ask("topics", "check", "--bootstrap", NO_BROKER), f"no Kafka answers at {NO_BROKER}")


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31T23:59:59-08:00"])
def test_a_time_that_no_engine_holds_is_refused(when: str, ask: Ask) -> None:
    one_line(ask("trace", "CSQU3054383", "--as-of", when), "the year must lie between 1971 and 2105")


@pytest.mark.parametrize("words", [("edi", "read"), ("ingest",), ("verify", "--truth"), ("customs-responder", "--plan")])
def test_a_file_that_is_not_there_is_named(words: tuple[str, ...], ask: Ask) -> None:
    answer = ask(*words, "not-there.edi")
    one_line(answer, "not-there.edi")
    assert "Errno" not in answer.errors


def test_a_truth_that_is_no_json_is_told_with_its_line(tmp_path: Path, ask: Ask, embedded_world: Filled) -> None:
    truth = tmp_path / "truth.jsonl"
    truth.write_text('{"kind": "leg"')
    one_line(ask("verify", "--truth", str(truth), "--store", embedded_world.url), f"{truth}, line 1")


def test_edi_read_prints_events_as_json_lines(tmp_path: Path, ask: Ask) -> None:
    file = tmp_path / "gate.edi"
    file.write_bytes(interchange(message(GATE_BOX)))
    code, out, _ = ask("edi", "read", str(file), "--port", "yantai", "--json")
    assert code == 0
    (event,) = [json.loads(line) for line in out.splitlines()]
    assert (event["container_no"], event["port"], event["event_type"]) == ("CSQU3054383", "yantai", "GATE_MOVE")
    assert "CSQU3054383" in ask("edi", "read", str(file), "--port", "yantai").out


def test_edi_read_tells_what_was_refused_on_stderr_and_ends_with_1(tmp_path: Path, ask: Ask) -> None:
    bad = tuple("DTM+7:20269924170501:204" if s.startswith("DTM") else s for s in GATE_BOX)
    file = tmp_path / "bad.edi"
    file.write_bytes(interchange(message(bad)))
    code, out, errors = ask("edi", "read", str(file), "--port", "yantai", "--json")
    assert code == 1
    assert "bad.edi" in errors and "20269924170501" in errors
    assert all(json.loads(line) for line in out.splitlines())


def test_topics_list_shows_every_topic_whole(ask: Ask) -> None:
    code, out, _ = ask("topics", "list")
    assert code == 0
    assert [topic.name for topic in load_topics() if topic.name not in out] == []


def test_query_shows_values_as_they_are(embedded_world: Filled, ask: Ask) -> None:
    """Square brackets in the data are no markup of the terminal."""
    sql = "SELECT 'a[b]c [/d]' AS text, 7 AS n"
    code, out, _ = ask("query", sql, "--store", embedded_world.url, "--json")
    assert (code, json.loads(out)) == (0, {"text": "a[b]c [/d]", "n": 7})
    assert "a[b]c [/d]" in ask("query", sql, "--store", embedded_world.url).out


def test_a_query_that_is_no_sql_is_one_line(embedded_world: Filled, ask: Ask) -> None:
    one_line(ask("query", "SELEC 1", "--store", embedded_world.url), "Syntax error")


def test_simulate_writes_a_world_to_a_new_folder_only(tmp_path: Path, ask: Ask) -> None:
    words = ("simulate", "--scale", "0.002", "--to", "dir", "--out", str(tmp_path / "world"))
    assert ask(*words).code == 0
    assert {"truth.jsonl", "customs.jsonl"} <= {path.name for path in (tmp_path / "world").iterdir()}
    one_line(ask(*words), "is not empty")
    one_line(ask("simulate", "--scale", "-1"), "scale is -1.0")


def test_migrations_are_listed_applied_and_taken_back(tmp_path: Path) -> None:
    """In processes of their own, as chDB keeps one store for a process."""
    store = f"chdb://{tmp_path / 'store'}"

    def migrate(*words: str) -> str:
        command = [sys.executable, "-m", "ops.cli.main", "migrate", *words, "--store", store]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "CREATE TABLE IF NOT EXISTS intake" in migrate("apply", "--dry-run")
    assert "applied" not in migrate("list")
    migrate("apply")
    assert "open" not in migrate("list")
    assert "DROP" in migrate("reverse", "--dry-run")
    assert "open" not in migrate("list")
    migrate("reverse")
    assert migrate("list").count("open") == 1
