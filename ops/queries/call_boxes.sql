-- zh: 一船若干靠港的同船箱，按阶段。
-- Who travels with some calls of one vessel: each box once for each of the stages that it has reached.
-- Stages: PLANNED_LOAD, PLANNED_DISCHARGE (manifests and plans of legs), LOADED, DISCHARGED (quay moves, as the visits and
-- legs say). A box that a feeder set ashore at a wrong port was LOADED only.
-- Parameters: vessels (tuple of ids), calls (tuple of call ids), ports (tuple of slugs), voyages (tuple, '' where none is
-- known), since and until (the calls' stay, UTC), papers_since (older announcements are of an earlier voyage of that number,
-- UTC); codes and slugs (lists: UN/LOCODEs and the ports they mean), sizes and teus (lists: size types and their TEU).
-- Rows: supervised 1 = foreign and full; teu in TEU (unknown size types by their length, else 0); kg = gross mass as
-- announced; at_s in seconds UTC, 0 for what is planned.
-- What a view is asked for by other columns than its key is first looked for in the table, in any version: then the view has few
-- keys to look at.
-- Columns: stage text; container_no text; trade text; supervised integer 0/1; ef text; direction text; iso_type text;
--   kg number kg; at_s integer s UTC; teu number TEU
SELECT
    stage, container_no, a_trade AS trade, a_supervised AS supervised, a_ef AS ef, a_direction AS direction, a_size AS iso_type,
    most_kg AS kg, last_s AS at_s,
    transform(a_size, %(sizes)s, %(teus)s, transform(substring(a_size, 1, 1),
        ['2', '4', 'L', 'M'], [1.0, 2.0, 2.25, 2.4], 0.0)) AS teu
FROM
(
SELECT
    stage, container_no, any(trade) AS a_trade, max(supervised) AS a_supervised, any(ef) AS a_ef,
    any(direction) AS a_direction, any(iso_type) AS a_size, max(kg) AS most_kg, max(at_s) AS last_s
FROM
(
    SELECT
        arrayJoin(arrayFilter(s -> s != '', [
            if(inbound_call_id IN %(calls)s, 'DISCHARGED', ''), if(call_id IN %(calls)s, 'LOADED', '')
        ])) AS stage,
        container_no, toString(trade) AS trade, toUInt8(trade = 'F' AND ef = 'F') AS supervised,
        toString(ef) AS ef, toString(direction) AS direction, toString(iso_type) AS iso_type, gross_kg AS kg,
        toInt64(toUnixTimestamp(if(stage = 'DISCHARGED', opened_at, arrayElement(milestone_times,
            indexOf(milestones, 'LOADED') + indexOf(milestones, 'EXPORT_CONTAINER_LOADED_ON_VESSEL'))))) AS at_s
    FROM box_visits_now
    WHERE (inbound_call_id IN %(calls)s OR call_id IN %(calls)s)
        AND container_no IN (SELECT container_no FROM box_visits WHERE inbound_call_id IN %(calls)s OR call_id IN %(calls)s)
    UNION ALL
    SELECT stage, container_no, trade, supervised, ef, direction, iso_type, kg, at_s
    FROM
    (
        SELECT
            arrayJoin(arrayFilter(s -> s != '', [
                if(from_port IN %(ports)s AND toUnixTimestamp(loaded_at) > 0
                    AND loaded_at >= %(since)s AND loaded_at <= %(until)s, 'LOADED', ''),
                if(to_port IN %(ports)s AND toUnixTimestamp(discharged_at) > 0
                    AND discharged_at >= %(since)s AND discharged_at <= %(until)s, 'DISCHARGED', ''),
                if(from_port IN %(ports)s AND toUnixTimestamp(planned_at) > 0, 'PLANNED_LOAD', ''),
                if(to_port IN %(ports)s AND toUnixTimestamp(planned_at) > 0, 'PLANNED_DISCHARGE', '')
            ])) AS stage,
            container_no,
            multiIf(stage = 'LOADED', toInt64(toUnixTimestamp(loaded_at)),
                stage = 'DISCHARGED', toInt64(toUnixTimestamp(discharged_at)), toInt64(0)) AS at_s,
            toInt64(toUnixTimestamp(if(toUnixTimestamp(loaded_at) > 0, loaded_at, planned_at))) AS of_visit_s
        FROM transfer_legs_now
        WHERE vessel_id IN %(vessels)s AND voyage IN %(voyages)s
            AND container_no IN
                (SELECT container_no FROM transfer_legs WHERE vessel_id IN %(vessels)s AND voyage IN %(voyages)s)
            AND (planned_at >= %(papers_since)s OR loaded_at >= %(papers_since)s) AND planned_at <= %(until)s
            AND loaded_at <= %(until)s
    ) AS leg
    ALL INNER JOIN
    (
        SELECT
            container_no, toString(trade) AS trade, toUInt8(trade = 'F' AND ef = 'F') AS supervised, toString(ef) AS ef,
            toString(direction) AS direction, toString(iso_type) AS iso_type, gross_kg AS kg,
            toInt64(toUnixTimestamp(opened_at)) AS opened_s, toInt64(toUnixTimestamp(closed_at)) AS closed_s
        FROM box_visits_now
        WHERE container_no IN
        (
            SELECT container_no FROM transfer_legs WHERE vessel_id IN %(vessels)s AND voyage IN %(voyages)s
        )
    ) AS visit USING container_no
    WHERE (closed_s = 0 OR closed_s >= of_visit_s) AND (at_s = 0 OR opened_s <= at_s)
    UNION ALL
    SELECT stage, container_no, trade, supervised, ef, direction, iso_type, sum(bill_kg) AS kg, toInt64(0) AS at_s
    FROM
    (
        SELECT
            arrayJoin(arrayFilter(s -> s != '', [
                if(transform(toString(pol), %(codes)s, %(slugs)s, '') IN %(ports)s
                    AND hasAny(manifest_kinds, ['PREPARED', 'LOADED', 'WATERWAY']), 'PLANNED_LOAD', ''),
                if(transform(toString(pod), %(codes)s, %(slugs)s, '') IN %(ports)s
                    AND hasAny(manifest_kinds, ['ORIGINAL', 'WATERWAY']), 'PLANNED_DISCHARGE', ''),
                if(has(manifest_kinds, 'PREPARED')
                    AND transform(toString(pol), %(codes)s, %(slugs)s, '') NOT IN
                        (SELECT toString(port) FROM port_calls_now
                         WHERE vessel_id IN %(vessels)s AND voyage_out IN %(voyages)s)
                    AND 1 IN
                        (SELECT min(port) IN %(ports)s FROM port_calls_now
                         WHERE vessel_id IN %(vessels)s AND voyage_out IN %(voyages)s),
                    'PLANNED_LOAD', '')
            ])) AS stage,
            container_no, toString(trade) AS trade, toUInt8(trade = 'F' AND ef = 'F') AS supervised, toString(ef) AS ef,
            if(direction = '', if(stage = 'PLANNED_LOAD', 'E', 'I'), toString(direction)) AS direction,
            toString(iso_type) AS iso_type, gross_kg AS bill_kg
        FROM consignments_now
        WHERE vessel_id IN %(vessels)s AND voyage IN %(voyages)s AND container_no != ''
            AND master_bl IN (SELECT master_bl FROM consignments WHERE vessel_id IN %(vessels)s AND voyage IN %(voyages)s)
            AND updated_at >= %(papers_since)s
    )
    GROUP BY stage, container_no, trade, supervised, ef, direction, iso_type
)
GROUP BY stage, container_no
)
