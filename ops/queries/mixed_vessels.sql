-- zh: 内外贸同船的在途与在港船舶。
-- Vessels under way or in port with boxes of domestic and of foreign trade together (内外贸同船), by what is known of their boxes.
-- Parameters: port (slug; '' = all).
-- Rows: one for each call that has not sailed and has boxes; boxes by trade; mixed 1 = both trades; supervised = full and foreign.
-- Columns: call_id text; vessel text; port text; phase text; cutoff_at time UTC; domestic integer boxes;
--   foreign_trade integer boxes; supervised integer boxes; mixed integer 0/1
SELECT
    call_id, any(vessel_name) AS vessel, any(call_port) AS port, any(phase) AS phase, any(cutoff_at) AS cutoff_at,
    countIf(trade = 'D') AS domestic, countIf(trade = 'F') AS foreign_trade, countIf(trade = 'F' AND ef = 'F') AS supervised,
    toUInt8(domestic > 0 AND foreign_trade > 0) AS mixed
FROM
(
    SELECT container_no, trade, ef, arrayJoin(arrayFilter(c -> c != '', [toString(call_id), toString(inbound_call_id)])) AS call_id
    FROM box_visits_now
) AS box
ALL INNER JOIN
(
    SELECT toString(call_id) AS call_id, vessel_name, toString(port) AS call_port, toString(phase) AS phase, cutoff_at
    FROM port_calls_now
    WHERE @@port_calls AND phase != 'DEPARTED' AND (%(port)s = '' OR port = %(port)s)
) AS here USING (call_id)
GROUP BY call_id
ORDER BY mixed DESC, domestic + foreign_trade DESC, call_id
