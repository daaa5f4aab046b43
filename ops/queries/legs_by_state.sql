-- zh: 港间转运，按方向与状态。
-- Boxes between the ports now, by way and state of the leg.
-- Parameters: port (slug, at either end; '' = all).
-- Rows: one for each way; under_way = loaded or later and not discharged; overdue = due before the newest derived time of the leg.
-- Columns: from_port text; to_port text; planned integer boxes; under_way integer boxes; discharged integer boxes;
--   overdue integer boxes; supervised integer boxes
SELECT
    from_port, to_port, countIf(leg_state IN ('PLANNED', 'APPROVED')) AS planned,
    countIf(leg_state IN ('LOADED', 'DEPARTED', 'ARRIVED')) AS under_way,
    countIf(leg_state IN ('DISCHARGED', 'RECONCILED')) AS discharged,
    countIf(leg_state IN ('LOADED', 'DEPARTED', 'ARRIVED') AND toUnixTimestamp(due_at) > 0 AND due_at < updated_at) AS overdue,
    countIf(supervised = 1) AS supervised
FROM transfer_legs_now
WHERE @@transfer_legs AND (%(port)s = '' OR from_port = %(port)s OR to_port = %(port)s)
GROUP BY from_port, to_port
ORDER BY from_port, to_port
