"""All settings of the platform's processes, from the environment (``YGT_…``)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MiB = 1024 * 1024


class Settings(BaseSettings):
    """Each with its default and its reason."""

    model_config = SettingsConfigDict(env_prefix="YGT_", extra="ignore")

    bootstrap: str = Field("127.0.0.1:9092", description="Kafka servers, host:port, comma-separated")
    group: str = Field("yigangtong", description="consumer group of the workers: one per environment")
    instance_id: str = Field("", description="static membership, unique per process; empty = dynamic")
    store_url: str = Field("chdb://var/store", description="chdb:///path, clickhouse://user:pw@host:port/db or memory://")
    data_dir: Path = Field(Path("var/worker"), description="scratch folder of the worker")
    partitions: int = Field(4, description="partitions of every keyed topic; at least 2 to 4 per worker")
    mode: Literal["live", "simulated", "backfill"] = Field(
        "live", description="live: wall clock moves time; simulated: heartbeats do; backfill: they do, without side effects"
    )
    epoch: int = Field(1, description="activation number in the row versions")
    flush_ms: int = Field(250, description="rows are derived at least this often: a person waits for them")
    sink_rows: int = Field(20_000, description="a ClickHouse insert costs 20 ms whatever its size")
    sink_limit_bytes: int = Field(256 * MiB, description="rows and raw records held while the database is away; then intake pauses")
    sweep_books: int = Field(500, description="books per flush that are derived again in the background after a start")
    sweep_every_s: int = Field(3600, description="how often all rows are checked against the store")
    drain_timeout_s: float = Field(5.0, description="how long a commit waits for the sink; well below the rebalance timeout")
    health_port: int = Field(9100, description="/live, /ready, /metrics on loopback; 0 = any free port")
    http_port: int = Field(8123, description="read-only ClickHouse HTTP of the embedded store on loopback; 0 = any free port")
    visit_updates: bool = Field(True, description="publish visit-updates.v1 for gates and subscribers")
