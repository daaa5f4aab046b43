"""A store's URL holds a password: it may come from a file in place of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.cli.common import SECRETS, take_secrets
from tests.unit.cli.conftest import Ask


@pytest.mark.parametrize("name", SECRETS)
def test_the_content_of_the_file_is_the_setting(name: str, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("clickhouse://u:p@h:9000/d\n")
    environment = {f"{name}_FILE": str(tmp_path / "url"), "YGT_MODE": "live"}
    take_secrets(environment)
    assert environment[name] == "clickhouse://u:p@h:9000/d"


def test_without_a_file_nothing_changes() -> None:
    environment = {"YGT_STORE_URL": "memory://", "YGT_READ_URL_FILE": ""}
    take_secrets(environment)
    assert environment == {"YGT_STORE_URL": "memory://", "YGT_READ_URL_FILE": ""}


def test_two_of_them_are_refused(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("memory://")
    with pytest.raises(ValueError, match="YGT_STORE_URL and YGT_STORE_URL_FILE are both set"):
        take_secrets({"YGT_STORE_URL": "memory://", "YGT_STORE_URL_FILE": str(tmp_path / "url")})


@pytest.mark.parametrize(("content", "said"), [("", "is empty"), (None, "No such file")], ids=["empty", "missing"])
def test_a_file_that_says_nothing_is_one_line(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "url").write_text(content)
    monkeypatch.setenv("YGT_STORE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.delenv("YGT_STORE_URL", raising=False)
    code, _, errors = ask("migrate", "list")
    assert code == 2
    assert said in errors and str(tmp_path / "url") in errors and errors.count("\n") == 1


def test_a_command_opens_the_store_that_the_file_names(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text("memory://\n")
    monkeypatch.setenv("YGT_STORE_URL", "")  # put back at the end: the command sets it
    monkeypatch.setenv("YGT_STORE_URL_FILE", str(tmp_path / "url"))
    assert "memory:// has no tables to migrate" in ask("migrate", "list").errors
