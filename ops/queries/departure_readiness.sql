-- zh: 一船若干靠港的离港障碍。
-- What boxes that leave with some calls of one vessel lack: one row for each box and reason. That a box was not moved, the
-- reconciliation says.
-- Parameters: boxes (tuple of container numbers: who is to be loaded or was), to_load (tuple: who is to be loaded), vessels
-- (tuple of ids), voyages (tuple, '' where none is known), papers_since (older ones are of an earlier voyage of that number, UTC).
-- Rows: code ARRIVAL_CONFIRMED (its report is not accepted), a missing step or hold of a box that is still to be loaded (blockers
-- of box_visits), or the code of an open critical exception of a box that is to be loaded or was;
-- since: when it began, seconds UTC, 0 = not known; evidence: identities of the events behind it.
-- Columns: code text; container_no text; port text; since_s integer s UTC; detail text; evidence texts
SELECT code, container_no, port, since_s, detail, evidence
FROM
(
    SELECT
        arrayJoin(blockers) AS code, container_no, toString(port) AS port, toInt64(toUnixTimestamp(waiting_since)) AS since_s,
        '' AS detail, emptyArrayString() AS evidence
    FROM box_visits_now
    WHERE toUnixTimestamp(closed_at) = 0 AND direction != 'I'
        AND container_no IN %(to_load)s
    UNION ALL
    SELECT
        'ARRIVAL_CONFIRMED' AS code, container_no, toString(port) AS port, toInt64(toUnixTimestamp(triggered_at)) AS since_s,
        concat(state, ' ', reason, arrayStringConcat(unmet, ' ')) AS detail, evidence
    FROM arrival_cases_now
    WHERE message_type = 'MT3101' AND state != 'ACKED' AND vessel_id IN %(vessels)s AND voyage IN %(voyages)s
        AND triggered_at >= %(papers_since)s
        AND container_no IN %(boxes)s
    UNION ALL
    SELECT
        toString(code) AS code, subject AS container_no, toString(port) AS port, toInt64(toUnixTimestamp(raised_at)) AS since_s,
        detail, evidence
    FROM exceptions_now
    WHERE severity = 'critical' AND state IN ('RAISED', 'PENDING') AND raised_at >= %(papers_since)s
        AND subject IN %(boxes)s AND book_key IN (SELECT book_key FROM exceptions WHERE subject IN %(boxes)s)
)
ORDER BY code, container_no
