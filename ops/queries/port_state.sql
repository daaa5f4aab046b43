-- zh: 各港现状：在场箱、受阻箱、布控箱、锚地与在泊船。
-- What each port holds now: boxes on site, blocked and held ones, vessels at anchor and at berth.
-- Parameters: port (slug; '' = all).
-- Rows: one for each port; boxes are open visits, blocked = a step is missing before the next one, held = somebody holds it.
-- Columns: port text; boxes integer boxes; blocked integer boxes; held integer boxes; at_anchor integer vessels;
--   at_berth integer vessels
SELECT port, sum(boxes) AS boxes, sum(blocked) AS blocked, sum(held) AS held, sum(at_anchor) AS at_anchor, sum(at_berth) AS at_berth
FROM
(
    SELECT
        toString(port) AS port, count() AS boxes, countIf(notEmpty(blockers)) AS blocked, countIf(notEmpty(holds)) AS held,
        toUInt64(0) AS at_anchor, toUInt64(0) AS at_berth
    FROM box_visits_now
    WHERE @@figures AND toUnixTimestamp(closed_at) = 0
    GROUP BY port
    UNION ALL
    SELECT
        toString(port) AS port, toUInt64(0) AS boxes, toUInt64(0) AS blocked, toUInt64(0) AS held,
        countIf(phase = 'ARRIVED_ANCHOR') AS at_anchor, countIf(phase IN ('BERTHED', 'OPS', 'OPS_DONE')) AS at_berth
    FROM port_calls_now
    WHERE @@figures
    GROUP BY port
)
WHERE %(port)s = '' OR port = %(port)s
GROUP BY port
ORDER BY port
