-- zh: 未结异常，最严重的在前。
-- Open exceptions, gravest first, then the newest.
-- Parameters: port (slug; '' = all), code (one or more, a comma between; '' = all).
-- Rows: at most 200; raised_at UTC.
-- Columns: raised_at time UTC; code text; severity text; subject text; port text; owner text; detail text
SELECT raised_at, code, severity, subject, port, owner, detail
FROM exceptions_now
WHERE @@exceptions AND state = 'RAISED' AND (%(port)s = '' OR port = %(port)s)
    AND (%(code)s = '' OR has(splitByChar(',', %(code)s), toString(code)))
ORDER BY indexOf(['critical', 'high', 'medium', 'low', 'info'], severity), raised_at DESC, exception_id
LIMIT 200
