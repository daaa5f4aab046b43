"""Lag per topic partition, in records and in seconds."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from streams.runtime.lag import Behind, Lag

AT = 1_772_409_600_000


def shown(registry: CollectorRegistry, unit: str, partition: str = "0") -> float | None:
    return registry.get_sample_value(f"yigangtong_topic_lag_{unit}", {"topic": "t", "partition": partition})


def lag() -> tuple[Lag, CollectorRegistry]:
    registry = CollectorRegistry()
    return Lag(registry), registry


def test_records_are_counted_from_what_was_taken_in_not_from_what_was_fetched() -> None:
    lags, registry = lag()
    lags.taken("t", 0, 100, AT)
    lags.log_end("t", 0, 900, 1000, AT + 5_000)
    assert (shown(registry, "records"), shown(registry, "seconds")) == (900, 5.0)


def test_at_the_end_there_is_no_lag_however_old_the_newest_record_is() -> None:
    lags, registry = lag()
    lags.taken("t", 0, 100, AT)
    lags.log_end("t", 0, 100, 100, AT + 3_600_000)
    assert (shown(registry, "records"), shown(registry, "seconds")) == (0, 0.0)


def test_seconds_count_from_when_the_end_was_last_reached() -> None:
    lags, registry = lag()
    lags.taken("t", 0, 100, AT)
    lags.log_end("t", 0, 100, 100, AT + 3_600_000)
    lags.log_end("t", 0, 100, 101, AT + 3_602_000)
    assert (shown(registry, "records"), shown(registry, "seconds")) == (1, 2.0)


def test_a_worker_that_begins_behind_shows_nothing_until_it_has_read_something() -> None:
    """It knows how many records wait, but not how old they are: 0 s would be a lie."""
    lags, registry = lag()
    lags.log_end("t", 0, 40, 100, AT)
    assert shown(registry, "records") is None
    lags.taken("t", 0, 60, AT - 90_000)
    lags.log_end("t", 0, 60, 100, AT)
    assert (shown(registry, "records"), shown(registry, "seconds")) == (40, 90.0)


def test_a_position_at_the_end_is_believed_where_nothing_had_to_be_read() -> None:
    lags, registry = lag()
    lags.log_end("t", 0, 100, 100, AT)
    assert shown(registry, "records") == 0


def test_partitions_that_were_given_up_are_no_longer_shown() -> None:
    lags, registry = lag()
    lags.log_end("t", 0, 100, 100, AT)
    lags.forget()
    assert shown(registry, "records") is None
    lags.log_end("t", 1, 100, 100, AT)
    assert shown(registry, "records", "1") == 0


def test_the_whole_worker_is_as_far_behind_as_its_furthest_partition() -> None:
    lags, _ = lag()
    assert lags.most() == Behind(0, 0.0)
    for partition, seconds in ((0, 3), (1, 7)):
        lags.taken("t", partition, 10, AT)
        lags.log_end("t", partition, 10, 15, AT + seconds * 1000)
    assert lags.most() == Behind(10, 7.0)
