"""Commands run as the program runs them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ops.cli.main import main
from tests.unit.conftest import Filled as Filled

ROOT = Path(__file__).parents[3]


class Answer(NamedTuple):
    """What a command said, and its exit code."""

    code: int | str | None
    out: str
    errors: str


Ask = Callable[..., Answer]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command as the program does."""

    def run(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["yigangtong", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return Answer(ended.value.code, *capsys.readouterr())

    return run
