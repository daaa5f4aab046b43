"""The send ledger: durable before sending, one content per id."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.customs.ledger import Entry, Held, LedgerProblem, Outcome, SendLedger


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
    with pytest.raises(LedgerProblem, match="another process"):
        SendLedger(path)
    ledger.close()
    SendLedger(path)


def test_a_file_that_is_no_ledger_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is not a database, but long enough to look at" * 10)
    with pytest.raises(LedgerProblem, match=r"ledger\.sqlite"):
        SendLedger(path)
    assert path.stat().st_size > 0


def test_messages_about_the_same_are_the_same_though_their_bytes_differ(path: Path) -> None:
    ledger = SendLedger(path)
    entries = [Entry("M1", b"sent at 1", b"said"), Entry("M1", b"sent at 2", b"said"), Entry("M1", b"sent at 1", b"other")]
    assert ledger.enter(entries) == [Outcome.NEW, Outcome.REPEAT, Outcome.REFUSED]
    assert ledger.entry("M1") == entries[0]


def test_what_could_not_be_made_is_held_until_it_is_entered(path: Path) -> None:
    ledger = SendLedger(path)
    ledger.hold(Held("M1", b"said", "too long"))
    ledger.hold(Held("M1", b"other", "still too long"))
    ledger.close()
    again = SendLedger(path)
    assert again.held() == [Held("M1", b"said", "still too long")]
    again.enter([Entry("M1", b"made", b"said")])
    assert again.held() == []


def test_a_ledger_can_be_looked_into_beside_its_writer_but_not_written(path: Path) -> None:
    writer = SendLedger(path)
    look = SendLedger(path, look=True)
    writer.enter([Entry("M1", b"a")])
    assert look.content("M1") == b"a"
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        look.enter([Entry("M2", b"b")])


def test_looking_makes_no_ledger(path: Path) -> None:
    with pytest.raises(LedgerProblem, match="there is no ledger"):
        SendLedger(path, look=True)
    assert not path.parent.exists()


def test_an_older_ledger_is_gone_on_with(path: Path) -> None:
    path.parent.mkdir()
    old = sqlite3.connect(path)
    old.execute(
        "CREATE TABLE sent (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content BLOB NOT NULL, "
        "written_at INTEGER NOT NULL, is_done INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0)"
    )
    old.execute("INSERT INTO sent (id, content, written_at) VALUES ('M1', x'61', 1)")
    old.commit()
    old.close()
    ledger = SendLedger(path)
    assert ledger.enter([Entry("M1", b"a"), Entry("M1", b"b"), Entry("M2", b"c", b"d")]) == [
        Outcome.REPEAT, Outcome.REFUSED, Outcome.NEW,
    ]  # fmt: skip
