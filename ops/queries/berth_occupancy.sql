-- zh: 泊位占用率，按时间。
-- For how much of a span of time each berth was taken, in percent.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (UTC).
-- Rows: one for each berth at which a vessel lay in that time; over 100 = two vessels at once. By time alone: lengths of vessels
-- and quays are not known. A vessel that is still there takes its berth until the end of the span.
-- Columns: port text; terminal_code text; berth_code text; calls integer calls; taken_hours number h;
--   taken_percent number %
SELECT
    port, terminal_code, berth_code, count() AS calls, round(sum(taken_s) / 3600, 1) AS taken_hours,
    round(100 * sum(taken_s) / any(span_s), 1) AS taken_percent
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(berth_code) AS berth_code,
        toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC'))) AS since_s,
        toInt64(toUnixTimestamp(toDateTime(%(until)s, 'UTC'))) AS until_s, until_s - since_s AS span_s,
        toInt64(toUnixTimestamp(atb)) AS atb_s, toInt64(toUnixTimestamp(atd)) AS atd_s,
        least(if(atd_s = 0, until_s, atd_s), until_s) - greatest(atb_s, since_s) AS taken_s
    FROM port_calls_now
    WHERE @@figures AND toUnixTimestamp(atb) > 0 AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
)
WHERE taken_s > 0
GROUP BY port, terminal_code, berth_code
ORDER BY port, terminal_code, berth_code
