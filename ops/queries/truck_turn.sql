-- zh: 集卡在港时间（同一进出港车次）。
-- How long trucks are inside: from the gate in to the gate out of one truck visit, in minutes.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (gate out, UTC).
-- Rows: one for each port and terminal that names truck visits and saw both ends of some: a truck that comes or leaves without a
-- box tells of one end only. Visits that began more than a day before the span are not looked for.
-- Columns: port text; terminal_code text; visits integer visits; turn_p50_minutes number min; turn_p90_minutes number min
SELECT
    port, terminal_code, count() AS visits, round(quantileExact(0.5)(inside_s) / 60, 1) AS turn_p50_minutes,
    round(quantileExact(0.9)(inside_s) / 60, 1) AS turn_p90_minutes
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, truck_visit_id,
        countIf(milestone = 'IN') AS came, minIf(toInt64(toUnixTimestamp(event_time)), milestone = 'IN') AS in_s,
        maxIf(toInt64(toUnixTimestamp(event_time)), milestone = 'OUT') AS out_s, out_s - in_s AS inside_s,
        any(toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC')))) AS since_s
    FROM events_now
    WHERE @@figures AND event_type = 'GATE_MOVE' AND classifier = 'ACT' AND truck_visit_id != ''
        AND event_time >= toDateTime(
            toUInt32(greatest(0, toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC'))) - 86400)), 'UTC')
        AND event_time <= %(until)s
        AND (%(port)s = '' OR port = %(port)s) AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
    GROUP BY port, terminal_code, truck_visit_id
)
WHERE came > 0 AND out_s >= since_s AND inside_s >= 0
GROUP BY port, terminal_code
ORDER BY port, terminal_code
