"""What the digest of the rules covers, and what a raise does to the rows of the epoch before."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

import streams.domain
from connectors.clickhouse.memory import MemoryStore
from streams.domain.rows import STATE_TABLES
from streams.runtime import epochs
from streams.runtime.changelog import TOPIC as CHANGELOG
from streams.runtime.ports import Record
from tests.unit.runtime.fakes import AT, PARTITIONS, Rig
from tests.unit.runtime.test_engine import commit, export, running, until


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sources of the core, in a folder where they may be changed."""
    copy = tmp_path / "domain"
    shutil.copytree(Path(str(streams.domain.__file__)).parent, copy, ignore=shutil.ignore_patterns("*.so"))
    monkeypatch.setattr(streams.domain, "__file__", str(copy / "__init__.py"))
    return copy


def test_a_changed_rule_is_another_hash_and_the_same_rules_are_the_same(sources: Path) -> None:
    before = epochs.rules_hash()
    assert epochs.rules_hash() == before
    rule = sources / "legs.py"
    text = rule.read_bytes()
    rule.write_bytes(text.replace(b"0", b"1", 1))
    assert epochs.rules_hash() != before
    rule.write_bytes(text)
    assert epochs.rules_hash() == before
    (sources / "another_rule.py").write_text("")
    assert epochs.rules_hash() != before


def test_a_changed_table_is_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = epochs.rules_hash()
    monkeypatch.setattr(epochs, "load_reference", lambda: SimpleNamespace(hash=lambda: "other tables"))
    assert epochs.rules_hash() != before


def rows_by_epoch(store: MemoryStore) -> Counter[int]:
    return Counter(row["version"] >> 48 for table in STATE_TABLES for row in store.now(table))


async def test_after_a_raise_the_sweep_lifts_every_row_above_the_old_epoch() -> None:
    store = MemoryStore()
    async with running(Rig(store=store)) as rig:
        rig.own()
        await export(rig)
        await until(lambda: store.now("arrival_cases"))
        assert await commit(rig)
        state = [(p, m) for p, m in rig.broker.of(CHANGELOG)]
    before = rows_by_epoch(store)
    assert before.keys() == {1} and before[1] >= 3
    async with running(Rig(store=store, epoch=2)) as rig:
        rig.engine.assign(range(PARTITIONS), {})
        for partition in range(PARTITIONS):
            records = [Record(CHANGELOG, p, i, AT, *m) for i, (p, m) in enumerate(state) if p == partition]
            rig.engine.restore(partition, records)
        rig.engine.recovered()
        await until(lambda: rows_by_epoch(store) == {2: before[1]})
