"""What the platform did: what was told to whom, what was archived, which rules were active."""

NOTICES = """
CREATE TABLE IF NOT EXISTS notices (
    alert_id String,
    channel LC, -- how it was told
    told_at TS, -- UTC
    audience String, -- who was told
    code LC,
    subject String,
    text String,
    version UInt64
    /*old , told_at_ms Int64*/
) ENGINE = ReplacingMergeTree(version)
ORDER BY (alert_id, channel, told_at/*old , told_at_ms*/)
"""

BOOK_ARCHIVE = """
CREATE TABLE IF NOT EXISTS book_archive (
    book_key String,
    horizon TS, -- UTC, evidence up to this time is in the blob
    evidence_count UInt32,
    payload String CODEC(ZSTD(3)), -- packed evidence
    version UInt64
    /*old , horizon_ms Int64*/
) ENGINE = ReplacingMergeTree(version)
ORDER BY (book_key, horizon/*old , horizon_ms*/)
"""

EPOCHS = """
CREATE TABLE IF NOT EXISTS epochs (
    epoch UInt16,
    content_hash String, -- of code, rules, reference data and source ranks
    reason String,
    raised_by String,
    raised_at TS, -- UTC
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY epoch
"""

UP = (NOTICES, BOOK_ARCHIVE, EPOCHS)
DOWN = ("DROP TABLE IF EXISTS epochs", "DROP TABLE IF EXISTS book_archive", "DROP TABLE IF EXISTS notices")
