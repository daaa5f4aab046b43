-- zh: 一船的靠港，最近的在前。
-- The calls of a vessel, latest first.
-- Parameters: vessels (tuple: its id and the others by which it is known), port (slug) and voyage; an empty one stands for all.
-- Rows: one for each call; times UTC, zero = has not happened.
-- Columns: vessel_id text; port text; call_id text; vessel_name text; terminal_code text; berth_code text; voyage_in text;
--   voyage_out text; phase text; eta time UTC; ata time UTC; atb time UTC; ops_start time UTC; ops_end time UTC;
--   etd time UTC; atd time UTC; planned_moves integer moves; cutoff_at time UTC
SELECT
    vessel_id, port, call_id, vessel_name, terminal_code, berth_code, voyage_in, voyage_out, phase,
    eta, ata, atb, ops_start, ops_end, etd, atd, planned_moves, cutoff_at
FROM port_calls_now
WHERE vessel_id IN %(vessels)s
    AND (%(port)s = '' OR port = %(port)s)
    AND (%(voyage)s = '' OR voyage_in = %(voyage)s OR voyage_out = %(voyage)s)
ORDER BY ata DESC, eta DESC, call_id
