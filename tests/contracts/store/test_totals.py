"""Daily totals against what came in: a version counts once, however often it was sent, on the day it was recorded."""

from __future__ import annotations

import pytest

from connectors.clickhouse import SqlStore
from ops.totals import Total, compare_totals
from tests.contracts.store.rows_of import row_of

HOUR = 3_600_000
#: 2026-03-02 00:00 in Beijing.
MIDNIGHT = 1_772_380_800_000


def told(count: int, **values: object) -> tuple[object, ...]:
    said = {"port": "qingdao", "of_kind": "gate", "sender": "QQCT", "day": "2026-03-02", "version": 1} | values
    return row_of("daily_totals", told=count, **said)


def record(offset: int, event_id: str, disposition: str = "ACCEPTED", **values: object) -> tuple[object, ...]:
    of = {"topic": "qingdao.gate.v1", "kafka_partition": 0, "sender": "QQCT", "updated_time": MIDNIGHT} | values
    return row_of(
        "intake", kafka_offset=offset, event_id=event_id, disposition=disposition, append_time=MIDNIGHT, version=1, **of
    )


def totals(store: SqlStore, *records: tuple[object, ...]) -> list[Total]:
    store.insert("intake", list(records))
    return compare_totals(store)


def test_copies_do_not_count_and_versions_do(sql_store: SqlStore) -> None:
    sql_store.insert("daily_totals", [told(2)])
    (total,) = totals(
        sql_store, record(1, "A"), record(2, "A", "DUPLICATE"), record(3, "A", updated_time=MIDNIGHT + 1000), record(3, "A")
    )
    assert (total.known, total.missing) == (2, 0)


def test_a_copy_that_is_forwarded_again_does_not_count(sql_store: SqlStore) -> None:
    sql_store.insert("daily_totals", [told(3)])
    (total,) = totals(
        sql_store, record(1, "A", "FORWARDED"), record(2, "A", "FORWARDED"),
        record(3, "A", "FORWARDED", updated_time=MIDNIGHT + 1000), record(4, "B"),
    )  # fmt: skip
    assert total.missing == 0


@pytest.mark.parametrize(("at", "known"), [(-1000, 0), (0, 1), (24 * HOUR - 1000, 1), (24 * HOUR, 0)])
def test_the_day_is_beijings(sql_store: SqlStore, at: int, known: int) -> None:
    sql_store.insert("daily_totals", [told(1)])
    (total,) = totals(sql_store, record(1, "A", updated_time=MIDNIGHT + at))
    assert total.known == known


def test_what_others_sent_does_not_make_up_for_it(sql_store: SqlStore) -> None:
    sql_store.insert("daily_totals", [told(1)])
    (total,) = totals(
        sql_store, record(1, "A", sender="SDTALLY"), record(2, "B", topic="rizhao.gate.v1"),
        record(3, "C", topic="qingdao.berth.v1"), record(4, "", "DEAD", sender="", updated_time=0),
        record(5, "D", "CONTROL"),
    )  # fmt: skip
    assert total == Total("qingdao", "gate", "QQCT", "2026-03-02", told=1, known=0, refused=1)
    assert total.missing == 1


def test_the_last_word_of_a_sender_counts(sql_store: SqlStore) -> None:
    sql_store.insert("daily_totals", [told(5, version=1), told(1, version=2)])
    assert [t.missing for t in totals(sql_store, record(1, "A"))] == [0]


def test_who_tells_no_total_is_not_judged(sql_store: SqlStore) -> None:
    assert totals(sql_store, record(1, "A")) == []
