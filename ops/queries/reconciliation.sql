-- zh: 一船若干靠港的清单与码头作业核对。
-- The lists of some calls of one vessel against the quay, box by box: at the end of operations, and 6 hours after it.
-- Parameters: those of call_boxes; ops_end_s: end of operations (seconds UTC), 0 = they go on.
-- Rows: one for each difference. difference NOT_LOADED, NOT_DISCHARGED (on a list, no quay move), LOADED_UNPLANNED,
-- DISCHARGED_UNPLANNED (quay move, on no list); at_ops_end 1 = it stood at that time; after_6h 1 = it stood 6 hours later;
-- still 1 = it stands. A list is taken as it is now: when a box was put on it is not kept.
-- Units: times in seconds UTC, 0 = never.
-- Columns: container_no text; difference text; moved_s integer s UTC; at_ops_end integer 0/1; after_6h integer 0/1;
--   still integer 0/1
SELECT
    container_no, difference, moved_s,
    toUInt8(%(ops_end_s)s > 0 AND (still OR moved_s > %(ops_end_s)s)) AS at_ops_end,
    toUInt8(%(ops_end_s)s > 0 AND (still OR moved_s > %(ops_end_s)s + 21600)) AS after_6h,
    still
FROM
(
    SELECT
        container_no, side, max(planned) AS listed, max(moved) AS moved_s,
        multiIf(listed AND side = 'LOAD', 'NOT_LOADED', listed, 'NOT_DISCHARGED', side = 'LOAD', 'LOADED_UNPLANNED',
            'DISCHARGED_UNPLANNED') AS difference,
        toUInt8(NOT listed OR moved_s = 0) AS still
    FROM
    (
        SELECT
            container_no, if(stage IN ('PLANNED_LOAD', 'LOADED'), 'LOAD', 'DISCHARGE') AS side,
            toUInt8(stage LIKE 'PLANNED%') AS planned, at_s AS moved
        FROM @call_boxes
        WHERE ef = 'F'
    )
    GROUP BY container_no, side
)
WHERE still OR moved_s > %(ops_end_s)s
ORDER BY difference, container_no
