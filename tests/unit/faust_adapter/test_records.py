"""Fetched records are the engine's, with what the broker said of them."""

from __future__ import annotations

from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from streams.runtime.faust_records import EngineRecords, fetch_engine_records
from streams.runtime.ports import Record

PLACE = TopicPartition("qingdao.gate.v1", 3)
MESSAGES = [(b"CSQU3054383", b"in"), (None, b"out"), (b"CSQU3054383", None)]


def fetched(made: Any) -> list[Any]:
    builder = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 10_000)
    for offset, (key, value) in enumerate(MESSAGES):
        assert builder.append(offset, 1_772_409_600_000 + offset, key, value, []) is not None
    return list(made(PLACE, MemoryRecords(bytes(builder.build())), None, 0, None, None, True, 0))


def test_records_say_what_aiokafkas_say() -> None:
    stock = [Record(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value) for r in fetched(fetcher.PartitionRecords)]
    records = fetched(EngineRecords)
    assert records == stock
    assert [(r.key, r.value) for r in records] == MESSAGES
    assert {type(r) for r in records} == {Record}


def test_the_fetcher_makes_them_once_it_is_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(fetcher, "PartitionRecords", fetcher.PartitionRecords)
    fetch_engine_records()
    assert "PartitionRecords" in fetcher.Fetcher._proc_fetch_request.__code__.co_names
    assert fetcher.PartitionRecords is EngineRecords
