-- zh: 一船若干靠港的箱量构成。
-- What travels with some calls of one vessel: boxes, TEU and weight by stage, trade, supervision and direction.
-- Parameters: those of call_boxes.
-- Rows: stage PLANNED_LOAD, LOADED, PLANNED_DISCHARGE, DISCHARGED; trade F foreign, D domestic; supervised 1 = foreign and full;
-- direction E, I, T; containers: the numbers of the boxes.
-- Units: boxes, TEU, kg gross.
-- Columns: stage text; trade text; supervised integer 0/1; direction text; boxes integer boxes; teus number TEU;
--   gross_kg number kg; containers texts
SELECT stage, trade, supervised, direction, count() AS boxes, sum(teu) AS teus, sum(kg) AS gross_kg,
    groupArray(container_no) AS containers
FROM @call_boxes
GROUP BY stage, trade, supervised, direction
ORDER BY stage, trade, supervised, direction
