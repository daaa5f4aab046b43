"""The commands about customs, as far as they go without a broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.customs.profile import DRAFT
from tests.unit.cli.conftest import Ask
from tests.unit.customs.office import Office, Topic, record


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """The ledger of a sender that has sent one report and holds one back."""
    office = Office(tmp_path, Topic([record("M1"), record("M2", voyage="V" * 18)]))
    office.sender().step()
    office.close()
    return tmp_path / "sent.db"


def test_show_counts_what_was_sent_and_says_why_something_was_not(sent: Path, ask: Ask) -> None:
    answer = ask("customs", "show", "--ledger", str(sent))
    assert answer.code == 0
    assert "1 messages" in answer.out and "1 held back" in answer.out
    assert "JourneyID: voyage is 'VVVVVVVVVVVVVVVVVV'; expected at most 17 characters" in answer.out


def test_show_prints_a_message_as_it_was_sent(sent: Path, ask: Ask) -> None:
    answer = ask("customs", "show", "M1", "--ledger", str(sent))
    assert answer.code == 0
    assert answer.out.startswith("<?xml") and "unverified" in answer.out


@pytest.mark.parametrize(("message_id", "said"), [("M2", "held back"), ("M9", "was never sent")])
def test_a_message_that_was_not_sent_ends_with_1_and_says_so(sent: Path, ask: Ask, message_id: str, said: str) -> None:
    answer = ask("customs", "show", message_id, "--ledger", str(sent))
    assert answer.code == 1
    assert said in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "--ledger", "{tmp}/none.db"), "there is no ledger"),
        (("send", "--profile", "{tmp}/none.yaml"), "No such file"),
        (("send", "--profile", "{tmp}/wrong.yaml"), "wrong.yaml, MT3101 feeder variant"),
        (("send", "--sites", "{tmp}/sites.csv"), "sites.csv: the first line must be port,terminal,place_code,sender_id"),
        (("receive", "--ledger", "{tmp}/none.db"), "there is no ledger"),
    ],
)
def test_a_wrong_setting_is_one_line(words: tuple[str, ...], said: str, tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "wrong.yaml").write_text(DRAFT.read_text().replace("need: M", "need: maybe"))
    (tmp_path / "sites.csv").write_text("a,b\n")
    answer = ask("customs", *(word.format(tmp=tmp_path) for word in words))
    assert answer.code == 2
    assert answer.errors.startswith("yigangtong: ") and said in answer.errors and answer.errors.count("\n") == 1
