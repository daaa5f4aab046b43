"""What officers did; the history hides the events that one of them has voided, while that is in force."""

OPERATOR_ACTIONS = """
CREATE TABLE IF NOT EXISTS operator_actions (
    book_key String, -- key of the book acted on: container, master bill, or vessel and port
    action_id String, -- identity of the action
    action LC, -- schemas/avro/operator-action
    status LC, -- IN_FORCE, OVERTAKEN by a later one about the same thing, or NO_TARGET: what it names is not known here
    operator String, -- the officer's name
    reason String, -- in the officer's words
    target_id String, -- exception id, message id of an arrival report, or identity of an event
    assignee String,
    acted_at TS, -- UTC
    updated_at TS,
    is_deleted UInt8,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (book_key, action_id)
"""
_VOID = "SELECT target_id FROM operator_actions FINAL WHERE action = 'VOID' AND status = 'IN_FORCE' AND is_deleted = 0"
_EVENTS = "CREATE VIEW IF NOT EXISTS events_now AS SELECT * FROM events FINAL WHERE is_retracted = 0"
_SETTINGS = (
    " /*modern SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final_exact_mode = 0*/"
)

UP = (
    OPERATOR_ACTIONS,
    "CREATE VIEW IF NOT EXISTS operator_actions_now AS SELECT * FROM operator_actions FINAL WHERE is_deleted = 0",
    "DROP TABLE IF EXISTS events_now",
    f"{_EVENTS} AND concat(source_party, '|', source_system, '|', event_id) NOT IN ({_VOID}){_SETTINGS}",
)
DOWN = (
    "DROP TABLE IF EXISTS events_now",
    _EVENTS + _SETTINGS,
    "DROP TABLE IF EXISTS operator_actions_now",
    "DROP TABLE IF EXISTS operator_actions",
)
