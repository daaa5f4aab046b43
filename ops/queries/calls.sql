-- The calls of a vessel, latest first.
-- Parameters: vessels (tuple: its id and the others by which it is known), port (slug) and voyage; an empty one stands for all.
-- Rows: one for each call; times UTC, zero = has not happened.
SELECT
    vessel_id, port, call_id, vessel_name, terminal_code, berth_code, voyage_in, voyage_out, phase,
    eta, ata, atb, ops_start, ops_end, etd, atd, planned_moves, cutoff_at
FROM port_calls_now
WHERE vessel_id IN %(vessels)s
    AND (%(port)s = '' OR port = %(port)s)
    AND (%(voyage)s = '' OR voyage_in = %(voyage)s OR voyage_out = %(voyage)s)
ORDER BY ata DESC, eta DESC, call_id
