-- zh: 海关放行用时：进口自卸船、出口自进闸起。
-- How long customs' release took: of imports from discharge, of exports from gate-in.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all), direction (E, I, T; '' = all), since,
-- until (begin of the visit, UTC).
-- Rows: one for each port, terminal, trade and direction; full boxes of foreign trade that are released or wait for it;
-- early_percent = released before it came (提前申报) of the released ones; hours of the others: median and 90 % (nan = none).
-- Columns: port text; terminal_code text; trade text; direction text; boxes integer boxes; released integer boxes;
--   early_percent number %; lead_p50_hours number h; lead_p90_hours number h
SELECT
    port, terminal_code, trade, direction, count() AS boxes, countIf(released_s > 0) AS released,
    round(100 * countIf(released_s > 0 AND released_s <= opened_s) / countIf(released_s > 0), 1) AS early_percent,
    round(quantileExactIf(0.5)((released_s - opened_s) / 3600, released_s > opened_s), 1) AS lead_p50_hours,
    round(quantileExactIf(0.9)((released_s - opened_s) / 3600, released_s > opened_s), 1) AS lead_p90_hours
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(trade) AS trade,
        toString(direction) AS direction, toInt64(toUnixTimestamp(opened_at)) AS opened_s,
        toInt64(toUnixTimestamp(arrayElement(milestone_times,
            indexOf(milestones, 'IMPORT_CUSTOMS_RELEASE') + indexOf(milestones, 'EXPORT_CUSTOMS_RELEASE')))) AS released_s
    FROM box_visits_now
    WHERE @@figures AND trade = 'F' AND ef = 'F' AND direction IN ('E', 'I')
        AND opened_at >= %(since)s AND opened_at <= %(until)s
        AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
        AND (%(direction)s = '' OR direction = %(direction)s)
)
GROUP BY port, terminal_code, trade, direction
ORDER BY port, terminal_code, trade, direction
