-- zh: 最近被拒收的记录及原因。
-- The records that were refused last, and why.
-- Parameters: none.
-- Rows: at most 500, the newest first; place = topic, partition and offset; seen_at UTC.
-- Columns: place text; topic text; reason text; field text; detail text; seen_at time UTC
SELECT
    concat(topic, ' ', toString(kafka_partition), ' ', toString(kafka_offset)) AS place, topic, reason, field, detail, seen_at
FROM dead_letters_now
WHERE @@dead_letters
ORDER BY seen_at DESC, place
LIMIT 500
