"""The send ledger: durable before sending, one content per id."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.customs.ledger import Entry, LedgerProblem, Outcome, SendLedger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "customs" / "ledger.sqlite"


def test_the_first_content_under_an_id_counts_and_a_second_is_refused_and_counted(path: Path) -> None:
    ledger = SendLedger(path)
    assert ledger.enter([Entry("M1", b"a"), Entry("M1", b"a"), Entry("M1", b"b")]) == [
        Outcome.NEW, Outcome.REPEAT, Outcome.REFUSED,
    ]  # fmt: skip
    assert ledger.content("M1") == b"a"
    assert ledger.refused() == 1


def test_what_is_not_done_is_sent_again_in_order_after_a_restart(path: Path) -> None:
    ledger = SendLedger(path)
    ledger.enter([Entry("M3", b"3"), Entry("M1", b"1"), Entry("M2", b"2")])
    ledger.done(["M1"])
    ledger.close()
    again = SendLedger(path)
    assert again.open_ids() == ["M3", "M2"]
    assert [e.content for e in again.entries()] == [b"3", b"1", b"2"]


def test_messages_survive_a_kill_9_right_after_enter_returned(path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from connectors.customs.ledger import Entry, SendLedger\n"
        "SendLedger(Path(sys.argv[1])).enter([Entry('M1', b'said')]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], cwd=Path(__file__).parents[3])
    assert done.returncode == -signal.SIGKILL
    assert list(SendLedger(path).entries()) == [Entry("M1", b"said")]


def test_enter_is_durable_before_it_returns(path: Path) -> None:
    """SQLite's own promise hangs on two settings; a weaker one would lose messages in a power cut, unseen by tests."""
    ledger = SendLedger(path)
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_nothing_is_entered_when_one_message_of_the_batch_fails(path: Path) -> None:
    ledger = SendLedger(path)

    def entries() -> object:
        yield Entry("M1", b"a")
        raise RuntimeError("reader failed")

    with pytest.raises(RuntimeError, match="reader failed"):
        ledger.enter(entries())  # type: ignore[arg-type]
    assert list(ledger.entries()) == []
    assert ledger.enter([Entry("M1", b"b")]) == [Outcome.NEW]


def test_a_second_process_is_told_that_the_ledger_is_in_use(path: Path) -> None:
    ledger = SendLedger(path)
    with pytest.raises(LedgerProblem, match="another customs sender"):
        SendLedger(path)
    ledger.close()
    SendLedger(path)


def test_a_file_that_is_no_ledger_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is not a database, but long enough to look at" * 10)
    with pytest.raises(LedgerProblem, match=r"ledger\.sqlite"):
        SendLedger(path)
    assert path.stat().st_size > 0
