"""The ledger of activations: rows are written under the rules that somebody has activated, and no others."""

from __future__ import annotations

import pytest

from connectors.clickhouse import SqlStore
from connectors.clickhouse.memory import MemoryStore
from streams.runtime.epochs import OtherRulesError, activations, current_epoch, raise_epoch

OLD, NEW = "a" * 64, "b" * 64
AT = 1_770_000_000_000


def test_the_first_start_writes_the_first_line_and_later_starts_write_none(sql_store: SqlStore) -> None:
    assert [current_epoch(sql_store, OLD, AT + n) for n in range(3)] == [1, 1, 1]
    assert [(a.epoch, a.content_hash, a.raised_at) for a in activations(sql_store)] == [(1, OLD, AT)]


def test_other_rules_do_not_start_until_the_epoch_is_raised(sql_store: SqlStore) -> None:
    current_epoch(sql_store, OLD, AT)
    with pytest.raises(OtherRulesError, match=r"not those of epoch 1.*yigangtong epoch raise") as refused:
        current_epoch(sql_store, NEW, AT)
    assert "\n" not in str(refused.value)
    assert len(activations(sql_store)) == 1
    assert raise_epoch(sql_store, NEW, "new thresholds", "officer-1", AT + 1000).epoch == 2
    assert current_epoch(sql_store, NEW, AT) == 2


def test_a_rollback_is_refused_too_and_raised_like_any_other(sql_store: SqlStore) -> None:
    current_epoch(sql_store, OLD, AT)
    raise_epoch(sql_store, NEW, "new rules", "officer-1", AT + 1000)
    with pytest.raises(OtherRulesError, match=r"epoch 2.*officer-1"):
        current_epoch(sql_store, OLD, AT)
    assert raise_epoch(sql_store, OLD, "taken back", "Zhao Min", AT + 2000).epoch == 3
    assert current_epoch(sql_store, OLD, AT) == 3
    assert [a.reason for a in activations(sql_store)] == ["first start", "new rules", "taken back"]


def test_of_two_activations_under_one_number_the_first_stands(sql_store: SqlStore) -> None:
    raise_epoch(sql_store, OLD, "first", "A", AT)
    epoch = activations(sql_store)[0]
    sql_store.insert("epochs", [(epoch.epoch, NEW, "second", "B", AT + 5000, (1 << 63) - AT - 5000)])
    assert activations(sql_store) == [epoch]


@pytest.mark.parametrize(("reason", "by"), [("", "A"), ("why", " ")])
def test_nobody_raises_it_without_name_and_reason(sql_store: SqlStore, reason: str, by: str) -> None:
    with pytest.raises(ValueError, match="with a reason and by somebody"):
        raise_epoch(sql_store, NEW, reason, by, AT)
    assert activations(sql_store) == []


def test_the_last_number_is_not_passed(sql_store: SqlStore) -> None:
    sql_store.insert("epochs", [(65535, OLD, "r", "b", AT, 1)])
    with pytest.raises(ValueError, match="65535"):
        raise_epoch(sql_store, NEW, "why", "A", AT)


def test_a_store_that_keeps_nothing_has_one_epoch() -> None:
    assert current_epoch(MemoryStore(), NEW, AT) == 1
