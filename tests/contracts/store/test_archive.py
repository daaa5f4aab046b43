"""The archive of books, over every implementation of the store port."""

from __future__ import annotations

from connectors.clickhouse import Store
from tests.contracts.store.rows_of import AT, DAY, row_of


def blob(key: str, payload: bytes, **values: object) -> tuple[object, ...]:
    return row_of("book_archive", **{"book_key": key, "payload": payload, "evidence_count": 1, "version": 1, **values})


def of_call(call: str, box: str, horizon: int = AT) -> tuple[object, ...]:
    return row_of("archive_calls", call_key=call, book_key=box, horizon=horizon, version=1)


def test_a_blob_comes_back_byte_by_byte_and_what_is_not_there_is_left_out(store: Store) -> None:
    payloads = {"BX#1": b"\x92\x00\xff\xc3\x28'\\\n\0", "BX#2": b"plain", "MY#3": bytes(range(256)) * 40, "MY#4": b""}
    store.insert("book_archive", [blob(key, payload) for key, payload in payloads.items()])
    assert dict(store.archived([*payloads, "BZ#9", "BX#1"])) == payloads
    assert len(store.archived(["BX#1", "BX#1"])) == 1
    assert store.archived([]) == []


def test_a_blob_that_was_written_twice_or_of_another_horizon_is_one(store: Store) -> None:
    for horizon in (AT, AT, AT + DAY):
        store.insert("book_archive", [blob("BX#1", b"\xff", horizon=horizon)])
    assert store.archived(["BX#1"]) == [("BX#1", b"\xff")]


def test_many_blobs_need_no_short_list(store: Store) -> None:
    keys = [f"B{number:012}#{number:016x}" for number in range(5_000)]
    store.insert("book_archive", [blob(key, b"\xff") for key in keys])
    assert sorted(key for key, _ in store.archived(keys)) == keys


def test_the_boxes_of_a_call_are_those_that_know_of_anything_since(store: Store) -> None:
    second = AT // 1000 * 1000
    store.insert("archive_calls", [
        of_call("IMO:1|qingdao", "BOLD", second - 1000), of_call("IMO:1|qingdao", "BNEW", second),
        of_call("IMO:1|qingdao", "BNEW", second + DAY), of_call("IMO:1|rizhao", "BELSEWHERE", second),
        of_call("IMO:2|qingdao", "BOTHER", second),
    ])  # fmt: skip
    assert store.archived_boxes(["IMO:1|qingdao"], second + 999) == ["BNEW"]
    assert sorted(store.archived_boxes(["IMO:1|qingdao", "IMO:2|qingdao"], 0)) == ["BNEW", "BOLD", "BOTHER"]
    assert store.archived_boxes([], 0) == []
