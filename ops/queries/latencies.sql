-- zh: 各发送方事件从发生到收到的时延。
-- How long the events of each sender took to reach the platform, from happening to the broker, by sender and kind.
-- Parameters: none.
-- Rows: one for each port, party, system and kind; p50, p95 and p99 in ms; heard_at UTC.
-- Columns: source text; events integer events; p50 number ms; p95 number ms; p99 number ms; heard_at time UTC
SELECT
    concat(port, ' ', source_party, ' ', source_system, ' ', kind) AS source, count() AS events,
    quantile(0.5)(ingest_lag_ms) AS p50, quantile(0.95)(ingest_lag_ms) AS p95,
    quantile(0.99)(ingest_lag_ms) AS p99, max(ingest_time) AS heard_at
FROM events_now
WHERE classifier = 'ACT' AND @@events
GROUP BY source
ORDER BY source
