-- zh: 各港每小时运抵确认用时。
-- From the physical event to customs' answer, by the hour of the event and port.
-- Parameters: port (slug; '' = all), since, until (UTC).
-- Rows: time = start of the hour, UTC; lag_s = seconds within which 95 % of the cases were answered (the slowest terminal's).
-- Columns: time time UTC; series text; lag_s number s
SELECT bucket AS time, port AS series, max(lag_p95) / 1000 AS lag_s
FROM arrival_hour_now
WHERE @@figures AND n > 0 AND bucket >= %(since)s AND bucket <= %(until)s AND (%(port)s = '' OR port = %(port)s)
GROUP BY time, series
ORDER BY time, series
