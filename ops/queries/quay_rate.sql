-- zh: 船时效率：每小时装卸箱次（净/毛）。
-- Moves at the quay for each hour of a call: within its operations (net), and within its stay at berth (gross).
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (departure, UTC).
-- Rows: one for each port and terminal; only calls that have departed and whose moves were sent one by one, and moves while the
-- vessel was at berth. A box that several systems tell of counts once for each of loading and discharge: restows do not count.
-- Moves more than 30 days before the span are not looked for.
-- Moves for each hour of a crane: crane_rate. nan = of no call is the time of its operations known.
-- Columns: port text; terminal_code text; calls integer calls; loaded integer moves; discharged integer moves;
--   net_per_hour number moves/h; gross_per_hour number moves/h
SELECT
    port, terminal_code, count() AS calls, sum(loads) AS loaded, sum(discharges) AS discharged,
    round(sumIf(loads + discharges, ops_s > 0) / sumIf(ops_s, ops_s > 0) * 3600, 1) AS net_per_hour,
    round(sum(loads + discharges) / sum(stay_s) * 3600, 1) AS gross_per_hour
FROM
(
    SELECT
        call_id, any(call_port) AS port, any(call_terminal) AS terminal_code, any(stay) AS stay_s, any(ops) AS ops_s,
        uniqExactIf(box, milestone = 'LOAD') AS loads, uniqExactIf(box, milestone = 'DISC') AS discharges
    FROM
    (
        SELECT
            concat(vessel_id, '|', port) AS whose, toString(milestone) AS milestone,
            toInt64(toUnixTimestamp(event_time)) AS at_s, if(container_no != '', container_no, event_id) AS box
        FROM events_now
        WHERE event_type = 'QUAY_MOVE' AND classifier = 'ACT' AND milestone IN ('LOAD', 'DISC')
            AND event_time >= toDateTime(
                toUInt32(greatest(0, toInt64(toUnixTimestamp(toDateTime(%(since)s, 'UTC'))) - 2592000)), 'UTC')
            AND event_time <= %(until)s
    ) AS move
    ALL INNER JOIN
    (
        SELECT
            concat(vessel_id, '|', port) AS whose, call_id, toString(port) AS call_port,
            toString(terminal_code) AS call_terminal, toInt64(toUnixTimestamp(atb)) AS from_s,
            toInt64(toUnixTimestamp(atd)) AS to_s, to_s - from_s AS stay,
            if(toUnixTimestamp(ops_start) = 0 OR toUnixTimestamp(ops_end) = 0, toInt64(0),
                toInt64(toUnixTimestamp(ops_end)) - toInt64(toUnixTimestamp(ops_start))) AS ops
        FROM port_calls_now
        WHERE @@figures AND phase = 'DEPARTED' AND toUnixTimestamp(atb) > 0 AND atd > atb
            AND atd >= %(since)s AND atd <= %(until)s AND (%(port)s = '' OR port = %(port)s)
            AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
    ) AS call USING (whose)
    WHERE at_s >= from_s AND at_s <= to_s
    GROUP BY call_id
)
GROUP BY port, terminal_code
ORDER BY port, terminal_code
