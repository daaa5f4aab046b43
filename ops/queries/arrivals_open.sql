-- zh: 已到场而海关尚未接受运抵报告的箱。
-- Boxes that have come and whose arrival report customs has not accepted, rejected ones first, then the oldest.
-- Parameters: port (slug; '' = all).
-- Rows: at most 200, one for each case; unmet = what is still missing before it may be sent; times UTC, zero = has not happened.
-- Columns: container_no text; port text; terminal_code text; bill_no text; vessel_id text; voyage text; message_type text;
--   state text; attempt integer; triggered_at time UTC; sent_at time UTC; unmet text; reason text
SELECT
    container_no, port, terminal_code, bill_no, vessel_id, voyage, message_type, state, attempt, triggered_at, sent_at,
    arrayStringConcat(unmet, ' ') AS unmet, reason
FROM arrival_cases_now
WHERE @@arrival_cases AND state NOT IN ('ACKED', 'DELETED', 'NEED') AND (%(port)s = '' OR port = %(port)s)
ORDER BY state = 'REJECTED' DESC, triggered_at, container_no, case_id
LIMIT 200
