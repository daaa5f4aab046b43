-- Open exceptions, gravest first, then the newest.
-- Parameters: port (slug; '' = all), codes (list; [''] = all).
-- Rows: at most 200; raised_at UTC.
SELECT raised_at, code, severity, subject, port, owner, detail
FROM exceptions_now
WHERE state = 'RAISED' AND (%(port)s = '' OR port = %(port)s) AND (has(%(codes)s, '') OR has(%(codes)s, code))
ORDER BY indexOf(['critical', 'high', 'medium', 'low', 'info'], severity), raised_at DESC, exception_id
LIMIT 200
