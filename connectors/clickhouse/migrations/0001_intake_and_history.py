"""What came in: every record read, every event accepted, everything refused."""

INTAKE = """
CREATE TABLE IF NOT EXISTS intake (
    topic LC, -- source topic
    kafka_partition UInt16,
    kafka_offset UInt64 CODEC(Delta(8), ZSTD(1)),
    disposition LC, -- ACCEPTED, DUPLICATE, DEAD, FORWARDED or CONTROL
    event_id String, -- empty where the record could not be read
    append_time TS CODEC(Delta(8), ZSTD(1)), -- UTC, when the broker took the record
    flags Array(String), -- observations: late, out of order, future, skew
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (topic, kafka_partition, kafka_offset)
"""

# event_id is unique only per (source_party, source_system), so both end the key. The bloom filter finds the events of a
# bill, which the key cannot (8 ms instead of 171 on 2M events).
EVENTS = """
CREATE TABLE IF NOT EXISTS events (
    container_no String, -- ISO 6346, empty for events about no box
    event_time TS CODEC(Delta(8), ZSTD(1)), -- UTC, when it happened
    event_id String, -- unique per source_party and source_system
    source_party LC,
    source_system LC,
    kind LC, -- manifest, gate, berth or release
    event_type LC,
    milestone LC,
    classifier LC, -- PLN, EST, ACT or REQ
    record_time TS, -- UTC, when the source wrote it down
    ingest_time TS, -- UTC, first append at the broker
    updated_time TS, -- UTC, orders the versions of one event
    ingest_lag_ms Int64 CODEC(T64, ZSTD(1)), -- ms from event_time to ingest_time
    is_retracted UInt8, -- 1: void, hidden by events_now
    corrects_event_id String,
    port LC, -- slug: qingdao, rizhao, yantai, weihai
    terminal_code LC,
    bill_no String,
    vessel_id LC, -- IMO:, CNSHIP:, MMSI: or NAME: and the identifier
    voyage LC,
    trade LC, -- D domestic, F foreign
    quality_flags Array(String),
    topic LC,
    kafka_partition UInt16,
    kafka_offset UInt64 CODEC(Delta(8), ZSTD(1)),
    trace_id String,
    raw_ref String,
    payload String CODEC(ZSTD(3)), -- the record as it was read, Avro in Confluent framing
    version UInt64 -- updated_time ms (44 bits), content hash (19), is_retracted (1)
    /*old , event_time_ms Int64*/
    /*modern , INDEX bill bill_no TYPE bloom_filter(0.01) GRANULARITY 1*/
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(event_time)
PRIMARY KEY (container_no, event_time)
ORDER BY (container_no, event_time, event_id, source_party, source_system/*old , event_time_ms*/)
"""

DEAD_LETTERS = """
CREATE TABLE IF NOT EXISTS dead_letters (
    topic LC,
    kafka_partition UInt16,
    kafka_offset UInt64,
    reason LC, -- error class
    detail String, -- what was wrong, where, what was expected
    field LC,
    seen_at TS, -- UTC, append time of the record
    payload String CODEC(ZSTD(3)), -- raw bytes of the record
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (topic, kafka_partition, kafka_offset)
"""

UP = (INTAKE, EVENTS, DEAD_LETTERS)
DOWN = ("DROP TABLE IF EXISTS dead_letters", "DROP TABLE IF EXISTS events", "DROP TABLE IF EXISTS intake")
