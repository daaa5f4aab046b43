-- zh: 每小时离港箱的在港时长中位数。
-- How long the boxes that left in each hour had been there: median, by port and direction.
-- Parameters: port (slug; '' = all), since, until (UTC).
-- Rows: time = start of the hour, UTC; dwell_hours in hours.
-- Columns: time time UTC; series text; dwell_hours number h
SELECT bucket AS time, concat(port, ' ', direction) AS series, sum(dwell_p50_s * n) / sum(n) / 3600 AS dwell_hours
FROM dwell_hour_now
WHERE @@figures AND n > 0 AND bucket >= %(since)s AND bucket <= %(until)s AND (%(port)s = '' OR port = %(port)s)
GROUP BY time, series
ORDER BY time, series
