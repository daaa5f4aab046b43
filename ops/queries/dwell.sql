-- zh: 在港时长，按码头、贸易与方向。
-- How long boxes stayed: imports from discharge to gate-out, exports from gate-in to loading, transhipment from ship to ship.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all), direction (E, I, T; '' = all), since,
-- until (end of the visit, UTC).
-- Rows: one for each port, terminal, trade, direction and empty or full; boxes = visits that ended; hours, median and 90 %.
-- Columns: port text; terminal_code text; trade text; direction text; ef text; boxes integer boxes;
--   dwell_p50_hours number h; dwell_p90_hours number h
SELECT
    port, terminal_code, trade, direction, ef, count() AS boxes, round(quantileExact(0.5)(stayed_s) / 3600, 1) AS dwell_p50_hours,
    round(quantileExact(0.9)(stayed_s) / 3600, 1) AS dwell_p90_hours
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(trade) AS trade,
        toString(direction) AS direction, toString(ef) AS ef,
        toInt64(toUnixTimestamp(arrayElement(milestone_times,
            indexOf(milestones, 'LOADED') + indexOf(milestones, 'EXPORT_CONTAINER_LOADED_ON_VESSEL')))) AS loaded_s,
        if(direction != 'I' AND loaded_s > 0, loaded_s, toInt64(toUnixTimestamp(closed_at)))
            - toInt64(toUnixTimestamp(opened_at)) AS stayed_s
    FROM box_visits_now
    WHERE @@figures AND closed_at >= %(since)s AND closed_at <= %(until)s AND toUnixTimestamp(closed_at) > 0
        AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
        AND (%(direction)s = '' OR direction = %(direction)s)
)
GROUP BY port, terminal_code, trade, direction, ef
ORDER BY port, terminal_code, trade, direction, ef
