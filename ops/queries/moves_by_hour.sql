-- zh: 每小时闸口与码头作业次数。
-- Gate and quay moves of each hour (of the event), by port and kind of move.
-- Parameters: port (slug; '' = all), since, until (UTC).
-- Rows: time = start of the hour, UTC; moves = events.
-- Columns: time time UTC; series text; moves integer moves
SELECT bucket AS time, concat(port, ' ', event_type) AS series, sum(n) AS moves
FROM port_hour_now
WHERE @@figures AND event_type IN ('GATE_MOVE', 'QUAY_MOVE') AND bucket >= %(since)s AND bucket <= %(until)s
    AND (%(port)s = '' OR port = %(port)s)
GROUP BY time, series
ORDER BY time, series
