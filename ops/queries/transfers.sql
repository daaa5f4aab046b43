-- zh: 港间转运用时与装卸核销率。
-- Transfers between ports: how long they took from loading to discharge, and how many boxes that were loaded came off.
-- Parameters: from_port, to_port (slugs; '' = all), since, until (loading, UTC).
-- Rows: one for each way, its terminals, mode and trade; trade '' = nothing is known of the box; written_off = loaded and
-- discharged agree (核销); percent of the loaded ones; hours: median and 90 % of those that have come off (nan = none has).
-- Columns: from_port text; from_terminal text; to_port text; to_terminal text; mode text; trade text; loaded integer boxes;
--   discharged integer boxes; written_off integer boxes; discharged_percent number %; written_off_percent number %;
--   transfer_p50_hours number h; transfer_p90_hours number h
SELECT
    from_port, from_terminal, to_port, to_terminal, mode, trade, count() AS loaded, countIf(off_s > 0) AS discharged,
    countIf(is_written_off) AS written_off, round(100 * discharged / loaded, 1) AS discharged_percent,
    round(100 * written_off / loaded, 1) AS written_off_percent,
    round(quantileExactIf(0.5)((off_s - on_s) / 3600, off_s > 0), 1) AS transfer_p50_hours,
    round(quantileExactIf(0.9)((off_s - on_s) / 3600, off_s > 0), 1) AS transfer_p90_hours
FROM
(
    SELECT
        container_no, toString(from_port) AS from_port, toString(from_terminal) AS from_terminal, toString(to_port) AS to_port,
        toString(to_terminal) AS to_terminal, toString(mode) AS mode, toInt64(toUnixTimestamp(loaded_at)) AS on_s,
        toInt64(toUnixTimestamp(discharged_at)) AS off_s, leg_state = 'RECONCILED' AS is_written_off
    FROM transfer_legs_now
    WHERE @@transfer_legs AND toUnixTimestamp(loaded_at) > 0 AND loaded_at >= %(since)s AND loaded_at <= %(until)s
        AND (%(from_port)s = '' OR from_port = %(from_port)s) AND (%(to_port)s = '' OR to_port = %(to_port)s)
) AS leg
ANY LEFT JOIN
(
    SELECT container_no, toString(argMax(trade, opened_at)) AS trade
    FROM box_visits_now
    WHERE container_no IN
    (
        SELECT container_no FROM transfer_legs_now WHERE loaded_at >= %(since)s AND loaded_at <= %(until)s
    )
    GROUP BY container_no
) AS box USING container_no
GROUP BY from_port, from_terminal, to_port, to_terminal, mode, trade
ORDER BY from_port, from_terminal, to_port, to_terminal, mode, trade
