"""All settings of the workers, from the environment (``YGT_…``); how Kafka is reached stands in connectors/kafka/login.py."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MiB = 1024 * 1024


class Settings(BaseSettings):
    """Each with its default and its reason."""

    model_config = SettingsConfigDict(env_prefix="YGT_", extra="ignore")

    # -- where things are
    bootstrap: str = Field("127.0.0.1:9092", description="Kafka servers, host:port; TLS and login: connectors/kafka/login.py")
    group: str = Field("yigangtong", description="consumer group of the workers: one per environment")
    instance_id: str = Field("", description="static membership, unique per process; empty = dynamic")
    registry_url: str = Field("", description="Confluent's API of a schema registry, for ids below 1,000,000; empty = none")
    store_url: str = Field(
        "chdb://var/store",
        description="chdb:///path, clickhouse://user:pw@host:port/db (clickhouses://…?ca_certs=/path: TLS) or memory://",
    )
    data_dir: Path = Field(Path("var/worker"), description="scratch folder of the worker")
    health_host: str = Field("127.0.0.1", description="where /live, /ready, /metrics listen; beyond loopback only if told to")
    health_port: int = Field(9100, ge=0, lt=65536, description="port of /live, /ready, /metrics; 0 = any free port")
    http_port: int = Field(
        8123, ge=0, lt=65536, description="read-only ClickHouse HTTP of the embedded store on loopback; 0 = any free port"
    )

    # -- what the run is
    partitions: int = Field(4, ge=1, description="partitions of every keyed topic; at least 2 to 4 per worker")
    mode: Literal["live", "simulated", "backfill"] = Field(
        "live", description="live: the wall clock moves time; simulated: heartbeats do; backfill: so, and nothing is sent"
    )
    customs_echo: bool = Field(
        True,
        description="simulated only: time waits until the customs responder has answered up to it; "
        "false where no responder runs, or no deadline ever passes",
    )
    visit_updates: bool = Field(True, description="publish visit-updates.v1 for gates and subscribers")

    # -- batches and limits
    flush_ms: int = Field(250, ge=1, description="rows are derived at least this often: a person waits for them")
    sink_rows: int = Field(20_000, ge=1, description="records that flush at once: an insert costs 20 ms whatever its size")
    sink_wait_ms: int = Field(
        500, ge=0, description="rows wait so long for others of the same insert: events are to be queryable within 2 s"
    )
    sink_limit_bytes: int = Field(
        256 * MiB, ge=MiB, description="rows and raw records held while the database is away; then the intake pauses"
    )
    drain_timeout_s: float = Field(
        5.0, gt=0, description="how long a commit waits for store and broker; well below the rebalance timeout of 60 s"
    )
    sweep_books: int = Field(
        500, ge=1, description="books per partition and flush that the background sweep derives again: it must not be felt"
    )
    archive_days: float = Field(
        60, gt=0, description="books in which nothing is later than so many days ago move from memory to book_archive"
    )
    rollup_every_s: int = Field(
        30, ge=1, description="how often the holder of partition 0 looks which hourly figures to recompute"
    )
    sweep_every_s: int = Field(3600, ge=1, description="how often all rows are checked against the store")
