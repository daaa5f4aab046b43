"""What senders say they have sent in a day, and by whom and when each record of ``intake`` was recorded, to compare."""

TOTALS = """
CREATE TABLE IF NOT EXISTS daily_totals (
    port LC, -- slug: qingdao, rizhao, yantai, weihai
    of_kind LC, -- manifest, gate, berth or release
    sender LC, -- party code
    day String, -- of recording, YYYY-MM-DD, Beijing time
    told Int64, -- versions of events that the sender says it recorded that day
    said_at TS, -- UTC, updated_time of what it said
    version UInt64 -- said_at in ms: the last word counts
) ENGINE = ReplacingMergeTree(version)
ORDER BY (port, of_kind, sender, day)
"""

_SENDER = "ALTER TABLE intake ADD COLUMN /*modern IF NOT EXISTS */sender LC AFTER flags"
_UPDATED = "ALTER TABLE intake ADD COLUMN /*modern IF NOT EXISTS */updated_time TS AFTER sender"
# A view over SELECT * has the columns of its creation.
_OLD_VIEW = "DROP TABLE IF EXISTS intake_now"
_INTAKE_VIEW = "CREATE VIEW IF NOT EXISTS intake_now AS SELECT * FROM intake FINAL WHERE 1"

UP = (
    TOTALS,
    "CREATE VIEW IF NOT EXISTS daily_totals_now AS SELECT * FROM daily_totals FINAL WHERE 1",
    _SENDER,
    _UPDATED,
    _OLD_VIEW,
    _INTAKE_VIEW,
)
DOWN = (
    "DROP TABLE IF EXISTS daily_totals_now",
    "DROP TABLE IF EXISTS daily_totals",
    _OLD_VIEW,
    "ALTER TABLE intake DROP COLUMN /*modern IF EXISTS */updated_time",
    "ALTER TABLE intake DROP COLUMN /*modern IF EXISTS */sender",
    _INTAKE_VIEW,
)
