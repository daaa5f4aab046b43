-- zh: 查验率与查验至放行用时。
-- How many boxes customs has inspected, and how long it took from the order to the release.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all), direction (E, I, T; '' = all), since,
-- until (begin of the visit, UTC).
-- Rows: one for each port, terminal, trade and direction; full boxes of foreign trade; inspected = an inspection of the box or
-- of its bill was ordered or done from 60 days before its visit until its end; hours: median and 90 % (nan = none is released).
-- Inspections are few, and the history of 60 days is long: when there was one is first asked of the table, in any version.
-- Columns: port text; terminal_code text; trade text; direction text; boxes integer boxes; inspected integer boxes;
--   inspected_percent number %; hit_to_release_p50_hours number h; hit_to_release_p90_hours number h
SELECT
    port, terminal_code, trade, direction, count() AS boxes, countIf(hit_s > 0) AS inspected,
    round(100 * inspected / boxes, 1) AS inspected_percent,
    round(quantileExactIf(0.5)((released_s - hit_s) / 3600, hit_s > 0 AND released_s >= hit_s), 1) AS hit_to_release_p50_hours,
    round(quantileExactIf(0.9)((released_s - hit_s) / 3600, hit_s > 0 AND released_s >= hit_s), 1) AS hit_to_release_p90_hours
FROM
(
    SELECT
        visit_id, any(a_port) AS port, any(a_terminal) AS terminal_code, any(a_trade) AS trade, any(a_direction) AS direction,
        any(a_release_s) AS released_s,
        minIf(at_s, at_s > 0 AND at_s >= opened_s - 5184000 AND (closed_s = 0 OR at_s <= closed_s)) AS hit_s
    FROM
    (
        SELECT
            visit_id, toString(port) AS a_port, toString(terminal_code) AS a_terminal, toString(trade) AS a_trade,
            toString(direction) AS a_direction, toInt64(toUnixTimestamp(opened_at)) AS opened_s,
            toInt64(toUnixTimestamp(closed_at)) AS closed_s,
            toInt64(toUnixTimestamp(arrayElement(milestone_times,
                indexOf(milestones, 'IMPORT_CUSTOMS_RELEASE') + indexOf(milestones, 'EXPORT_CUSTOMS_RELEASE')))) AS a_release_s,
            arrayJoin([container_no, concat('bill ', bill_no)]) AS of_what
        FROM box_visits_now
        WHERE @@figures AND trade = 'F' AND ef = 'F' AND opened_at >= %(since)s AND opened_at <= %(until)s
            AND (%(port)s = '' OR port = %(port)s)
            AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
            AND (%(direction)s = '' OR direction = %(direction)s)
    ) AS visit
    ALL LEFT JOIN
    (
        SELECT
            if(container_no != '', container_no, concat('bill ', bill_no)) AS of_what,
            toInt64(toUnixTimestamp(event_time)) AS at_s
        FROM events_now
        WHERE event_type = 'RELEASE' AND classifier = 'ACT'
            AND milestone IN ('DECLARATION/INSPECT_SELECT', 'DECLARATION/INSPECT_STEP', 'DECLARATION/INSPECT_RESULT')
            AND event_time IN
            (
                SELECT event_time
                FROM events
                WHERE milestone IN ('DECLARATION/INSPECT_SELECT', 'DECLARATION/INSPECT_STEP', 'DECLARATION/INSPECT_RESULT')
                    AND event_time >= toDateTime(
                        toUInt32(greatest(0, toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC'))) - 5184000)), 'UTC')
            )
    ) AS hit USING of_what
    GROUP BY visit_id
)
GROUP BY port, terminal_code, trade, direction
ORDER BY port, terminal_code, trade, direction
