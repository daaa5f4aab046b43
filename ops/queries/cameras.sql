-- zh: 闸口过箱量与智能识别自动放行率。
-- Boxes that passed the gates, how many of them cameras saw, and how many needed no person.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), direction (IN, OUT; '' = all), since, until (pass, UTC).
-- Rows: one for each port, terminal and direction; passed = the cameras read the box's own number and saw an intact seal and no
-- damage. What several systems tell of one box in one hour is one pass. nan = no camera there.
-- Columns: port text; terminal_code text; direction text; passes integer passes; seen integer passes; passed integer passes;
--   passed_percent number %
SELECT
    port, terminal_code, direction, count() AS passes, countIf(eyes > 0) AS seen, countIf(eyes > 0 AND doubts = 0) AS passed,
    round(100 * countIf(eyes > 0 AND doubts = 0) / countIf(eyes > 0), 1) AS passed_percent
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(milestone) AS direction,
        if(container_no != '', container_no, event_id) AS box, toStartOfHour(event_time) AS hour,
        countIf(camera != '') AS eyes, countIf(camera = 'CHECK') AS doubts
    FROM events_now
    WHERE @@figures AND event_type = 'GATE_MOVE' AND classifier = 'ACT'
        AND event_time >= %(since)s AND event_time <= %(until)s
        AND (%(port)s = '' OR port = %(port)s) AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
        AND (%(direction)s = '' OR milestone = %(direction)s)
    GROUP BY port, terminal_code, direction, box, hour
)
GROUP BY port, terminal_code, direction
ORDER BY port, terminal_code, direction
