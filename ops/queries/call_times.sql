-- zh: 靠港用时：待泊、在泊、全程。
-- How long calls took: from arrival to berth, at berth, and from arrival to departure.
-- Parameters: port (slug; '' = all), since, until (departure, UTC).
-- Rows: one for each port; hours, means over the calls that have both ends (nan = none has); calls = departures.
-- Columns: port text; calls integer calls; anchorage_wait_hours number h; berth_stay_hours number h; turnaround_hours
--   number h
SELECT
    port, count() AS calls,
    round(avgIf((toUnixTimestamp(atb) - toUnixTimestamp(ata)) / 3600, ata_known AND atb_known), 1) AS anchorage_wait_hours,
    round(avgIf((toUnixTimestamp(atd) - toUnixTimestamp(atb)) / 3600, atb_known), 1) AS berth_stay_hours,
    round(avgIf((toUnixTimestamp(atd) - toUnixTimestamp(ata)) / 3600, ata_known), 1) AS turnaround_hours
FROM
(
    SELECT toString(port) AS port, ata, atb, atd, toUnixTimestamp(ata) > 0 AS ata_known, toUnixTimestamp(atb) > 0 AS atb_known
    FROM port_calls_now
    WHERE @@figures AND phase = 'DEPARTED' AND atd >= %(since)s AND atd <= %(until)s AND (%(port)s = '' OR port = %(port)s)
)
GROUP BY port
ORDER BY port
