-- zh: 运抵确认：用时、自动运抵率与一次通过率。
-- Arrival confirmation: how long it took from the physical event to customs' answer, and how much of it no person touched.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (physical event, UTC).
-- Rows: one for each port, terminal, message and direction; direction E export by gate, T by a leg between the ports, I import.
-- answered = accepted or rejected; auto_percent: of the accepted ones, sent by the platform while no officer deleted or sent a
-- report of that box again (tally reports, MT5101, are sent by the tally company: null); seconds: median and 95 % (nan = none).
-- Columns: port text; terminal_code text; message_type text; direction text; cases integer cases; answered integer cases;
--   acked integer cases; rejected integer cases; auto_percent number %; lag_p50_s number s; lag_p95_s number s
SELECT
    port, terminal_code, message_type, direction, count() AS cases, countIf(has_answer) AS answered,
    countIf(state = 'ACKED') AS acked, countIf(state = 'REJECTED') AS rejected,
    round(100 * countIf(state = 'ACKED' AND auto) / countIf(state = 'ACKED' AND message_type != 'MT5101'), 1) AS auto_percent,
    round(quantileExactIf(0.5)(lag_ms / 1000, has_answer), 1) AS lag_p50_s,
    round(quantileExactIf(0.95)(lag_ms / 1000, has_answer), 1) AS lag_p95_s
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(message_type) AS message_type,
        multiIf(message_type = 'MT3101' AND route_flag = '', 'E', message_type = 'MT3101', 'T', 'I') AS direction,
        toString(state) AS state, lag_ms, toUnixTimestamp(answered_at) > 0 AS has_answer,
        message_type != 'MT5101' AND attempt > 0 AND container_no NOT IN
        (
            SELECT book_key FROM operator_actions_now WHERE action IN ('RESUBMIT', 'DELETE') AND status != 'NO_TARGET'
        ) AS auto
    FROM arrival_cases_now
    WHERE @@figures AND state NOT IN ('DELETED', 'NEED') AND triggered_at >= %(since)s AND triggered_at <= %(until)s
        AND (%(port)s = '' OR port = %(port)s) AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
)
GROUP BY port, terminal_code, message_type, direction
ORDER BY port, terminal_code, message_type, direction
