"""Which archived boxes have to do with which vessel's calls at a port: an estimate or a departure may be corrected late."""

ARCHIVE_CALLS = """
CREATE TABLE IF NOT EXISTS archive_calls (
    call_key String, -- vessel|port
    horizon TS, -- UTC, the box knows of nothing later
    book_key String, -- kind and key of the book
    version UInt64
    /*old , horizon_ms Int64*/
) ENGINE = ReplacingMergeTree(version)
ORDER BY (call_key, horizon, book_key/*old , horizon_ms*/)
"""

UP = (ARCHIVE_CALLS, "CREATE VIEW IF NOT EXISTS archive_calls_now AS SELECT * FROM archive_calls FINAL WHERE 1")
DOWN = ("DROP TABLE IF EXISTS archive_calls_now", "DROP TABLE IF EXISTS archive_calls")
