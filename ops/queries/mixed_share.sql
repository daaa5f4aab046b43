-- zh: 内外贸同船率。
-- Share of calls whose vessel carried boxes of domestic and of foreign trade together (内外贸同船).
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (departure, UTC).
-- Rows: one for each port and terminal; calls = departed ones of which boxes are known; boxes that were brought or taken.
-- Columns: port text; terminal_code text; calls integer calls; mixed integer calls; mixed_percent number %;
--   domestic integer boxes; foreign_trade integer boxes; domestic_percent number %
SELECT
    port, terminal_code, count() AS calls, countIf(d > 0 AND f > 0) AS mixed, round(100 * mixed / calls, 1) AS mixed_percent,
    sum(d) AS domestic, sum(f) AS foreign_trade, round(100 * domestic / (domestic + foreign_trade), 1) AS domestic_percent
FROM
(
    SELECT
        call_id, any(call_port) AS port, any(call_terminal) AS terminal_code, countIf(trade = 'D') AS d, countIf(trade = 'F') AS f
    FROM
    (
        SELECT trade, arrayJoin(arrayFilter(c -> c != '', [toString(call_id), toString(inbound_call_id)])) AS call_id
        FROM box_visits_now
    ) AS box
    ALL INNER JOIN
    (
        SELECT toString(call_id) AS call_id, toString(port) AS call_port, toString(terminal_code) AS call_terminal
        FROM port_calls_now
        WHERE @@figures AND phase = 'DEPARTED' AND atd >= %(since)s AND atd <= %(until)s
            AND (%(port)s = '' OR port = %(port)s) AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
    ) AS here USING (call_id)
    GROUP BY call_id
)
GROUP BY port, terminal_code
ORDER BY port, terminal_code
