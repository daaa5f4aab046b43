-- zh: 岸桥单机效率：每岸桥小时装卸自然箱数。
-- Moves for each hour that a crane worked (GPH), as the terminals name their cranes.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (move, UTC).
-- Rows: one for each port and terminal. A box that several systems tell of counts once for each of loading and discharge. A crane
-- works from one move at a vessel to its next, unless more than two hours lie between them: then it paused, and the next move
-- begins a new spell, of which it counts as the start and not as a move.
-- Columns: port text; terminal_code text; cranes integer cranes; moves integer moves; crane_hours number h;
--   moves_per_crane_hour number moves/h
SELECT
    port, terminal_code, uniqExact(crane) AS cranes, sum(moved) AS moves, round(sum(worked_s) / 3600, 1) AS crane_hours,
    round(sum(moved) / sum(worked_s) * 3600, 1) AS moves_per_crane_hour
FROM
(
    SELECT
        port, terminal_code, crane,
        arrayFilter(gap -> gap <= 7200, arrayMap((at_s, before_s) -> at_s - before_s, arrayPopFront(times), arrayPopBack(times)))
            AS gaps,
        length(gaps) AS moved, arraySum(gaps) AS worked_s
    FROM
    (
        SELECT port, terminal_code, vessel, crane, arraySort(groupArray(at_s)) AS times
        FROM
        (
            SELECT
                toString(port) AS port, toString(terminal_code) AS terminal_code, toString(vessel_id) AS vessel,
                toString(crane) AS crane, if(container_no != '', container_no, event_id) AS box,
                min(toInt64(toUnixTimestamp(event_time))) AS at_s
            FROM events_now
            WHERE @@figures AND event_type = 'QUAY_MOVE' AND classifier = 'ACT' AND milestone IN ('LOAD', 'DISC')
                AND crane != '' AND event_time >= %(since)s AND event_time <= %(until)s
                AND (%(port)s = '' OR port = %(port)s) AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
            GROUP BY port, terminal_code, vessel, crane, milestone, box
        )
        GROUP BY port, terminal_code, vessel, crane
    )
)
WHERE worked_s > 0
GROUP BY port, terminal_code
ORDER BY port, terminal_code
