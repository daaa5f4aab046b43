-- zh: 闸口与码头作业量，按码头、贸易与方向。
-- Gate and quay moves, for each hour and in the busiest hour, by terminal, trade and direction of the move.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all), direction (IN, OUT, LOAD, DISC; '' = all),
-- since, until (event, UTC).
-- Rows: one for each port, terminal, kind, direction and trade; trade '' = the sender did not say. A box that several systems
-- tell of counts once in an hour; boxes = different ones.
-- Columns: port text; terminal_code text; event_type text; direction text; trade text; moves integer moves;
--   boxes integer boxes; per_hour number moves/h; busiest_hour integer moves
SELECT
    port, terminal_code, event_type, direction, trade, sum(n) AS moves, uniqExactMerge(some) AS boxes,
    round(sum(n) / any(span_s) * 3600, 2) AS per_hour, max(n) AS busiest_hour
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(event_type) AS event_type,
        toString(milestone) AS direction, toString(trade) AS trade, toStartOfHour(event_time) AS hour,
        uniqExact(if(container_no != '', container_no, event_id)) AS n, uniqExactState(container_no) AS some,
        any(toInt64(toUnixTimestamp(toDateTime(%(until)s, 'UTC'))) - toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC'))))
            AS span_s
    FROM events_now
    WHERE @@figures AND event_type IN ('GATE_MOVE', 'QUAY_MOVE') AND classifier = 'ACT'
        AND event_time >= %(since)s AND event_time <= %(until)s AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
        AND (%(direction)s = '' OR milestone = %(direction)s)
    GROUP BY port, terminal_code, event_type, direction, trade, hour
)
GROUP BY port, terminal_code, event_type, direction, trade
ORDER BY port, terminal_code, event_type, direction, trade
