"""``yigangtong epoch``: what a person sees of the ledger, and who may write a line into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.clickhouse import migrate
from connectors.clickhouse.native import NativeStore
from ops.cli import epoch
from streams.runtime.epochs import current_epoch, rules_hash
from tests.unit.cli.conftest import Ask


@pytest.fixture
def ledger(clickhouse_url: str) -> Iterator[str]:
    """A database whose ledger says that this program's rules are active."""
    database = f"ygt_epoch_{uuid4().hex[:12]}"
    admin = NativeStore(clickhouse_url)
    admin.execute(f"CREATE DATABASE {database}")
    url = f"{clickhouse_url.rsplit('/', 1)[0]}/{database}"
    store = NativeStore(url)
    migrate.apply(store)
    current_epoch(store, rules_hash(), 1_770_000_000_000)
    store.close()
    yield url
    admin.execute(f"DROP DATABASE {database}")
    admin.close()


def test_show_lists_activations_and_says_whether_this_program_may_start(
    ledger: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = ask("epoch", "show", "--store", ledger)
    assert code == 0
    assert "first start" in out and "2026-02-02" in out and " active" in out and "not active" not in out
    monkeypatch.setattr(epoch, "rules_hash", lambda: "f" * 64)
    code, out, _ = ask("epoch", "show", "--store", ledger)
    assert code == 1 and "not active" in out


def test_a_raise_is_a_new_line_with_name_and_reason(ledger: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch, "rules_hash", lambda: "f" * 64)
    code, out, _ = ask("epoch", "raise", "--reason", "new thresholds", "--by", "officer-1", "--store", ledger)
    assert code == 0 and "epoch 2 is active" in out
    code, out, _ = ask("epoch", "show", "--store", ledger)
    assert code == 0 and "officer-1" in out and "new thresholds" in out


def test_a_raise_without_a_name_is_one_clear_line(ledger: str, ask: Ask) -> None:
    code, _, errors = ask("epoch", "raise", "--reason", "x", "--by", " ", "--store", ledger)
    assert code == 2 and errors.count("\n") == 1 and "by somebody" in errors


def test_no_store_is_made_where_there_is_none(tmp_path: Path, ask: Ask) -> None:
    code, _, errors = ask("epoch", "raise", "--reason", "x", "--by", "A", "--store", f"chdb://{tmp_path / 'typo'}")
    assert code == 2 and "there is no store in the folder" in errors
    assert not (tmp_path / "typo").exists()
