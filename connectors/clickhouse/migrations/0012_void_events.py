"""Which events do not count, on the word of another event or of an officer: the history hides them while that is so.

Their rows in ``events`` stay, since what voids them may be taken back.
"""

VOID_EVENTS = """
CREATE TABLE IF NOT EXISTS void_events (
    book_key String, -- key of the book that leaves it out: container, master bill, or vessel and port
    event_id String, -- identity of the event: source_party|source_system|event_id
    reason LC, -- CORRECTED by another event, or VOID: an officer said so
    void_by String, -- identity of the event, or of the officer's action, that says so
    event_time TS, -- UTC, when the void event is said to have happened
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (book_key, event_id)
"""
_EVENTS = (
    "CREATE VIEW IF NOT EXISTS events_now AS SELECT * FROM events FINAL WHERE is_retracted = 0 AND "
    "concat(source_party, '|', source_system, '|', event_id) NOT IN ({void}) "
    "/*modern SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0*/"
)
_BEFORE = "SELECT target_id FROM operator_actions FINAL WHERE action = 'VOID' AND status = 'IN_FORCE' AND is_deleted = 0"

UP = (
    VOID_EVENTS,
    "CREATE VIEW IF NOT EXISTS void_events_now AS SELECT * FROM void_events FINAL WHERE is_deleted = 0",
    "DROP TABLE IF EXISTS events_now",
    _EVENTS.format(void="SELECT event_id FROM void_events FINAL WHERE is_deleted = 0"),
)
DOWN = (
    "DROP TABLE IF EXISTS events_now",
    _EVENTS.format(void=_BEFORE),
    "DROP TABLE IF EXISTS void_events_now",
    "DROP TABLE IF EXISTS void_events",
)
