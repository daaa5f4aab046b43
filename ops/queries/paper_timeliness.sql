-- zh: 舱单与理货时效：到港前有舱单、作业结束 6 小时内理货。
-- Whether papers of imports came in time: the manifest before the vessel, the tally within 6 hours after its operations.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all), direction (E, I, T; '' = all), since,
-- until (discharge, UTC).
-- Rows: one for each port, terminal, trade and direction; full boxes of foreign trade that a known call brought. Percent of
-- the boxes of which the vessel's time is known (nan = of none is); tally_late = 6 hours have passed without it, or it was later.
-- The deadlines in force, by route, are those of the exceptions MANIFEST_LATE and TALLY_LATE; this is the plain figure.
-- Columns: port text; terminal_code text; trade text; direction text; boxes integer boxes; manifest_in_time integer boxes;
--   manifest_percent number %; tally_in_time integer boxes; tally_late integer boxes; tally_percent number %
SELECT
    port, terminal_code, trade, direction, count() AS boxes,
    countIf(ata_s > 0 AND manifest_s > 0 AND manifest_s <= ata_s) AS manifest_in_time,
    round(100 * manifest_in_time / countIf(ata_s > 0), 1) AS manifest_percent,
    countIf(due_s > 0 AND tally_s > 0 AND tally_s <= due_s) AS tally_in_time,
    countIf(due_s > 0 AND (tally_s > due_s OR (tally_s = 0 AND known_s > due_s))) AS tally_late,
    round(100 * tally_in_time / (tally_in_time + tally_late), 1) AS tally_percent
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(trade) AS trade,
        toString(direction) AS direction, toString(inbound_call_id) AS call_id, toInt64(toUnixTimestamp(updated_at)) AS known_s,
        toInt64(toUnixTimestamp(arrayElement(milestone_times, indexOf(milestones, 'IMPORT_ORIGINAL_MANIFEST')))) AS manifest_s,
        toInt64(toUnixTimestamp(arrayElement(milestone_times, indexOf(milestones, 'IMPORT_TALLY_REPORT')))) AS tally_s
    FROM box_visits_now
    WHERE @@figures AND inbound_call_id != '' AND trade = 'F' AND ef = 'F' AND direction = 'I'
        AND opened_at >= %(since)s AND opened_at <= %(until)s
        AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
        AND (%(direction)s = '' OR direction = %(direction)s)
) AS box
ALL INNER JOIN
(
    SELECT
        toString(call_id) AS call_id, toInt64(toUnixTimestamp(ata)) AS ata_s,
        if(toUnixTimestamp(ops_end) = 0, toInt64(0), toInt64(toUnixTimestamp(ops_end)) + 21600) AS due_s
    FROM port_calls_now
) AS call USING (call_id)
GROUP BY port, terminal_code, trade, direction
ORDER BY port, terminal_code, trade, direction
