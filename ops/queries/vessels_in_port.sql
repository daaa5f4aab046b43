-- zh: 已到未离的船舶。
-- Vessels that have arrived and not sailed.
-- Parameters: port (slug; '' = all).
-- Rows: one for each call, longest at anchor first; times UTC, zero = has not happened; anchor_hours from arrival to berth (so
-- far, where it has none), 0 = came straight to berth; waits for the newest derived time of its port, not for the wall clock.
-- Columns: vessel_name text; vessel_id text; port text; terminal_code text; berth_code text; voyage_in text;
--   voyage_out text; phase text; ata time UTC; atb time UTC; ops_start time UTC; ops_end time UTC; etd time UTC;
--   planned_moves integer moves; call_id text; anchor_hours number h
SELECT
    vessel_name, vessel_id, port, terminal_code, berth_code, voyage_in, voyage_out, phase, ata, atb, ops_start, ops_end, etd,
    planned_moves, call_id,
    if(toUnixTimestamp(ata) = 0, 0, round(greatest(0, toUnixTimestamp(
        if(toUnixTimestamp(atb) > 0, atb, updated_at)) - toUnixTimestamp(ata)) / 3600, 1)) AS anchor_hours
FROM port_calls_now
WHERE @@port_calls AND phase IN ('ARRIVED_ANCHOR', 'BERTHED', 'OPS', 'OPS_DONE') AND (%(port)s = '' OR port = %(port)s)
ORDER BY anchor_hours DESC, vessel_id, call_id
