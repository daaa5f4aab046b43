-- zh: 靠港用时：待泊、在泊、全程，及对预计时间的偏差。
-- How long calls took: from arrival to berth, at berth, from arrival to departure, and how late against the last estimates.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), since, until (departure, UTC).
-- Rows: one for each port and terminal; hours, means over the calls that have both ends (nan = none has); calls = departures.
-- A delay is below 0 when the vessel was early. Rows of calls do not keep the berth window, so the last estimate stands for it.
-- Columns: port text; terminal_code text; calls integer calls; anchorage_wait_hours number h; berth_stay_hours number h;
--   turnaround_hours number h; arrival_delay_hours number h; departure_delay_hours number h
SELECT
    port, terminal_code, count() AS calls,
    round(avgIf((toUnixTimestamp(atb) - toUnixTimestamp(ata)) / 3600, ata_known AND atb_known), 1) AS anchorage_wait_hours,
    round(avgIf((toUnixTimestamp(atd) - toUnixTimestamp(atb)) / 3600, atb_known), 1) AS berth_stay_hours,
    round(avgIf((toUnixTimestamp(atd) - toUnixTimestamp(ata)) / 3600, ata_known), 1) AS turnaround_hours,
    round(avgIf((toInt64(toUnixTimestamp(ata)) - toInt64(toUnixTimestamp(eta))) / 3600, ata_known AND eta_known), 1)
        AS arrival_delay_hours,
    round(avgIf((toInt64(toUnixTimestamp(atd)) - toInt64(toUnixTimestamp(etd))) / 3600, etd_known), 1) AS departure_delay_hours
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, ata, atb, atd, eta, etd,
        toUnixTimestamp(ata) > 0 AS ata_known, toUnixTimestamp(atb) > 0 AS atb_known, toUnixTimestamp(eta) > 0 AS eta_known,
        toUnixTimestamp(etd) > 0 AS etd_known
    FROM port_calls_now
    WHERE @@figures AND phase = 'DEPARTED' AND atd >= %(since)s AND atd <= %(until)s AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s)
)
GROUP BY port, terminal_code
ORDER BY port, terminal_code
