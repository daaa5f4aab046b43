"""Hourly figures, recomputed for the touched hours (:mod:`connectors.clickhouse.rollups`); n = 0 is an emptied hour."""

PORT_HOUR = """
CREATE TABLE IF NOT EXISTS port_hour (
    bucket TS, -- UTC, start of the hour of the event
    port LC,
    terminal_code LC,
    event_type LC,
    n UInt64, -- events
    boxes UInt64, -- different containers
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (bucket, port, terminal_code, event_type)
"""

ARRIVAL_HOUR = """
CREATE TABLE IF NOT EXISTS arrival_hour (
    bucket TS, -- UTC, start of the hour of the physical event
    port LC,
    terminal_code LC,
    n UInt64, -- cases answered
    acked UInt64, -- of these, acknowledged
    lag_p50 Int64, -- ms from the physical event to the answer
    lag_p95 Int64, -- ms
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (bucket, port, terminal_code)
"""

DWELL_HOUR = """
CREATE TABLE IF NOT EXISTS dwell_hour (
    bucket TS, -- UTC, start of the hour in which the visit closed
    port LC,
    direction LC,
    n UInt64, -- visits closed
    dwell_p50_s Int64, -- seconds from opening to closing
    dwell_p95_s Int64, -- seconds
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (bucket, port, direction)
"""

UP = (PORT_HOUR, ARRIVAL_HOUR, DWELL_HOUR)
DOWN = ("DROP TABLE IF EXISTS dwell_hour", "DROP TABLE IF EXISTS arrival_hour", "DROP TABLE IF EXISTS port_hour")
