-- zh: 一票提单或报关单的到箱与运抵接受情况。
-- How many of the boxes of a bill or of a declaration have arrived, and of how many customs has accepted the arrival.
-- Parameters: number (a master bill, a house bill or a declaration).
-- Rows: one for each master bill and declaration. arrived of boxes are here; due: customs must be told of so many of them;
-- of these it has accepted some, and rejected some.
-- Columns: master_bl text; declaration_no text; boxes integer boxes; arrived integer boxes; due integer boxes;
--   accepted integer boxes; rejected integer boxes
SELECT
    master_bl, declaration_no, count() AS boxes, countIf(arrived_s > 0) AS arrived, countIf(case_state != '') AS due,
    sum(confirmed) AS accepted, countIf(case_state = 'REJECTED') AS rejected
FROM @bill_boxes
GROUP BY master_bl, declaration_no
ORDER BY master_bl, declaration_no
