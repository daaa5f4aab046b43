-- zh: 各港当前运抵确认个案，按状态。
-- Cases of arrival confirmation that stand now, by port and state. Deleted reports are no cases any more.
-- Parameters: port (slug; '' = all).
-- Rows: one for each port; expected = the box has not come; waiting = it has, and a condition is missing; unanswered = sent, or
-- due to be sent; acked_percent of the boxes that have come.
-- Columns: port text; cases integer cases; expected integer cases; waiting integer cases; unanswered integer cases;
--   acked integer cases; rejected integer cases; acked_percent number %
SELECT
    port, count() AS cases, countIf(state = 'NEED') AS expected, countIf(state = 'WAITING') AS waiting,
    countIf(state IN ('CHECKED', 'TRIGGERED', 'SENT')) AS unanswered, countIf(state = 'ACKED') AS acked,
    countIf(state = 'REJECTED') AS rejected,
    if(cases = expected, 0, round(100 * acked / (cases - expected), 1)) AS acked_percent
FROM arrival_cases_now
WHERE @@figures AND state != 'DELETED' AND (%(port)s = '' OR port = %(port)s)
GROUP BY port
ORDER BY port
