-- zh: 一票提单或报关单的各箱进度。
-- The boxes of a bill or of a declaration, and how far each has come.
-- Parameters: number (a master bill, a house bill or a declaration).
-- Rows: one for each box of each master bill and declaration that manifests in force name. arrived_s: when its visit under this
-- bill began, or what its arrival report is about happened, 0 = it is not here yet; case_state: its latest arrival report,
-- '' = customs need not be told; confirmed 1 = customs has accepted it; state and port: of its visit.
-- Units: times in seconds UTC.
-- Columns: master_bl text; declaration_no text; container_no text; arrived_s integer s UTC; case_state text;
--   confirmed integer 0/1; state text; port text
SELECT
    master_bl, declaration_no, container_no, arrived_s, case_state, toUInt8(case_state = 'ACKED') AS confirmed, state, port
FROM
(
    SELECT DISTINCT master_bl, declaration_no, container_no
    FROM consignments_now
    WHERE container_no != '' AND %(number)s != '' AND @@consignments AND master_bl IN @bills_meant
        AND (master_bl = %(number)s OR house_bl = %(number)s OR declaration_no = %(number)s)
) AS named
ANY LEFT JOIN
(
    SELECT
        master_bl, container_no, max(at_s) AS arrived_s, argMaxIf(a_case, at_s, a_case != '') AS case_state,
        argMaxIf(a_state, at_s, a_state != '') AS state, argMax(a_port, at_s) AS port
    FROM
    (
        SELECT
            bill_no AS master_bl, container_no, toInt64(toUnixTimestamp(opened_at)) AS at_s, '' AS a_case,
            toString(state) AS a_state, toString(port) AS a_port
        FROM box_visits_now
        WHERE bill_no IN @bills_meant
            AND container_no IN (SELECT container_no FROM consignments WHERE master_bl IN @bills_meant)
        UNION ALL
        SELECT
            bill_no AS master_bl, container_no, toInt64(toUnixTimestamp(triggered_at)) AS at_s, toString(state) AS a_case,
            '' AS a_state, toString(port) AS a_port
        FROM arrival_cases_now
        WHERE message_type IN ('MT3101', 'MT3102') AND bill_no IN @bills_meant
            AND container_no IN (SELECT container_no FROM consignments WHERE master_bl IN @bills_meant)
    )
    GROUP BY master_bl, container_no
) AS known USING (master_bl, container_no)
ORDER BY master_bl, declaration_no, container_no
