-- zh: 各主题收到的记录：重复、迟到、拒收。
-- What came in on each topic: records, of these duplicates, late and refused ones, and when the last one came.
-- Parameters: none.
-- Rows: one for each topic; percent of its records; heard_at UTC.
-- Columns: topic text; records integer records; duplicates integer records; refused integer records; late integer records;
--   duplicate_percent number %; late_percent number %; heard_at time UTC
SELECT
    topic, count() AS records, countIf(disposition = 'DUPLICATE') AS duplicates, countIf(disposition = 'DEAD') AS refused,
    countIf(has(flags, 'LATE_EVENT')) AS late, round(100 * duplicates / records, 2) AS duplicate_percent,
    round(100 * late / records, 2) AS late_percent, max(append_time) AS heard_at
FROM intake_now
WHERE @@intake
GROUP BY topic
ORDER BY topic
