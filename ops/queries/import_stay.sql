-- zh: 在港进口重箱已停留天数（免堆期参考）。
-- How long full import boxes that are still here have been there since their discharge.
-- Parameters: port (slug; '' = all), terminal (code; '' = all), trade (D, F; '' = all).
-- Rows: one for each port, terminal and trade; days up to the newest derived time, not the wall clock; held = somebody holds
-- the box (some tariffs stop their clock then). Free days and charges are a matter of each tariff, and are not known here.
-- Columns: port text; terminal_code text; trade text; boxes integer boxes; held integer boxes; up_to_3_days integer boxes;
--   up_to_7_days integer boxes; over_7_days integer boxes; stay_p50_days number d; longest_days number d
SELECT
    port, terminal_code, trade, count() AS boxes, countIf(is_held) AS held, countIf(days <= 3) AS up_to_3_days,
    countIf(days > 3 AND days <= 7) AS up_to_7_days, countIf(days > 7) AS over_7_days,
    round(quantileExact(0.5)(days), 1) AS stay_p50_days, round(max(days), 1) AS longest_days
FROM
(
    SELECT
        toString(port) AS port, toString(terminal_code) AS terminal_code, toString(trade) AS trade, notEmpty(holds) AS is_held,
        greatest(0, toInt64(assumeNotNull((SELECT toUnixTimestamp(max(updated_at)) FROM box_visits_now))) - toInt64(toUnixTimestamp(opened_at)))
            / 86400 AS days
    FROM box_visits_now
    WHERE @@figures AND toUnixTimestamp(closed_at) = 0 AND direction = 'I' AND ef = 'F' AND (%(port)s = '' OR port = %(port)s)
        AND (%(terminal)s = '' OR terminal_code = %(terminal)s) AND (%(trade)s = '' OR trade = %(trade)s)
)
GROUP BY port, terminal_code, trade
ORDER BY port, terminal_code, trade
