"""What a person mistypes is one clear line and exit code 2, never a traceback."""

from __future__ import annotations

import sys

import pytest

from ops.cli.main import main


def answer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    """Exit code, and what was said on stderr."""
    monkeypatch.setattr(sys, "argv", ["yigangtong", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fly",), "No such command 'fly'"),
        (("trace", "CSQU3054383", "--nope"), "No such option: --nope"),
        (("trace",), "Missing argument 'container'"),
        (("trace", "CSQU3054383", "--as-of", "tomorrow"), "'tomorrow' is no time: write 2026-03-02T14:30"),
        (("simulate", "--seed", "x"), "'--seed'"),
        (("migrate", "list", "--store", "memory://"), "memory:// has no tables to migrate"),
    ],
    ids=["command", "option", "argument", "time", "number", "store"],
)
def test_a_mistyped_command_is_one_line(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = answer(monkeypatch, capsys, *words)
    assert code == 2
    assert errors.startswith("yigangtong: ") and said in errors and errors.count("\n") == 1


def test_no_command_shows_the_help_and_no_error_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = answer(monkeypatch, capsys)
    assert code == 2
    assert "yigangtong: " not in errors


def test_a_package_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ops.documents.made", None)  # as an import of what is not there
    code, errors = answer(monkeypatch, capsys, "schemas", "docs")
    assert code == 2
    assert "ops.documents.made is not installed" in errors and errors.count("\n") == 1
