"""Fetched records as the engine takes them.

aiokafka makes a frozen dataclass of eleven fields for each record, which costs more than all else that fetching does, and
the engine would copy six of them into a record of its own.
"""

from __future__ import annotations

from typing import Any

from aiokafka.consumer import fetcher

from streams.runtime.ports import Record


class EngineRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka is untyped
    """One partition's part of a fetch."""

    def _consumer_record(self, tp: Any, record: Any) -> Record:
        return Record(tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value)


def fetch_engine_records() -> None:
    """From now on this process's aiokafka consumers yield `Record`. The fetcher takes the class by its module's name."""
    fetcher.PartitionRecords = EngineRecords
