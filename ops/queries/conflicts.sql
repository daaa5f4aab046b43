-- zh: 一船若干靠港的内外贸与监管冲突。
-- Where domestic and foreign, supervised and other boxes of some calls of one vessel contradict each other: open exceptions.
-- Parameters: boxes (tuple of container numbers: who travels with the calls), papers_since (UTC).
-- Rows: one for each exception, gravest first; times UTC.
-- Columns: code text; severity text; container_no text; port text; owner text; state text; raised_at time UTC; detail text;
--   evidence texts
SELECT code, severity, subject AS container_no, port, owner, state, raised_at, detail, evidence
FROM exceptions_now
WHERE code IN ('TRADE_FLAG_CONFLICT', 'DOMESTIC_IN_FOREIGN_BL', 'SUPERVISED_UNSEALED', 'NO_WATERWAY_BILL',
        'VESSEL_NOT_PERMITTED', 'SEAL_CHANGED_IN_TRANSIT', 'LEG_WRONG_PORT', 'LEG_LOST', 'LEG_SHORT', 'LEG_OVER')
    AND state IN ('RAISED', 'PENDING') AND raised_at >= %(papers_since)s
    AND subject IN %(boxes)s AND book_key IN (SELECT book_key FROM exceptions WHERE subject IN %(boxes)s)
ORDER BY severity, code, container_no
